"""Delimited text: whole lines, records, tables with every value as text."""
