"""A request and its words."""
