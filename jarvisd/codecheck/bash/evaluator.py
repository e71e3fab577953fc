"""Abstract interpretation of bash: a program is carried out on what is known of its values. Pure.

The abstract state is the variables, the positional parameters, the current folder, the files that the program
has written, its functions and aliases, and a taint: whether any text was decoded. A variable has the set of
values that some path gave it, at most eight; what only running would tell is :data:`UNKNOWN`, the top of the
lattice. Control flow is over-approximated: every branch is taken, joins keep the values of all sides, a loop's
body is carried out once for each known value. Commands are models (:mod:`jarvisd.codecheck.commands`), filters
are computed on known input.

It is bounded in steps and depth, and no proof: a program that computes what it runs is refused or asked about
instead of understood. The sandbox is the wall (decision 3); this raises, and what cannot be followed is opaque.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Sequence

from jarvisd.codecheck.bash.builtin_commands import BUILTINS, BuiltinCommands
from jarvisd.codecheck.bash.expansion import VALUE_LIMIT, Expander
from jarvisd.codecheck.bash.filters import decodes, printed
from jarvisd.codecheck.bash.loops import first_words, has_background, is_computed, is_endless, may_end
from jarvisd.codecheck.bash.parser import parse
from jarvisd.codecheck.bash.tree import (
    Command,
    Compound,
    Function,
    NotUnderstood,
    Pipeline,
    Redirect,
    Script,
    Simple,
)
from jarvisd.codecheck.commands import dispatch
from jarvisd.codecheck.finding import Findings, asking, refusing
from jarvisd.codecheck.paths import PRIVATE_USE, UNKNOWN

STEP_LIMIT = 1500
"""Commands that are carried out; the longest harmless program of the corpus needs 13."""
DEPTH_LIMIT = 12
"""Programs and functions inside of each other."""
ALTERNATIVES = 8
"""Values of a variable that are tried."""
InspectPython = Callable[[str, int], Findings]


class BashEvaluator(BuiltinCommands):
    """One program and everything that is inside of it. ``findings`` are the outcome."""

    def __init__(self, inspect_python: InspectPython, workspaces: tuple[str, ...] = (), depth: int = 0) -> None:
        super().__init__(workspaces)
        self.has_decoded = False
        self._inspect_python = inspect_python
        self._expander = Expander(self._names, self._capture, self._process_file)
        self._functions: dict[str, Command] = {}
        self._calling: list[str] = []
        self._steps = 0
        self._depth = depth

    # --- programs inside of programs -------------------------------------------------------------------

    def shell(self, code: str, stdin: str | None = None, arguments: Sequence[str] = ()) -> str:
        """Follow a bash program; what it prints. ``arguments`` begin with its name."""
        if not arguments:
            return self._whole(code, stdin)
        before, name = self._names.arguments, self._names.variables["0"]
        self._names.arguments, self._names.variables["0"] = list(arguments[1:]), [arguments[0]]
        try:
            return self._whole(code, stdin)
        finally:
            self._names.arguments, self._names.variables["0"] = before, name

    def _whole(self, code: str, stdin: str | None) -> str:
        if self._depth >= DEPTH_LIMIT:
            self.findings.add(refusing("encoded_payload", "programs are nested in each other"))
            return UNKNOWN
        if UNKNOWN in code:
            if not code.strip().partition(UNKNOWN)[0].strip(" \t\n;\"'"):
                self.findings.add(refusing("encoded_payload", "it runs text that it computes"))
                return UNKNOWN
            self.findings.add(asking("opaque", "it runs text that is partly computed"))
        if self.has_decoded and self._depth:
            self.findings.add(refusing("encoded_payload", "it runs text that it decodes"))
        self._depth += 1
        try:
            return self._script(parse(code), stdin)
        except NotUnderstood as error:
            self.findings.add(asking("opaque", f"it cannot be followed: {error}"))
            self.findings.add(*dispatch.suspicious_words(code))
            return UNKNOWN
        except RecursionError:
            self.findings.add(refusing("encoded_payload", "it is nested too deeply to follow"))
            return UNKNOWN
        finally:
            self._depth -= 1

    def python(self, code: str) -> None:
        """Follow a Python program inside of this one."""
        if self.has_decoded:
            self.findings.add(refusing("encoded_payload", "it runs text that it decodes"))
        if UNKNOWN in code and not code.partition(UNKNOWN)[0].strip():
            self.findings.add(refusing("encoded_payload", "it runs text that it computes"))
            return
        self.findings.add(*self._inspect_python(code.replace(UNKNOWN, "_"), self._depth + 1).all())

    # --- lists -----------------------------------------------------------------------------------------

    def _script(self, script: Script, stdin: str | None = None) -> str:
        output = ""
        for pipeline in script.pipelines:
            output = (output + self._pipeline(pipeline, stdin))[:VALUE_LIMIT]
        return output

    def _pipeline(self, pipeline: Pipeline, stdin: str | None) -> str:
        text = stdin
        for command in pipeline.commands:
            text = self._command(command, text)
        return text or ""

    def _command(self, command: Command, stdin: str | None) -> str:
        if self._is_exhausted():
            return UNKNOWN
        if isinstance(command, Function):
            self._functions[command.name] = command.body
            self._look_for_bomb(command)
            return ""
        if isinstance(command, Simple):
            return self._simple(command, stdin)
        return self._compound(command, stdin)

    def _compound(self, command: Compound, stdin: str | None) -> str:
        for redirect in command.redirects:
            stdin = self._redirected_input(redirect, stdin)
        if is_endless(command):
            many, ends = has_background(command), may_end(command)
            found = refusing if many or not ends else asking
            self.findings.add(found("resource", f"it {'starts programs' if many else 'goes on'} without end"))
        self._branches += command.kind in ("if", "case", "while", "until")
        if command.kind in ("for", "select"):
            output = self._loop(command, stdin)
        else:
            for word in command.words:
                self._expander.fields(word)
            output = "".join(self._script(body, stdin) for body in command.bodies)[:VALUE_LIMIT]
        self._branches -= command.kind in ("if", "case", "while", "until")
        for redirect in command.redirects:
            self._redirected_output(redirect, output)
        return output

    def _loop(self, command: Compound, stdin: str | None) -> str:
        values = [value for word in command.words for value in self._expander.fields(word)]
        output = ""
        for value in values if command.variable else [UNKNOWN]:
            if command.variable:
                self._names.assign(command.variable, value)
            output += "".join(self._script(body, stdin) for body in command.bodies)
        if command.variable:
            for value in values[:ALTERNATIVES]:
                self._names.assign(command.variable, value, also=True)
        return output[:VALUE_LIMIT]

    # --- commands --------------------------------------------------------------------------------------

    def _simple(self, command: Simple, stdin: str | None) -> str:
        for assignment in command.assignments:
            values = [value for word in assignment.values for value in self._expander.fields(word)]
            if assignment.is_array:
                before = self._names.lists.get(assignment.name, []) if assignment.appends else []
                self._names.lists[assignment.name] = before + values
            else:
                text = self._expander.text(assignment.values[0])
                if assignment.appends:
                    text = (self._names.value(assignment.name) or "") + text
                self._assign(assignment.name, text)
        for redirect in command.redirects:
            stdin = self._redirected_input(redirect, stdin)
        output = self._each(command, stdin)
        if command.redirects and "yes" in first_words(command):
            self.findings.add(refusing("resource", "it fills the disk"))
        for redirect in command.redirects:
            self._redirected_output(redirect, output)
        return "" if any(redirect.operator.startswith((">", "&>")) for redirect in command.redirects) else output

    def _each(self, command: Simple, stdin: str | None) -> str:
        """Follow a command once for each value that its variables may have."""
        output = ""
        outer = self._names.pick
        self._names.most = 1
        for pick in range(ALTERNATIVES):
            self._names.pick = outer + pick
            argv = [value for word in command.words for value in self._expander.fields(word)]
            most = self._names.most
            if argv:
                if self.has_decoded and is_computed(command):
                    self.findings.add(refusing("encoded_payload", "it runs text that it decodes"))
                output = self.argv(argv, stdin)
            if pick + 1 >= most:
                break
        self._names.pick = outer
        return output

    def argv(self, argv: list[str], stdin: str | None = None) -> str:
        """Follow one command with its arguments; what it prints."""
        if self._is_exhausted():
            return UNKNOWN
        name = argv[0]
        if name in self._functions:
            return self._call(name, argv[1:], stdin)
        if name in self._aliases:
            return self.shell(" ".join([self._aliases.pop(name), *map(shlex.quote, argv[1:])]), stdin)
        builtin = BUILTINS.get(name)
        if builtin is not None:
            return builtin(self, argv, stdin)
        if name == "cat" and len(argv) == 2 and argv[1] in self.files:
            return self.files[argv[1]]
        self.has_decoded = self.has_decoded or decodes(argv)
        result = dispatch.inspect(argv, stdin, self)
        return printed(argv, stdin) if result is None else result

    def _is_exhausted(self) -> bool:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            self.findings.add(refusing("encoded_payload", "it is too long to follow"))
        return self._steps > STEP_LIMIT

    def _call(self, name: str, arguments: list[str], stdin: str | None) -> str:
        if self._depth >= DEPTH_LIMIT:
            # The body of a function that calls itself has been looked at by now.
            if name not in self._calling:
                self.findings.add(refusing("encoded_payload", "programs are nested in each other"))
            return UNKNOWN
        self._depth += 1
        self._calling.append(name)
        before, self._names.arguments = self._names.arguments, arguments
        try:
            return self._command(self._functions[name], stdin)
        finally:
            self._names.arguments = before
            self._calling.pop()
            self._depth -= 1

    # --- input and output ------------------------------------------------------------------------------

    def _redirected_input(self, redirect: Redirect, stdin: str | None) -> str | None:
        if redirect.operator == "<<":
            return self._expander.text(redirect.target)
        if redirect.operator == "<<<":
            return self._expander.text(redirect.target) + "\n"
        if redirect.operator in ("<", "<>"):
            path = self._expander.text(redirect.target)
            self.touch(path, writing=redirect.operator == "<>")
            return self.files.get(path, UNKNOWN)
        return stdin

    def _redirected_output(self, redirect: Redirect, output: str) -> None:
        if not redirect.operator.startswith((">", "&>")):
            return
        path = self._expander.text(redirect.target)
        if redirect.operator == ">&" and re.fullmatch(r"\d+|-", path):
            return
        self.touch(path, writing=True)
        before = self.files.get(path, "") if ">>" in redirect.operator else ""
        self.files[path] = self.files[posixpath.basename(path)] = before + output

    def _capture(self, script: Script) -> str:
        return self._script(script)

    def _process_file(self, script: Script, stdin: str | None) -> str:
        path = f"/dev/fd/{100 + len(self.files)}"
        self.files[path] = self._script(script, stdin)
        return path

    def _look_for_bomb(self, function: Function) -> None:
        calls = [word for word in first_words(function.body) if word == function.name]
        if calls and (len(calls) > 1 or has_background(function.body)):
            self.findings.add(refusing("resource", "it is a program that multiplies itself"))
        elif calls:
            self.findings.add(asking("resource", "it calls itself"))


def inspect(
    code: str, inspect_python: InspectPython, workspaces: tuple[str, ...], depth: int = 0
) -> BashEvaluator:
    """Follow a whole program."""
    program = BashEvaluator(inspect_python, workspaces, depth)
    if depth == 0 and PRIVATE_USE.search(code):
        program.findings.add(refusing("deceptive_text", "it holds characters without a meaning"))
    else:
        program.shell(code)
    return program
