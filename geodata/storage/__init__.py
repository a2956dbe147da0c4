"""What is kept on disk: folders that are whole, cleaned tables, files that repeat byte for byte."""
