"""Precincts, their codes, and in which one a door lies."""
