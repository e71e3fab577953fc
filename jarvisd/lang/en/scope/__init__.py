"""What a request asks for, as far as its words alone tell it (decision 32)."""
