"""
Turfs as paper sees them: `supply` takes them out of a plan as `slices`, `streetorder` puts them
in the order of streets, `halves` parts one for two people; `stops` and `symbols` say what their
doors are called and marked by.
"""
