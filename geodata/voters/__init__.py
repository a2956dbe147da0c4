"""Voter files, what is known of voters from other lists, and choosing among them."""
