"""Python: what a program would do, read off its syntax tree."""
