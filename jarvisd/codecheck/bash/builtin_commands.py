"""Transfer functions of bash's own commands: how each changes the abstract state. Pure."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from jarvisd.codecheck import paths
from jarvisd.codecheck.bash.environment import HIDING, steered
from jarvisd.codecheck.bash.expansion import ShellVariables
from jarvisd.codecheck.bash.filters import printed
from jarvisd.codecheck.bash.whole_number import whole_number
from jarvisd.codecheck.commands import dispatch
from jarvisd.codecheck.commands.host import CommandHost
from jarvisd.codecheck.finding import Findings, asking, refusing
from jarvisd.codecheck.paths import UNKNOWN, WORKING_DIRECTORY


class BuiltinCommands(CommandHost):
    """What is known of a program: its variables, where it is, and what it has written into files."""

    def __init__(self, workspaces: tuple[str, ...]) -> None:
        self.findings = Findings()
        self.workspaces = workspaces
        self.cwd = WORKING_DIRECTORY
        self.files: dict[str, str] = {}
        self.has_fetched = False
        self._names = ShellVariables()
        self._aliases: dict[str, str] = {}
        self._branches = 0

    def touch(self, path: str, *, writing: bool) -> None:
        """Note that a path is used."""
        self.findings.add(paths.inspect(path, writing=writing, cwd=self.cwd, workspaces=self.workspaces))

    def _assign(self, name: str, value: str) -> None:
        self.findings.add(steered(name, value))
        self._names.assign(name, value, also=self._branches > 0)

    def _eval(self, argv: list[str], stdin: str | None) -> str:
        return self.shell(" ".join(argv[1:]), stdin)

    def _source(self, argv: list[str], stdin: str | None) -> str:
        path = argv[1] if len(argv) > 1 else ""
        self.touch(path, writing=False)
        text = stdin if path in ("/dev/stdin", "-", "/proc/self/fd/0", "/dev/fd/0") else self.files.get(path)
        text = self.files.get(posixpath.normpath(path)) if text is None else text
        if text is not None:
            return self.shell(text)
        dispatch.foreign_file(self)
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
        count = whole_number(argv[1]) if len(argv) > 1 else 1
        count = 1 if count is None or count < 0 else count
        self._names.arguments = self._names.arguments[count:]
        return ""

    def _read(self, argv: list[str], stdin: str | None) -> str:
        names = [word for word in argv[1:] if re.fullmatch(r"[A-Za-z_]\w*", word)]
        line = (stdin if stdin is not None else UNKNOWN).split("\n")[0]
        values = line.split(None, max(len(names) - 1, 0)) if UNKNOWN not in line else []
        for index, name in enumerate(names):
            known = values[index].strip() if index < len(values) else ""
            if UNKNOWN in line:
                known = line if line[0] == "/" and len(names) == 1 else UNKNOWN
            self._names.assign(name, known, also=self._branches > 0)
        if names and any(re.fullmatch(r"-[a-z]*a", word) for word in argv[1:]):
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
        target = next((word for word in argv[1:] if not word.startswith("-")), WORKING_DIRECTORY)
        if UNKNOWN not in target and not target.startswith("~"):
            self.cwd = posixpath.normpath(posixpath.join(self.cwd, target))
            self._names.assign("PWD", self.cwd)
        self.touch(target, writing=False)
        return ""

    def _printf(self, argv: list[str], stdin: str | None) -> str:
        output = printed(argv, stdin)
        if argv[1:2] == ["-v"] and len(argv) > 2:
            self._names.assign(argv[2], output, also=self._branches > 0)
            return ""
        return output

    def _mapfile(self, argv: list[str], stdin: str | None) -> str:
        text = stdin if stdin is not None else UNKNOWN
        self._names.lists[argv[-1]] = [UNKNOWN] if UNKNOWN in text else text.splitlines()
        return ""


BUILTINS: dict[str, Callable[[BuiltinCommands, list[str], str | None], str]] = {
    "eval": BuiltinCommands._eval,
    "source": BuiltinCommands._source,
    ".": BuiltinCommands._source,
    **dict.fromkeys(("declare", "typeset", "export", "local", "readonly"), BuiltinCommands._declare),
    "set": BuiltinCommands._set,
    "shift": BuiltinCommands._shift,
    "read": BuiltinCommands._read,
    "unset": BuiltinCommands._unset,
    "alias": BuiltinCommands._alias,
    "trap": BuiltinCommands._trap,
    **dict.fromkeys(("cd", "pushd"), BuiltinCommands._cd),
    "pwd": BuiltinCommands._pwd,
    "printf": BuiltinCommands._printf,
    **dict.fromkeys(("mapfile", "readarray"), BuiltinCommands._mapfile),
}
