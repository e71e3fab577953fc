"""Fixed sentences that a user hears."""
