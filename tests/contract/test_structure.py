"""The shape of the code, held by reading it: sizes, layers, who may import and create what."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "jarvisd"
MODULES = sorted(PACKAGE.rglob("*.py"))
UNITS = ("audio", "brain", "executor", "tts")

MODULE_LINES, FUNCTION_LINES, INTERFACE_METHOD_LINES = 400, 50, 8
TYPE_IGNORES_PER_1000_LINES = 2
MODULES_PER_FOLDER = 14
FOLDER_MODULES = {"cli": 40, "executor/tools/builtin": 40}
"""Folders in which every module is one more of the same, and their limits."""
HEAVY = frozenset(
    {"alsaaudio", "av", "chromadb", "ctranslate2", "faster_whisper", "httpx", "numpy", "ollama"}
    | {"onnxruntime", "openwakeword", "piper", "podman", "pymicro_wakeword", "pynvml", "requests", "scipy"}
    | {"sklearn", "tokenizers", "torch", "webrtcvad", "xllamacpp"}
)
LIGHT = frozenset(
    {"anyascii", "babel", "dateutil", "dbus_next", "emoji", "hassil", "icalendar", "psutil"}
    | {"pydantic", "sdnotify", "tomli", "tomllib", "typing_extensions", "yaml"}
)
"""Libraries that anything may import; any other is heavy until somebody says here that it is not."""
ACTING = frozenset(
    {"asyncio", "fcntl", "http", "logging", "os", "queue", "random", "secrets", "shutil", "signal"}
    | {"smtplib", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time"}
)
"""Parts of the standard library that act, wait, or ask what time it is."""
BROAD_EXCEPT = {
    "bus/connection.py": "whatever ends the library's reader, and handlers of signals",
    "bus/service/service.py": "the wrapper around every exported method",
    "executor/tools/plugins.py": "the code of a plugin, which runs when it is imported",
    "executor/tools/plugin_thread.py": "the thread of a plugin: also what would end it is its call's error",
    "executor/plan/step.py": "the dispatcher answers for faults of tools, plugins included",
    "runtime/tasks.py": "the supervisor of tasks",
    "brain/dialogue/dialogue.py": "the boundary that answers for a turn",
    "audio/adapters/whisper_child.py": "a child process that answers its parent for every fault of the libraries",
    "brain/adapters/embedded_child.py": "a child process that answers its parent for every fault of the library",
}
"""Module to the reason why it may catch everything. The list may only shrink."""

LAYERS = {
    "core": {"core"},
    "lang": {"core", "lang"},
    "codecheck": {"core", "codecheck"},
    "linux": {"linux"},
    "systemd": {"core", "systemd"},
    "hardware": {"core", "systemd", "hardware"},
    "config": {"core", "config", "systemd"},
    "bus": {"core", "bus"},
    "runtime": {"core", "config", "bus", "runtime", "systemd"},
    "__main__": {"runtime"},
    "plugin": {"core", "lang", "executor"},
    "models": {"core", "linux", "models"},
    "workspaces": {"core", "config", "linux", "workspaces"},
    "backup": {"core", "config", "linux", "backup"},
    "cli": {"core", "lang", "config", "hardware", "linux", "bus", "cli", "backup", "models", "workspaces"},
    "courier": {"core", "config", "courier"},
    **{unit: {"core", "lang", "config", "hardware", "linux", "bus", "runtime", "models", unit} for unit in UNITS},
}
"""Package, or module beside the packages, to those that it may import. Units never import each other."""
LAYERS["executor"] = LAYERS["executor"] | {"codecheck"}
BORROWED = {f"cli/{name}.py": {"executor"} for name in ("policy", "redteam", "tools", "understand")}
BORROWED["cli/speech.py"] = {"tts"}
BORROWED["cli/audio.py"] = {"audio", "runtime"}
BORROWED["cli/sound_child.py"] = {"audio", "runtime", "tts"}
BORROWED["cli/hear.py"] = {"audio", "runtime"}
BORROWED["cli/wake_words.py"] = {"audio"}
"""With ``--offline`` or ``--dry-run`` they work by the very code of the unit, without the unit."""

ENGLISH_SPEAKERS = {
    "app.py": "where a unit is put together the language is chosen",
    "cli": "the command line is English",
    "executor/policy/offline.py": "what a fresh installation does",
    "plugin.py": "what tools say is English for now",
    "executor/tools/builtin": "what tools say is English for now",
    "executor/files/destinations.py": "sentences of the tools",
    "executor/overlay": "sentences of the tools",
    "executor/policy/targets.py": "sentences of the tools",
    "executor/timers/spoken.py": "sentences of the tools",
    "brain/plan/prompt.py": "the prompt of the planner is English",
    "brain/memory": "contacts are kept as English sentences",
    "executor/ports/brain.py": "contacts are kept as English sentences",
    "executor/adapters/bus_peers.py": "contacts are kept as English sentences",
}
"""Module, file name or folder to the reason why it may know English by name. The list may only shrink."""
ENGLISH_WORDS = {
    "executor/files/paths.py": "what a planner whose prompt is English calls a folder",
    "executor/policy/plan_rules.py": "what such a planner writes into arguments",
    "executor/tools/url_provenance.py": "what an address leaves out of a sentence that was heard in English",
    "executor/selftest/loader.py": "verdicts, which are no words of a language",
}
"""Module to the reason why it may hold a list of English words. The list may only shrink."""
PHRASE_WORDS = frozenset(
    {"the", "a", "an", "i", "my", "me", "you", "your", "it", "and", "to", "of", "please", "yes", "no", "not"}
)
"""Words that lists of English words, which belong to ``lang/en``, are hardly ever without."""


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def attributes_of(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def imports_of(path: Path) -> tuple[tuple[str, bool], ...]:
    """Every imported module and whether the import runs when the module is imported."""
    return tuple(_imports_of(path))


def _imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    tree = tree_of(path)
    inside = {id(child) for node in ast.walk(tree) if isinstance(node, FUNCTIONS) for child in ast.walk(node)}
    guarded = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        at_import = id(node) not in inside | guarded
        if isinstance(node, ast.Import):
            yield from ((alias.name, at_import) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, at_import
            yield from ((f"{node.module}.{alias.name}", at_import) for alias in node.names)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def of_every_module(check: Callable[[Path], None]) -> Callable[[], None]:
    """One test of all modules that lists those which break the rule: hundreds of tests for a rule cost seconds."""

    def test() -> None:
        broken = []
        for path in MODULES:
            try:
                check(path)
            except AssertionError as error:
                broken.append(f"{name_of(path)}: {error}")
        assert broken == []

    test.__name__, test.__doc__ = check.__name__, check.__doc__
    return test


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, FUNCTIONS):
            yield node


@of_every_module
def test_modules_and_functions_stay_small(path: Path) -> None:
    """What fits on a few screens is read as a whole."""
    assert len(path.read_text("utf-8").splitlines()) <= MODULE_LINES
    long = {f.name: f.end_lineno - f.lineno + 1 for f in functions_of(path) if f.end_lineno is not None}
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("path", [PACKAGE / unit / "interface.py" for unit in UNITS], ids=name_of)
def test_interface_methods_are_thin(path: Path) -> None:
    """Decode, one call, encode: logic inside an exported method cannot be tested without a bus."""
    fat = [f.name for f in functions_of(path) if (f.end_lineno or 0) - f.body[0].lineno > INTERFACE_METHOD_LINES]
    assert [name for name in fat if not name.startswith("__")] == []


@of_every_module
def test_layers(path: Path) -> None:
    """core ← config, bus ← runtime ← units; a unit never imports another unit (decision 13)."""
    package = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    reached = {name.split(".")[1] for name, _ in imports_of(path) if name.startswith("jarvisd.")}
    reached -= BORROWED.get(name_of(path), set())
    packages = {place.stem for place in PACKAGE.iterdir() if place.stem != "__init__"}
    assert (reached & packages) - LAYERS.get(package, set()) == set()


def test_no_module_leads_back_to_itself() -> None:
    """Also not for types alone: of two modules that know each other neither can be understood first."""
    modules = {".".join(("jarvisd", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in MODULES}
    known = {name: {found for found, _ in imports_of(path)} & set(modules) for name, path in modules.items()}
    TopologicalSorter(known).prepare()


@pytest.mark.parametrize("unit", [*UNITS, "bus", "codecheck", "lang", "runtime"])
def test_no_rooms_import_each_other(unit: str) -> None:
    """Of two folders one is below the other; what stands in the root of a unit is above or below all of them."""

    def room(parts: Sequence[str]) -> str:
        return parts[1] if len(parts) > 2 else ""

    known: dict[str, set[str]] = {}
    for path in (PACKAGE / unit).rglob("*.py"):
        inside = [name.split(".")[1:] for name, _ in imports_of(path) if name.startswith(f"jarvisd.{unit}.")]
        here = room(path.relative_to(PACKAGE).parts)
        known.setdefault(here, set()).update(
            parts[1] for parts in inside if (PACKAGE / unit / parts[1]).is_dir() and parts[1] != here
        )
    TopologicalSorter({name: found for name, found in known.items() if name}).prepare()


def speaks_english(path: Path) -> str:
    """The entry of :data:`ENGLISH_SPEAKERS` that lets ``path`` know English, or nothing."""
    name = name_of(path)
    return next(
        (place for place in ENGLISH_SPEAKERS if path.name == place or f"{name}/".startswith(f"{place}/")), ""
    )


def test_only_a_language_and_who_chooses_one_know_its_words() -> None:
    """A second language is a folder: rooms take what :mod:`jarvisd.lang.pack` describes and import no language."""
    languages = {f"jarvisd.lang.{place.name}" for place in (PACKAGE / "lang").iterdir() if place.is_dir()}
    assert "jarvisd.lang.en" in languages
    using = {
        path
        for path in MODULES
        if any(".".join(name.split(".")[:3]) in languages for name, _ in imports_of(path))
        and path.relative_to(PACKAGE).parts[:2] != ("lang", "en")
    }
    assert [name_of(path) for path in sorted(using) if not speaks_english(path)] == []
    used = {speaks_english(path) for path in using}
    assert set(ENGLISH_SPEAKERS) - used == set(), "an entry of the list is no longer needed"


def test_no_room_keeps_a_list_of_english_words() -> None:
    """Two small words in one set, tuple or table are a vocabulary, and that belongs to a language."""
    found = set()
    for path in MODULES:
        if path.relative_to(PACKAGE).parts[0] not in UNITS or speaks_english(path):
            continue
        for node in ast.walk(tree_of(path)):
            items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            words = {item.value for item in items if isinstance(item, ast.Constant)}
            if len(words & PHRASE_WORDS) > 1:
                found.add(name_of(path))
    assert found - set(ENGLISH_WORDS) == set()
    assert set(ENGLISH_WORDS) - found == set(), "an entry of the list is no longer needed"


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=name_of)
def test_a_folder_is_seen_at_a_glance(folder: Path) -> None:
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= FOLDER_MODULES.get(name_of(folder), MODULES_PER_FOLDER)


@pytest.mark.parametrize("unit", ["audio", "brain", "executor"])
def test_the_root_of_a_unit_holds_its_outside(unit: str) -> None:
    """Who opens a unit sees what it is put together from, what it offers and what it needs."""
    found = {path.stem for path in (PACKAGE / unit).glob("*.py")}
    assert found <= {"__init__", "app", "events", "interface", "ports", "settings"}


@pytest.mark.parametrize("unit", UNITS)
def test_inside_a_unit_only_the_app_puts_adapters_and_interface_in(unit: str) -> None:
    """What works with protocols can be tried without a device, a disk or a bus."""
    outer = {f"jarvisd.{unit}.{name}" for name in ("adapters", "app", "interface")}
    reached = {
        name_of(path): {name for name, _ in imports_of(path) if ".".join(name.split(".")[:3]) in outer}
        for path in (PACKAGE / unit).rglob("*.py")
        if path.name not in ("app.py", "interface.py") and "adapters" not in path.parts
    }
    assert {name: names for name, names in reached.items() if names} == {}


def test_what_calls_itself_pure_acts_on_nothing() -> None:
    """Rules do no I/O: everything that they judge is given to them."""
    pure = [path for path in MODULES if re.search(r"\bPure\b", ast.get_docstring(tree_of(path)) or "")]
    assert len(pure) > 50
    for path in pure:
        imported = {name.split(".")[0] for name, _ in imports_of(path)}
        calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
        assert imported & ACTING | calls & {"open", "print"} == set(), name_of(path)


@of_every_module
def test_heavy_libraries_are_imported_late_and_only_by_adapters(path: Path) -> None:
    """B3: nothing heavy at import; what a library is like is known to adapters."""
    imported = {(name.split(".")[0], at_import) for name, at_import in imports_of(path)}
    assert {name for name, _ in imported} - sys.stdlib_module_names - LIGHT - HEAVY <= {"jarvisd"}
    used = {(name, at_import) for name, at_import in imported if name in HEAVY}
    assert {name for name, at_import in used if at_import} == set()
    if used:
        assert "adapters" in path.parts


@of_every_module
def test_only_the_bus_layer_knows_the_library(path: Path) -> None:
    """Decision 14: what the library is like is known in one place. ADR 1 says what a swap takes."""
    uses = any(name.split(".")[0] == "dbus_next" for name, _ in imports_of(path))
    assert not uses or "bus" in path.relative_to(PACKAGE).parts or path.name == "interface.py"


@of_every_module
def test_only_the_task_owner_creates_tasks(path: Path) -> None:
    allowed = {"runtime/tasks.py", "bus/connection.py", "bus/wire/admission.py", "core/timeout.py"}
    assert name_of(path) in allowed or not {"create_task", "ensure_future"} & attributes_of(path)


@of_every_module
def test_no_limited_wait_loses_a_cancellation(path: Path) -> None:
    """``asyncio.wait_for`` does before Python 3.12; ``core.timeout.within`` does not."""
    assert "wait_for" not in attributes_of(path)


def test_everything_is_caught_only_where_it_is_said() -> None:
    broad = set()
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = ast.unparse(node.type) if node.type is not None else "BaseException"
            # Who cleans up and raises the same again catches nothing.
            if caught == "Exception" or ("BaseException" in caught and ast.unparse(node.body[-1]) != "raise"):
                broad.add(name_of(path))
    assert broad - set(BROAD_EXCEPT) == set()
    assert set(BROAD_EXCEPT) - broad == set(), "an entry of the list is no longer needed"


def test_type_ignores_are_few_and_named() -> None:
    lines = [line for path in MODULES for line in path.read_text("utf-8").splitlines()]
    ignores = [line for line in lines if "# type: ignore" in line]
    assert all("# type: ignore[" in line for line in ignores)
    assert len(ignores) <= TYPE_IGNORES_PER_1000_LINES * len(lines) / 1000


def test_the_code_is_where_the_names_say() -> None:
    vague = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert [name_of(path) for path in MODULES if path.stem in vague] == []


def test_no_public_class_bears_the_name_of_another() -> None:
    """Who looks for a name finds one thing."""
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(name_of(path))
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def is_sleep(called: ast.expr) -> bool:
    is_named_so = isinstance(called, ast.Attribute) and called.attr == "sleep"
    return is_named_so and ast.unparse(called) in ("time.sleep", "asyncio.sleep")


def test_tests_do_not_sleep_or_patch() -> None:
    """Events, not seconds; fakes through the front door."""
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(tree_of(path)):
            # A fake that paces sound in real time does what its device would do.
            if isinstance(node, ast.Call) and is_sleep(node.func) and path.parent.name != "fakes":
                argument = ast.unparse(node.args[0]) if node.args else ""
                # sleep(0) hands over to other tasks and waits for no time.
                found += [f"{path.name}:{node.lineno}"] if argument != "0" else []
            if isinstance(node, (ast.Import, ast.ImportFrom)) and "mock" in ast.unparse(node):
                found.append(f"{path.name}:{node.lineno}")
    assert found == []


NUMBER = re.compile(r"[-+*/%<() ._\d]+")
TERMINAL = {"sys": {"stdin", "stdout", "stderr"}, "os": {"isatty"}}


def is_limit(name: str) -> bool:
    """Whether every module constant of that name is a number."""
    values = [
        ast.unparse(node.value)
        for path in MODULES
        for node in tree_of(path).body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if ast.unparse(target) == name
    ]
    return name.isupper() and bool(values) and all(NUMBER.fullmatch(value) for value in values)


def forbidden_patches(text: str) -> Iterator[int]:
    """Lines that put something else than a limit or the terminal in the place of what there is."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Attribute, ast.Name)):
            continue
        method = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        given = [ast.unparse(argument).strip("'\"") for argument in node.args]
        if method in ("delattr", "setitem", "delitem") and isinstance(node.func, ast.Attribute):
            yield node.lineno
        elif method == "setattr":
            place, name = (given[0], given[1]) if len(given) > 2 else given[0].rpartition(".")[::2]
            if name not in TERMINAL.get(place, ()) and not is_limit(name):
                yield node.lineno


def test_only_limits_and_the_terminal_are_patched() -> None:
    """Everything else is given by a constructor or a port, so that what is tried is what runs (CONTRIBUTING)."""
    texts = {path: path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py"))}
    patching = {path: text for path, text in texts.items() if re.search(r"\b(set|del)(attr|item)\(", text)}
    found = [f"{path.name}:{line}" for path, text in patching.items() for line in forbidden_patches(text)]
    assert found == []


@pytest.mark.parametrize(
    ("patch", "is_allowed"),
    [
        ("setattr(retention, 'MODULE_LIMIT_NOBODY_HAS', 3)", False),
        ("setattr(reading, 'MEMBERS_LIMIT', 30)", True),
        ("setattr('jarvisd.executor.archives.reading.MEMBERS_LIMIT', 30)", True),
        ("setattr(sys, 'stdin', text)", True),
        ("setattr(os, 'getuid', text)", False),
        ("setattr(Connection, 'is_private', False)", False),
        ("setattr(registry, 'BUILT_IN', ())", False),
        ("setattr('jarvisd.executor.plan.step.binding_of', text)", False),
        ("delattr(sys, 'stdin')", False),
        ("setitem(sys.modules, 'x', None)", False),
    ],
)
def test_what_may_be_patched(patch: str, is_allowed: bool) -> None:
    assert list(forbidden_patches(f"monkeypatch.{patch}")) == ([] if is_allowed else [1])


def test_importing_any_module_loads_nothing_heavy() -> None:
    """B3: no model, sound, store or container library at import."""
    names = [name_of(path)[:-3].replace("/", ".").removesuffix(".__init__") for path in MODULES]
    names = [f"jarvisd.{name}" for name in names if not name.endswith("__main__") and name != "__init__"]
    heavy = sorted(HEAVY | {"transformers", "sentence_transformers"})
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        f"print([name for name in {heavy!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
