"""Lists that people keep in text files: how they are written, and which file is meant."""
