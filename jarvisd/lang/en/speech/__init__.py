"""Written English as it is said, and where it may be cut."""
