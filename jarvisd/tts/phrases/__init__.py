"""Sentences that never change, synthesised once."""
