"""Streets: OpenStreetMap extracts and lines of centres become a walkable network."""
