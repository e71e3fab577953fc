"""A strict parser for bash. Pure.

It covers the language as people and models write it. Whatever it does not cover raises
:class:`NotUnderstood`: the caller then treats the program as opaque, never as harmless.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jarvisd.codecheck.bash.lexer import MAX_NESTING, META, RESERVED, HereDocument, Lexer
from jarvisd.codecheck.bash.tree import (
    Assignment,
    Command,
    Compound,
    Function,
    NotUnderstood,
    Pipeline,
    Redirect,
    Script,
    Simple,
    Text,
    Variable,
    Word,
)

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\[[^\]\n]*\])?\+?=")
_REDIRECT = re.compile(r"(\d*|\{\w+\})(&>>|&>|<<<|<<-|<<|<>|>>|>&|<&|>\||<|>)")


def parse(code: str, nesting: int = 0) -> Script:
    """The parts of ``code``; raises :class:`NotUnderstood`."""
    parser = _Parser(code.replace("\\\n", ""), nesting)
    script = parser.script(frozenset())
    if parser.at < len(parser.code):
        raise NotUnderstood(f"unexpected {parser.code[parser.at]!r}")
    return script


def parse_operand(text: str, nesting: int, *, is_quoted: bool) -> Word:
    """The word inside ``${name:-word}``."""
    parser = _Parser(text, nesting)
    return Word(tuple(parser.quoted_parts(end="") if is_quoted else parser.loose_parts()))


class _Parser(Lexer):
    # --- lists -----------------------------------------------------------------------------------------

    def script(self, ends: frozenset[str]) -> Script:
        """Everything up to one of ``ends``, which is not consumed."""
        pipelines: list[Pipeline] = []
        while True:
            self._blank(newlines=True)
            if self._ends(ends):
                return Script(tuple(pipelines))
            commands = self._pipeline(ends)
            self._blank()
            background = False
            for operator in ("&&", "||", ";", "&", "\n"):
                if self._looking_at(operator) and not self.code.startswith((";;", ";&"), self.at):
                    background = operator == "&"
                    self._separate(operator)
                    break
            else:
                if not self._ends(ends):
                    raise NotUnderstood("two commands without a separator")
            pipelines.append(Pipeline(tuple(commands), background))

    def _ends(self, ends: frozenset[str]) -> bool:
        if self.at >= len(self.code):
            if ends:
                raise NotUnderstood(f"{'/'.join(sorted(ends))} is missing")
            return True
        if self.code[self.at] == ")":
            return ")" in ends or not ends
        if self._looking_at(";;") or self._looking_at(";&"):
            return ";;" in ends
        return self._reserved() in ends

    def _separate(self, operator: str) -> None:
        if operator == "\n":
            self._blank(newlines=True)
        else:
            self.at += len(operator)

    def _pipeline(self, ends: frozenset[str]) -> list[Command]:
        commands: list[Command] = []
        while True:
            self._blank()
            while (word := self._reserved()) in ("!", "time"):
                self._take(word)
                self._blank()
                if word == "time" and self._looking_at("-p"):
                    self.at += 2
                    self._blank()
            commands.append(self._command())
            self._blank()
            if self._looking_at("||") or not self._looking_at("|"):
                return commands
            self.at += 2 if self._looking_at("|&") else 1
            self._blank(newlines=True)

    # --- commands --------------------------------------------------------------------------------------

    def _command(self) -> Command:
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise NotUnderstood("nested too deeply")
        try:
            word = self._reserved()
            command = self._compound(word)
            if command is None:
                return self._simple()
            return (
                Compound(command.kind, command.bodies, command.variable, command.words, tuple(self._redirects()))
                if isinstance(command, Compound)
                else command
            )
        finally:
            self.nesting -= 1

    def _compound(self, word: str) -> Compound | Function | None:
        if self._looking_at("(("):
            return Compound("((", words=(self._until_double_parenthesis(),))
        if self._looking_at("("):
            self.at += 1
            body = self.script(frozenset({")"}))
            self._take(")")
            return Compound("(", (body,))
        readers = {
            "if": self._if,
            "for": self._for,
            "select": self._for,
            "while": self._while,
            "until": self._while,
        }
        if word in readers:
            self._take(word)
            return readers[word](word)
        if word == "case":
            return self._case()
        if word == "{":
            self._take("{")
            return Compound("{", (self._until("}"),))
        if word == "[[":
            return self._condition()
        if word == "function":
            return self._function()
        if word in RESERVED and word != "in":
            raise NotUnderstood(f"unexpected {word!r}")
        return None

    def _until(self, end: str) -> Script:
        body = self.script(frozenset({end}))
        self._take(end)
        return body

    def _if(self, _: str) -> Compound:
        bodies = [self._until("then")]
        while True:
            bodies.append(self.script(frozenset({"elif", "else", "fi"})))
            word = self._reserved()
            self._take(word)
            if word == "fi":
                return Compound("if", tuple(bodies))
            bodies.append(self._until("then" if word == "elif" else "fi"))
            if word == "else":
                return Compound("if", tuple(bodies))

    def _while(self, word: str) -> Compound:
        condition = self._until("do")
        return Compound(word, (condition, self._until("done")))

    def _for(self, word: str) -> Compound:
        self._blank()
        if self._looking_at("(("):
            header: tuple[Word, ...] = (self._until_double_parenthesis(),)
            name = ""
        else:
            name = self._name()
            self._blank(newlines=True)
            header = ()
            if self._reserved() == "in":
                self._take("in")
                header = tuple(self._words())
            else:
                header = (Word((Variable("@", is_quoted=True),)),)
        self._blank(newlines=True)
        opening = self._reserved()
        if opening not in ("do", "{"):
            raise NotUnderstood("a loop without a body")
        self._take(opening)
        return Compound(word, (self._until("done" if opening == "do" else "}"),), name, header)

    def _case(self) -> Compound:
        self._take("case")
        self._blank()
        words = [self._word()]
        self._blank(newlines=True)
        self._take("in")
        bodies: list[Script] = []
        while True:
            self._blank(newlines=True)
            if self._reserved() == "esac":
                self._take("esac")
                return Compound("case", tuple(bodies), words=tuple(words))
            if self._looking_at("("):
                self.at += 1
            while not self._looking_at(")"):
                self._blank()
                words.append(self._word())
                self._blank()
                if self._looking_at("|"):
                    self.at += 1
            self.at += 1
            bodies.append(self.script(frozenset({";;", "esac"})))
            while self._looking_at(";") or self._looking_at("&"):
                self.at += 1

    def _condition(self) -> Compound:
        self._take("[[")
        words: list[Word] = []
        while True:
            self._blank(newlines=True)
            if self.at >= len(self.code):
                raise NotUnderstood("]] is missing")
            if re.match(r"\]\](?=[\s;&|)]|$)", self.code[self.at :]):
                self.at += 2
                return Compound("[[", words=tuple(words))
            if self._looking_at("<(") or self.code[self.at] not in "()<>&|":
                words.append(self._word())
            else:
                self.at += 1

    def _function(self) -> Function:
        self._take("function")
        self._blank()
        name = self._name()
        self._blank()
        if self._looking_at("("):
            self.at += 1
            self._blank()
            self._take(")")
        self._blank(newlines=True)
        return Function(name, self._command())

    def _simple(self) -> Command:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self._blank()
            if self.at >= len(self.code):
                break
            if self._redirect(redirects):
                continue
            character = self.code[self.at]
            if character in "\n;&|)":
                break
            if character == "(":
                return self._definition(words)
            assigned = None if words else self._assignment()
            if assigned is not None:
                assignments.append(assigned)
            else:
                words.append(self._word())
                declared = self._declared(words)
                if declared is not None:
                    assignments.append(declared)
        if not (assignments or words or redirects):
            raise NotUnderstood("an empty command")
        return Simple(tuple(assignments), tuple(words), tuple(redirects))

    def _declared(self, words: Sequence[Word]) -> Assignment | None:
        """``declare -a x=(...)``: the only place besides assignments where a list may be given."""
        last = words[-1].parts
        if not (self._looking_at("(") and last and isinstance(last[-1], Text) and last[-1].text.endswith("=")):
            return None
        if len(last) != 1 or last[0] != last[-1] or len(words) < 2:
            return None
        return Assignment(last[-1].text.rstrip("=+"), tuple(self._list()), is_array=True)

    def _definition(self, words: Sequence[Word]) -> Function:
        if len(words) != 1 or len(words[0].parts) != 1 or not isinstance(words[0].parts[0], Text):
            raise NotUnderstood("a parenthesis inside of a command")
        self.at += 1
        self._blank()
        self._take(")")
        self._blank(newlines=True)
        return Function(words[0].parts[0].text, self._command())

    def _assignment(self) -> Assignment | None:
        match = _ASSIGNMENT.match(self.code, self.at)
        if match is None:
            return None
        if "$(" in match[0] or "`" in match[0]:
            raise NotUnderstood("a command inside of an index")
        self.at = match.end()
        appends = match[0].endswith("+=")
        if self._looking_at("("):
            return Assignment(match[1], tuple(self._list()), is_array=True, appends=appends)
        if self.at >= len(self.code) or self.code[self.at] in META:
            return Assignment(match[1], (Word(()),), appends=appends)
        return Assignment(match[1], (self._word(),), appends=appends)

    def _list(self) -> list[Word]:
        self.at += 1
        words: list[Word] = []
        while True:
            self._blank(newlines=True)
            if self._looking_at(")"):
                self.at += 1
                return words
            words.append(self._word())

    def _words(self) -> list[Word]:
        words: list[Word] = []
        while True:
            self._blank()
            if self.at >= len(self.code) or self.code[self.at] in "\n;&|)":
                return words
            words.append(self._word())

    # --- redirections ----------------------------------------------------------------------------------

    def _redirects(self) -> list[Redirect]:
        found: list[Redirect] = []
        while True:
            self._blank()
            if not self._redirect(found):
                return found

    def _redirect(self, into: list[Redirect]) -> bool:
        match = _REDIRECT.match(self.code, self.at)
        if match is None or self.code.startswith(("<(", ">("), self.at):
            return False
        self.at = match.end()
        operator = match[2]
        self._blank()
        if operator in ("<<", "<<-"):
            self._begin_document(operator, into)
        else:
            into.append(Redirect(operator, self._word()))
        return True

    def _begin_document(self, operator: str, into: list[Redirect]) -> None:
        start = self.at
        word = self._word()
        if any(not isinstance(part, Text) for part in word.parts):
            raise NotUnderstood("a here-document with a computed end")
        delimiter = "".join(part.text for part in word.parts if isinstance(part, Text))
        is_literal = any(mark in self.code[start : self.at] for mark in "'\"\\")
        into.append(Redirect("<<", Word(())))
        self.documents.append(HereDocument(delimiter, is_literal, operator == "<<-", into[-1]))
