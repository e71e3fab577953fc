"""The voice: from text to sound in the room."""
