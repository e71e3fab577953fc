"""What is said to a question: assent, denial, the action repeated, digits instead of a yes."""
