"""What kind of file something is, by its first bytes: what can be unpacked, and what cannot by name. Blocking."""

from __future__ import annotations

from typing import BinaryIO

ZIP, PACKED, NOTHING = "a zip archive", "a packed file", "empty"
_HEAD_BYTES = 16
"""Enough for every kind below."""

_KINDS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"PK\3\4", ZIP),
    (0, b"PK\5\6", ZIP),
    (0, b"\x1f\x8b", PACKED),
    (0, b"BZh", PACKED),
    (0, b"\xfd7zXZ\0", PACKED),
    (0, b"PK\7\x08", "a part of a zip archive in several files"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (0, b"\x04\x22\x4d\x18", "an LZ4 file"),
    (0, b"LZIP", "an lzip file"),
    (0, b"\x89LZO", "an LZO file"),
    (0, b"\x5d\0\0", "an old LZMA file"),
    (0, b"\x1f\x9d", "a file of the old compress"),
    (0, b"\x1f\xa0", "a file of the old compress"),
    (0, b"MSCF", "a Windows cabinet"),
    (0, b"xar!", "a xar archive"),
    (0, b"!<arch>\n", "a Unix library or Debian package"),
    (0, b"\xed\xab\xee\xdb", "an RPM package"),
    (0, b"070701", "a cpio archive"),
    (0, b"070702", "a cpio archive"),
    (0, b"070707", "a cpio archive"),
    (2, b"-lh", "an LHA archive"),
    (7, b"**ACE**", "an ACE archive"),
    (0, b"%PDF", "a PDF document"),
    (0, b"\x89PNG", "a picture"),
    (0, b"\xff\xd8\xff", "a picture"),
    (0, b"GIF8", "a picture"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program for Windows"),
    (0, b"ID3", "a sound file"),
    (0, b"OggS", "a sound file"),
    (0, b"RIFF", "a sound file or film"),
    (4, b"ftyp", "a film"),
    (0, b"SQLite format 3", "a database"),
)
"""Place, bytes there and kind, from the formats' own descriptions and file(1)."""
FOREIGN_ARCHIVES = frozenset(
    kind
    for _, _, kind in _KINDS
    if any(word in kind for word in ("archive", "file", "cabinet", "package", "compress"))
    and kind not in (ZIP, PACKED)
    and "sound" not in kind
)
"""What holds other files or a packed one, and cannot be opened here."""


def kind_of(file: BinaryIO) -> str:
    """The kind of a file in words; empty when nothing is known of it, as of tar. Goes to its beginning."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if not head:
        return NOTHING
    return next((kind for at, magic, kind in _KINDS if head[at:].startswith(magic)), "")
