"""Synthesis and playback behind the ports of the voice."""
