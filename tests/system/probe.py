"""Tries what a unit must not be able to do; run inside the unit's own walls, prints a JSON object.

Each entry is the name of a deed and how it ended: ``"done"``, or the name of the error that stopped it. A deed
that succeeds does no harm. Uses the standard library alone.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_UNSHARE_USER, _UNSHARE_NET = 0x10000000, 0x40000000
_FAILED = -1
_READ_ALL = 3
_PTRACE_SEIZE = 0x4206
_HOST_FILE = "/tmp/of-the-host"


def call(name: str, *arguments: object) -> None:
    """Call a function of the C library; raises OSError when it says -1 or a null pointer."""
    function = getattr(_LIBC, name)
    function.restype = ctypes.c_int
    if function(*arguments) == _FAILED:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def write(path: str) -> None:
    """Create or open a file for writing, without leaving one behind."""
    existed = os.path.exists(path)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    if not existed:
        os.unlink(path)


def see(folder: str) -> None:
    """Fail as for a folder that is missing when there is nothing in it."""
    if not os.listdir(folder):
        raise FileNotFoundError(errno.ENOENT, folder)


def send(family: int, kind: int = socket.SOCK_DGRAM, to: str = "") -> None:
    """Open a socket; with an address send a packet there."""
    with socket.socket(family, kind) as link:
        if to:
            link.sendto(b"x", (to, 9))


def connect(path: str) -> None:
    """Connect to a local socket."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)


def become_setuid() -> None:
    """Make a program that runs as this user for everybody."""
    path = Path(os.environ["STATE_DIRECTORY"].split(":")[0], "probe")
    path.write_text("")
    try:
        path.chmod(0o4755)
        if not path.stat().st_mode & 0o4000:
            raise PermissionError(errno.EPERM, "the bit was dropped")
    finally:
        path.unlink()


def gain_root() -> None:
    """Run a setuid program; it must not become root."""
    done = subprocess.run(["/usr/bin/sudo", "-V"], capture_output=True, text=True, check=False)
    if "must be owned by uid 0" in done.stderr or "no new privileges" in done.stderr or done.returncode:
        raise PermissionError(errno.EPERM, done.stderr)


def many_threads() -> None:
    """Start more threads than any of the small units may have."""
    end = threading.Event()
    started = []
    try:
        for _ in range(80):
            started.append(threading.Thread(target=end.wait))
            started[-1].start()
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, str(error)) from error
    finally:
        end.set()
        for thread in started:
            if thread.ident is not None:
                thread.join()


def writable_code() -> None:
    """Map memory that can be written and executed."""
    mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def mount() -> None:
    """Mount something, and take it away again."""
    call("mount", b"none", b"/mnt", b"tmpfs", 0, None)
    call("umount", b"/mnt")


def other_processes() -> None:
    """Read the command line of process 1."""
    Path("/proc/1/cmdline").read_bytes()


DEEDS: dict[str, Callable[[], None]] = {
    "write /etc": lambda: write("/etc/probe"),
    "write /usr": lambda: write("/usr/probe"),
    "write /var/lib": lambda: write("/var/lib/probe"),
    "write /run": lambda: write("/run/probe"),
    "write models": lambda: write("/var/cache/jarvisd/probe"),
    "write settings": lambda: write("/etc/jarvisd/jarvisd.toml"),
    "write own state": lambda: write(os.environ["STATE_DIRECTORY"].split(":")[0] + "/probe"),
    "write control groups": lambda: write("/sys/fs/cgroup/pids/cgroup.procs"),
    "write kernel settings": lambda: write("/proc/sys/kernel/core_pattern"),
    "see homes": lambda: see("/home"),
    "see the home of root": lambda: os.close(os.open("/root/secret", os.O_RDONLY)),
    "see /tmp of the host": lambda: os.close(os.open(_HOST_FILE, os.O_RDONLY)),
    "see state of ear": lambda: see("/var/lib/jarvisd/audio"),
    "see state of mind": lambda: see("/var/lib/jarvisd/brain"),
    "see state of hands": lambda: see("/var/lib/jarvisd/executor"),
    "see state of voice": lambda: see("/var/lib/jarvisd/tts"),
    "see other processes": other_processes,
    "reach the sandbox": lambda: connect("/run/jarvisd/sandbox.sock"),
    "internet socket": lambda: send(socket.AF_INET),
    "packet to the machine": lambda: send(socket.AF_INET, to="127.0.0.1"),
    "packet to the network": lambda: send(socket.AF_INET, to="192.0.2.1"),
    "kernel socket": lambda: send(socket.AF_NETLINK, socket.SOCK_RAW),
    "raw socket": lambda: send(socket.AF_PACKET, socket.SOCK_RAW),
    "writable code": writable_code,
    "namespace of users": lambda: call("unshare", _UNSHARE_USER),
    "namespace of the network": lambda: call("unshare", _UNSHARE_NET),
    "other machine type": lambda: call("personality", 0x0008),
    "real-time priority": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "higher priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
    "setuid program": become_setuid,
    "gain root": gain_root,
    "mount": mount,
    # Seizing does not stop it.
    "trace a process": lambda: call("ptrace", _PTRACE_SEIZE, 1, 0, 0),
    # Without a mode it only reads, and is filtered with the calls that set.
    "set the clock": lambda: call("adjtimex", ctypes.create_string_buffer(512)),
    "set the host name": lambda: call("sethostname", os.uname().nodename.encode(), len(os.uname().nodename)),
    "read the kernel log": lambda: call("klogctl", _READ_ALL, ctypes.create_string_buffer(16), 16),
    "load a module": lambda: call("syscall", 175, None, 0, b""),
    "open a device": lambda: os.close(os.open("/dev/probe", os.O_RDWR)),
    "80 threads": many_threads,
}


def attempt(deed: Callable[[], None]) -> str:
    """How a deed ends, in a process of its own: some deeds change who the process is."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            deed()
            text = "done"
        except OSError as error:
            text = errno.errorcode.get(error.errno or 0, str(error))
        os.write(writer, text.encode())
        os._exit(0)
    os.close(writer)
    with open(reader, encoding="utf-8") as said:
        text = said.read()
    _, status = os.waitpid(child, 0)
    return text or f"ended with status {status}"


def main() -> None:
    """Try everything."""
    json.dump({name: attempt(deed) for name, deed in DEEDS.items()}, sys.stdout)


if __name__ == "__main__":
    main()
