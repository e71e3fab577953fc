"""Bash: from text to a tree, and what running it would do."""
