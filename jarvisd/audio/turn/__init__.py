"""Who has the ear, and what it is doing."""
