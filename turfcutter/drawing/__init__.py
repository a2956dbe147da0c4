"""Outlines and colours of turfs."""
