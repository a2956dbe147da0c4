"""
Maps: `turfmaps` of a turf and its details, `overview` on the cover, `wallmap` of all turfs.

A `frames.Frame` fits the ground to a sheet, and every label asks `occupancy` for room: `names`
along streets (which, says `streetnames`), `stopmarks`, and `furniture`; `background` and `route`
draw what lies below them.
"""
