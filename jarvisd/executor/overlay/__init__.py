"""Programs on a view of a workspace: what it was, what changed, how that is applied."""
