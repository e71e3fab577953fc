"""Requests that fit a template: what its slots take, which reading counts, and errands that are joined."""
