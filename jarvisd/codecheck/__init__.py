"""Static analysis of short programs in bash and Python: finds, without running them, what must not happen."""
