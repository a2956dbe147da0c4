"""HTTP: serving plans to a browser."""
