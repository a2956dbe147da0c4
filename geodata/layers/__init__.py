"""Vector layers: polygons, lines and points of any common file, in a known coordinate system."""
