"""Bash: lexer and parser, and an abstract interpreter on their tree."""
