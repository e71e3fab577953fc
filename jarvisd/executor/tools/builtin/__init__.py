"""The tools that come with the suite, a module each."""
