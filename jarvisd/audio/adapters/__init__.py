"""Microphones and models behind the ports of the ear."""
