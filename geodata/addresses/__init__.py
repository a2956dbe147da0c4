"""Addresses, streets and units in a form that can be compared."""
