"""Models of filters: what they print when their input is known, so that hidden text comes to light. Pure.

Everything not covered prints :data:`UNKNOWN`, which the caller never trusts.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence

from jarvisd.codecheck.bash.lexer import unescaped
from jarvisd.codecheck.bash.whole_number import whole_number
from jarvisd.codecheck.paths import UNKNOWN

OUTPUT_LIMIT = 20_000
PRINTF_ROUNDS = 200
"""Both chosen: what grows beyond is not followed."""
_FORMAT = re.compile(r"%(?:%|[-+ 0#]*\d*(?:\.\d+)?([a-zA-Z]))")


def printed(argv: Sequence[str], stdin: str | None) -> str:
    """Standard output of ``argv`` with ``stdin`` as input; :data:`UNKNOWN` where it cannot be told."""
    name = argv[0].rpartition("/")[2]
    if name == "printf":
        return _printf(list(argv[1:]))[:OUTPUT_LIMIT]
    if name == "echo":
        return _echo(list(argv[1:]))[:OUTPUT_LIMIT]
    if name in ("true", ":", "cd", "exit", "export", "local", "set", "unset", "shift"):
        return ""
    text = stdin if stdin is not None else UNKNOWN
    if name in ("base64", "base32") and len(argv) > 1 and not argv[-1].startswith("-"):
        return UNKNOWN
    filtered = _FILTERS.get(name)
    if filtered is None or UNKNOWN in text or any(UNKNOWN in word for word in argv):
        return UNKNOWN
    try:
        return filtered(list(argv[1:]), text)[:OUTPUT_LIMIT]
    except (ValueError, binascii.Error, re.error, IndexError):
        return UNKNOWN


def decodes(argv: Sequence[str]) -> bool:
    """Whether a command turns encoded text into what it stands for."""
    name, options = argv[0].rpartition("/")[2], " ".join(argv[1:])
    if name in ("base64", "base32", "basenc", "openssl", "gpg"):
        return bool(re.search(r"(?:^|\s)-(?:[a-zA-Z]*[dD]|-d)", options))
    return name in ("uudecode", "xxd") and (name == "uudecode" or "r" in _options(list(argv[1:])))


def _echo(words: list[str]) -> str:
    escapes, newline = False, True
    while words and re.fullmatch(r"-[neE]+", words[0]):
        escapes = "e" in words[0] or escapes
        newline = newline and "n" not in words[0]
        words = words[1:]
    text = " ".join(words)
    return (unescaped(text) if escapes else text) + ("\n" if newline else "")


def _printf(words: list[str]) -> str:
    if words[:1] == ["-v"]:
        words = words[2:]
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        return ""
    template, values = unescaped(words[0]), words[1:]
    pieces: list[str] = []
    for _ in range(PRINTF_ROUNDS):
        text, used = _formatted(template, values)
        pieces.append(text)
        values = values[used:]
        if not values or not used:
            break
    return "".join(pieces)


def _formatted(template: str, values: list[str]) -> tuple[str, int]:
    """A template filled once, and how many values that took."""
    left = list(values)

    def one(match: re.Match[str]) -> str:
        return "%" if match[0] == "%%" else _converted(match[1], left.pop(0) if left else "")

    return _FORMAT.sub(one, template), len(values) - len(left)


def _converted(kind: str, value: str) -> str:
    if kind in ("s", "q"):
        return value
    if kind == "b":
        return unescaped(value)
    if kind == "c":
        return value[:1]
    if UNKNOWN in value:
        return UNKNOWN
    try:
        number = int(value or "0", 0)
    except ValueError:
        return UNKNOWN
    return {"d": f"{number}", "i": f"{number}", "x": f"{number:x}", "X": f"{number:X}", "o": f"{number:o}"}.get(
        kind, UNKNOWN
    )


def _options(words: list[str]) -> str:
    return "".join(word for word in words if word.startswith("-"))


def _base64(words: list[str], text: str) -> str:
    if "d" in _options(words) or "D" in _options(words):
        return base64.b64decode("".join(text.split()) + "==", validate=False).decode("utf-8", "replace")
    return base64.b64encode(text.encode()).decode() + "\n"


def _base32(words: list[str], text: str) -> str:
    if "d" in _options(words):
        return base64.b32decode("".join(text.split())).decode("utf-8", "replace")
    return base64.b32encode(text.encode()).decode() + "\n"


def _xxd(words: list[str], text: str) -> str:
    if "r" not in _options(words):
        return UNKNOWN
    if "p" in _options(words):
        return bytes.fromhex(re.sub(r"[^0-9a-fA-F]", "", text)).decode("utf-8", "replace")
    digits = "".join(re.sub(r"^[0-9a-f]+:\s*((?:[0-9a-f]{2,4}\s)+).*$", r"\1", line) for line in text.splitlines())
    return bytes.fromhex(re.sub(r"\s", "", digits)).decode("utf-8", "replace")


def _tr(words: list[str], text: str) -> str:
    flags, sets = _options(words), [_expanded(word) for word in words if not word.startswith("-")]
    if "d" in flags:
        return "".join(character for character in text if character not in sets[0])
    if "s" in flags or "c" in flags or len(sets) != 2:
        return UNKNOWN
    target = sets[1].ljust(len(sets[0]), sets[1][-1:])
    return text.translate({ord(old): new for old, new in zip(sets[0], target, strict=False)})


def _expanded(characters: str) -> str:
    for name, members in (("upper", "A-Z"), ("lower", "a-z"), ("digit", "0-9"), ("space", " \t\n")):
        characters = characters.replace(f"[:{name}:]", members)
    return re.sub(
        r"(.)-(.)",
        lambda match: "".join(chr(code) for code in range(ord(match[1]), ord(match[2]) + 1)),
        unescaped(characters),
    )


def _rev(_: list[str], text: str) -> str:
    return "\n".join(line[::-1] for line in text.split("\n"))


def _sed(words: list[str], text: str) -> str:
    programs = [word for word in words if not word.startswith("-")]
    match = re.fullmatch(r"s(.)(.*?)\1(.*?)\1([gi]*)", programs[0]) if len(programs) == 1 else None
    if match is None or "i" in _options(words):
        return UNKNOWN
    pattern = (
        match[2] if "E" in _options(words) or "r" in _options(words) else re.sub(r"([+?(){}|])", r"\\\1", match[2])
    )
    if len(pattern) > 80 or len(text) > 2000 or re.search(r"[+*}]\)?[+*{]", pattern):
        return UNKNOWN
    replacement, count = match[3].replace("&", r"\g<0>"), 0 if "g" in match[4] else 1
    return "\n".join(re.sub(pattern, replacement, line, count=count) for line in text.split("\n"))


def _head(words: list[str], text: str) -> str:
    count = re.search(r"-(c|n)?\s*(\d+)", " ".join(words))
    if count is None:
        return "".join(text.splitlines(keepends=True)[:10])
    number = whole_number(count[2])
    return text[:number] if count[1] == "c" else "".join(text.splitlines(keepends=True)[:number])


def _cut(words: list[str], text: str) -> str:
    joined = " ".join(words)
    columns = re.search(r"-c\s*(\d+)(-(\d*))?", joined)
    if columns:
        start = (whole_number(columns[1]) or 1) - 1
        end = start + 1 if not columns[2] else (whole_number(columns[3]) if columns[3] else None)
        return "\n".join(line[start:end] for line in text.split("\n"))
    fields = re.search(r"-d\s*(\S)\s+-f\s*(\d+)|-f\s*(\d+)\s+-d\s*(\S)", joined)
    if fields is None:
        return UNKNOWN
    mark, index = fields[1] or fields[4], (whole_number(fields[2] or fields[3]) or 1) - 1
    return "\n".join(_field(line, mark, index) for line in text.split("\n"))


def _field(line: str, mark: str, index: int) -> str:
    """One field; a line without the delimiter is printed whole."""
    return "".join(line.split(mark)[index : index + 1]) if mark in line else line


_FILTERS: dict[str, Callable[[list[str], str], str]] = {
    "base64": _base64,
    "base32": _base32,
    "xxd": _xxd,
    "tr": _tr,
    "rev": _rev,
    "sed": _sed,
    "head": _head,
    "cut": _cut,
    "cat": lambda words, text: UNKNOWN if any(not word.startswith("-") for word in words) else text,
    "tac": lambda _, text: "".join(reversed(text.splitlines(keepends=True))),
    "tee": lambda _, text: text,
}
