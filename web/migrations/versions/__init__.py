"""One module a change of the tables, in their order."""
