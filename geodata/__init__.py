"""Files, columns, coordinate systems and storage: what turfcutter reads and writes."""
