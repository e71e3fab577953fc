"""Models of Python's calls: programs they start, files they touch, data they send. Pure."""

from __future__ import annotations

import ast
import posixpath
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from jarvisd.codecheck import paths
from jarvisd.codecheck.commands.tables import SHELLS
from jarvisd.codecheck.finding import Findings, asking, refusing
from jarvisd.codecheck.paths import UNKNOWN, WORKING_DIRECTORY
from jarvisd.codecheck.python import tables
from jarvisd.codecheck.python.functions import UNKNOWN_VALUE, PathText
from jarvisd.codecheck.python.names import Resolver
from jarvisd.core.network import web_url

_HIDDEN_NAMES = frozenset({"system", "popen", "eval", "exec", "__import__", "execv", "Popen", "run", "call"})
_ESCAPES = re.compile(r"\\x[0-7][0-9a-fA-F]|\\[01]?[0-7]{2}|\\u00[0-7]|\\N\{")
_SENDING = frozenset({"post", "put", "patch", "request", "send", "sendall", "sendto", "upload"})
InspectShell = Callable[[str, int], Findings]


class CallRules(Resolver, ABC):
    """The calls of one program. ``findings`` are the outcome."""

    def __init__(self, inspect_shell: InspectShell, workspaces: tuple[str, ...] = (), depth: int = 0) -> None:
        super().__init__()
        self.findings = Findings()
        self.starts_programs = False
        self._inspect_shell = inspect_shell
        self._workspaces = workspaces
        self._depth = depth
        self._branches = 0
        self.computed: set[str] = set()
        self._fetches = False
        self._tries = 0
        self._code = ""
        self._cwd = WORKING_DIRECTORY
        self._packs = False
        self._lazy: set[int] = set()
        self._called: set[int] = set()
        self._outer: dict[int, ast.AST] = {}

    @abstractmethod
    def read(self, code: str) -> None:
        """Read a whole program."""

    def _argument(self, node: ast.Call, index: int, *names: str) -> ast.AST | None:
        if index < len(node.args):
            return node.args[index]
        return next((key.value for key in node.keywords if key.arg in names), None)

    def _shell(self, node: ast.Call) -> None:
        self.starts_programs = True
        argument = self._argument(node, 0, "command", "cmd")
        if argument is None or isinstance(argument, ast.Starred):
            self.findings.add(refusing("encoded_payload", "it runs text that it computes"))
            return
        for value in self.values.all(argument):
            self._run_text(UNKNOWN if value is UNKNOWN_VALUE else value if isinstance(value, str) else str(value))

    def _run_text(self, code: str) -> None:
        if self.values.has_decoded:
            self.findings.add(refusing("encoded_payload", "it runs text that it decodes"))
        where = "" if self._cwd == WORKING_DIRECTORY else f"cd {_quoted(self._cwd)}\n"
        self.findings.add(*self._inspect_shell(where + code, self._depth + 1).all())

    def _program(self, name: str, node: ast.Call) -> None:
        self.starts_programs = True
        if name == "asyncio.create_subprocess_exec" or name.rpartition(".")[2].startswith(("execl", "spawnl")):
            skipped = 2 if "spawnl" in name else 1 if "execl" in name else 0
            values: list[Any] = [[self.values.text(item) for item in node.args[skipped:]]]
        else:
            index = 1 if ".exec" in name or ".posix_spawn" in name else 2 if ".spawnv" in name else 0
            argument = self._argument(node, index, "args")
            values = [UNKNOWN_VALUE] if argument is None else self.values.all(argument)
        is_shell = any(key.arg == "shell" and self.values.of(key.value) is not False for key in node.keywords)
        for value in values:
            if isinstance(value, (list, tuple)) and len(value) == 1 and _last(value[0]) in SHELLS:
                self.findings.add(refusing("opaque", "it opens another shell"))
            if isinstance(value, (list, tuple)) and value and not is_shell:
                self._run_text(" ".join(_quoted(str(word)) for word in value))
            elif isinstance(value, (list, tuple)) and value:
                self._run_text(str(value[0]))
            else:
                self._run_text(value if isinstance(value, str) else UNKNOWN)

    def _evaluate(self, name: str, node: ast.Call) -> None:
        argument = self._argument(node, 0, "source", "stmt")
        for value in [UNKNOWN_VALUE] if argument is None else self.values.all(argument):
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            if self.values.has_decoded or self._is_computed(argument):
                self.findings.add(refusing("encoded_payload", "it runs text that it decodes"))
            if isinstance(value, str) and UNKNOWN not in value:
                self.findings.add(asking("opaque", "it runs text as a program"))
                inner = type(self)(self._inspect_shell, self._workspaces, self._depth + 1)
                inner.aliases.update(self.aliases)
                inner.values.names.update(self.values.names)
                inner.read(value)
                self.findings.add(*inner.findings.all())
                if inner.starts_programs or self._is_escaped(argument):
                    self.findings.add(refusing("encoded_payload", "it hides a program in a text"))
            elif isinstance(argument, ast.Call) and self.resolve(argument.func) == "compile":
                continue
            else:
                self.findings.add(refusing("encoded_payload", f"{name} runs text that it computes"))

    def _is_escaped(self, node: ast.AST | None) -> bool:
        """Whether a literal is spelled by the numbers of its characters."""
        segment = ast.get_source_segment(self._code, node) if isinstance(node, ast.Constant) else None
        return segment is not None and _ESCAPES.search(segment) is not None

    def _is_computed(self, node: ast.AST | None) -> bool:
        """Whether a text is put together by functions, directly or under a name."""
        if isinstance(node, ast.Call) and self.resolve(node.func) == "compile" and node.args:
            node = node.args[0]
        inside = list(ast.walk(node)) if node is not None else []
        named = {part.id for part in inside if isinstance(part, ast.Name)}
        return not self.computed.isdisjoint(named) or any(isinstance(part, ast.Call) for part in inside)

    def _hidden_import(self, node: ast.Call) -> None:
        module = self.values.of(node.args[0]) if node.args else UNKNOWN_VALUE
        if not isinstance(module, str) or UNKNOWN in module:
            self.findings.add(refusing("encoded_payload", "it imports what it computes"))
        elif module.partition(".")[0] in tables.RISKY_MODULES:
            self.findings.add(refusing("encoded_payload", f"it imports {module[:20]} in a hidden way"))
        else:
            self.findings.add(asking("opaque", "it imports in an unusual way"))

    def _attribute_by_name(self, name: str, node: ast.Call) -> None:
        if len(node.args) < 2:
            return
        owner, attribute = self.resolve(node.args[0]), self.values.of(node.args[1])
        root = owner.partition(".")[0]
        is_risky = root in tables.RISKY_MODULES or root == "__builtins__"
        if isinstance(attribute, str) and attribute in tables.INSIDES:
            self.findings.add(refusing("encoded_payload", "it reaches into the interpreter"))
        if is_risky and (name != "hasattr"):
            self.findings.add(refusing("encoded_payload", f"it looks up parts of {root} in a hidden way"))

    def _ordinary(self, name: str, node: ast.Call) -> None:
        first = node.args[0] if node.args else None
        if name in tables.OPENERS:
            self._open(name, node)
        elif name in tables.FETCH:
            self._fetch(name, node)
        elif name in tables.SEND:
            self.findings.add(refusing("exfiltration", "it sends data away"))
        elif name in ("pickle.loads", "_pickle.loads", "jsonpickle.decode", "yaml.unsafe_load"):
            if not (isinstance(first, ast.Call) and self.resolve(first.func).endswith("dumps")):
                self.findings.add(refusing("encoded_payload", "it loads hidden objects"))
        else:
            self._unusual(name, node, first)
        self._paths(name, node)

    def _unusual(self, name: str, node: ast.Call, first: ast.AST | None) -> None:
        if name in ("os.kill", "signal.pthread_kill"):
            target = self.values.of(node.args[0]) if node.args else UNKNOWN_VALUE
            if not isinstance(target, int) or target < 2:
                self.findings.add(refusing("destructive", "it stops other programs"))
        elif name == "os.fork":
            found = refusing if self._branches else asking
            self.findings.add(found("resource", "it multiplies itself"))
        elif name in ("os.chdir", "contextlib.chdir") and first is not None:
            self._touch(first, writing=False)
            self._cwd = posixpath.normpath(posixpath.join(self._cwd, self.values.text(first)))
        elif (
            name in tables.COLLECTING
            and isinstance(first, ast.Call)
            and self.resolve(first.func) in tables.UNENDING
        ):
            self.findings.add(refusing("resource", "it goes on without end"))
        elif name == "os.putenv" and first is not None and self.values.text(first).startswith(("LD_", "PYTHON")):
            self.findings.add(refusing("privilege", "it steers other programs"))
        elif name.startswith("operator.") and first is not None and self.values.text(first) in _HIDDEN_NAMES:
            self.findings.add(refusing("encoded_payload", "it looks names up in a hidden way"))
        elif self._fetches and isinstance(node.func, ast.Attribute) and node.func.attr in _SENDING:
            self.findings.add(refusing("exfiltration", "it sends data away"))

    def _paths(self, name: str, node: ast.Call) -> None:
        self._packed(name, node)
        for index in tables.READS.get(name, ()):
            self._touch(self._argument(node, index, "path", "filename", "file", "top"), writing=False)
        for index in tables.WRITES.get(name, ()):
            self._touch(self._argument(node, index, "path", "src", "dst", "name"), writing=True)
        if name in tables.COPIES:
            self._touch(self._argument(node, 0, "src"), writing=False)
        if name in ("os.symlink", "os.link") and node.args:
            self._touch(node.args[0], writing=True)
        if name in ("os.chmod",) and len(node.args) > 1:
            self._mode(self.values.of(node.args[1]))
            if "S_IS" in ast.unparse(node.args[1]):
                self._mode(0o4000)
        if isinstance(node.func, ast.Attribute):
            self._path_method(node, node.func)

    def _packed(self, name: str, node: ast.Call) -> None:
        """What goes into an archive."""
        if name == "shutil.make_archive":
            for index, keyword in ((2, "root_dir"), (3, "base_dir")):
                self._touch(self._argument(node, index, keyword), writing=False)
        if (
            self._packs
            and node.args
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("add", "write")
        ):
            self._touch_absolute(node.args[0])

    def _path_method(self, node: ast.Call, function: ast.Attribute) -> None:
        owner = self.values.of(function.value)
        if not isinstance(owner, PathText):
            return
        if function.attr == "open":
            mode = self.values.text(node.args[0]) if node.args else self._open_mode(node)
            self._touch_text(owner, writing=_writes(mode))
        elif function.attr in tables.PATH_READS | tables.PATH_WRITES:
            self._touch_text(owner, writing=function.attr in tables.PATH_WRITES)
            if function.attr in ("rename", "replace", "symlink_to", "hardlink_to") and node.args:
                self._touch(node.args[0], writing=True)
            if function.attr == "chmod" and node.args:
                self._mode(self.values.of(node.args[0]))

    def _mode(self, mode: Any) -> None:
        if isinstance(mode, int) and mode & 0o6000:
            self.findings.add(refusing("privilege", "it makes a program run with another user's rights"))

    def _open(self, name: str, node: ast.Call) -> None:
        mode = self.values.text(node.args[1]) if len(node.args) > 1 else self._open_mode(node)
        if name == "os.open":
            flags = ast.unparse(node.args[1]) if len(node.args) > 1 else ""
            mode = "w" if any(flag in flags for flag in ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC")) else "r"
        self._touch(self._argument(node, 0, "file", "filename", "path"), writing=_writes(mode))

    def _open_mode(self, node: ast.Call) -> str:
        return next((self.values.text(key.value) for key in node.keywords if key.arg == "mode"), "r")

    def _fetch(self, name: str, node: ast.Call) -> None:
        address = self.values.text(node.args[0]) if node.args else ""
        sends = any(key.arg in ("data", "json", "files", "params", "body", "method") for key in node.keywords)
        self._fetches = True
        if UNKNOWN not in address and web_url.is_internal(address):
            self.findings.add(refusing("network", "it reaches for this machine's own services"))
        built = node.args and any(isinstance(part, (ast.Call, ast.Subscript)) for part in ast.walk(node.args[0]))
        if sends or built or UNKNOWN in address or (name.startswith("urllib") and len(node.args) > 1):
            self.findings.add(refusing("exfiltration", "it sends data away"))
        self.findings.add(asking("network", "it asks for the network, which it has not"))

    def _touch(self, argument: ast.AST | None, *, writing: bool) -> None:
        if argument is None:
            return
        for value in self.values.all(argument):
            if isinstance(value, bytes):
                value = value.decode("utf-8", "replace")
            if isinstance(value, str):
                self._touch_text(value, writing=writing)

    def _touch_absolute(self, argument: ast.AST) -> None:
        """What an archive takes in, as far as it is no text that is written into it."""
        value = self.values.of(argument)
        if isinstance(value, str) and re.fullmatch(r"[/~]\S*", value):
            self._touch_text(value, writing=False)

    def _touch_text(self, path: str, *, writing: bool) -> None:
        self.findings.add(paths.inspect(path, writing=writing, cwd=self._cwd, workspaces=self._workspaces))

    def _use(self, name: str) -> None:
        """Note a name that is imported, called or read."""
        parts = name.split(".")
        self._packs = self._packs or parts[0] in ("tarfile", "zipfile")
        for end in range(1, len(parts) + 1):
            found = tables.FORBIDDEN.get(".".join(parts[:end]))
            if found:
                self.findings.add(refusing(*found))


def _writes(mode: str) -> bool:
    return any(letter in mode for letter in "wax+") or UNKNOWN in mode


def _last(path: object) -> str:
    return str(path).rpartition("/")[2]


def _quoted(word: str) -> str:
    return word if word.isalnum() else "'" + word.replace("'", "'\\''") + "'"
