"""Arithmetic that is written as people and language models write it: read whole or refused, computed exactly."""
