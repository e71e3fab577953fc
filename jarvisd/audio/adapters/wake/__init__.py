"""Models of the wake word, and what runs them."""
