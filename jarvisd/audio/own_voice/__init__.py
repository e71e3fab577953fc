"""What the suite itself says, so that it is never taken for a person."""
