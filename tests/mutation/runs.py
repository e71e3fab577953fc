"""Runs tests in forked processes, each with one module exchanged: ``python -m tests.mutation.runs``, in a copy.

Told what to do by lines of JSON on standard input, and answers each with one. Libraries are loaded once, before
the processes are forked; our own modules are loaded anew in each of them. A mutant may do anything, so the
processes can write nowhere but beneath the copy and its folder for temporary files, which the kernel sees to
(Landlock).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import select
import shutil
import signal
import sys
import threading
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
import pytest

OURS = ("jarvisd", "tests", "demo", "bench")
OPTIONS = (
    *("-x", "-q", "--no-header", "--tb=short", "-p", "no:randomly", "-p", "no:cacheprovider"),
    *("-o", "timeout=0"),
    *(
        "--hypothesis-seed=0",
        "-o",
        "tmp_path_retention_policy=none",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ),
)
STILL_S, WORK_S = 40, 0.3
"""Who has used less of a processor than the second in so long stands still, however busy the machine is."""
WITHOUT_A_CLOCK = "tests/unit/"
"""Files of tests that wait for nothing but themselves."""
Runner = Callable[[Mapping[str, Any], str], dict[str, Any]]
_RULES_CREATE, _RULE_ADD, _RESTRICT = 444, 445, 446
"""System calls of Landlock, the same on every architecture (asm-generic/unistd.h)."""
_NO_NEW_PRIVS = 38
"""``PR_SET_NO_NEW_PRIVS`` of linux/prctl.h."""
_WRITES = 0x2 | 0x3FF0 | 0x4000
"""``LANDLOCK_ACCESS_FS_WRITE_FILE``, ``REMOVE_*``, ``MAKE_*``, ``REFER`` and ``TRUNCATE`` of linux/landlock.h."""
_WRITES_SINCE = {1: 0x2 | 0x1FF0, 2: 0x2 | 0x3FF0}
_PATH_BENEATH = 1


def confine(*folders: str) -> None:
    """Let this process and its children write nothing outside of ``folders``; raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)

    def call(*arguments: Any) -> int:
        result = int(libc.syscall(*arguments))
        if result < 0:
            raise OSError(ctypes.get_errno(), "Landlock is needed and not to be had")
        return result

    version = call(_RULES_CREATE, None, 0, 1)
    handled = ctypes.c_uint64(_WRITES_SINCE.get(version, _WRITES))
    rules = call(_RULES_CREATE, ctypes.byref(handled), 8, 0)
    for folder in folders:
        fd = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        beneath = ctypes.create_string_buffer(
            handled.value.to_bytes(8, sys.byteorder) + fd.to_bytes(4, sys.byteorder)
        )
        call(_RULE_ADD, rules, _PATH_BENEATH, beneath, 0)
        os.close(fd)
    libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    call(_RESTRICT, rules, 0)


class Watch:
    """A plugin of pytest: which lines of some files each test runs, in every thread, and how long it takes."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = {str(Path(name).resolve()): name for name in files}
        self._test = ""
        self.lines: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one test with its fixtures."""
        self._test = item.nodeid
        began = time.process_time() + _of_children()
        threading.settrace(self._called)
        sys.settrace(self._called)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.seconds[item.nodeid] = time.process_time() + _of_children() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What does not pass unchanged can hold nothing."""
        if report.failed:
            self.failed.append(report.nodeid)

    def _called(self, frame: FrameType, event: str, argument: object) -> Any:
        name = self._files.get(frame.f_code.co_filename)
        if name is None:
            return None
        lines = self.lines[self._test]
        lines.add((name, frame.f_lineno))

        def in_a_line(inner: FrameType, event: str, argument: object) -> Any:
            lines.add((name, inner.f_lineno))
            return in_a_line

        return in_a_line


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Chosen:
    """A plugin of pytest: these tests alone, in this order, and the first of them that fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {name: number for number, name in enumerate(tests)}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose and sort."""
        items[:] = [item for item in items if item.nodeid in self._order]
        items.sort(key=lambda item: self._order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first failure."""
        if report.failed and not self.failed:
            self.failed = report.nodeid


def watched(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run whole files and report what each test touches."""
    watch = Watch(job["watch"])
    code = pytest.main([*OPTIONS, "--maxfail=0", *job["tests"]], plugins=[watch])
    libraries = [name for name in sys.modules if name.partition(".")[0] not in (*OURS, "__main__", "__mp_main__")]
    lines = {test: sorted(found) for test, found in watch.lines.items()}
    return {
        "code": int(code),
        "lines": lines,
        "seconds": watch.seconds,
        "failed": watch.failed,
        "libraries": libraries,
    }


def compiled(job: Mapping[str, Any]) -> dict[str, Any]:
    """Load files once, and keep what the compiler makes of them and of what they load; run nothing."""
    sys.dont_write_bytecode = False
    return {"code": int(pytest.main([*OPTIONS, "--collect-only", *job["compile"]])), "failed": ""}


def judged(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run single tests until one fails."""
    chosen = Chosen(job["tests"])
    files = list(dict.fromkeys(test.partition("::")[0] for test in job["tests"]))
    return {"code": int(pytest.main([*OPTIONS, *files], plugins=[chosen])), "failed": chosen.failed}


def forked(job: Mapping[str, Any], temporary: str) -> dict[str, Any]:
    """The answer of a process of its own, or how it ended; nothing that it started outlives it."""
    shutil.rmtree(temporary, ignore_errors=True)
    Path(temporary).mkdir()
    receiving, sending = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiving)
        _in_the_child(job, temporary, sending)
    os.close(sending)
    try:
        answer = _read(receiving, psutil.Process(child))
        ended = "" if answer else "it ended"
    except TimeoutError:
        answer, ended = b"", "it stood still"
    finally:
        os.close(receiving)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        ended = "it took too long"
    found = json.loads(answer) if answer else {"code": -1, "failed": ended}
    return {**found, "cpu_s": used.ru_utime + used.ru_stime}


def _read(fd: int, process: psutil.Process) -> bytes:
    """What comes until the end; raises TimeoutError once the process and its children do nothing any more."""
    answer, used_s = b"", 0.0
    while True:
        ready, _, _ = select.select([fd], [], [], STILL_S)
        if not ready:
            before_s, used_s = used_s, _used_s(process)
            if used_s - before_s < WORK_S:
                raise TimeoutError
            continue
        piece = os.read(fd, 1 << 20)
        if not piece:
            return answer
        answer += piece


def _used_s(process: psutil.Process) -> float:
    used_s = 0.0
    for one in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            used_s += sum(one.cpu_times()[:4])
    return used_s


def _in_the_child(job: Mapping[str, Any], temporary: str, sending: int) -> None:
    os.setsid()
    limit = int(job["cpu_s"])
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
    os.environ["TMPDIR"] = temporary
    log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    confine(str(Path.cwd()), temporary, "/dev", "/proc")
    kind = next((one for name, one in (("watch", watched), ("compile", compiled)) if name in job), judged)
    answer = kind(job)
    sys.stdout.flush()
    with open(sending, "wb") as file:
        file.write(json.dumps(answer).encode())
    os._exit(0)


def _set_up(libraries: Sequence[str]) -> None:
    """Load what does not change, and let no test depend on chance or on how busy the machine is."""
    for name in libraries:
        # What cannot be loaded by itself is loaded by whom needs it; what is loaded early may warn of that.
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    from hypothesis import HealthCheck, settings

    settings.register_profile("mutation", database=None, deadline=None, suppress_health_check=list(HealthCheck))
    settings.load_profile("mutation")


def main() -> None:
    """Serve until standard input ends."""
    temporary = sys.argv[1]
    _set_up(())
    for line in sys.stdin:
        job = json.loads(line)
        if "libraries" in job:
            _set_up(job["libraries"])
            answer: dict[str, Any] = {}
        else:
            answer = _with_module(job, temporary)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _with_module(job: Mapping[str, Any], temporary: str, run: Runner = forked) -> dict[str, Any]:
    if "module" not in job:
        return run(job, temporary)
    module = Path(job["module"])
    source, status = module.read_bytes(), module.stat()
    module.write_text(job["code"], "utf-8")
    try:
        answer = run(job, temporary)
    finally:
        module.write_bytes(source)
        # What was compiled counts for a time of change, which is new while the module is another.
        os.utime(module, ns=(status.st_atime_ns, status.st_mtime_ns))
    return _held_against_the_source(answer, job, temporary, run)


def _held_against_the_source(
    answer: Mapping[str, Any], job: Mapping[str, Any], temporary: str, run: Runner
) -> dict[str, Any]:
    """The answer, unless its test fails without the change, too: those with a clock do on a busy machine."""
    test = str(answer["failed"])
    if answer["code"] != 1 or test.startswith(WITHOUT_A_CLOCK):
        return dict(answer)
    again = run({"tests": [test], "log": job["log"], "cpu_s": job["cpu_s"]}, temporary)
    used_s = answer["cpu_s"] + again["cpu_s"]
    if again["code"] == 0:
        return {**answer, "cpu_s": used_s}
    return {"code": -1, "failed": f"it fails unchanged, too: {test}", "cpu_s": used_s}


if __name__ == "__main__":
    main()
