"""The policy tried with known attacks and harmless look-alikes."""
