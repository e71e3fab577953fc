"""What the voice says by itself of the ear: that it cannot hear, and why a press came to nothing."""
