"""What people ask for in so many words that no language model is needed."""
