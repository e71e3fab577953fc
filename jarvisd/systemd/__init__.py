"""What systemd asks before it reads the units."""
