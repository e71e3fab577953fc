"""Objects on the bus, and who may call them."""
