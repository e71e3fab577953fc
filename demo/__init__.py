"""The demonstration: a person (synthetic voices) talks to the four real daemons on a private bus."""
