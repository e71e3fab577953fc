"""A turn: what is known of it, requests that need no model, and the reply."""
