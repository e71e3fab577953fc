"""The C library's allocator, kept from holding on to what one large message needed.

The GNU library raises its limits by itself (mallopt(3)): the first large block that is freed makes later ones of
its size come from the heap, and lets twice as much free memory stay at the heap's end. A message of some megabytes
would leave a unit larger for good. A limit that was set once stays as it is.
"""

from __future__ import annotations

import ctypes

KEEP_BYTES = 128 * 1024
"""The library's own first value of both limits."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Numbers of the parameters, from malloc.h."""


def give_back() -> bool:
    """Have free memory returned to the system soon; False where the C library has no such setting."""
    try:
        set_parameter = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    parameters = (M_MMAP_THRESHOLD, M_TRIM_THRESHOLD)
    return all(set_parameter(ctypes.c_int(parameter), ctypes.c_int(KEEP_BYTES)) == 1 for parameter in parameters)
