"""Pages that arrive packed although that was not asked for: unpacked within bounds, or named. Pure."""

from __future__ import annotations

import zlib

from jarvisd.core.errors import EngineError, ErrorCode

_KNOWN = frozenset({"gzip", "x-gzip", "deflate"})
_NONE = frozenset({"", "identity"})
_GZIP_MAGIC = b"\x1f\x8b\x08"
_ZLIB_OR_GZIP, _BARE_DEFLATE = 47, -15
"""Window bits of zlib: either header, or none, which some servers mean by "deflate"."""


def is_packed(content: bytes, packing: str) -> bool:
    """Whether ``content`` is packed: ``packing`` is what the server said, and some say nothing."""
    return packing not in _NONE or content.startswith(_GZIP_MAGIC)


def unpacked(content: bytes, packing: str, max_bytes: int, *, is_cut: bool) -> tuple[bytes, bool]:
    """What ``content`` is once unpacked, one byte more than allowed at most, and whether something is missing.

    ``is_cut`` says whether the end of ``content`` is missing. Raises WEB_UNREADABLE, and names the packing.
    """
    if packing not in _KNOWN | _NONE:
        text = f"the page is packed with {packing[:20]!r}, which was not asked for and which I cannot open"
        raise EngineError(text, code=ErrorCode.WEB_UNREADABLE)
    for form in (_ZLIB_OR_GZIP, _BARE_DEFLATE):
        decoder = zlib.decompressobj(form)
        try:
            plain = decoder.decompress(content, max_bytes + 1)
        except zlib.error:
            continue
        if plain or decoder.eof or is_cut:
            return plain, is_cut or len(plain) > max_bytes or not decoder.eof
    raise EngineError("the page is packed, and what is in it is damaged", code=ErrorCode.WEB_UNREADABLE)
