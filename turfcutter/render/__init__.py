"""Drawing plans: the interactive map."""
