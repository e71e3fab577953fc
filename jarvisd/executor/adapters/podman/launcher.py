"""Process 1 of a sandbox container: runs one program and reports what became of it and of the folder it saw.

Its text is handed to the container's own Python, so it uses nothing of jarvisd. A job comes on standard input as
one line of JSON, the program, and the files of the folder if that is a copy. The report follows the program's
output on the same streams, after a mark that the program cannot know. Nothing in a report is trusted: a lie in it
is no more than a program that did something else.
"""

# The interpreter starts faster without pathlib.
# ruff: noqa: PTH101, PTH102, PTH115, PTH123, PTH211
from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import stat
import sys
import time
from typing import Any, BinaryIO

FOLDER = "/ws"
NOT_DUMPABLE = 4
"""PR_SET_DUMPABLE: without it the program could read the mark from this process's memory."""
KILLED = 137
"""128 + SIGKILL, as shells say it."""
_BLOCK = 1 << 20
_SEALS = 0xF
"""F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW and F_SEAL_WRITE (linux/fcntl.h)."""
_Status = tuple[str, int, int, int, int]  # kind, mode, size, mtime_ns, ctime_ns
_Scan = dict[str, _Status]


def main() -> None:
    """Take one job and end with it; the container dies with this process."""
    ctypes.CDLL(None).prctl(NOT_DUMPABLE, 0, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    source = sys.stdin.buffer
    line = source.readline()
    if not line:
        return
    job = json.loads(line)
    program = _exactly(source, job["code_bytes"])
    for _ in range(job["entries"]):
        _unpack(source)
    reason = _unfit(job)
    if reason:
        _report(job, {"unfit": reason}, [])
        return
    before = _scan(job["hidden"]) if job["writes"] else {}
    code, timed_out = _run(job, program)
    # What a program that failed has done is not taken over.
    _report(job, {"exit": code, "timed_out": timed_out}, [before] if job["writes"] and code == 0 else [])


def _exactly(source: BinaryIO, count: int) -> bytes:
    data = source.read(count)
    if len(data) != count:
        os._exit(1)
    return data


def _unpack(source: BinaryIO) -> None:
    """One file, folder or link of the copy. Folders come before what is in them."""
    name, kind, mode, mtime_ns, size = json.loads(source.readline())
    path = f"{FOLDER}/{name}"
    content = _exactly(source, size)
    if kind == "link":
        os.symlink(content, os.fsencode(path))
        return
    if kind == "folder":
        os.mkdir(path, mode | 0o700)
    else:
        with open(path, "xb") as file:
            file.write(content)
        os.chmod(path, mode)
    os.utime(path, ns=(mtime_ns, mtime_ns))


def _unfit(job: dict[str, Any]) -> str:
    """Why the folder in sight is not what was promised; empty when it is."""
    if job["room_bytes"]:
        room = os.statvfs(FOLDER)
        if room.f_blocks * room.f_frsize > job["room_bytes"]:
            return "its changes would not be bounded"
    if job["top"] is not None:
        found = {}
        with os.scandir(FOLDER) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                is_folder = stat.S_ISDIR(status.st_mode)
                found[entry.name] = None if is_folder else [status.st_size, status.st_mtime_ns]
        for name in job["hidden"]:
            found.pop(name, None)
        if found != job["top"]:
            return "it is not the folder that was declared"
    return ""


def _run(job: dict[str, Any], program: bytes) -> tuple[int, bool]:
    """The program's status and whether it had to be stopped; no process of it is left."""
    script = os.memfd_create("program", os.MFD_ALLOW_SEALING)
    with os.fdopen(os.dup(script), "wb") as file:
        file.write(program)
    fcntl.fcntl(script, fcntl.F_ADD_SEALS, _SEALS)
    os.lseek(script, 0, os.SEEK_SET)
    child = os.fork()
    if child == 0:
        _become(job, script)
    os.close(script)
    status = _wait(child, time.monotonic() + job["timeout_s"])
    timed_out = status is None
    while True:
        try:
            os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        try:
            pid, ended = os.waitpid(-1, 0)
        except ChildProcessError:
            break
        if pid == child:
            status = ended
    if timed_out or status is None:
        return KILLED, timed_out
    if os.WIFSIGNALED(status):
        return 128 + os.WTERMSIG(status), False
    return os.WEXITSTATUS(status), False


def _become(job: dict[str, Any], script: int) -> None:
    try:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        for number in (signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        for kind, bound in ((resource.RLIMIT_AS, job["address_bytes"]), (resource.RLIMIT_NPROC, job["processes"])):
            if bound:
                resource.setrlimit(kind, (bound, bound))
        empty = os.open("/dev/null", os.O_RDONLY)
        os.dup2(empty, 0)
        # The number stays the same from run to run, so that messages of the interpreter do.
        os.dup2(script, 9, inheritable=True)
        os.chdir(job["work_folder"])
        os.umask(0o022)
        os.execv(job["command"][0], [*job["command"], "/proc/self/fd/9"])  # noqa: S606 - the purpose
    finally:
        os._exit(126)


def _wait(child: int, deadline: float) -> int | None:
    """The child's status, or nothing when its time is over. Orphans of the program are collected meanwhile."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return None
        if pid == child:
            return status
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        if pid == 0:
            signal.sigtimedwait({signal.SIGCHLD}, left)


def _report(job: dict[str, Any], told: dict[str, Any], scanned: list[_Scan]) -> None:
    """Write the marks, what is told, and of the folder what differs from before."""
    mark = b"\0" + job["mark"].encode("ascii")
    _write(2, mark)
    changed: _Scan = {}
    if scanned:
        before = scanned[0]
        after = _scan(job["hidden"], before)
        told["deleted"] = [path for path in before if path not in after]
        changed = {path: now for path, now in after.items() if _differs(before.get(path), now)}
        total_bytes = sum(now[2] for now in changed.values() if now[0] == "file")
        told["total_bytes"] = total_bytes
        if total_bytes > job["report_bytes"] or len(changed) > job["report_entries"]:
            told["too_much"], changed = True, {}
    told["changed"] = len(changed)
    _write(1, mark + json.dumps(told).encode("ascii") + b"\n")
    for path, now in changed.items():
        content = _content(f"{FOLDER}/{path}", now)
        row = [path, now[0], now[1], now[3], len(content)]
        _write(1, json.dumps(row).encode("ascii") + b"\n" + content)


def _differs(then: _Status | None, now: _Status) -> bool:
    if then is None or then[0] != now[0]:
        return True
    return bool(then[1] != now[1] if now[0] == "folder" else then != now)


def _content(path: str, status: _Status) -> bytes:
    if status[0] == "link":
        return os.fsencode(os.readlink(path))
    if status[0] != "file":
        return b""
    if not status[1] & 0o400:
        os.chmod(path, 0o600)
    with open(path, "rb") as file:
        return file.read()


def _scan(hidden: list[str], before: _Scan | None = None) -> _Scan:
    """Everything beneath the folder by its path; what is ``hidden`` at the top is left out.

    With ``before`` folders that the program closed are opened.
    """
    found: _Scan = {}
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        folder = f"{FOLDER}/{inside}"
        try:
            if before is not None and before.get(inside, ("",))[:2] != found.get(inside, ("",))[:2]:
                os.chmod(folder, 0o700)
            entries = os.scandir(folder)
        except OSError:
            continue
        with entries:
            for entry in entries:
                if not inside and entry.name in hidden:
                    continue
                path = f"{inside}/{entry.name}" if inside else entry.name
                found[path] = _status(entry.stat(follow_symlinks=False))
                if found[path][0] == "folder":
                    waiting.append(path)
    return found


def _status(status: os.stat_result) -> _Status:
    kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}
    kind = kinds.get(stat.S_IFMT(status.st_mode), "special")
    mode = stat.S_IMODE(status.st_mode)
    return (kind, mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _write(stream: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(stream, view[:_BLOCK]) :]


if __name__ == "__main__":
    main()
