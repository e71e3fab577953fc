"""Values out of words: one tokenizer, and a grammar for each type that takes all of a text or refuses it."""
