"""Addresses of other machines, and what the courier is told to do with them."""
