"""Python: an abstract interpreter on the syntax tree of the language's own parser."""
