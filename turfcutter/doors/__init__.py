"""Voters become doors, doors become stops, stops stand at streets."""
