"""Languages: everything that knows how people put things, behind one protocol."""
