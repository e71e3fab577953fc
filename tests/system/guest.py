"""A Debian guest with a real systemd as process 1: built once, booted once for a test run, gone without a trace.

It has a system bus, polkit, Podman, a virtual sound card (:mod:`tests.system.sound`) and no network. Limits of
units and containers are enforced, which a plain ``systemd-nspawn --boot`` does not do: it mounts the controllers
read-only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PACKAGES = (
    "alsa-utils,ca-certificates,crun,dbus,iproute2,kmod,libasound2-plugins,libpam-systemd,libspeexdsp1,man-db,"
    "pkexec,podman,polkitd,procps,pulseaudio,pulseaudio-utils,python3,python3-venv,sudo,systemd,systemd-sysv,uidmap"
)
"""What a user's machine has; the package under test finds its dependencies here, since there is no network."""
TOOLS = ("systemd-nspawn", "mmdebstrap", "nsenter", "apt-get")
CONTROLLERS = ("memory", "pids", "cpu", "cpuacct", "cpuset", "devices", "freezer", "blkio")
CGROUPS = Path("/sys/fs/cgroup")
MASKED = ("podman-auto-update.service", "podman-auto-update.timer", "podman-restart.service", "apt-daily.timer")

CAP_SYS_ADMIN = 21
BUILD_DEADLINE_S = 900
BOOT_DEADLINE_S = 120
COMMAND_DEADLINE_S = 120
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

UDEV_GROUP = "render"
"""A machine with devices has it from udev, which has no place in a container."""

INIT = f"""#!/bin/sh
# The container's controllers are mounted read-only; what is below them is this guest's own.
for controller in {" ".join(CONTROLLERS)}; do
    [ ! -d /sys/fs/cgroup/$controller ] || mount -o remount,rw,bind /sys/fs/cgroup/$controller
done
mount -o remount,rw,bind /proc/sys
exec /lib/systemd/systemd "$@"
"""


def forbidden() -> str:
    """Why this process may not boot a guest; empty if it may."""
    if os.geteuid() != 0:
        return "a guest with its own systemd needs root"
    status = Path("/proc/self/status").read_text("ascii", "replace")
    effective = int(status.partition("CapEff:")[2].split()[0], 16)
    return "" if effective >> CAP_SYS_ADMIN & 1 else "root may not mount here (CAP_SYS_ADMIN is missing)"


def missing() -> str:
    """Why there can be no guest here; empty if there can."""
    if reason := forbidden():
        return reason
    lost = [name for name in TOOLS if shutil.which(name) is None]
    return f"not installed: {', '.join(lost)}" if lost else ""


@dataclass
class Guest:
    """A running guest."""

    root: Path
    """Its root folder, seen from outside. Changes to it are seen inside, apart from /run, /tmp and the like."""
    name: str
    nspawn: subprocess.Popen[bytes]
    leader: int
    """Its process 1, seen from outside."""

    def start(self, *command: str, user: str = "root", talks: bool = False) -> subprocess.Popen[bytes]:
        """Start a command inside; the caller waits for it. One that ``talks`` has its standard input open."""
        stdin = subprocess.PIPE if talks else subprocess.DEVNULL
        return subprocess.Popen(self._inside(command, user, None), stdin=stdin, stdout=subprocess.PIPE)

    def run(
        self,
        *command: str,
        user: str = "root",
        environment: Mapping[str, str] | None = None,
        stdin: str = "",
        check: bool = True,
        deadline_s: float = COMMAND_DEADLINE_S,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside and wait; the error of a failed one shows what it printed."""
        done = subprocess.run(
            self._inside(command, user, environment),
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=deadline_s,
        )
        if check and done.returncode:
            said = f"{done.stdout}{done.stderr}".strip()
            raise AssertionError(f"{' '.join(command)} in the guest ended with {done.returncode}:\n{said}")
        return done

    def output(self, *command: str, user: str = "root") -> str:
        """What a command prints, without the white space around it."""
        return self.run(*command, user=user).stdout.strip()

    def show(self, unit: str, *properties: str) -> dict[str, str]:
        """Properties of a unit by name."""
        text = self.output("systemctl", "show", "--property", ",".join(properties), unit)
        return dict(line.split("=", 1) for line in text.splitlines())

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file; its folder is made if needed."""
        target = self.root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        target.chmod(mode)

    def journal(self, *arguments: str) -> str:
        """Lines of the journal of this boot."""
        return self.run(
            "journalctl", "--boot", "--no-pager", "--quiet", "--output=short-monotonic", *arguments
        ).stdout

    def power_off(self) -> None:
        """Shut down as a machine does; raises if that takes too long."""
        self.run("systemctl", "poweroff", "--no-block", check=False)
        self.nspawn.wait(BOOT_DEADLINE_S)

    def _inside(self, command: Sequence[str], user: str, environment: Mapping[str, str] | None) -> list[str]:
        settings = {"PATH": PATH, "LANG": "C.UTF-8", "TERM": "dumb", **(environment or {})}
        enter = ["nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        become = [] if user == "root" else ["runuser", "--user", user, "--"]
        return [*enter, "env", "-i", *(f"{key}={value}" for key, value in settings.items()), *become, *command]


def base_tree(cache: Path) -> Path:
    """The guest's root as installed from the machine's own package sources; made once for these inputs."""
    sources = _package_sources()
    inputs = hashlib.sha256(f"{PACKAGES}\n{sources}".encode()).hexdigest()[:16]
    tree, done = cache / f"guest-{inputs}", cache / f"guest-{inputs}.done"
    if done.exists():
        return tree
    cache.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(tree, ignore_errors=True)
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={PACKAGES}"]
    command += ['--aptopt=APT::Install-Recommends "false"', _codename(), str(tree), "-"]
    subprocess.run(command, input=sources, text=True, check=True, timeout=BUILD_DEADLINE_S)
    done.touch()
    return tree


@contextmanager
def booted(
    base: Path, folder: Path, name: str, read_only_binds: Mapping[Path, str] | None = None
) -> Iterator[Guest]:
    """A guest from a copy of ``base`` in ``folder``, running until the end of the block."""
    # Several runs on one machine must not meet.
    name = f"{name}-{os.getpid()}"
    root = folder / "root"
    binds = [f"--bind-ro={outside}:{inside}" for outside, inside in (read_only_binds or {}).items()]
    try:
        subprocess.run(["cp", "--archive", "--reflink=auto", str(base), str(root)], check=True)
        _prepare(root, name)
        with (folder / "console.log").open("wb") as console:
            guest = Guest(root, name, *_launch(root, folder, name, binds, console))
            try:
                _check_boot(guest)
                yield guest
            finally:
                _end(guest)
    finally:
        shutil.rmtree(root)


@contextmanager
def booted_read_only(of: Guest, folder: Path, without: str) -> Iterator[Guest]:
    """A copy of ``of`` as it starts when its disk has become read-only, beside it until the end of the block.

    The content of the folder ``without`` is left out.
    """
    name, root = f"{of.name}-ro", folder / "root"
    try:
        root.mkdir()
        copy = 'tar --create --xattrs --one-file-system --exclude="./$3/*" --directory "$1" . | '
        copy += 'tar --extract --xattrs --xattrs-include="*" --preserve-permissions --directory "$2"'
        command = ["sh", "-c", copy, "sh", str(of.root), str(root), without.lstrip("/")]
        subprocess.run(command, check=True, capture_output=True)
        with (folder / "console.log").open("wb") as console:
            guest = Guest(root, name, *_launch(root, folder, name, ["--read-only"], console))
            try:
                guest.run("systemctl", "is-system-running", "--wait", check=False)
                yield guest
            finally:
                _end(guest)
    finally:
        shutil.rmtree(root)


def _check_boot(guest: Guest) -> None:
    state = guest.run("systemctl", "is-system-running", "--wait", check=False).stdout.strip()
    if state != "running":
        failed = guest.run("systemctl", "--failed", "--no-legend", "--plain", check=False).stdout
        raise AssertionError(f"the guest is {state}: {failed}")


def _prepare(root: Path, name: str) -> None:
    init = root / "init-guest"
    init.write_text(INIT)
    init.chmod(0o755)
    (root / "etc/hostname").write_text(f"{name}\n")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
    (root / "etc/machine-id").write_text("")
    for unit in MASKED:
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")


def _launch(
    root: Path, folder: Path, name: str, options: Sequence[str], console: IO[bytes]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start it in control groups of its own and wait until its systemd says that it is ready."""
    notify = folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as inbox:
        inbox.bind(str(notify))
        inbox.settimeout(BOOT_DEADLINE_S)
        nspawn = subprocess.Popen(
            ["sh", "-c", _enter_cgroups(name), "sh", *_nspawn_command(root, name, options)],
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            env={**os.environ, "NOTIFY_SOCKET": str(notify)},
        )
        leader = 0
        try:
            while True:
                for line in inbox.recv(4096).decode().splitlines():
                    if line.startswith("X_NSPAWN_LEADER_PID="):
                        leader = int(line.partition("=")[2])
                    if line == "READY=1" and leader:
                        return nspawn, leader
        except TimeoutError as error:
            nspawn.kill()
            nspawn.wait()
            _remove_cgroups(name)
            said = (folder / "console.log").read_text("utf-8", "replace")[-2000:]
            raise AssertionError(f"the guest did not boot:\n{said}") from error


def _nspawn_command(root: Path, name: str, options: Sequence[str]) -> list[str]:
    # bpf is what makes IPAddressDeny= work, keyring is what container runtimes need.
    return [
        "systemd-nspawn",
        f"--directory={root}",
        f"--machine={name}",
        "--register=no",
        "--keep-unit",
        "--link-journal=no",
        "--console=pipe",
        "--notify-ready=yes",
        "--private-network",
        "--capability=all",
        "--system-call-filter=@keyring bpf",
        *options,
        "/init-guest",
    ]


def _cgroups(name: str) -> list[Path]:
    """The guest's group of each hierarchy of version 1, below the group that this process is in.

    systemd's own hierarchies are among them: two guests at a time would share what is in them.
    """
    found = []
    for line in Path("/proc/self/cgroup").read_text("ascii").splitlines():
        _, controllers, path = line.split(":", 2)
        hierarchy = {"name=systemd": "systemd", "": "unified"}.get(controllers, controllers)
        top = CGROUPS / hierarchy / path.lstrip("/")
        if hierarchy in (*CONTROLLERS, "systemd", "unified") and top.is_dir():
            found.append(top / name)
    return found


def _enter_cgroups(name: str) -> str:
    """Shell text that moves into fresh groups, so that the guest's limits are its own, and goes on."""
    return f"""
set -e
for group in {" ".join(str(path) for path in _cgroups(name))}; do
    mkdir -p $group
    for file in cpuset.cpus cpuset.mems; do
        [ ! -e $group/$file ] || cat $group/../$file >$group/$file
    done
    echo $$ >$group/cgroup.procs
done
exec "$@"
"""


def _end(guest: Guest) -> None:
    try:
        if guest.nspawn.poll() is None:
            guest.power_off()
    except subprocess.TimeoutExpired:
        os.kill(guest.leader, signal.SIGKILL)
        guest.nspawn.wait(30)
    finally:
        _remove_cgroups(guest.name)


def _remove_cgroups(name: str) -> None:
    for top in _cgroups(name):
        folders = sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True)
        for folder in [*folders, top]:
            if folder.exists():
                folder.rmdir()


def _codename() -> str:
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text("utf-8").splitlines() if "=" in line
    )
    return release["VERSION_CODENAME"].strip('"')


def _package_sources() -> str:
    """This machine's own entries of its distribution, as one-line entries."""
    fields = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SIGNED_BY)"
    command = ["apt-get", "indextargets", "--format", fields, "Created-By: Packages"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    codename, lines = _codename(), set()
    for row in found.splitlines():
        uri, release, component, keyring = row.split("|")
        if release.split("-")[0] == codename and component in ("main", "universe"):
            signed = f"[signed-by={keyring}] " if keyring.startswith("/") else ""
            lines.add(f"deb {signed}{uri} {release} {component}\n")
    if not lines:
        raise AssertionError(f"apt knows no package source of {codename}; see: apt-get indextargets")
    return "".join(sorted(lines))
