"""Archives: reading, writing, and their streams."""
