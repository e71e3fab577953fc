"""Follows a bash program without running it: every branch, every value it can tell, every hidden program inside.

Pure. The sandbox is the wall (decision 3); this only describes, and raises: what cannot be followed is opaque.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Callable, Sequence

from jarvisd.executor.rules import commands, places
from jarvisd.executor.rules.finding import Findings, asking, refusing
from jarvisd.executor.rules.places import HERE, UNKNOWN
from jarvisd.executor.rules.shell_expand import PRIVATE, VALUE_LIMIT, Expander, Names
from jarvisd.executor.rules.shell_loops import first_words, has_background, is_computed, is_endless, may_end
from jarvisd.executor.rules.shell_outputs import decodes, printed
from jarvisd.executor.rules.shell_steering import HIDING, steered
from jarvisd.executor.rules.shell_syntax import parse
from jarvisd.executor.rules.shell_tree import (
    Command,
    Compound,
    Function,
    NotUnderstood,
    Pipeline,
    Redirect,
    Script,
    Simple,
)

STEP_LIMIT = 1500
DEPTH_LIMIT = 12
ALTERNATIVES = 8
InspectPython = Callable[[str, int], Findings]


class Follower:
    """One program and everything that is inside of it. ``findings`` and ``does`` are the outcome."""

    def __init__(self, inspect_python: InspectPython, workspaces: tuple[str, ...] = (), depth: int = 0) -> None:
        self.findings = Findings()
        self.does: set[str] = set()
        self.workspaces = workspaces
        self.cwd = HERE
        self.has_decoded = False
        self.has_fetched = False
        self.files: dict[str, str] = {}
        self._inspect_python = inspect_python
        self._names = Names()
        self._expander = Expander(self._names, self._capture, self._process_file)
        self._functions: dict[str, Command] = {}
        self._aliases: dict[str, str] = {}
        self._steps = 0
        self._depth = depth
        self._branches = 0

    # --- programs inside of programs -------------------------------------------------------------------

    def shell(self, code: str, given: str | None = None, arguments: Sequence[str] = ()) -> str:
        """Follow a bash program; what it prints. ``arguments`` begin with its name."""
        if not arguments:
            return self._whole(code, given)
        before, name = self._names.arguments, self._names.variables["0"]
        self._names.arguments, self._names.variables["0"] = list(arguments[1:]), [arguments[0]]
        try:
            return self._whole(code, given)
        finally:
            self._names.arguments, self._names.variables["0"] = before, name

    def _whole(self, code: str, given: str | None) -> str:
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
            return self._script(parse(code), given)
        except NotUnderstood as error:
            self.findings.add(asking("opaque", f"it cannot be followed: {error}"))
            self.findings.add(*commands.suspicious_words(code))
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

    def touch(self, path: str, *, writing: bool) -> None:
        """Note that a path is used."""
        self.findings.add(places.judge(path, writing=writing, cwd=self.cwd, workspaces=self.workspaces))

    # --- lists -----------------------------------------------------------------------------------------

    def _script(self, script: Script, given: str | None = None) -> str:
        output = ""
        for pipeline in script.pipelines:
            output = (output + self._pipeline(pipeline, given))[:VALUE_LIMIT]
        return output

    def _pipeline(self, pipeline: Pipeline, given: str | None) -> str:
        text = given
        for command in pipeline.commands:
            text = self._command(command, text)
        return text or ""

    def _command(self, command: Command, given: str | None) -> str:
        self._steps += 1
        if self._steps > STEP_LIMIT:
            self.findings.add(refusing("encoded_payload", "it is too long to follow"))
            return UNKNOWN
        if isinstance(command, Function):
            self._functions[command.name] = command.body
            self._look_for_bomb(command)
            return ""
        if isinstance(command, Simple):
            return self._simple(command, given)
        return self._compound(command, given)

    def _compound(self, command: Compound, given: str | None) -> str:
        for redirect in command.redirects:
            given = self._redirected_input(redirect, given)
        if is_endless(command):
            many, ends = has_background(command), may_end(command)
            found = refusing if many or not ends else asking
            self.findings.add(found("resource", f"it {'starts programs' if many else 'goes on'} without end"))
        self._branches += command.kind in ("if", "case", "while", "until")
        if command.kind in ("for", "select"):
            output = self._loop(command, given)
        else:
            for word in command.words:
                self._expander.fields(word)
            output = "".join(self._script(body, given) for body in command.bodies)[:VALUE_LIMIT]
        self._branches -= command.kind in ("if", "case", "while", "until")
        for redirect in command.redirects:
            self._redirected_output(redirect, output)
        return output

    def _loop(self, command: Compound, given: str | None) -> str:
        values = [value for word in command.words for value in self._expander.fields(word)]
        output = ""
        for value in values if command.variable else [UNKNOWN]:
            if command.variable:
                self._names.assign(command.variable, value)
            output += "".join(self._script(body, given) for body in command.bodies)
        if command.variable:
            for value in values[:ALTERNATIVES]:
                self._names.assign(command.variable, value, also=True)
        return output[:VALUE_LIMIT]

    # --- commands --------------------------------------------------------------------------------------

    def _simple(self, command: Simple, given: str | None) -> str:
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
            given = self._redirected_input(redirect, given)
        output = self._each(command, given)
        if command.redirects and "yes" in first_words(command):
            self.findings.add(refusing("resource", "it fills the disk"))
        for redirect in command.redirects:
            self._redirected_output(redirect, output)
        return "" if any(redirect.operator.startswith((">", "&>")) for redirect in command.redirects) else output

    def _each(self, command: Simple, given: str | None) -> str:
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
                output = self.argv(argv, given)
            if pick + 1 >= most:
                break
        self._names.pick = outer
        return output

    def argv(self, argv: list[str], given: str | None = None) -> str:
        """Follow one command with its arguments; what it prints."""
        self._steps += 1
        if self._steps > STEP_LIMIT:
            return UNKNOWN
        name = argv[0]
        if name in self._functions:
            return self._call(name, argv[1:], given)
        if name in self._aliases:
            return self.shell(" ".join([self._aliases.pop(name), *map(shlex.quote, argv[1:])]), given)
        builtin = _BUILTINS.get(name)
        if builtin is not None:
            return builtin(self, argv, given)
        if name == "cat" and len(argv) == 2 and argv[1] in self.files:
            return self.files[argv[1]]
        self.has_decoded = self.has_decoded or decodes(argv)
        result = commands.judge(argv, given, self)
        return printed(argv, given) if result is None else result

    def _call(self, name: str, arguments: list[str], given: str | None) -> str:
        if self._depth >= DEPTH_LIMIT:
            return UNKNOWN
        self._depth += 1
        before, self._names.arguments = self._names.arguments, arguments
        try:
            return self._command(self._functions[name], given)
        finally:
            self._names.arguments = before
            self._depth -= 1

    def _assign(self, name: str, value: str) -> None:
        self.findings.add(steered(name, value))
        self._names.assign(name, value, also=self._branches > 0)

    # --- input and output ------------------------------------------------------------------------------

    def _redirected_input(self, redirect: Redirect, given: str | None) -> str | None:
        if redirect.operator == "<<":
            return self._expander.text(redirect.target)
        if redirect.operator == "<<<":
            return self._expander.text(redirect.target) + "\n"
        if redirect.operator in ("<", "<>"):
            path = self._expander.text(redirect.target)
            self.touch(path, writing=redirect.operator == "<>")
            return self.files.get(path, UNKNOWN)
        return given

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

    def _process_file(self, script: Script, given: str | None) -> str:
        path = f"/dev/fd/{100 + len(self.files)}"
        self.files[path] = self._script(script, given)
        return path

    def _look_for_bomb(self, function: Function) -> None:
        calls = [word for word in first_words(function.body) if word == function.name]
        if calls and (len(calls) > 1 or has_background(function.body)):
            self.findings.add(refusing("resource", "it is a program that multiplies itself"))
        elif calls:
            self.findings.add(asking("resource", "it calls itself"))

    # --- builtins --------------------------------------------------------------------------------------

    def _eval(self, argv: list[str], given: str | None) -> str:
        return self.shell(" ".join(argv[1:]), given)

    def _source(self, argv: list[str], given: str | None) -> str:
        path = argv[1] if len(argv) > 1 else ""
        self.touch(path, writing=False)
        text = given if path in ("/dev/stdin", "-", "/proc/self/fd/0", "/dev/fd/0") else self.files.get(path)
        text = self.files.get(posixpath.normpath(path)) if text is None else text
        if text is not None:
            return self.shell(text)
        commands.foreign_file(self)
        return UNKNOWN

    def _declare(self, argv: list[str], _: str | None) -> str:
        if any(re.fullmatch(r"-\w*n\w*", word) for word in argv[1:]) and argv[0] != "export":
            self.findings.add(asking("opaque", "it gives a variable two names"))
            argv = [word.partition("=")[0] + f"={UNKNOWN}" for word in argv]
        for word in argv[1:]:
            name, equals, value = word.partition("=")
            if equals and (value or name not in self._names.lists):
                self._assign(name, value)
        return ""

    def _pwd(self, _: list[str], __: str | None) -> str:
        return f"{self.cwd}\n"

    def _set(self, argv: list[str], _: str | None) -> str:
        if "--" in argv:
            self._names.arguments = argv[argv.index("--") + 1 :]
        elif len(argv) > 1 and argv[1][:1] not in "-+":
            self._names.arguments = argv[1:]
        return ""

    def _shift(self, argv: list[str], _: str | None) -> str:
        count = int(argv[1]) if len(argv) > 1 and argv[1].isdigit() else 1
        self._names.arguments = self._names.arguments[count:]
        return ""

    def _read(self, argv: list[str], given: str | None) -> str:
        names = [word for word in argv[1:] if re.fullmatch(r"[A-Za-z_]\w*", word)]
        line = (given if given is not None else UNKNOWN).split("\n")[0]
        values = line.split(None, max(len(names) - 1, 0)) if UNKNOWN not in line else []
        for index, name in enumerate(names):
            known = values[index].strip() if index < len(values) else ""
            if UNKNOWN in line:
                known = line if line[0] == "/" and len(names) == 1 else UNKNOWN
            self._names.assign(name, known, also=self._branches > 0)
        if "-a" in argv and names:
            self._names.lists[names[0]] = [UNKNOWN] if UNKNOWN in line else line.split()
        return ""

    def _unset(self, argv: list[str], _: str | None) -> str:
        for name in argv[1:]:
            if name in HIDING:
                self.findings.add(refusing("destructive", "it hides what was done"))
            if not self._branches:
                self._names.variables.pop(name, None)
        return ""

    def _alias(self, argv: list[str], _: str | None) -> str:
        for word in argv[1:]:
            name, equals, value = word.partition("=")
            if equals:
                self.shell(value)
                self._aliases[name] = value
                self.findings.add(asking("opaque", f"it gives {name[:20]} another meaning"))
        return ""

    def _trap(self, argv: list[str], _: str | None) -> str:
        if len(argv) > 2 and argv[1] not in ("-", ""):
            self.shell(argv[1])
        return ""

    def _cd(self, argv: list[str], _: str | None) -> str:
        target = next((word for word in argv[1:] if not word.startswith("-")), HERE)
        if UNKNOWN not in target and not target.startswith("~"):
            self.cwd = posixpath.normpath(posixpath.join(self.cwd, target))
            self._names.assign("PWD", self.cwd)
        self.touch(target, writing=False)
        return ""

    def _printf(self, argv: list[str], given: str | None) -> str:
        output = printed(argv, given)
        if argv[1:2] == ["-v"] and len(argv) > 2:
            self._names.assign(argv[2], output, also=self._branches > 0)
            return ""
        return output

    def _mapfile(self, argv: list[str], given: str | None) -> str:
        text = given if given is not None else UNKNOWN
        self._names.lists[argv[-1]] = [UNKNOWN] if UNKNOWN in text else text.splitlines()
        return ""


_BUILTINS: dict[str, Callable[[Follower, list[str], str | None], str]] = {
    "eval": Follower._eval,
    "source": Follower._source,
    ".": Follower._source,
    **dict.fromkeys(("declare", "typeset", "export", "local", "readonly"), Follower._declare),
    "set": Follower._set,
    "shift": Follower._shift,
    "read": Follower._read,
    "unset": Follower._unset,
    "alias": Follower._alias,
    "trap": Follower._trap,
    **dict.fromkeys(("cd", "pushd"), Follower._cd),
    "pwd": Follower._pwd,
    "printf": Follower._printf,
    **dict.fromkeys(("mapfile", "readarray"), Follower._mapfile),
}


def inspect(code: str, inspect_python: InspectPython, workspaces: tuple[str, ...], depth: int = 0) -> Follower:
    """Follow a whole program."""
    follower = Follower(inspect_python, workspaces, depth)
    if depth == 0 and PRIVATE.search(code):
        follower.findings.add(refusing("deceptive_text", "it holds characters without a meaning"))
    else:
        follower.shell(code)
    return follower
