"""Requests that mean something only within a dialogue: "delete it", "and in New York", "the second one"."""
