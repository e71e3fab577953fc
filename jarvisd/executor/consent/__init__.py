"""Asking a person, and what counts as an answer."""
