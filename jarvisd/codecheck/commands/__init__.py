"""Models of commands: what programs of the system do with their arguments."""
