"""The policy tried by those who want harm: a corpus of attacks and of harmless look-alikes (requirement D8)."""
