"""Looking at inputs without cutting: what is wrong, and where."""
