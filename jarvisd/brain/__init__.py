"""The mind: from a transcript to a plan, memories and a reply."""
