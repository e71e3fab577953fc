"""Measurements: each writes its raw samples, its baseline and the versions it ran with."""
