"""A large block goes back to the system however often one like it was freed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.integration.conftest import WAIT_S

PROBE = """
import ctypes, json, sys
from jarvisd.runtime.process import malloc

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
    )]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype, libc.malloc.restype = Info, ctypes.c_void_p
libc.malloc.argtypes, libc.free.argtypes = [ctypes.c_size_t], [ctypes.c_void_p]
done = sys.argv[1:] == ["given back"] and malloc.give_back()
libc.free(libc.malloc(8 << 20))
before = libc.mallinfo2().hblkhd
block = libc.malloc(8 << 20)
print(json.dumps([done, libc.mallinfo2().hblkhd - before]))
"""


@pytest.mark.parametrize("is_given_back", [True, False], ids=["given back", "as the library does it"])
def test_a_second_large_block_is_the_systems_own_only_when_asked_for(is_given_back: bool) -> None:
    """The other case proves the reason: the library changes its mind after the first block."""
    command = [sys.executable, "-c", PROBE, *(["given back"] if is_given_back else [])]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=WAIT_S)
    done, own_bytes = json.loads(answer.stdout)
    assert (done, own_bytes >= 8 << 20) == (is_given_back, is_given_back)
