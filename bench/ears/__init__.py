"""What the ear hears and when it answers, measured on recordings: ``python -m bench.ears``."""
