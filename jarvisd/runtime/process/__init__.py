"""What a unit tells the kernel, the C library and libraries about its process."""
