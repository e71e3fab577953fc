"""Taking our own voice out of the microphone's sound."""
