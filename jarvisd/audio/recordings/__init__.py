"""The ear on a recording."""
