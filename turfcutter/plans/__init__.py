"""Plans: turfs cut, numbered, walked, checked, and kept as tables."""
