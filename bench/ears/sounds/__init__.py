"""What is heard in measurements: voices, rooms, noise, music."""
