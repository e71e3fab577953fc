"""``jarvisd.plugin`` is what plugins of others are written against: nothing of it changes by accident (D6)."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from textwrap import fill
from types import ModuleType

import pytest

from jarvisd import plugin

ROOT = Path(__file__).resolve().parents[2]

GIVEN = (plugin.Changes, plugin.Run, plugin.Workspaces)
"""A plugin makes none of these by calling their class."""
FACE = """
CarriedOut(entry_id, done, left_out)
ChangeBuilder(changes, stop, is_bulk=, operations=)
ChangeBuilder.copy(self, source, target, *, verify=)
ChangeBuilder.file(self, place, write, mode=, mtime_ns=)
ChangeBuilder.folder(self, place, mode=)
ChangeBuilder.folders_for(self, place)
Changes
Changes.carry_out(self, doing, summary, operations, *, leave_out_changed=)
Changes.recover(self)
Changes.undo(self, what)
Effect: READ, WRITE, DELETE, EXECUTE, SEND, FETCH, MEMORY
EngineError(message, *, code=, **details)
Entry(place, identity)
ErrorCode
Example(say, args)
Facts(files=, folders=, total_bytes=)
Facts.to_json(self)
FileTree(top, inside=, left_out=, closed=)
FileTree.files
FileTree.folders
FileTree.total_bytes
JarvisError(message, *, code=, **details)
JsonObject
JsonValue
Measure
Move(source, target, identity, info=, must_be_empty=)
Preview[S](phrase, facts=, reversal=, consequence=, factors=, nothing=, ended=, profile=, targets=,
    selection=, choices=, makes_new=)
Reach(has_mail=, allowed_hosts=, note=)
Reach.require_mail(self)
RequestError(message, *, code=, **details)
Reversal: UNDO, HARMLESS, NEVER
Run[SGiven]
Selection(files, unread=)
Selection.total_bytes
SelectionQuery(name=, contains=, kind=, older_than_s=, larger_than_bytes=)
SelectionQuery.restricts
Sensitivity: SUBJECT, NAME, GOAL, ADDRESS, TEXT, MEMORY, WHICH, TIME, SITE, UNDECLARED
Tool(spec, run, measure=, vet=)
Tool.has_choices(self, argument)
Tool.measure(self, context, args)
Tool.name
Tool.run(self, context, args)
Tool.to_json(self)
Tool.validate(self, args)
Tool.vet(self, reach, args)
Tool.with_functions(self, run, measure)
ToolContext[S](kit, plan_id=, step=, tool=, is_tainted=, utterance=, judged=, selection=, earlier=, stopping=,
    progress=, output=, is_dry_run=, answer=, links=)
ToolContext.blocking(self, fn, *args)
ToolContext.measured
ToolContext.stop_here(self)
ToolContext.to_the_end(self, work)
ToolLimits(output_limit_bytes=, temp_old_after_days=, sandbox_memory_mb=, sandbox_timeout_s=,
    sandbox_output_limit_bytes=, sandbox_disk_mb=, sandbox_answers_in_s=)
ToolResult(data, spoken, undo_id=, error=)
ToolServices(clock, workers, start_task, workspaces, changes, sandbox, memory, courier, timers, services,
    reach=, limits=)
ToolSpec(name, description, effects, examples=, factors=, deadline_s=, output_limit_bytes=, undo=, on_files=,
    measured=, values=, sentences=, sensitive=, words=)
ToolSpec.changes
ToolSpec.has_effects
ToolSpec.sensitivity(self, argument)
ToolWords(acts=, things=, asks=, light=, others=, also=, named_by=, said=, choices=, composed=, is_told=,
    is_open=, does=, is_named_there=)
Unavailable(message, *, code=, **details)
Vet
WorkspacePath(root, parts)
WorkspacePath.child(self, name)
WorkspacePath.folder
WorkspacePath.name
WorkspacePath.relative
WorkspacePath.shown
WorkspaceRoot(name, path, is_temp=, is_read_only=)
Workspaces
Workspaces.check(self)
Workspaces.count_of_names(self, place)
Workspaces.end(self, place)
Workspaces.entries(self, folder)
Workspaces.existing(self, text, *, search=)
Workspaces.folders(self, text)
Workspaces.identify(self, place)
Workspaces.new(self, text, *, near=)
Workspaces.opened(self, place, flags=, *, follow=)
Workspaces.resolved(self, place)
Workspaces.temporary(self)
Workspaces.walk(self, start, stop=)
Workspaces.writable(self, place)
amounts.age(age_s)
amounts.counted(number, noun)
amounts.files_and_bytes(files, total_bytes)
amounts.item(text)
amounts.listing(items, limit=)
amounts.name(text)
amounts.size(size_bytes)
chunks(file, stop)
demand_free(workspaces, source, target)
demand_room(workspaces, place, needed_bytes)
destination(workspaces, source, text, said=)
existing_or_none(workspaces, text, *, search)
measure_folder(workspaces, folder, stop)
numbered(name, taken)
read_file(workspaces, place, limit_bytes)
reading(workspaces, found)
select(workspaces, folders, wanted, now_s, stop=)
tree(workspaces, top, stop, closed_from=)
"""


def face() -> str:
    lines = [line for name in sorted(plugin.__all__) for line in described(name, getattr(plugin, name))]
    return "\n".join(fill(line, 110, subsequent_indent="    ") for line in lines)


def described(name: str, item: object) -> Iterator[str]:
    """One line for each thing that somebody who uses ``item`` may name."""
    if isinstance(item, ModuleType):
        yield from (f"{name}.{inner}{parameters(member)}" for inner, member in members(item))
    elif not inspect.isclass(item):
        yield f"{name}{parameters(item)}" if inspect.isfunction(item) else name
    elif issubclass(item, Enum):
        # Codes are added with the errors that they name; test_faults holds them to their texts.
        yield name if item is plugin.ErrorCode else f"{name}: {', '.join(item.__members__)}"
    else:
        of = "".join(f"[{each.__name__}]" for each in getattr(item, "__parameters__", ()))
        yield f"{name}{of}" + ("" if item in GIVEN else parameters(item))
        for inner, member in members(item):
            yield f"{name}.{inner}" + (parameters(member) if inspect.isfunction(member) else "")


def members(item: object) -> list[tuple[str, object]]:
    """Public functions and properties."""
    found = [(name, member) for name, member in vars(item).items() if not name.startswith("_")]
    return sorted((name, each) for name, each in found if inspect.isfunction(each) or isinstance(each, property))


def parameters(function: object) -> str:
    """``(self, path, *, search=)``: names, order, what is keyword-only and what may be left out."""
    assert callable(function)
    found: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in found:
            found.append("*")
        stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
        found.append(f"{stars}{parameter.name}{'' if parameter.default is parameter.empty else '='}")
    return f"({', '.join(found)})"


def test_names_fields_and_parameters_stay() -> None:
    """A change here is a change for every plugin: if it is meant, say it in CHANGELOG.md and then here."""
    assert face().splitlines() == FACE.strip().splitlines()


@pytest.mark.parametrize("path", [ROOT / "docs" / "tools.md", ROOT / "tests" / "fakes" / "plugin.py"])
def test_who_writes_a_tool_imports_the_face_alone(path: Path) -> None:
    text = path.read_text("utf-8")
    [code, *_] = re.findall(r"```python\n(.*?)```", text, re.DOTALL) if path.suffix == ".md" else [text]
    trees = [node for node in ast.walk(ast.parse(code)) if isinstance(node, (ast.Import, ast.ImportFrom))]
    named = {node.module or "" for node in trees if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in trees if isinstance(node, ast.Import) for alias in node.names}
    assert {name for name in named if name.split(".")[0] == "jarvisd"} == {"jarvisd.plugin"}
