"""Plugins: the path of built-in tools, only from places nobody else can write, and their faults stay theirs."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jarvisd.config.ownership import TrustedOwners
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.tools.plugins import Plugins, find_tools
from tests.unit.executor.conftest import Bench

UIDS = {0, os.getuid()}
ME = TrustedOwners(UIDS)
SOURCE = """
from jarvisd.plugin import Effect, Tool, ToolResult, ToolSpec
async def run(context, *, text: str) -> ToolResult:
    return ToolResult({}, text)
TOOLS = [Tool(ToolSpec("%s", "A tool.", (Effect.READ,)), run)]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for plugins."""
    place = tmp_path / "plugins"
    place.mkdir()
    monkeypatch.syspath_prepend(place)
    before = set(sys.modules)
    yield place
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def owners(tmp_path: Path) -> TrustedOwners:
    """Who looks at the folder up to itself only: the machine's temporary folder is open to all."""

    def closed(path: Path) -> os.stat_result:
        found = path.lstat()
        if path in tmp_path.parents or path == tmp_path:
            return os.stat_result((stat.S_IFDIR | 0o755, *tuple(found)[1:4], 0, *tuple(found)[5:10]))
        return found

    return TrustedOwners(UIDS, closed)


def write(folder: Path, name: str, tool: str = "extra") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SOURCE % tool)
    return path


async def test_a_plugin_works_like_a_built_in_tool(bench: Bench) -> None:
    """Same schema, same policy, same audit."""
    loader = Plugins(bench.registry, ME)
    assert await loader.apply(["tests.fakes.plugin"]) == {}
    [step] = await bench.run(("shout", {"text": "hello"}))
    assert (step["outcome"], step["tier"], step["spoken"]) == ("done", 1, "HELLO")
    [step] = await bench.run(("shout", {"words": "hello"}))
    assert step["outcome"] == "refused"
    assert {"shout", "crash"} <= {str(tool["name"]) for tool in bench.dispatcher.list_tools()}
    assert (loader.origin("shout"), loader.origin("file_read")) == ("tests.fakes.plugin", "")


async def test_plugins_come_and_go_at_run_time(bench: Bench) -> None:
    """The schema that the planner is told follows, and subscribers hear of it."""
    loader, changes = Plugins(bench.registry, ME), []
    built_in = len(bench.registry.all())
    bench.registry.subscribe(lambda: changes.append(len(bench.registry.all())))
    await loader.apply(["tests.fakes.plugin:SHOUT"])
    await loader.apply(["tests.fakes.plugin:SHOUT"])
    await loader.apply([])
    assert changes == [built_in + 1, built_in]
    assert [step["outcome"] for step in await bench.run(("shout", {"text": "x"}))] == ["refused"]


@pytest.mark.parametrize("how", ["exit", "data", "nothing", "divide", "preview", "preview exit"])
async def test_a_plugin_that_breaks_fails_its_step_and_nothing_else(bench: Bench, how: str) -> None:
    await Plugins(bench.registry, ME).apply(["tests.fakes.plugin"])
    broken, after = await bench.run(("crash", {"how": how}), ("get_time", {"what": "time"}))
    assert (broken["outcome"], broken["error"], after["outcome"]) == ("failed", "Internal", "done")


@pytest.mark.parametrize("spec", ["extra_tools", "extra_tools:TOOLS", "pack.inner", "FILE", "FILE:TOOLS"])
async def test_tools_are_found_where_they_are_named(folder: Path, owners: TrustedOwners, spec: str) -> None:
    write(folder, "extra_tools.py")
    write(folder, "pack/inner.py")
    (folder / "pack/__init__.py").touch()
    found = find_tools(spec.replace("FILE", str(folder / "extra_tools.py")), owners)
    assert [tool.name for tool in found] == ["extra"]


async def test_tools_are_found_by_their_entry_point(folder: Path, owners: TrustedOwners) -> None:
    write(folder, "extra_tools.py")
    info = folder / "extra-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[jarvisd.tools]\nfun = extra_tools:TOOLS\n")
    assert [tool.name for tool in find_tools("entry-point:fun", owners)] == ["extra"]
    with pytest.raises(JarvisError) as caught:
        find_tools("entry-point:none", owners)
    assert caught.value.code is ErrorCode.NOT_FOUND


def spoil_file(folder: Path) -> None:
    (folder / "pack/inner.py").chmod(0o666)


def spoil_folder(folder: Path) -> None:
    (folder / "pack").chmod(0o777)


def spoil_sticky_folder(folder: Path) -> None:
    (folder / "pack").chmod(0o1777)


def spoil_file_for_a_group(folder: Path) -> None:
    (folder / "pack/inner.py").chmod(0o664)


def spoil_folder_for_a_group(folder: Path) -> None:
    (folder / "pack").chmod(0o2775)


def spoil_package(folder: Path) -> None:
    (folder / "pack/__init__.py").chmod(0o646)


def spoil_parent(folder: Path) -> None:
    folder.chmod(0o777)


def spoil_compiled(folder: Path) -> None:
    compiled = folder / "pack/__pycache__"
    compiled.mkdir()
    (compiled / f"inner.{sys.implementation.cache_tag}.pyc").write_bytes(b"")
    compiled.chmod(0o777)


def spoil_owner(folder: Path) -> None:
    if os.getuid() == 0:
        os.chown(folder / "pack/inner.py", 12345, 12345)
    else:
        spoil_file(folder)


def spoil_by_link(folder: Path) -> None:
    """The name is in a good folder, what it leads to is not."""
    open_to_all = folder / "open"
    open_to_all.mkdir()
    (folder / "pack/inner.py").rename(open_to_all / "inner.py")
    (folder / "pack/inner.py").symlink_to(open_to_all / "inner.py")
    open_to_all.chmod(0o777)


SPOILERS = (
    spoil_file_for_a_group,
    spoil_folder_for_a_group,
    spoil_file, spoil_folder, spoil_sticky_folder, spoil_package, spoil_parent, spoil_compiled, spoil_owner,
    spoil_by_link,
)  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILERS)
async def test_what_others_could_have_written_is_not_loaded(
    folder: Path, owners: TrustedOwners, bench: Bench, spoil: object
) -> None:
    """Not a line of it runs."""
    write(folder, "pack/inner.py")
    (folder / "pack/__init__.py").touch()
    for name in ("pack/inner.py", "pack/__init__.py")[: 2 if spoil is spoil_package else 1]:
        with (folder / name).open("a") as file:
            file.write(f"\nimport pathlib\npathlib.Path({str(folder / 'ran')!r}).touch()\n")
    spoil(folder)  # type: ignore[operator]
    before = len(bench.registry.all())
    specs = ["pack.inner"] if spoil is spoil_package else ["pack.inner", str(folder / "pack/inner.py")]
    problems = await Plugins(bench.registry, owners).apply(specs)
    assert {error.code for error in problems.values()} == {ErrorCode.NOT_PERMITTED}
    assert set(problems) == set(specs)
    assert len(bench.registry.all()) == before
    assert not (folder / "ran").exists()


async def test_on_the_system_bus_only_root_may_own_a_plugin(folder: Path, owners: TrustedOwners) -> None:
    path = write(folder, "extra_tools.py")
    if os.getuid() == 0:
        replace(owners, uids={0}).demand(path)
    with pytest.raises(JarvisError, match="belongs to uid"):
        replace(owners, uids={54321}).demand(path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("raise ZeroDivisionError", ErrorCode.TOOL_FAILED),
        ("import sys; sys.exit(1)", ErrorCode.TOOL_FAILED),
        ("this is no python", ErrorCode.TOOL_FAILED),
        ("x = 1", ErrorCode.INVALID_REQUEST),
        ("TOOLS = ['text']", ErrorCode.INVALID_REQUEST),
        (SOURCE % "bad name", ErrorCode.TOOL_FAILED),
        (SOURCE % "file_read", ErrorCode.REFUSED),
    ],
)
async def test_a_plugin_that_cannot_be_loaded_is_told_and_left_out(
    folder: Path, owners: TrustedOwners, bench: Bench, content: str, code: ErrorCode
) -> None:
    (folder / "extra_tools.py").write_text(content)
    before = len(bench.registry.all())
    loader = Plugins(bench.registry, owners)
    problems = await loader.apply(["extra_tools", "tests.fakes.plugin:SHOUT"])
    assert {spec: error.code for spec, error in problems.items()} == {"extra_tools": code}
    assert len(bench.registry.all()) == before + 1


async def test_all_tools_of_a_plugin_are_taken_or_none(folder: Path, owners: TrustedOwners, bench: Bench) -> None:
    (folder / "extra_tools.py").write_text(SOURCE % "fine" + "TOOLS.append(TOOLS[0])\n")
    before = len(bench.registry.all())
    problems = await Plugins(bench.registry, owners).apply(["extra_tools"])
    assert (list(problems), len(bench.registry.all())) == (["extra_tools"], before)


@pytest.mark.parametrize(
    "spec", ["", ":", "no.such.module", "/no/such/file.py", "..", "os.path.", "entry-point:", "/"]
)
def test_a_name_that_names_nothing_is_an_error(spec: str) -> None:
    with pytest.raises(JarvisError):
        find_tools(spec, ME)
