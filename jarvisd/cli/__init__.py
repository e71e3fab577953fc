"""jarvisctl: the suite from a shell."""
