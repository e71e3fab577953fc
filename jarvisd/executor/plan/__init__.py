"""Plans and their steps, as they run."""
