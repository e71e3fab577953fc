"""What runs models, as far as several units need to know it."""
