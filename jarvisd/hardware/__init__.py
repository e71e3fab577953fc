"""What machine this is, which of its processors each model belongs to, and how quick that should be."""
