"""What makes a process a good systemd service. Knows no unit."""
