"""Changes to files that can be taken back."""
