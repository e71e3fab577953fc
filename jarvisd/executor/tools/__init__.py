"""The built-in tools, one file each; they use the same interface as plugins."""
