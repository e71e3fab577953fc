"""Reads programs without running them, and finds what in them must not happen."""
