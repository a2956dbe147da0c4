"""Walks: the doors of a turf in order, where to start, minutes and effort."""
