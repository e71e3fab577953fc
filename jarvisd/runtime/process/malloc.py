"""The C library's allocator, kept from holding on to what one large message needed.

The GNU library raises its limits by itself (mallopt(3)): the first large block that is freed makes later ones of
its size come from the heap, and lets twice as much free memory stay at the heap's end. A message of some megabytes
would leave a unit larger for good. A limit that was set once stays as it is. The library also gives each thread a
heap of its own, where what others have freed cannot be used; threads of Python allocate one at a time anyway.
"""

from __future__ import annotations

import ctypes

KEEP_BYTES = 128 * 1024
"""The library's own first value of both limits."""
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Numbers of the parameters, from malloc.h."""
SETTINGS = {M_MMAP_THRESHOLD: KEEP_BYTES, M_TRIM_THRESHOLD: KEEP_BYTES, M_ARENA_MAX: 1}


def give_back() -> bool:
    """Have free memory returned to the system soon; False where the C library has no such setting."""
    try:
        set_parameter = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return all(set_parameter(ctypes.c_int(name), ctypes.c_int(value)) == 1 for name, value in SETTINGS.items())
