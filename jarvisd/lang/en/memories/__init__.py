"""What people tell of themselves: how it is said back, and what replaces what they told before."""
