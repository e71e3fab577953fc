"""The hands: tools under policy, consent, undo and audit."""
