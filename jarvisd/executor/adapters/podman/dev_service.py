"""A private Podman service for development, the demo and tests: ``python -m …private_podman SOCKET [OPTION...]``.

Installed machines use ``jarvisd-sandbox.socket``. This runs Podman's API in the foreground with the flags that
the machine needs, as root or as an ordinary user, and ends with the process that started it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from jarvisd.core.error_texts import EX_UNAVAILABLE
from jarvisd.linux.parent_death import die_with_parent


def runtime_for(controllers: str | None, found: Sequence[str]) -> str:
    """The OCI runtime to use, empty for Podman's own choice.

    ``controllers`` is the text of ``cgroup.controllers`` at the root of the unified hierarchy when that is mounted
    beside version 1 (hybrid mode), else ``None``. crun refuses hybrid mode when the unified part has controllers.
    """
    if controllers is not None and controllers.strip() and "runc" in found:
        return "runc"
    return next((name for name in ("crun", "runc") if name in found), "")


def options_for(runtime: str, *, has_systemd: bool) -> list[str]:
    """Podman's options on this machine. Without systemd there is neither its cgroup manager nor a journal."""
    options = [f"--runtime={runtime}"] if runtime else []
    return options if has_systemd else [*options, "--cgroup-manager=cgroupfs", "--events-backend=file"]


def options_here() -> list[str]:
    """What Podman needs to be told on this machine."""
    found = [name for name in ("crun", "runc") if shutil.which(name, path=_search_path())]
    return options_for(runtime_for(_hybrid_controllers(), found), has_systemd=_has_systemd())


def main(arguments: Sequence[str] | None = None) -> int:
    """Become the service. Returns only if that is impossible."""
    parser = argparse.ArgumentParser(prog="private_podman", description="Run a private Podman service.")
    parser.add_argument("socket", type=Path, help="path of the socket to make")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="options of podman instead of a guess")
    given = parser.parse_args(arguments)
    socket: Path = given.socket.absolute()
    if shutil.which("podman") is None:
        sys.stderr.write("podman is not installed: apt-get install podman crun\n")
        return EX_UNAVAILABLE
    parent = os.getppid()
    # The kernel keeps this across exec, so the service ends even when the parent is killed.
    if not die_with_parent(parent, signal.SIGTERM):
        return EX_UNAVAILABLE
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    socket.unlink(missing_ok=True)
    # Podman's monitors leave files where the service was started.
    os.chdir(socket.parent)
    environment = dict(os.environ)
    if os.geteuid() != 0 and "XDG_RUNTIME_DIR" not in environment:
        environment["XDG_RUNTIME_DIR"] = str(socket.parent)
    command = ["podman", *(given.options or options_here()), "system", "service", "--time=0", f"unix://{socket}"]
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 - becoming the service is the purpose
    except OSError as error:
        sys.stderr.write(f"podman cannot be started: {error}\n")
    return EX_UNAVAILABLE


def _search_path() -> str:
    return os.pathsep.join(
        [os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"]
    )


def _has_systemd() -> bool:
    """Whether systemd runs the machine and, for an ordinary user, this session."""
    if os.geteuid() == 0:
        return Path("/run/systemd/system").is_dir()
    return Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"), "systemd", "private").exists()


def _hybrid_controllers() -> str | None:
    try:
        return Path("/sys/fs/cgroup/unified/cgroup.controllers").read_text("ascii")
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main())
