"""Word expansion on abstract values: parameters, braces, substitutions, fields. Pure.

Whatever is only known when the program runs becomes :data:`UNKNOWN`.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Optional, TypeVar

from jarvisd.codecheck.bash.parser import parse_operand
from jarvisd.codecheck.bash.tree import Arithmetic, Script, Substitution, Text, Variable, Word
from jarvisd.codecheck.bash.whole_number import whole_number
from jarvisd.codecheck.paths import UNKNOWN, WORKING_DIRECTORY

ProcessSubstitution = Callable[[Script, Optional[str]], str]  # noqa: UP045 - evaluated at run time on 3.10
VALUE_LIMIT = 20_000
FIELD_LIMIT = 200
"""Both chosen: what grows beyond is not followed."""
_POSITION_DIGITS = 9
"""Of the number of an argument; there are not that many arguments."""
_BREAK, _KEPT = "\ue014", "\ue015"
_HIDE = str.maketrans({"{": "\ue011", "}": "\ue012", ",": "\ue013"})
_SHOW = str.maketrans({"\ue011": "{", "\ue012": "}", "\ue013": ",", _KEPT: ""})
_BRACES = re.compile(r"\{([^{}]*)\}")
_SPAN = re.compile(r":\s*\(?(-?\d+)\)?(?::\s*(-?\d+))?")
Span = TypeVar("Span", str, list[str])
_INITIAL = {
    "HOME": "/home/user",
    "PWD": WORKING_DIRECTORY,
    "OLDPWD": WORKING_DIRECTORY,
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "SHELL": "/bin/bash",
    "BASH": "/bin/bash",
    "TMPDIR": "/tmp",  # noqa: S108 - the value that the sandbox has
    "IFS": " \t\n",
    "0": "bash",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
    "USER": "root",
}
_COMPUTED = frozenset(
    {
        "RANDOM",
        "SECONDS",
        "EPOCHSECONDS",
        "UID",
        "EUID",
        "PPID",
        "HOSTNAME",
        "LINENO",
        "REPLY",
        "OSTYPE",
        "MACHTYPE",
    }
    | {"$", "!", "?", "-", "_", "BASH_VERSION", "BASHPID", "PIPESTATUS", "COLUMNS", "LINES", "FUNCNAME"}
)


@dataclass
class ShellVariables:
    """Variables, lists and arguments of a program that is followed. A variable may have several values."""

    variables: dict[str, list[str]] = field(default_factory=lambda: {k: [v] for k, v in _INITIAL.items()})
    lists: dict[str, list[str]] = field(default_factory=dict)
    arguments: list[str] = field(default_factory=list)
    pick: int = 0
    """Which of several values is taken now."""
    most: int = 1
    """The largest number of values that a variable had since this was last set to 1."""

    def value(self, name: str) -> str | None:
        """The value taken now; ``None`` when the variable is not set."""
        if name.isascii() and name.isdigit():
            # Bash takes any number of zeros in front; of digits, Python turns only some thousands into a number.
            name = name.lstrip("0") or "0"
            if name != "0":
                index = int(name[:_POSITION_DIGITS]) - 1
                return self.arguments[index] if index < len(self.arguments) else None
        if name in self.variables:
            found = self.variables[name]
            self.most = max(self.most, len(found))
            return found[self.pick % len(found)]
        if name in self.lists:
            return self.lists[name][0] if self.lists[name] else ""
        return UNKNOWN if name in _COMPUTED else None

    def assign(self, name: str, value: str, *, also: bool = False) -> None:
        """Set a variable; with ``also`` the earlier values stay possible."""
        value = value[:VALUE_LIMIT]
        before = self.variables.get(name, []) if also else []
        self.lists.pop(name, None) if not also else None
        if value not in before:
            self.variables[name] = [*before[-7:], value]


class Expander:
    """Expands words with ``names``; ``capture`` follows a command substitution and tells what it prints."""

    def __init__(
        self, names: ShellVariables, capture: Callable[[Script], str], process_file: ProcessSubstitution
    ) -> None:
        self.names = names
        self._capture = capture
        self._process_file = process_file
        self.nesting = 0

    def fields(self, word: Word) -> list[str]:
        """The words that one word becomes."""
        marked = "".join(self._marked(part) for part in word.parts)[:VALUE_LIMIT]
        result: list[str] = []
        for braced in _braces(marked):
            for piece in braced.split(_BREAK):
                if piece:
                    result.append(piece.translate(_SHOW))
            if len(result) > FIELD_LIMIT:
                return [*result[:FIELD_LIMIT], UNKNOWN]
        return result

    def text(self, word: Word) -> str:
        """One word as a single text, as in an assignment."""
        return "".join(self._marked(part) for part in word.parts).replace(_BREAK, " ").translate(_SHOW)

    def _marked(self, part: object) -> str:
        if isinstance(part, Text):
            return _KEPT + part.text.translate(_HIDE) if part.is_quoted else part.text
        if isinstance(part, Arithmetic):
            return UNKNOWN
        if isinstance(part, Substitution):
            if part.is_file:
                value = self._process_file(part.script, UNKNOWN if part.is_quoted else None)
            else:
                value = self._capture(part.script).rstrip("\n")
            return self._shown([value], part.is_quoted or part.is_file)
        assert isinstance(part, Variable)  # noqa: S101 - the last kind there is
        return self._shown(self._values(part), part.is_quoted)

    def _shown(self, values: list[str], is_quoted: bool) -> str:
        if is_quoted:
            return _BREAK.join(_KEPT + value.translate(_HIDE) for value in values) if values else ""
        separators = self.names.value("IFS") or ""
        if UNKNOWN in separators:
            separators = " \t\n"
        if separators:
            values = [re.sub(f"[{re.escape(separators)}]+", _BREAK, value) for value in values]
        return _BREAK.join(value.translate(_HIDE) for value in values)

    # --- variables -------------------------------------------------------------------------------------

    def _values(self, part: Variable) -> list[str]:
        match = re.fullmatch(r"([!#]?)(.+?)(\[[^\]]*\])?", part.name)
        if match is None:
            return [UNKNOWN]
        prefix, name, index = match[1], match[2], match[3] or ""
        if part.name in ("#", "!"):
            prefix, name = "", part.name
        if name in ("@", "*") or index in ("[@]", "[*]"):
            values = list(self.names.arguments) if not index else self._list(name)
            if prefix:
                return [str(len(values)) if prefix == "#" else UNKNOWN]
            values = self._all_operated(values, part) if part.operator else values
            return [" ".join(values)] if part.is_quoted and (name == "*" or index == "[*]") else values
        if part.name == "!#":
            return self.names.arguments[-1:]
        value = self._element(name, index[1:-1]) if index else self.names.value(name)
        if prefix == "!":
            value = self.names.value(value) if value and UNKNOWN not in value else UNKNOWN
        if prefix == "#":
            return [UNKNOWN if value is None or UNKNOWN in value else str(len(value))]
        if name == "#":
            return [str(len(self.names.arguments))]
        return [self._operated(value, part)]

    def _all_operated(self, values: list[str], part: Variable) -> list[str]:
        """An operator on a list: a span takes elements, everything else changes each of them."""
        span = _SPAN.fullmatch(part.operator)
        if span is None:
            return [self._operated(value, part) for value in values]
        if part.name in ("@", "*"):
            values = [self.names.value("0") or "", *values]
        return _spanned(values, span)

    def _list(self, name: str) -> list[str]:
        if name in self.names.lists:
            return list(self.names.lists[name])
        value = self.names.value(name)
        return [value] if value is not None else []

    def _element(self, name: str, index: str) -> str | None:
        values = self._list(name)
        position = whole_number(index)
        if position is not None:
            return values[position] if -len(values) <= position < len(values) else ""
        return values[0] if len(values) == 1 else UNKNOWN

    def _operated(self, value: str | None, part: Variable) -> str:
        operator = part.operator
        if not operator:
            return value or ""
        default = re.match(r":?([-=+?])", operator)
        if default is not None:
            is_set = bool(value) if operator[0] == ":" else value is not None
            operand = self._operand(operator[default.end() :], part)
            if default[1] == "+":
                return operand if is_set else ""
            if default[1] == "=" and not is_set:
                self.names.assign(part.name, operand)
            return value or "" if is_set else operand
        text = value or ""
        if UNKNOWN in text:
            return UNKNOWN
        return self._cut(text, operator, part)

    def _cut(self, text: str, operator: str, part: Variable) -> str:
        span = _SPAN.fullmatch(operator)
        if span is not None:
            return _spanned(text, span)
        if operator[0] in "#%":
            return _trimmed(text, operator[: 2 if operator[:2] in ("##", "%%") else 1], self._rest(operator, part))
        if operator[0] == "/":
            return self._replaced(text, operator, part)
        changed = {
            ",,": text.lower(),
            "^^": text.upper(),
            ",": text[:1].lower() + text[1:],
            "^": text[:1].upper() + text[1:],
        }
        return changed.get(operator, UNKNOWN)

    def _rest(self, operator: str, part: Variable) -> str:
        return self._operand(operator.lstrip("#%"), part)

    def _replaced(self, text: str, operator: str, part: Variable) -> str:
        everywhere = operator.startswith("//")
        pattern, _, replacement = operator.lstrip("/").partition("/")
        pattern, replacement = self._operand(pattern, part), self._operand(replacement, part)
        if UNKNOWN in pattern + replacement or not pattern or len(pattern) > 40:
            return UNKNOWN
        expression = (
            fnmatch.translate(pattern).replace("(?s:", "(?:").removesuffix(r")\Z").removesuffix(r")\z") + ")"
        )
        if pattern.count("*") > 1:
            return UNKNOWN
        return re.sub(expression, lambda _: replacement, text[:2000], count=0 if everywhere else 1)

    def _operand(self, text: str, part: Variable) -> str:
        if not re.search(r"[$`'\"\\]", text):
            return text
        return self.text(parse_operand(text, self.nesting + 1, is_quoted=part.is_quoted))


def _spanned(value: Span, span: re.Match[str]) -> Span:
    """What ``:start:length`` takes of a text or a list."""
    rest = value[whole_number(span[1]) :]
    return rest if span[2] is None else rest[: whole_number(span[2])]


def _trimmed(text: str, operator: str, pattern: str) -> str:
    if UNKNOWN in pattern:
        return UNKNOWN
    spans = range(len(text) + 1)
    if operator[0] == "#":
        ends = spans if operator == "#" else reversed(spans)
        return next((text[end:] for end in ends if fnmatch.fnmatchcase(text[:end], pattern)), text)
    starts = reversed(spans) if operator == "%" else spans
    return next((text[:start] for start in starts if fnmatch.fnmatchcase(text[start:], pattern)), text)


def _braces(marked: str) -> Iterator[str]:
    """Brace expansion; a text without a list in braces is yielded as it is."""
    waiting = [marked]
    count = 0
    while waiting:
        text = waiting.pop(0)
        count += 1
        for match in _BRACES.finditer(text):
            items = _items(match[1])
            if (
                items is not None
                and not text[: match.start()].endswith("$")
                and count + len(waiting) < FIELD_LIMIT
            ):
                waiting[:0] = [text[: match.start()] + item + text[match.end() :] for item in items]
                break
        else:
            yield text


def _items(inside: str) -> list[str] | None:
    if "," in inside:
        return inside.split(",")
    span = re.fullmatch(r"(-?\d+)\.\.(-?\d+)(?:\.\.\d+)?|([A-Za-z])\.\.([A-Za-z])", inside)
    if span is None:
        return None
    if span[3]:
        first, last = ord(span[3]), ord(span[4])
        return [
            chr(code) for code in range(first, last + (1 if last >= first else -1), 1 if last >= first else -1)
        ]
    low, high = whole_number(span[1]) or 0, whole_number(span[2]) or 0
    if abs(high - low) > FIELD_LIMIT:
        return [str(low), UNKNOWN, str(high)]
    return [str(number) for number in range(low, high + (1 if high >= low else -1), 1 if high >= low else -1)]
