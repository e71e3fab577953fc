"""The Podman sandbox holds against hostile programs and says honestly what it cannot do (E4, decision 3)."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from jarvisd.config.schema import SandboxSettings
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.workspace_mounts import PROGRAM_ID
from jarvisd.executor.adapters.podman.api import PodmanApi
from jarvisd.executor.adapters.podman.container import ContainerLimits, specification
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox, process_identity
from jarvisd.executor.ports.sandbox import SandboxJob, SandboxResult
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.workers import Workers
from tests.ports.podman_service import DEADLINE_S, IMAGE, PATIENCE_S, accepts, wait_until

pytestmark = pytest.mark.real

MARK = f"jarvisd-{os.getpid()}"[:15]
"""Name that programs here give themselves, so that those of other test runs are not taken for theirs."""


@dataclass
class Service:
    """A private Podman service that a test may stop, kill and start again."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> SandboxSettings:
        return SandboxSettings(
            socket=f"unix://{self.folder}/podman.sock", image=IMAGE, memory_mb=128, pids=32, timeout_s=PATIENCE_S
        )

    def start(self) -> None:
        door = self.folder / "podman.sock"
        door.unlink(missing_ok=True)
        command = [sys.executable, "-m", "jarvisd.executor.adapters.podman.dev_service", str(door)]
        with (self.folder / "podman.log").open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log)
        wait_until(lambda: accepts(door), "the service does not listen")

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(DEADLINE_S)
            self.process = None


@pytest.fixture
def service() -> Iterator[Service]:
    # A socket path has room for about 100 characters, which pytest's own folders exceed.
    running = Service(Path(tempfile.mkdtemp(prefix="jarvisd-podman-")))
    running.start()
    try:
        yield running
    finally:
        running.end()
        shutil.rmtree(running.folder)


@pytest.fixture
async def sandbox(service: Service, workers: Workers) -> AsyncIterator[PodmanSandbox]:
    box = PodmanSandbox(service.settings, workers)
    await box.start()
    yield box
    await box.close()


def lives(pid: int) -> bool:
    try:
        return "zombie" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def python(code: str, timeout_s: float = PATIENCE_S, output_limit_bytes: int = 20_000) -> SandboxJob:
    return SandboxJob("python", code, timeout_s, 64, output_limit_bytes)


def bash(code: str) -> SandboxJob:
    return SandboxJob("bash", code, PATIENCE_S, 64, 20_000)


def marked(code: str, timeout_s: float = PATIENCE_S) -> SandboxJob:
    """A Python program whose processes :func:`processes_of_programs` finds."""
    return python(f"open('/proc/self/comm', 'w').write('{MARK}')\n{code}", timeout_s)


def containers(service: Service) -> dict[str, str]:
    """Containers of this test run and what was planted, by name."""
    ours = process_identity(os.getpid())
    every = PodmanApi(service.settings.socket).owned()
    return {name: owner for name, owner in every.items() if owner == ours or name.startswith("jarvisd-test-")}


def processes_of_programs() -> list[str]:
    """Processes on this machine that :func:`marked` programs have."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"Uid:\t{PROGRAM_ID}\t" in text and f"Name:\t{MARK}\n" in text:
            found.append(str(status))
    return found


async def started(sandbox: PodmanSandbox, service: Service) -> tuple[asyncio.Task[SandboxResult], str]:
    """A program that runs for ever, once it runs; with the name of its container."""
    task = asyncio.get_running_loop().create_task(sandbox.run(marked("while True: pass")))
    await asyncio.to_thread(wait_until, processes_of_programs, "the program does not start")
    (name,) = containers(service)
    return task, name


async def test_a_program_has_the_local_time_of_the_machine(service: Service, workers: Workers) -> None:
    """The image has no database of zones, so it is given a rule."""
    told = "import time; print(time.strftime('%z'), time.strftime('%z', time.localtime(1_783_000_000)))"
    box = PodmanSandbox(service.settings, workers, time_zone=lambda: "EST5EDT,M3.2.0,M11.1.0")
    await box.start()
    try:
        result = await box.run(bash(f'python3 -c "{told}"; date -d @1783000000 +%z'))
        here = await box.run(python("import time; print(time.strftime('%z', time.localtime(1_783_000_000)))"))
    finally:
        await box.close()
    assert result.stdout.split()[1:] == ["-0400", "-0400"]
    assert here.stdout.split() == ["-0400"]


async def test_a_program_has_the_zone_of_this_machine_by_default(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("import time; print(time.strftime('%z'))"))
    assert result.stdout.split() == [f"{datetime.now().astimezone():%z}"]


async def test_a_calculation_answers_on_standard_output(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("print(sum(range(101)))"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "5050\n", "")
    assert not result.timed_out
    assert not result.truncated
    assert result.took_ms > 0
    assert IMAGE in sandbox.engine
    assert sandbox.engine.startswith("podman ")


async def test_a_shell_script_runs_and_its_status_comes_back(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(bash("x=6; echo $((x*7)); echo oops >&2; exit 3"))
    assert (result.exit_code, result.stdout, result.stderr) == (3, "42\n", "oops\n")


async def test_a_failing_program_shows_its_traceback_with_the_right_line(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("x = 1\ny = x / 0\n"))
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert "ZeroDivisionError" in result.stderr


async def test_a_fork_bomb_meets_the_process_limit(sandbox: PodmanSandbox) -> None:
    code = """
import os, time
children = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        children += 1
except OSError as error:
    print(children, error.errno)
"""
    result = await sandbox.run(marked(code))
    children, errno = map(int, result.stdout.split())
    assert children < 32
    assert errno == 11
    assert processes_of_programs() == []


async def test_a_memory_bomb_ends_alone(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("x = []\nwhile True: x.append(bytearray(1 << 20))"))
    assert result.exit_code != 0
    assert not result.timed_out


async def test_memory_is_bounded_by_the_job_not_only_by_the_settings(sandbox: PodmanSandbox) -> None:
    code = "x = bytearray({} << 20)\nprint(len(x))"
    assert (await sandbox.run(python(code.format(32)))).exit_code == 0
    assert (await sandbox.run(python(code.format(96)))).exit_code != 0


async def test_an_endless_loop_is_stopped_and_its_output_kept(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(marked("print('before')\nwhile True: pass", timeout_s=5.0))
    assert result.timed_out
    assert result.exit_code == 137
    assert result.stdout == "before\n"
    assert processes_of_programs() == []


async def test_a_program_that_ignores_signals_and_closes_its_outputs_is_stopped(sandbox: PodmanSandbox) -> None:
    code = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.close(1); os.close(2)
while True: pass
"""
    result = await sandbox.run(marked(code, timeout_s=1.0))
    assert result.timed_out
    assert processes_of_programs() == []


async def test_a_program_that_closes_its_outputs_is_waited_for(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("import os, time\nos.close(1); os.close(2)\ntime.sleep(0.3)\nos._exit(9)"))
    assert result.exit_code == 9


async def test_endless_output_is_cut_and_killed(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("while True: print('x' * 1000)", output_limit_bytes=5000))
    assert result.truncated
    assert len(result.stdout) == 5000
    assert result.exit_code == 137


async def test_too_much_output_is_dropped_but_the_program_finishes(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("print('x' * 50_000)\nraise SystemExit(4)", output_limit_bytes=1000))
    assert (result.exit_code, len(result.stdout), result.truncated) == (4, 1000, True)


async def test_there_is_no_network(sandbox: PodmanSandbox) -> None:
    code = """
print(sorted(line.split(':')[0].strip() for line in open('/proc/net/dev') if ':' in line))
import socket
for address in (("10.0.0.1", 80), ("127.0.0.1", 22)):
    try:
        socket.create_connection(address, timeout=2)
        print("connected")
    except OSError as error:
        print("refused")
"""
    result = await sandbox.run(python(code))
    assert result.stdout.splitlines() == ["['lo']", "refused", "refused"]


async def test_nothing_outside_tmp_can_be_written_and_no_secret_read(sandbox: PodmanSandbox) -> None:
    code = """
import os
def attempt(path, mode):
    try:
        open(path, mode).close()
        return "ok"
    except OSError as error:
        return type(error).__name__
for path in ("/x", "/etc/passwd", "/usr/bin/python3", "/job/program.py", "/proc/sysrq-trigger", "/dev/kmsg"):
    assert attempt(path, "a") != "ok", path
for path in ("/etc/shadow", "/root/x", "/proc/kcore", "/proc/1/root/etc/shadow"):
    assert attempt(path, "r") != "ok", path
assert attempt("/tmp/fine", "w") == "ok"
open("/tmp/tool", "w").write("#!/bin/bash\\necho ran\\n")
os.chmod("/tmp/tool", 0o700)
try:
    os.execv("/tmp/tool", ["tool"])
except PermissionError:
    print("closed")
"""
    result = await sandbox.run(python(code))
    assert (result.stdout, result.stderr) == ("closed\n", "")


async def test_the_folder_for_scratch_files_is_small(sandbox: PodmanSandbox) -> None:
    code = """
written = 0
try:
    for number in range(100):
        with open(f"/tmp/{number}", "wb") as file:
            for _ in range(8):
                written += file.write(bytes(1 << 20))
except OSError as error:
    print(error.errno)
print(written >> 20)
"""
    result = await sandbox.run(python(code))
    errno, written_mb = map(int, result.stdout.split())
    assert errno == 28
    assert written_mb <= 16


async def test_the_program_has_no_rights_at_all(sandbox: PodmanSandbox) -> None:
    code = """
value = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
    assert int(value[name], 16) == 0, name
assert value["NoNewPrivs"].strip() == "1"
assert value["Seccomp"].strip() == "2"
import os
assert os.getuid() == os.geteuid() == os.getgid() != 0
mknod = lambda path: os.mknod(path, 0o60600)
for action, argument in ((os.setuid, 0), (os.chroot, "/tmp"), (mknod, "/tmp/d"), (os.nice, -5)):
    try:
        action(argument)
        print("allowed")
    except PermissionError:
        print("denied")
"""
    result = await sandbox.run(python(code))
    assert (result.stdout.split(), result.stderr) == (["denied"] * 4, "")


async def test_ways_out_by_system_call_are_denied(sandbox: PodmanSandbox) -> None:
    code = """
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
user, mounts, net = 0x10000000, 0x00020000, 0x40000000
print(libc.mount(b"x", b"/tmp", b"tmpfs", 0, None), libc.ptrace(16, 1, 0, 0), libc.setns(0, 0))
print(*(libc.unshare(flag) for flag in (user, mounts, net)))
print(libc.syscall(56, user | 17, 0, 0, 0, 0), libc.syscall(321, 0, 0, 0), libc.syscall(425, 8, 0))
for family in (16, 17, 38, 40):  # netlink, packet, kernel crypto, the way to the machine that runs this one
    try:
        socket.socket(family, socket.SOCK_DGRAM)
        print("opened", family)
    except OSError:
        pass
"""
    result = await sandbox.run(python(code))
    assert (result.stdout, result.stderr) == ("-1 -1 -1\n" * 3, "")


async def test_threads_and_child_processes_work(sandbox: PodmanSandbox) -> None:
    code = """
import concurrent.futures, subprocess
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(lambda n: n * n, range(10))))
print(subprocess.run(["/bin/bash", "-c", "echo $((40 + 2)) | cat"], capture_output=True, text=True).stdout)
"""
    result = await sandbox.run(python(code))
    assert (result.stdout.split(), result.stderr) == (["285", "42"], "")


async def test_the_environment_is_clean(sandbox: PodmanSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JARVISD_SECRET", "1234")
    result = await sandbox.run(python("import os\nprint(sorted(os.environ))"))
    assert result.stdout.strip() == str(["HOME", "HOSTNAME", "LANG", "PATH", "TERM", "TZ", "container"])


async def test_standard_input_is_empty(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("import sys\nprint(repr(sys.stdin.read() if sys.stdin else ''))"))
    assert result.stdout == "''\n"


@pytest.mark.parametrize("code", ["print('é 🙂')", "print(1)\0", "print('\ud800')", "", "\0" * 100, "'\\udcff"])
async def test_any_text_is_a_program_or_a_mistake_of_the_program(sandbox: PodmanSandbox, code: str) -> None:
    result = await sandbox.run(python(code))
    assert result.exit_code in (0, 1)
    if "🙂" in code:
        assert result.stdout == "é 🙂\n"


async def test_undecodable_and_huge_lines_come_back_as_text(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("import sys\nsys.stdout.buffer.write(b'\\xff\\x00ok' + b'y' * 100_000)"))
    assert result.stdout.startswith("�\x00ok")
    assert result.truncated


async def test_a_megabyte_of_code_runs_and_more_is_refused(sandbox: PodmanSandbox) -> None:
    result = await sandbox.run(python("x = '" + "a" * 1_000_000 + "'\nprint(len(x))"))
    assert result.stdout == "1000000\n"
    with pytest.raises(RequestError):
        await sandbox.run(python("#" * 3_000_000))


async def test_processes_that_outlive_the_program_die_with_it(sandbox: PodmanSandbox, service: Service) -> None:
    code = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
os.wait()
print("done")
"""
    result = await sandbox.run(marked(code))
    assert result.stdout == "done\n"
    assert processes_of_programs() == []
    assert containers(service) == {}


async def test_cancelling_kills_the_program_and_leaves_nothing(sandbox: PodmanSandbox, service: Service) -> None:
    task, _ = await started(sandbox, service)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert processes_of_programs() == []
    assert containers(service) == {}


async def test_two_programs_run_side_by_side(sandbox: PodmanSandbox) -> None:
    results = await asyncio.gather(*(sandbox.run(python(f"print({n})")) for n in range(3)))
    assert [result.stdout for result in results] == ["0\n", "1\n", "2\n"]


async def test_a_service_that_dies_meanwhile_is_an_error_and_its_program_is_removed_later(
    sandbox: PodmanSandbox, service: Service
) -> None:
    task, name = await started(sandbox, service)
    service.end(signal.SIGKILL)
    with pytest.raises(JarvisError) as caught:
        await task
    assert caught.value.code is ErrorCode.SANDBOX_GONE
    assert "systemctl start jarvisd-sandbox.socket" in caught.value.message
    with pytest.raises(JarvisError):
        await sandbox.check()
    service.start()
    assert name in containers(service)
    assert (await sandbox.run(python("print('again')"))).stdout == "again\n"
    assert name not in containers(service)
    assert processes_of_programs() == []


async def test_a_service_that_hangs_is_a_timeout(service: Service, workers: Workers) -> None:
    box = PodmanSandbox(service.settings, workers, call_deadline_s=8.0)
    await box.start()
    assert service.process is not None
    service.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(JarvisError) as caught:
            await box.run(python("print(1)"))
        assert caught.value.code is ErrorCode.TIMEOUT
        assert "systemctl restart jarvisd-sandbox.service" in caught.value.message
    finally:
        service.process.send_signal(signal.SIGCONT)
    await box.check()
    assert (await box.run(python("print(1)"))).exit_code == 0


async def test_a_missing_socket_names_the_command(service: Service, workers: Workers) -> None:
    missing = PodmanSandbox(replace(service.settings, socket="unix:///nonexistent/podman.sock"), workers)
    with pytest.raises(JarvisError) as caught:
        await missing.start()
    assert caught.value.code is ErrorCode.SANDBOX_GONE
    assert "systemctl start jarvisd-sandbox.socket" in caught.value.message


async def test_a_missing_image_names_the_command_and_is_not_pulled(service: Service, workers: Workers) -> None:
    missing = PodmanSandbox(replace(service.settings, image="localhost/jarvisd-nothing:1"), workers)
    with pytest.raises(JarvisError) as caught:
        await missing.start()
    assert caught.value.code is ErrorCode.SANDBOX_GONE
    assert "make sandbox" in caught.value.message
    with pytest.raises(JarvisError):
        await missing.run(python("print(1)"))


async def test_what_a_crash_left_is_removed_at_start_and_what_others_own_stays(
    service: Service, workers: Workers
) -> None:
    api = PodmanApi(service.settings.socket)
    image_id = api.image_id(IMAGE)
    living = process_identity(os.getppid())
    owners = {"left": living.rpartition("-")[0] + "-1", "odd": "who knows", "other": living}
    try:
        for name, owner in owners.items():
            api.create(specification(f"jarvisd-test-{name}", image_id, ContainerLimits(64, 1.0, 16, 5.0), owner))
        box = PodmanSandbox(service.settings, workers)
        await box.start()
        assert set(containers(service)) == {"jarvisd-test-other"}
    finally:
        for name in owners:
            api.remove(f"jarvisd-test-{name}")


async def test_without_control_groups_each_process_is_bounded_and_the_weakness_is_said(
    service: Service, workers: Workers
) -> None:
    box = PodmanSandbox(service.settings, workers, try_cgroups=False)
    await box.start()
    assert box.weaknesses
    assert box.weaknesses[0] in box.engine
    assert (await box.run(python("print(6 * 7)"))).stdout == "42\n"
    result = await box.run(python("x = bytearray(96 << 20)"))
    assert "MemoryError" in result.stderr


# --- containers kept ready -------------------------------------------------------------------------------


@pytest.fixture
async def pooled(service: Service, workers: Workers) -> AsyncIterator[PodmanSandbox]:
    tasks = Tasks()
    box = PodmanSandbox(replace(service.settings, pool=2, pool_memory_mb=64), workers, start_task=tasks.start)
    await box.start()
    await ready(box)
    yield box
    await box.close()
    await tasks.cancel_all()


async def ready(box: PodmanSandbox) -> None:
    assert box.pool is not None
    await asyncio.wait_for(box.pool.filled(), DEADLINE_S)


def everyday(code: str) -> SandboxJob:
    """A job with the limits of the settings, which a ready container fits."""
    return SandboxJob("python", code, PATIENCE_S, 128, 20_000)


async def test_a_ready_container_is_used_once_and_replaced(pooled: PodmanSandbox, service: Service) -> None:
    assert pooled.pool is not None
    assert pooled.pool.waiting == 2
    before = set(containers(service))
    assert (await pooled.run(everyday("print(6 * 7)"))).stdout == "42\n"
    await ready(pooled)
    assert pooled.pool.waiting == 2
    await asyncio.to_thread(wait_until, lambda: len(containers(service)) == 2, "a used container stays")
    assert len(before & set(containers(service))) == 1


async def test_nothing_of_one_run_is_visible_to_the_next(pooled: PodmanSandbox) -> None:
    leave = """
import os, signal
open('/tmp/secret', 'w').write('s')
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True: pass
print('left')
"""
    look = """
import os
print(os.listdir('/tmp'), os.listdir('/dev/shm'), len([pid for pid in os.listdir('/proc') if pid.isdigit()]))
print(sorted(os.environ), os.listdir('/proc/self/fd'))
"""
    first = await pooled.run(everyday(look))
    for _ in range(3):
        await ready(pooled)
        assert (await pooled.run(everyday(leave))).stdout == "left\n"
    await ready(pooled)
    assert (await pooled.run(everyday(look))).stdout == first.stdout
    assert first.stdout.startswith("[] [] 2\n")


async def test_a_program_cannot_forge_its_report(pooled: PodmanSandbox) -> None:
    """The mark that ends the output is out of its reach, and so is the process that knows it."""
    code = """
import os
for path in ('/proc/1/mem', '/proc/1/environ', '/proc/1/fd', '/proc/1/maps'):
    try:
        os.listdir(path) if path.endswith('fd') else open(path, 'rb').read(1)
        print('open', path)
    except OSError:
        pass
for number in (2, 9, 15, 19):
    try:
        os.kill(1, number)
    except OSError:
        pass
print('\\0' + '0' * 32 + '{"exit": 0, "changed": 0}')
raise SystemExit(7)
"""
    result = await pooled.run(everyday(code))
    assert result.exit_code == 7
    assert result.stdout == "\0" + "0" * 32 + '{"exit": 0, "changed": 0}\n'


async def test_the_pool_is_bounded_in_memory_and_other_limits_get_a_container_of_their_own(
    service: Service, workers: Workers
) -> None:
    tasks = Tasks()
    settings = replace(service.settings, pool=8, pool_memory_mb=40)
    box = PodmanSandbox(settings, workers, start_task=tasks.start)
    await box.start()
    await ready(box)
    assert box.pool is not None
    assert box.pool.waiting == 2
    assert (await box.run(python("print(1)"))).exit_code == 0
    assert box.pool.waiting == 2
    await box.close()
    assert containers(service) == {}


async def test_the_pool_is_rebuilt_after_podman_was_restarted(pooled: PodmanSandbox, service: Service) -> None:
    old = set(containers(service))
    service.end(signal.SIGKILL)
    service.start()
    await pooled.check()
    await ready(pooled)
    assert pooled.pool is not None
    assert pooled.pool.waiting == 2
    assert (await pooled.run(everyday("print('again')"))).stdout == "again\n"
    await asyncio.to_thread(wait_until, lambda: not old & set(containers(service)), "an old container stays")


CRASHING = """
import asyncio, sys
from jarvisd.config.schema import SandboxSettings
from jarvisd.executor.adapters.podman.sandbox import PodmanSandbox
from jarvisd.runtime.workers import Workers
from jarvisd.runtime.tasks import Tasks
async def main():
    settings = SandboxSettings(socket=sys.argv[1], image=sys.argv[2], memory_mb=128, pids=32, pool=2)
    box = PodmanSandbox(settings, Workers(), start_task=Tasks().start)
    await box.start()
    await box.pool.filled()
    print('ready', flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


async def test_what_waited_for_an_executor_that_crashed_ends_and_is_removed(
    service: Service, workers: Workers
) -> None:
    """Waiting containers end with the connection; the next executor removes what is left of them."""
    command = [sys.executable, "-c", CRASHING, service.settings.socket, IMAGE]
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    executor = await asyncio.to_thread(subprocess.Popen, command, **output)
    assert executor.stdout is not None
    assert executor.stdout.readline() == b"ready\n"
    theirs = process_identity(executor.pid)
    api = PodmanApi(service.settings.socket)
    left = [name for name, owner in api.owned().items() if owner == theirs]
    assert len(left) == 2
    executor.kill()
    executor.wait(DEADLINE_S)
    executor.stdout.close()
    wait_until(lambda: all(api.exit_code(name) is not None for name in left), "a container waits for nobody")
    box = PodmanSandbox(service.settings, workers)
    await box.start()
    assert not set(left) & set(api.owned())
    await box.close()


async def test_a_service_that_hangs_with_a_program_in_it_is_told_in_time(
    service: Service, workers: Workers
) -> None:
    """E4: the executor waits no longer than the program's time and a little more, and goes on when Podman does."""
    tasks = Tasks()
    box = PodmanSandbox(service.settings, workers, start_task=tasks.start, call_deadline_s=3.0)
    await box.start()
    await ready(box)
    assert service.process is not None
    service.process.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(JarvisError) as caught:
            await box.check()
        assert caught.value.code is ErrorCode.TIMEOUT
        result = await box.run(SandboxJob("python", "print(1)", 1.0, 128, 1000))
        assert result.timed_out
    finally:
        service.process.send_signal(signal.SIGCONT)
    await box.check()
    assert (await box.run(everyday("print(6 * 7)"))).stdout == "42\n"
    await box.close()
    await tasks.cancel_all()


def test_a_socket_that_is_closed_to_us_says_so(tmp_path: Path) -> None:
    """Another user's socket is refused with what would mend it, without waiting."""
    with pytest.raises(JarvisError) as caught:
        PodmanApi("tcp://127.0.0.1:1").version()
    assert caught.value.code is ErrorCode.SANDBOX_GONE
    deaf = tmp_path / "file"
    deaf.write_text("no socket")
    with pytest.raises(JarvisError) as refused:
        PodmanApi(f"unix://{deaf}").version()
    assert refused.value.code is ErrorCode.SANDBOX_GONE
    assert "systemctl status jarvisd-sandbox.service" in refused.value.message


def test_the_private_service_ends_with_its_parent(service: Service) -> None:
    socket = service.folder / "second" / "podman.sock"
    command = f"{sys.executable} -m jarvisd.executor.adapters.podman.dev_service {socket} & echo $!; read line"
    parent = subprocess.Popen(["bash", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    assert parent.stdin is not None
    child = int(parent.stdout.readline())
    wait_until(socket.exists, "the service makes no socket")
    parent.kill()
    parent.wait(DEADLINE_S)
    parent.stdout.close()
    parent.stdin.close()
    wait_until(lambda: not lives(child), "the service outlives its parent")
