"""The ears: from the microphone to a final transcript."""
