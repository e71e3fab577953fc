"""What a server packed without being asked is opened within bounds."""

from __future__ import annotations

import gzip
import zlib

import pytest

from jarvisd.core.errors import EngineError
from jarvisd.courier.packing import unpacked

# Without the time of day, which would make a test that is called otherwise each time.
TEXT, EMPTY = gzip.compress(b"text", mtime=0), gzip.compress(b"", mtime=0)
BARE = zlib.compressobj(wbits=-15)
DEFLATED = BARE.compress(b"text") + BARE.flush()


@pytest.mark.parametrize(
    ("content", "packing", "limit", "is_cut", "found"),
    [
        (TEXT, "gzip", 100, False, (b"text", False)),
        (EMPTY, "gzip", 100, False, (b"", False)),
        (zlib.compress(b""), "deflate", 100, False, (b"", False)),
        (TEXT[:11], "gzip", 100, True, (b"", True)),
        (TEXT, "gzip", 4, False, (b"text", False)),
        (TEXT, "gzip", 3, False, (b"text", True)),
        (TEXT, "gzip", 2, False, (b"tex", True)),
        (TEXT[:-4], "gzip", 100, False, (b"text", True)),
        (TEXT, "gzip", 100, True, (b"text", True)),
        (zlib.compress(b"text"), "deflate", 100, False, (b"text", False)),
        (DEFLATED, "deflate", 100, False, (b"text", False)),
    ],
)
def test_a_packed_page_is_opened_up_to_its_limit(
    content: bytes, packing: str, limit: int, is_cut: bool, found: tuple[bytes, bool]
) -> None:
    assert unpacked(content, packing, limit, is_cut=is_cut) == found


@pytest.mark.parametrize(
    ("content", "packing", "told"),
    [
        (b"", "gzip", "damaged"),
        (b"\xff\xff nonsense", "gzip", "damaged"),
        (TEXT, "x" * 30, f"'{'x' * 20}'"),
    ],
)
def test_what_cannot_be_opened_is_said(content: bytes, packing: str, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        unpacked(content, packing, 100, is_cut=False)
