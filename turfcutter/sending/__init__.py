"""Sending people out: which turfs, from where, in which crews."""
