"""The lexer of bash: words with quoting and expansions, here-documents. Pure; the lower half of the parser."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from jarvisd.codecheck.bash.tree import (
    Arithmetic,
    NotUnderstood,
    Part,
    Quoted,
    Redirect,
    Script,
    Substitution,
    Text,
    Variable,
    Word,
    joined,
)

MAX_NESTING = 25
"""Chosen: well below Python's own limit of recursion."""
META = frozenset(" \t\n;&|<>()")
RESERVED = frozenset(
    {"if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "select"}
    | {"function", "{", "}", "!", "time", "coproc", "[[", "in"}
)
_BARE = re.compile(r"[^\s;&|<>()]+")
_QUOTED_RUN = re.compile(r"[^$`\\\"]+")
_RUN = re.compile(r"[A-Za-z0-9_./,:=+%^~@*-]+")
_PLAIN_NAME = re.compile(r"[^\s;&|<>()$`'\"\\]+")
_NAME = re.compile(r"[A-Za-z_]\w*|[0-9]|[@*#?$!_-]")
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_ESCAPE = re.compile(
    r"\\(?:x\{?([0-9a-fA-F]{1,2})\}?|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|0?([0-7]{1,3})|c(.)|(.))", re.S
)


@dataclass(slots=True)
class HereDocument:
    """A here-document whose body comes after the line."""

    delimiter: str
    is_literal: bool
    strips_tabs: bool
    redirect: Redirect


@dataclass
class Lexer(ABC):
    """A position in a program, and what a word is from there. ``script`` belongs to the upper half."""

    code: str
    nesting: int = 0
    at: int = 0
    documents: list[HereDocument] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.nesting > MAX_NESTING:
            raise NotUnderstood("nested too deeply")

    @abstractmethod
    def script(self, ends: frozenset[str]) -> Script:
        """Everything up to one of ``ends``, which is not consumed."""

    # --- words -----------------------------------------------------------------------------------------

    def _word(self) -> Word:
        parts: list[Part | Quoted] = []
        start = self.at
        while self.at < len(self.code):
            if self.code.startswith(("<(", ">("), self.at):
                is_written = self.code[self.at] == ">"
                self.at += 2
                parts.append(self._substitution(is_quoted=is_written, is_file=True))
                continue
            character = self.code[self.at]
            if character in META:
                break
            parts.append(self._part(character))
        if self.at == start:
            raise NotUnderstood(f"unexpected {self.code[self.at : self.at + 1]!r}")
        last = parts[-1]
        if self._looking_at("(") and isinstance(last, Text) and last.text[-1:] in tuple("?*+@!"):
            raise NotUnderstood("an extended pattern")
        return Word(tuple(joined(parts)))

    def loose_parts(self) -> list[Part]:
        """Everything up to the end, blanks included: an unquoted operand."""
        parts: list[Part | Quoted] = []
        while self.at < len(self.code):
            parts.append(self._part(self.code[self.at]))
        return joined(parts)

    def _part(self, character: str) -> Part | Quoted:
        if character == "\\":
            self.at += 2
            return Text(self.code[self.at - 1 : self.at], True)
        if character == "'":
            end = self._find("'", self.at + 1)
            text = self.code[self.at + 1 : end]
            self.at = end + 1
            return Text(text, True)
        if character == '"':
            self.at += 1
            parts = self.quoted_parts(end='"')
            return Quoted(tuple(parts))
        if character == "`":
            return self._backquoted(is_quoted=False)
        if character == "$":
            return self._dollar(is_quoted=False)
        run = _RUN.match(self.code, self.at)
        if run is None:
            self.at += 1
            return Text(character)
        self.at = run.end()
        return Text(run[0])

    def quoted_parts(self, end: str) -> list[Part]:
        """Parts up to an unescaped ``end`` (empty: the end of the text); ``$`` and backquotes count."""
        parts: list[Part | Quoted] = [Text("", True)]
        while True:
            if self.at >= len(self.code):
                if end:
                    raise NotUnderstood("a quotation that does not end")
                return joined(parts)
            character = self.code[self.at]
            if character == end:
                self.at += 1
                return joined(parts)
            if character == "\\" and self.code[self.at + 1 : self.at + 2] in ("$", "`", '"', "\\"):
                parts.append(Text(self.code[self.at + 1], True))
                self.at += 2
            elif character == "`":
                parts.append(self._backquoted(is_quoted=True))
            elif character == "$":
                parts.append(self._dollar(is_quoted=True))
            else:
                run = _QUOTED_RUN.match(self.code, self.at)
                parts.append(Text(run[0] if run else character, True))
                self.at += len(run[0]) if run else 1

    def _dollar(self, *, is_quoted: bool) -> Part | Quoted:
        following = self.code[self.at + 1 : self.at + 3]
        if following == "((":
            closed = self._arithmetic()
            if closed is not None:
                return closed
        if following.startswith("("):
            self.at += 2
            return self._substitution(is_quoted=is_quoted)
        if following.startswith("{"):
            return self._braced(is_quoted)
        if following.startswith("'") and not is_quoted:
            return self._ansi()
        if following.startswith('"') and not is_quoted:
            self.at += 2
            return Quoted(tuple(self.quoted_parts(end='"')))
        if following.startswith("["):
            end = self._find("]", self.at)
            self.at = end + 1
            return Arithmetic("")
        match = _NAME.match(self.code, self.at + 1)
        if match is None:
            self.at += 1
            return Text("$", True)
        self.at = match.end()
        return Variable(match[0], is_quoted=is_quoted)

    def _arithmetic(self) -> Arithmetic | None:
        depth, position = 0, self.at + 1
        while position < len(self.code):
            depth += {"(": 1, ")": -1}.get(self.code[position], 0)
            position += 1
            if depth == 0:
                text = self.code[self.at + 3 : position - 2]
                if self.code[position - 2] != ")":
                    return None
                if "$(" in text or "`" in text:
                    raise NotUnderstood("a command inside of a calculation")
                self.at = position
                return Arithmetic(text)
        raise NotUnderstood("a calculation that does not end")

    def _braced(self, is_quoted: bool) -> Variable:
        depth, position = 1, self.at + 2
        while depth:
            if position >= len(self.code):
                raise NotUnderstood("a variable that does not end")
            character = self.code[position]
            if character == "\\":
                position += 1
            elif character == "'" and not is_quoted:
                position = self._find("'", position + 1)
            elif character in "{}":
                depth += 1 if character == "{" else -1
            position += 1
        inside = self.code[self.at + 2 : position - 1]
        self.at = position
        match = re.match(r"([!#]?)([A-Za-z_]\w*|\d+|[@*?$!#_-])(\[[^\]]*\])?", inside)
        if match is None or "$(" in (match[3] or "") or "`" in (match[3] or ""):
            raise NotUnderstood("a variable with an unusual name")
        return Variable(match[1] + match[2] + (match[3] or ""), inside[match.end() :], is_quoted)

    def _ansi(self) -> Text:
        position = self.at + 2
        while position < len(self.code) and self.code[position] != "'":
            position += 2 if self.code[position] == "\\" else 1
        if position >= len(self.code):
            raise NotUnderstood("a quotation that does not end")
        text = self.code[self.at + 2 : position]
        self.at = position + 1
        return Text(unescaped(text), True)

    def _substitution(self, *, is_quoted: bool, is_file: bool = False) -> Substitution:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise NotUnderstood("nested too deeply")
        waiting, self.documents = self.documents, []
        script = self.script(frozenset({")"}))
        self.documents = waiting
        self._take(")")
        self.nesting -= 1
        return Substitution(script, is_quoted, is_file)

    def _backquoted(self, *, is_quoted: bool) -> Substitution:
        position = self.at + 1
        while position < len(self.code) and self.code[position] != "`":
            position += 2 if self.code[position] == "\\" else 1
        if position >= len(self.code):
            raise NotUnderstood("backquotes that do not end")
        inside = re.sub(r"\\([`\\$])", r"\1", self.code[self.at + 1 : position])
        self.at = position + 1
        return Substitution(self._whole(inside), is_quoted)

    def _read_documents(self) -> None:
        for document in self.documents:
            lines: list[str] = []
            while True:
                end = self.code.find("\n", self.at)
                line = self.code[self.at : end if end >= 0 else len(self.code)]
                finished = self.at >= len(self.code)
                self.at = end + 1 if end >= 0 else len(self.code)
                if document.strips_tabs:
                    line = line.lstrip("\t")
                if line == document.delimiter or finished:
                    break
                lines.append(line)
            body = "".join(f"{line}\n" for line in lines)
            parts = (
                [Text(body, True)] if document.is_literal else type(self)(body, self.nesting).quoted_parts(end="")
            )
            document.redirect.target = Word(tuple(parts))
        self.documents.clear()

    # --- characters ------------------------------------------------------------------------------------

    def _blank(self, *, newlines: bool = False) -> None:
        while self.at < len(self.code):
            character = self.code[self.at]
            if character in " \t\r" or (newlines and self._is_separator()):
                self.at += 1
            elif character == "#" and (self.at == 0 or self.code[self.at - 1] in META):
                end = self.code.find("\n", self.at)
                self.at = len(self.code) if end < 0 else end
            elif character == "\n" and newlines:
                self.at += 1
                self._read_documents()
            else:
                return

    def _is_separator(self) -> bool:
        """Whether a semicolon is here that does not end a branch of a ``case``."""
        return self.code[self.at] == ";" and not self.code.startswith((";;", ";&"), self.at)

    def _whole(self, code: str) -> Script:
        inner = type(self)(code, self.nesting + 1)
        script = inner.script(frozenset())
        if inner.at < len(inner.code):
            raise NotUnderstood("backquotes around no program")
        return script

    def _reserved(self) -> str:
        """The word that begins here when it is reserved, else nothing."""
        match = _BARE.match(self.code, self.at)
        return match[0] if match and match[0] in RESERVED else ""

    def _take(self, text: str) -> None:
        if not text or not self._looking_at(text):
            raise NotUnderstood(f"{text!r} is missing")
        self.at += len(text)

    def _name(self) -> str:
        match = _PLAIN_NAME.match(self.code, self.at)
        if match is None:
            raise NotUnderstood("a name is missing")
        self.at = match.end()
        return match[0]

    def _looking_at(self, text: str) -> bool:
        return self.code.startswith(text, self.at)

    def _find(self, mark: str, start: int) -> int:
        position = self.code.find(mark, start)
        if position < 0:
            raise NotUnderstood("a quotation that does not end")
        return position

    def _until_double_parenthesis(self) -> Word:
        self.at -= 1
        inside = self._arithmetic()
        if inside is None:
            raise NotUnderstood("a calculation that does not end")
        return Word((Text(inside.text, True),))


def unescaped(text: str) -> str:
    """``$'...'`` and ``echo -e`` escapes, carried out."""

    def one(match: re.Match[str]) -> str:
        number = match[1] or match[2] or match[3]
        if number:
            return chr(int(number, 16)) if int(number, 16) <= 0x10FFFF else ""
        if match[4]:
            return chr(int(match[4], 8) & 0xFF)
        if match[5]:
            return chr(ord(match[5]) & 0x1F)
        return _ANSI.get(match[6], match[6])

    return _ESCAPE.sub(one, text)
