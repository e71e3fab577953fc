"""Log records and where they go."""
