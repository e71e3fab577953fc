"""Models that load, are watched and come back."""
