"""Programs that see a workspace in real containers: read-only, or on a view that is applied and undone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.overlay import snapshot
from jarvisd.executor.ports.sandbox import SandboxJob, SandboxResult
from jarvisd.executor.tools.context import ToolLimits
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.fakes.executor import ScriptedSandbox
from tests.ports.podman_service import PATIENCE_S, ROOM_MB, Service, serving
from tests.sight import state_of
from tests.unit.executor.conftest import Bench

pytestmark = pytest.mark.real

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts are made by root")
WAYS = ["copy", pytest.param("overlay", marks=needs_root)]

EVERYTHING = """
import os, shutil
assert os.getcwd() == '/ws'
print(sorted(os.listdir('.')), open('private.txt').read())
open('a.txt', 'w').write('other')
os.mkdir('PDFs')
os.rename('b.pdf', 'PDFs/b.pdf')
shutil.rmtree('old')
os.chmod('keep.txt', 0o600)
open('new.txt', 'w').write('new')
os.symlink('PDFs/b.pdf', 'latest')
"""


@dataclass
class Hands:
    """Real hands around a real sandbox."""

    bench: Bench
    box: PodmanSandbox
    service: Service
    how: str

    async def run(
        self, code: str, mode: str, answer: str = "yes, go ahead", workspace: str = "documents"
    ) -> dict[str, Any]:
        self.bench.answers(answer)
        args: JsonObject = {"language": "python", "code": code, "workspace": workspace, "mode": mode}
        [step] = await self.bench.run(("execute_code", args))
        return cast("dict[str, Any]", step)


@pytest.fixture(params=WAYS)
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    with serving(bounded=request.param == "overlay") as running:
        yield running


@pytest.fixture
async def hands(service: Service, tmp_path: Path) -> AsyncIterator[Hands]:
    workers, tasks = Workers(), Tasks()
    box = PodmanSandbox(service.settings, workers, start_task=tasks.start, views=service.views)
    bench = Bench(tmp_path, sandbox=cast("ScriptedSandbox", box), workers=workers, tasks=tasks)
    limits = ToolLimits(sandbox_timeout_s=PATIENCE_S, sandbox_memory_mb=128, sandbox_disk_mb=ROOM_MB)
    for name in ("a.txt", "b.pdf", "keep.txt", "old/x.txt", "old/deep/y.txt", "private.txt"):
        bench.file(f"docs/{name}", name, age_days=3)
    (bench.docs / "private.txt").chmod(0o600)
    bench.file("tmp/other-secret.txt", "other")
    bench.kit = replace(bench.kit, limits=limits)
    bench.set_up()
    how = "copy"
    if service.mounts:
        service.show("documents", bench.docs)
        how = "overlay"
    await box.start()
    yield Hands(bench, box, service, how)
    await box.close()
    await tasks.cancel_all()
    workers.close()


async def test_what_a_program_did_is_asked_applied_and_undone(hands: Hands) -> None:
    before = state_of(hands.bench.docs)
    step = await hands.run(EVERYTHING, "write")
    assert step["outcome"] == "done", step
    assert (
        "create 2 files, make 1 folder, change 2 files, move or rename 1 file, delete 2 files" in step["question"]
    )
    assert step["result"]["workspace_by"] == hands.how
    assert step["result"]["conflicts"] == []
    assert "private.txt" in step["result"]["stdout"]
    assert hands.bench.names() == ["PDFs/b.pdf", "a.txt", "keep.txt", "latest", "new.txt", "private.txt"]
    assert (hands.bench.docs / "a.txt").stat().st_uid == os.getuid()
    await hands.bench.dispatcher.undo("last")
    assert state_of(hands.bench.docs) == before


async def test_no_leaves_the_workspace_as_it_was(hands: Hands) -> None:
    before = state_of(hands.bench.docs)
    step = await hands.run(EVERYTHING, "write", "no")
    assert step["outcome"] == "declined"
    assert state_of(hands.bench.docs) == before


async def test_reading_sees_everything_and_changes_nothing(hands: Hands) -> None:
    before = state_of(hands.bench.docs)
    code = "print(open('private.txt').read())\nopen('a.txt', 'w').write('mine')"
    step = await hands.run(code, "read")
    assert step["result"]["stdout"] == "private.txt\n"
    assert step["result"]["workspace_by"] == ("copy" if hands.how == "copy" else "mount")
    if hands.how == "overlay":
        assert "Read-only file system" in step["result"]["stderr"]
    assert state_of(hands.bench.docs) == before


async def test_one_workspace_is_in_sight_and_no_other(hands: Hands) -> None:
    # The policy refuses programs that say so; this is about the wall behind it.
    (hands.bench.docs / "root.txt").write_text("/")
    code = """
import os
root = open('root.txt').read()
seen = [os.path.join(base, name) for base, _, names in os.walk(root) for name in names if 'secret' in name]
print([path for path in seen if not path.startswith(('/proc', '/sys', '/usr'))])
print([line.split()[1] for line in open(root + 'proc/mounts') if '/ws' in line.split()[1]])
"""
    step = await hands.run(code, "write")
    assert step["result"]["stdout"] == "[]\n['/ws']\n"


async def test_a_program_fills_its_view_and_harms_nobody(hands: Hands) -> None:
    before = state_of(hands.bench.docs)
    code = f"""
import os
written = 0
try:
    for number in range(3 * {ROOM_MB}):
        with open(f'big{{number}}', 'wb', buffering=0) as file:
            written += file.write(bytes(1 << 20))
except OSError as error:
    print(error.errno, written >> 20)
raise SystemExit(3)
"""
    for _ in range(3):
        step = await hands.run(code, "write")
        errno, written_mb = map(int, step["result"]["stdout"].split())
        assert (errno, step["outcome"]) == (28, "failed")
        assert written_mb <= ROOM_MB
    assert state_of(hands.bench.docs) == before
    assert (await hands.run("print(1)", "read"))["outcome"] == "done"


async def test_what_is_in_the_trash_is_out_of_sight_and_cannot_be_spoilt(hands: Hands) -> None:
    hands.bench.file("docs/doomed.txt", "x" * 10_000)
    await hands.bench.use("file_delete", path="documents/doomed.txt")
    code = """
import os, shutil
print([name for base, _, names in os.walk('.') for name in names if 'doomed' in name])
for name in os.listdir('.'):
    if name.startswith('.Trash'):
        shutil.rmtree(name, ignore_errors=True)
open('new.txt', 'w').write('new')
"""
    for mode in ("read", "write"):
        step = await hands.run(code, mode)
        assert step["result"]["stdout"] == "[]\n"
    assert step["outcome"] == "done"
    assert hands.bench.trashed("docs") == ["doomed.txt"]
    await hands.bench.dispatcher.undo("last")


async def test_cancelling_leaves_nothing(hands: Hands) -> None:
    before = state_of(hands.bench.docs)
    began = asyncio.Event()
    bench = hands.bench
    view = snapshot.look(bench.workspaces, bench.workspaces.roots[0], lambda: None)
    folder = snapshot.folder_of(bench.workspaces, view, 1 << 20, lambda: None, may_write=True)
    code = "open('x', 'w').write('x')\nprint('began', flush=True)\nwhile True: pass"
    job = SandboxJob("python", code, PATIENCE_S, 128, 1000, folder, lambda stream, text: began.set())
    running: asyncio.Task[SandboxResult] = asyncio.get_running_loop().create_task(hands.box.run(job))
    await asyncio.wait_for(began.wait(), 60)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert state_of(bench.docs) == before
    assert (await hands.run("print(1)", "read"))["outcome"] == "done"


async def test_a_setuid_file_left_by_a_program_is_refused(hands: Hands) -> None:
    (hands.bench.docs / "mode.txt").write_text("4755")
    before = state_of(hands.bench.docs)
    step = await hands.run("import os\nos.chmod('a.txt', int(open('mode.txt').read(), 8))", "write")
    assert step["outcome"] == "refused"
    assert "special rights" in step["spoken"]
    assert state_of(hands.bench.docs) == before


@needs_root
async def test_a_view_of_another_folder_is_never_taken_for_the_workspace(tmp_path: Path) -> None:
    """A mount that is not what was declared is not used: the program works on a copy, and that is told."""
    with serving(bounded=True) as service:
        workers, tasks = Workers(), Tasks()
        box = PodmanSandbox(service.settings, workers, start_task=tasks.start, views=service.views)
        bench = Bench(tmp_path, sandbox=cast("ScriptedSandbox", box), workers=workers, tasks=tasks)
        bench.file("docs/a.txt", "a")
        bench.file("tmp/other-secret.txt", "b")
        service.show("documents", bench.tmp)
        await box.start()
        hands = Hands(bench, box, service, "copy")
        for mode in ("read", "write"):
            step = await hands.run("import os\nprint(os.listdir('.'))", mode)
            assert step["result"]["stdout"] == "['a.txt']\n"
            assert step["result"]["workspace_by"] == "copy"
        await box.close()
        await tasks.cancel_all()
        workers.close()


@needs_root
async def test_a_view_whose_changes_would_not_be_bounded_is_not_used(tmp_path: Path) -> None:
    with serving(bounded=False) as service:
        workers = Workers()
        box = PodmanSandbox(service.settings, workers, views=service.views)
        bench = Bench(tmp_path, sandbox=cast("ScriptedSandbox", box), workers=workers)
        bench.file("docs/a.txt", "a")
        service.show("documents", bench.docs)
        await box.start()
        hands = Hands(bench, box, service, "copy")
        step = await hands.run("open('b.txt', 'w')", "write")
        assert (step["outcome"], step["result"]["workspace_by"]) == ("done", "copy")
        assert (await hands.run("1", "read"))["result"]["workspace_by"] == "mount"
        await box.close()
        workers.close()
