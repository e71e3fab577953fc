"""Messages as bytes: framing, admission, decoding, and the library held to them."""
