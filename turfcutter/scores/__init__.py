"""Judging cuts, our own and those made elsewhere."""
