"""What the executor relies on in any sandbox; what only Podman can show is in ``test_podman.py`` (E4)."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jarvisd.config.schema import SandboxSettings
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.executor.ports.sandbox import Sandbox, SandboxJob, SandboxResult
from jarvisd.runtime.workers import Workers
from tests.fakes.executor import ScriptedSandbox
from tests.ports.podman_service import accepts

IMAGE = os.environ.get("JARVISD_SANDBOX_IMAGE", SandboxSettings().image)
DEADLINE_S = 60
SCRIPT = {
    "print(6 * 7)": SandboxResult(0, "42\n", "", False, False, 5.0),
    "import sys; sys.exit('oops')": SandboxResult(1, "", "oops\n", False, False, 5.0),
    "echo $((6 * 7)); exit 3": SandboxResult(3, "42\n", "", False, False, 5.0),
    "print('x' * 5000)": SandboxResult(0, "x" * 1000, "", False, True, 5.0),
    "while True: pass": SandboxResult(137, "", "", True, False, 1000.0),
}


async def podman(folder: Path, workers: Workers) -> tuple[PodmanSandbox, subprocess.Popen[bytes]]:
    socket = folder / "podman.sock"
    command = [sys.executable, "-m", "jarvisd.executor.adapters.podman.dev_service", str(socket)]
    with (folder / "podman.log").open("ab") as log:
        process = await asyncio.to_thread(subprocess.Popen, command, stderr=log)
    watch = asyncio.get_running_loop().time() + DEADLINE_S
    while not accepts(socket):
        assert process.poll() is None, (folder / "podman.log").read_text()
        assert asyncio.get_running_loop().time() < watch, "the service does not listen"
        await asyncio.sleep(0)
    return PodmanSandbox(SandboxSettings(socket=f"unix://{socket}", image=IMAGE), workers), process


@pytest.fixture(params=["scripted", pytest.param("podman", marks=pytest.mark.real)])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    if request.param == "scripted":
        yield ScriptedSandbox(SCRIPT)
        return
    # A socket path has room for about 100 characters, which pytest's own folders exceed.
    folder, workers = Path(tempfile.mkdtemp(prefix="jarvisd-sandbox-")), Workers()
    made, process = await podman(folder, workers)
    await made.start()
    yield made
    await made.close()
    process.terminate()
    await asyncio.to_thread(process.wait, DEADLINE_S)
    workers.close()
    await asyncio.to_thread(shutil.rmtree, folder)


def job(code: str, language: str = "python", **limits: float) -> SandboxJob:
    return SandboxJob(
        language="bash" if language == "bash" else "python",
        code=code,
        timeout_s=limits.get("timeout_s", 120.0),
        memory_mb=128,
        output_limit_bytes=int(limits.get("output_limit_bytes", 20_000)),
    )


async def test_programs_of_both_languages_answer(sandbox: Sandbox) -> None:
    """Output, errors and status come back apart."""
    await sandbox.check()
    assert sandbox.engine
    calculation = await sandbox.run(job("print(6 * 7)"))
    assert (calculation.exit_code, calculation.stdout, calculation.stderr) == (0, "42\n", "")
    failure = await sandbox.run(job("import sys; sys.exit('oops')"))
    assert (failure.exit_code, failure.stderr) == (1, "oops\n")
    shell = await sandbox.run(job("echo $((6 * 7)); exit 3", "bash"))
    assert (shell.exit_code, shell.stdout) == (3, "42\n")
    assert calculation.took_ms > 0


async def test_too_much_output_is_cut_and_said(sandbox: Sandbox) -> None:
    result = await sandbox.run(job("print('x' * 5000)", output_limit_bytes=1000))
    assert result.truncated
    assert len(result.stdout) <= 1000


async def test_a_program_without_end_is_a_result_not_an_error(sandbox: Sandbox) -> None:
    result = await sandbox.run(job("while True: pass", timeout_s=1.0))
    assert result.timed_out
    assert result.exit_code != 0


async def test_a_sandbox_that_is_gone_says_so() -> None:
    """SANDBOX_GONE from start, check and run, so that code is refused (decision 3)."""
    scripted = ScriptedSandbox()
    scripted.gone = True
    workers = Workers()
    missing = PodmanSandbox(SandboxSettings(socket="unix:///nowhere/podman.sock"), workers)
    for made in (scripted, missing):
        for act in (made.start, made.check, lambda made=made: made.run(job("print(6 * 7)"))):  # type: ignore[misc] # default
            with pytest.raises(JarvisError) as caught:
                await act()
            assert caught.value.code is ErrorCode.SANDBOX_GONE
    workers.close()
