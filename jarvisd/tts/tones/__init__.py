"""Sounds that are no speech: how they are made, and what rings."""
