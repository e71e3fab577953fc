"""What a step may do: rules, risk and verdict."""
