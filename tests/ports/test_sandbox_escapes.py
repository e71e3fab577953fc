"""No program gets out of the sandbox: each probe succeeds without the walls and fails behind them (decision 3).

Without the walls means: a container with every right, the host's network, a folder of the host, and no filter of
system calls. There each probe is first shown to be able to succeed, so that a probe which only has a mistake in it
does not count as held.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from jarvisd.executor.adapters.podman.dev_service import options_here
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.ports.sandbox import FolderItem, SandboxFolder, SandboxJob, SandboxResult
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.ports.escapes import AMONG_OTHERS, PROBES, UNPROVABLE, program
from tests.ports.podman_service import IMAGE, Service, serving

pytestmark = [pytest.mark.real, pytest.mark.timeout(1800)]

DEADLINE_S = 900
RUNNER = """
import ctypes, json, subprocess, sys
libc = ctypes.CDLL(None)
def apart():
    # What one probe mounts is not there for the next.
    libc.unshare(0x00020000)
    libc.mount(b'none', b'/', None, 0x44000, None)
told = {}
for name, text in json.load(open('/probes.json')).items():
    try:
        command = [sys.executable, '-c', text]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, preexec_fn=apart)
        told[name] = done.stdout + done.stderr[-300:]
    except subprocess.TimeoutExpired:
        told[name] = 'late'
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def values() -> Iterator[dict[str, object]]:
    """What the host offers to those who reach it."""
    folder = Path(tempfile.mkdtemp(prefix="jarvisd-escape-"))
    folder.chmod(0o777)
    (folder / "secret").write_text("secret")
    with ExitStack() as stack:
        for name in ("socket", "bus", "podman.sock"):
            listening = stack.enter_context(socket.socket(socket.AF_UNIX))
            listening.bind(str(folder / name))
            (folder / name).chmod(0o777)
            listening.listen(8)
        abstract = f"jarvisd-escape-{os.getpid()}"
        hidden = stack.enter_context(socket.socket(socket.AF_UNIX))
        hidden.bind(f"\0{abstract}")
        hidden.listen(8)
        four = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = four.getsockname()[1]
        stack.enter_context(socket.create_server(("::1", port), family=socket.AF_INET6))
        yield {"host": folder, "port": port, "abstract": abstract}
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def unwalled(values: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each probe says in a container without walls."""
    folder = tmp_path_factory.mktemp("control")
    workspace = folder / "workspace"
    workspace.mkdir()
    (workspace / "out").symlink_to(f"{values['host']}/secret")
    told: dict[str, str] = {}
    for names, more in ((set(PROBES) - set(UNPROVABLE) - AMONG_OTHERS, []), (AMONG_OTHERS, ["--pid=host"])):
        probes = {name: program(body, values) for name, body in PROBES.items() if name in names}
        (folder / "probes.json").write_text(json.dumps(probes))
        told |= _in_control(folder, values["host"], more)
    return told


def _in_control(folder: Path, host: object, more: list[str]) -> dict[str, str]:
    """What the probes in ``folder`` say in a container with every right."""
    command = ["podman", *options_here(), "run", "--rm", "--privileged", "--network=host", "--user=0:0"]
    command += ["--security-opt=seccomp=unconfined", "--ulimit=nofile=1024:4096", "--ulimit=nproc=4096:4096"]
    command += [f"--volume={host}:{host}", f"--volume={folder}/probes.json:/probes.json:ro"]
    command += [f"--volume={folder}/workspace:/ws", "--pids-limit=500", "--shm-size=32m", *more]
    command += [IMAGE, "python3", "-c", RUNNER]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    told: dict[str, str] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with serving(bounded=False) as running:
        yield running


@pytest.fixture(scope="module")
def walled(values: dict[str, object], service: Service) -> dict[str, SandboxResult]:
    """What became of each probe in the sandbox, each in a container of its own."""
    return asyncio.run(_all_probes(values, service))


async def _all_probes(values: dict[str, object], service: Service) -> dict[str, SandboxResult]:
    workers, tasks = Workers(), Tasks()
    box = PodmanSandbox(service.settings, workers, start_task=tasks.start, views=service.views)
    link = FolderItem("out", "link", 0o777, 1, os.fsencode(f"{values['host']}/secret"))
    folder = SandboxFolder("documents", True, {}, (), lambda: [link])
    await box.start()
    try:
        results = {}
        for name, body in PROBES.items():
            seen = folder if "/ws" in body else None
            results[name] = await box.run(SandboxJob("python", program(body, values), 60.0, 128, 4000, seen))
    finally:
        await box.close()
        await tasks.cancel_all()
        workers.close()
    return results


@pytest.mark.parametrize("name", PROBES)
def test_the_wall_holds(name: str, unwalled: dict[str, str], walled: dict[str, SandboxResult]) -> None:
    if name not in UNPROVABLE:
        assert unwalled[name].startswith("escaped"), f"the probe proves nothing: {unwalled[name]}"
    result = walled[name]
    assert "escaped" not in result.stdout
    assert result.stdout.startswith("held") or result.exit_code != 0, (result.stdout, result.stderr)


def test_there_are_enough_probes() -> None:
    assert len(PROBES) >= 90
    assert len(PROBES) - len(UNPROVABLE) >= 80
    assert set(UNPROVABLE) <= set(PROBES)
