"""What asks the machine."""
