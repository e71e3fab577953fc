"""The service level, what it follows from, and upkeep."""
