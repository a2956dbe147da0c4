"""Streets as a walking network: where doors stand at them, and how far it is on foot."""
