"""What programs of the system do with their arguments."""
