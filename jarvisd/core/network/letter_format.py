"""A letter as bytes (RFC 5322, 2045, 2047), and bytes strictly read back. Pure.

The library's ``email`` package is not used: what it makes of a subject such as ``=?utf-8?q?a=0D=0AX:_b?=`` differs
between versions of Python, and one that a person has agreed to must be the same everywhere. Every line is ASCII,
ends in CRLF, has at most 998 characters and, in the text, never begins with a dot, so that no server can see an
end of the letter where there is none.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.utils import formatdate

from jarvisd.core.errors import EngineError, ErrorCode

LINE_LIMIT = 998
"""Characters of a line before its CRLF (RFC 5321, section 4.5.3.1.6)."""
_WORD_LIMIT_BYTES = 45
"""UTF-8 bytes of one encoded word: 60 characters of base64 and its frame are within the 75 of RFC 2047."""
_TEXT_LINE_LIMIT = 76
"""Characters of a line of quoted-printable, its soft break included (RFC 2045, section 6.7)."""
_FIXED = (
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "quoted-printable"),
)
_NAMES = ("From", "To", "Subject", "Date", "Message-ID", *(name for name, _ in _FIXED))
_HEADER = re.compile(r"([!-9;-~]+): (.*)", re.DOTALL)
_ENCODED = re.compile(r"=\?utf-8\?B\?([A-Za-z0-9+/]+={0,2})\?=")
_HEX = re.compile(r"[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class LetterText:
    """What a letter says, as its receiver reads it."""

    sender: str
    to: str
    subject: str
    body: str
    """Lines that end in a line feed, but for the last."""


def serialised(text: LetterText, *, written_s: int, message_id: str) -> bytes:
    """The bytes of a letter: the same for the same letter on every machine and Python.

    ``written_s`` are seconds since 1970, ``message_id`` is the left part of the Message-ID. The bytes are read
    back and held against ``text``: EngineError(MAIL_ALTERED) if anything differs.
    """
    domain = text.sender.rpartition("@")[2]
    values = (
        text.sender,
        text.to,
        _subject(text.subject),
        formatdate(written_s),
        f"<{message_id}@{domain}>",
        *(value for _, value in _FIXED),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in zip(_NAMES, values, strict=True))
    lines = "".join(f"{_quoted(line)}\r\n" for line in text.body.split("\n"))
    content = f"{head}\r\n{lines}".encode("ascii", "backslashreplace")
    if read(content) != text:
        raise _altered("it does not say what was asked about")
    return content


def read(content: bytes) -> LetterText:
    """What bytes that :func:`serialised` has made say.

    EngineError(MAIL_ALTERED) for anything else: another header, one of them twice or in another order, a bare CR
    or LF, a line that is too long, an escape that is none.
    """
    lines = lines_of(content)
    try:
        end = lines.index("")
        headers = dict(_headers(lines[:end]))
        subject, body = _subject_from(headers["Subject"]), _decoded(lines[end + 1 :])
    except (ValueError, binascii.Error) as error:
        raise _altered("it cannot be read back") from error
    if any(headers[name] != value for name, value in _FIXED):
        raise _altered("its form is another one")
    return LetterText(headers["From"], headers["To"], subject, body)


def lines_of(content: bytes) -> list[str]:
    """The lines of a letter; EngineError(MAIL_ALTERED) for bytes that a server could cut into other lines."""
    if not content.isascii() or b"\0" in content or not content.endswith(b"\r\n"):
        raise _altered("it is not plain ASCII in lines")
    lines = content[:-2].decode("ascii").split("\r\n")
    if any("\r" in line or "\n" in line or len(line) > LINE_LIMIT for line in lines):
        raise _altered("it has lines that servers read differently")
    return lines


def _subject(subject: str) -> str:
    if subject.isascii() and subject == subject.strip() and "=?" not in subject:
        return subject
    words, word = [], b""
    for character in subject:
        encoded = character.encode("utf-8")
        if len(word) + len(encoded) > _WORD_LIMIT_BYTES:
            words.append(word)
            word = b""
        word += encoded
    return "\r\n ".join(f"=?utf-8?B?{_base64(piece)}?=" for piece in (*words, word) if piece)


def _subject_from(value: str) -> str:
    if "=?" not in value:
        return value
    found = [_ENCODED.fullmatch(word) for word in value.split(" ")]
    # Characters are never split, so each word is text by itself.
    return "".join(binascii.a2b_base64(match[1]).decode("utf-8") if match else _reject() for match in found)


def _base64(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).decode("ascii")


def _quoted(line: str) -> str:
    """One line of text in quoted-printable, with soft breaks."""
    units = [_unit(byte) for byte in line.encode("utf-8")]
    if units and units[-1] in (" ", "\t"):
        units[-1] = _escape(units[-1])
    pieces, piece = [], ""
    for unit in units:
        if len(piece) + len(unit) >= _TEXT_LINE_LIMIT:
            pieces.append(f"{piece}=")
            piece = ""
        # "." ends a letter, and "From " begins one in a mailbox file.
        piece += _escape(unit) if not piece and unit in (".", "F") else unit
    return "\r\n".join((*pieces, piece))


def _unit(byte: int) -> str:
    is_plain = byte in (9, 32) or (33 <= byte <= 126 and byte != ord("="))
    return chr(byte) if is_plain else f"={byte:02X}"


def _escape(character: str) -> str:
    return f"={ord(character):02X}"


def _headers(lines: list[str]) -> list[tuple[str, str]]:
    """Names and unfolded values, if they are all there in their order."""
    unfolded = "\n".join(lines).replace("\n ", " ").split("\n")
    found = [match.groups() if (match := _HEADER.fullmatch(line)) else ("", "") for line in unfolded]
    if tuple(name for name, _ in found) != _NAMES:
        raise ValueError("other headers")
    return [(name, value) for name, value in found]


def _decoded(lines: list[str]) -> str:
    """The text of quoted-printable lines."""
    text = bytearray()
    for line in lines:
        soft = line.endswith("=")
        plain = line[:-1] if soft else line
        if plain.startswith(".") or (plain and not soft and plain[-1] in " \t"):
            raise ValueError("not quoted")
        head, *escapes = plain.split("=")
        text += head.encode("ascii")
        for escape in escapes:
            text += _escaped_byte(escape[:2]) + escape[2:].encode("ascii")
        text += b"" if soft else b"\n"
    return text.decode("utf-8")[:-1]


def _escaped_byte(digits: str) -> bytes:
    byte = bytes.fromhex(digits) if _HEX.fullmatch(digits) else b""
    if not byte or (byte < b" " and byte != b"\t"):
        raise ValueError("no escape")
    return byte


def _reject() -> str:
    raise ValueError("no encoded word")


def _altered(why: str) -> EngineError:
    return EngineError(f"the letter was not sent: {why}", code=ErrorCode.MAIL_ALTERED)
