"""Turf: cutting neighborhoods into walkable pieces, ordering their doors, drawing them."""
