"""What people ask for every day and no model is needed for: lists, the volume, units. Requests and their words."""
