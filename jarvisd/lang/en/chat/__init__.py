"""Words of a language model that may be said: kinds of requests and of sentences."""
