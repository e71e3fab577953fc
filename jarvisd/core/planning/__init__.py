"""What units say to each other about plans: tool calls, outcomes, opinions of a risk."""
