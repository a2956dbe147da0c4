"""
Packets: the paper that canvassers carry.

Pages are set by Typst, not drawn by ReportLab. A page of each with street names along lines, five
scripts and tags decided it: ReportLab writes no tags at all, and reads neither the variable nor
the CFF outlines in which Noto's typefaces come, so that bold Armenian and 陳 would have needed
fonts made over; Typst checks PDF/UA-1 while it sets, shapes every script of California's ballots,
and takes SVG with text that stays text. It is as fast as long as a map is one drawing: a tag for
every line of it takes five times as long as the page.
"""
