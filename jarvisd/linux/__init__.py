"""System calls that Python lacks or that are easy to get wrong, a module for each theme. Errors are OSError."""
