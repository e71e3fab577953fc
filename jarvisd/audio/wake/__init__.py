"""From the microphone to the wake word."""
