"""Abstract interpretation of Python: one walk over the syntax tree, on what is known of names and values. Pure.

The abstract state is the names with every value that some path gives them (constant propagation), the other
names of functions and modules (alias analysis), the current folder, and a taint: whether any text was decoded.
Every branch is taken once and loops are not unrolled beyond binding each known value, so the walk is linear in
the program. Functions are read where they are defined, with parameters unknown; a dangerous function that is
passed on instead of called is refused, since its arguments would not be seen.

The sandbox is the wall (decision 3); this raises, and what cannot be read is opaque.
"""

from __future__ import annotations

import ast
import re
import warnings

from jarvisd.codecheck import paths
from jarvisd.codecheck.commands import dispatch
from jarvisd.codecheck.finding import asking, refusing
from jarvisd.codecheck.paths import PRIVATE_USE, UNKNOWN
from jarvisd.codecheck.python import loops, tables
from jarvisd.codecheck.python.calls import CallRules, InspectShell
from jarvisd.codecheck.python.functions import UNKNOWN_VALUE, PathText
from jarvisd.codecheck.python.names import NAMESPACES, disguised_names, plain
from jarvisd.codecheck.python.values import TooLarge

DEPTH_LIMIT = 6
"""Chosen: programs within programs."""
FOREVER = 10**10
"""More turns of a loop than any deadline allows."""
_LOADED = re.compile(r"!!python/|\{[^{}]*\.__(?:class|globals|builtins|subclasses|init|mro|bases?|dict)__")
"""Texts that reach into the interpreter when they are loaded or filled in."""
_DANGEROUS = tables.SHELL | tables.PROGRAMS | tables.EVALUATE | tables.IMPORT
_HIDDEN_OWNERS = tables.RISKY_MODULES | {"__builtins__"}
_WALKS = frozenset({"os.walk", "os.listdir", "os.scandir", "glob.glob", "glob.iglob", "os.fwalk"})


class ProgramVisitor(CallRules, ast.NodeVisitor):
    """One program. ``findings`` are the outcome."""

    def read(self, code: str) -> None:
        """Read a whole program."""
        self._code = code
        if not code.isascii() and disguised_names(code):
            self.findings.add(refusing("deceptive_text", "a name in it only looks like another one"))
        if self._depth == 0 and PRIVATE_USE.search(code):
            self.findings.add(refusing("deceptive_text", "it holds characters without a meaning"))
            return
        if self._depth > DEPTH_LIMIT:
            self.findings.add(refusing("encoded_payload", "programs are nested in each other"))
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(code)
            self.visit(tree)
        except (SyntaxError, ValueError):
            self.findings.add(asking("opaque", "it is not Python that can be read"))
            self.findings.add(*dispatch.suspicious_words(code))
        except (RecursionError, MemoryError):
            self.findings.add(refusing("encoded_payload", "it is nested too deeply to read"))
        except TooLarge:
            self.findings.add(refusing("resource", "it builds something enormous"))

    # --- statements ------------------------------------------------------------------------------------

    def visit_Import(self, node: ast.Import) -> None:
        """An import."""
        for alias in node.names:
            self.aliases[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )
            self._use(alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """An import of names."""
        module = node.module or ""
        for alias in node.names:
            if alias.name == "*":
                for name in (
                    *_DANGEROUS,
                    *tables.FORBIDDEN,
                    *tables.READS,
                    *tables.WRITES,
                    *tables.FETCH,
                    *tables.SEND,
                ):
                    if name.startswith(f"{module}."):
                        self.aliases[name.removeprefix(f"{module}.")] = name
            self.aliases[alias.asname or alias.name] = f"{module}.{alias.name}"
            self._use(f"{module}.{alias.name}")

    def visit_Assign(self, node: ast.Assign) -> None:
        """An assignment."""
        self.visit(node.value)
        for target in node.targets:
            self._assign(target, node.value)
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """An assignment with a type."""
        if node.value is not None:
            self.visit(node.value)
            self._assign(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """An assignment inside of an expression."""
        self.visit(node.value)
        self._assign(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """``x += ...``."""
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            value = self.values.of(ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value))
            self.values.bind(node.target, value, also=self._branches > 0)

    def _assign(self, target: ast.AST, value: ast.AST) -> None:
        name = self.resolve(value)
        if isinstance(target, ast.Name) and name and not self._is_data(value):
            self.aliases[target.id] = name
            self._outer[id(value)] = target
        elif isinstance(target, ast.Name):
            if any(isinstance(part, ast.Call) for part in ast.walk(value)):
                self.computed.add(target.id)
            if self._branches == 0:
                self.aliases.pop(target.id, None)
            for known in self.values.all(value):
                self.values.bind(
                    target, known, also=self._branches > 0 or isinstance(value, (ast.IfExp, ast.BoolOp))
                )
        elif isinstance(target, ast.Subscript) and self.resolve(target.value) == "os.environ":
            self._environment(target)
        elif isinstance(target, (ast.Attribute, ast.Subscript)):
            owner = self.resolve(target.value).partition(".")[0]
            if owner in tables.RISKY_MODULES | {"__builtins__"} and owner:
                self.findings.add(refusing("encoded_payload", f"it replaces parts of {owner}"))
        else:
            self.values.bind(target, self.values.of(value), also=self._branches > 0)

    def _is_data(self, value: ast.AST) -> bool:
        return self.values.of(value) is not UNKNOWN_VALUE

    def _environment(self, target: ast.Subscript) -> None:
        key = self.values.text(target.slice)
        if key.startswith(("LD_", "PYTHON", "BASH_ENV", "PATH")):
            self.findings.add(refusing("privilege", f"it sets {key[:20]}, which steers other programs"))

    def visit_For(self, node: ast.For) -> None:
        """A loop: its name has every value it is given."""
        self.visit(node.iter)
        self._bind_loop(node.target, node.iter)
        if self._goes_on(node.iter):
            self._endless(node)
        self._branches += 1
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)
        self._branches -= 1

    def _bind_loop(self, target: ast.AST, iterable: ast.AST) -> None:
        root = self._walked(iterable)
        items = self.values.of(iterable)
        if root is not None:
            first = target.elts[0] if isinstance(target, ast.Tuple) and target.elts else target
            self.values.bind(target, UNKNOWN_VALUE)
            self.values.bind(first, root)
        elif isinstance(items, (list, tuple, str)) and len(items) <= 200:
            for item in items:
                self.values.bind(target, item, also=True)
        else:
            self.values.bind(target, UNKNOWN_VALUE, also=True)

    def _walked(self, node: ast.AST) -> str | None:
        """The folder that a loop goes through, with something unknown in it."""
        if not isinstance(node, ast.Call):
            return None
        if self.resolve(node.func) in _WALKS and node.args:
            root = self.values.of(node.args[0])
            if not isinstance(root, str):
                return None
            name = self.resolve(node.func)
            return f"{root.partition('*')[0] if 'glob' in name else root.rstrip('/') + '/'}{UNKNOWN}"
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("iterdir", "glob", "rglob", "walk"):
            owner = self.values.of(node.func.value)
            return PathText(f"{owner.rstrip('/')}/{UNKNOWN}") if isinstance(owner, PathText) else None
        return None

    def visit_While(self, node: ast.While) -> None:
        """A loop that may have no end."""
        if self.values.of(node.test) in (True, 1):
            self._endless(node)
        self._branches += 1
        self.generic_visit(node)
        self._branches -= 1

    def _endless(self, node: ast.While | ast.For) -> None:
        """A loop that its own head does not end."""
        if loops.grows(node) and not loops.leaves(node) and not loops.fails(node, 0):
            self.findings.add(refusing("resource", "it grows without end"))
        elif not loops.leaves(node) and not loops.fails(node, self._tries):
            found = asking if loops.waits(node) else refusing
            self.findings.add(found("resource", "it goes on without end"))

    def _goes_on(self, iterable: ast.AST) -> bool:
        """Whether what a loop goes through has no end, or none that anybody lives to see."""
        if not isinstance(iterable, ast.Call):
            return False
        name = self.resolve(iterable.func)
        if name == "range":
            bounds = [self.values.of(argument) for argument in iterable.args]
            return all(isinstance(bound, int) for bound in bounds) and max(map(abs, bounds), default=0) > FOREVER
        return name in tables.UNENDING or (name == "itertools.repeat" and len(iterable.args) == 1)

    def visit_If(self, node: ast.If) -> None:
        """Both branches may happen."""
        self._branches += 1
        self.generic_visit(node)
        self._branches -= 1

    def visit_Try(self, node: ast.Try) -> None:
        """Any part may happen."""
        self._branches += 1
        self._tries += 1
        self.generic_visit(node)
        self._tries -= 1
        self._branches -= 1

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """A loop inside of an expression."""
        if self._goes_on(node.iter) and id(node) not in self._lazy:
            self.findings.add(refusing("resource", "it goes on without end"))
        self._bind_loop(node.target, node.iter)
        self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        """The loop before what it makes."""
        self._branches += 1
        for generator in node.generators:
            self.visit(generator)
        self.visit(node.elt)
        self._branches -= 1

    visit_SetComp = visit_ListComp

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """As a list, but nothing is made before it is asked for."""
        self._lazy.update(id(generator) for generator in node.generators)
        self.visit_ListComp(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self._pass_on(decorator)
        arguments = node.args
        for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            self.aliases.pop(argument.arg, None)
            self.values.bind(ast.Name(argument.arg, ast.Store()), UNKNOWN_VALUE, also=True)
        for argument, default in zip(reversed(arguments.args), reversed(arguments.defaults), strict=False):
            self._assign(ast.Name(argument.arg, ast.Store()), default)
        self._branches += 1
        self.generic_visit(node)
        self._branches -= 1

    visit_FunctionDef = _function
    visit_AsyncFunctionDef = _function

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """A class."""
        for decorator in node.decorator_list:
            self._pass_on(decorator)
        self.generic_visit(node)

    # --- expressions -----------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        """A name; a dangerous one may only be called, so that its arguments are seen."""
        if isinstance(node.ctx, ast.Load) and id(node) not in self._called | self._outer.keys():
            self._pass_on(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """An attribute."""
        if node.attr in tables.INSIDES:
            self.findings.add(refusing("encoded_payload", f"it reaches into the interpreter by {node.attr}"))
        if node.attr in ("__dict__", "modules") and self.resolve(node.value) in _HIDDEN_OWNERS:
            self.findings.add(refusing("encoded_payload", "it looks names up in a hidden way"))
        if id(node) not in self._called | self._outer.keys():
            self._pass_on(node)
        self._use(self.resolve(node))
        self._called.add(id(node.value))
        self.visit(node.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """A calculation: enormous ones are noticed wherever they are."""
        if isinstance(node.op, (ast.Pow, ast.Mult, ast.LShift)):
            self.values.of(node)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """A literal: names of the product's files are noted wherever they are."""
        if isinstance(node.value, str) and _LOADED.search(node.value):
            self.findings.add(refusing("encoded_payload", "it loads hidden objects"))
        if isinstance(node.value, str) and paths.is_product(node.value, self._workspaces):
            self.findings.add(refusing("self_referential", "it names the assistant's own files"))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """An item; namespaces are not looked up by item."""
        owner = self.resolve(node.value).removesuffix(".__dict__")
        if owner in tables.RISKY_MODULES and isinstance(self.values.of(node.slice), str):
            self.findings.add(refusing("encoded_payload", "it looks names up in a hidden way"))
        if owner in NAMESPACES or owner == "sys.modules":
            key = self.values.of(node.slice)
            if (
                key is UNKNOWN_VALUE
                or plain(str(key)) in _DANGEROUS | tables.RISKY_MODULES
                or str(key) == "__builtins__"
            ):
                self.findings.add(refusing("encoded_payload", "it looks names up in a hidden way"))
        self.generic_visit(node)

    def _pass_on(self, node: ast.AST) -> None:
        name = self.resolve(node)
        if name in _DANGEROUS or (name == "__builtins__"):
            self.findings.add(refusing("encoded_payload", f"it passes {name} on"))

    def visit_Call(self, node: ast.Call) -> None:
        """A call: the heart of it."""
        self._called.add(id(node.func))
        name = self.resolve(node.func)
        self._use(name)
        if name in tables.SHELL:
            self._shell(node)
        elif name in tables.PROGRAMS:
            self._program(name, node)
        elif name in tables.EVALUATE:
            self._evaluate(name, node)
        elif name in tables.IMPORT:
            self._hidden_import(node)
        elif name in ("getattr", "setattr", "delattr", "hasattr"):
            self._attribute_by_name(name, node)
        else:
            self._ordinary(name, node)
        self.generic_visit(node)


def inspect(code: str, inspect_shell: InspectShell, workspaces: tuple[str, ...], depth: int = 0) -> ProgramVisitor:
    """Read a whole program."""
    visitor = ProgramVisitor(inspect_shell, workspaces, depth)
    visitor.read(code)
    return visitor
