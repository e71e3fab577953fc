"""What code, names, addresses and whole plans give away about their intent. Pure; nothing here allows anything."""
