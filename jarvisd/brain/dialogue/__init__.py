"""Turns one after another, and how one is carried out."""
