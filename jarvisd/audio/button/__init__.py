"""The button: pressed to talk or to stop, held to close the microphone or to open it."""
