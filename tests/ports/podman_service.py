"""A private Podman service whose containers live in bounded memory, and workspaces mounted as the product does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jarvisd.config.schema import SandboxSettings
from jarvisd.core.workspace_mounts import PROGRAM_ID
from jarvisd.executor.adapters.podman.dev_service import options_here
from jarvisd.linux import idmapped_mount
from jarvisd.linux.idmapped_mount import FileOwner

IMAGE = os.environ.get("JARVISD_SANDBOX_IMAGE", SandboxSettings().image)
IMAGE_STORE = "/var/lib/containers/storage"
DEADLINE_S = 60
PATIENCE_S = 120.0
"""Time for a program that ends by itself."""
ROOM_MB = 24


def wait_until(condition: Callable[[], object], complaint: str) -> None:
    """Look again and again; other processes tell nobody what they do."""
    deadline = time.monotonic() + DEADLINE_S
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, complaint
        pause.wait(0.02)


def accepts(path: Path) -> bool:
    """Whether somebody answers at the socket ``path``; its name is there before its owner listens."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def at_work(folder: Path) -> bool:
    """Whether a process is left that was started for the storage in ``folder``."""
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"{folder}/".encode() in command.read_bytes():
                return True
        except OSError:
            continue
    return False


@dataclass
class Service:
    """Podman with a socket, and a folder of views of workspaces."""

    folder: Path
    mounts: list[Path] = field(default_factory=list)

    @property
    def settings(self) -> SandboxSettings:
        return SandboxSettings(
            socket=f"unix://{self.folder}/podman.sock",
            image=IMAGE,
            memory_mb=128,
            pids=32,
            disk_mb=ROOM_MB,
            timeout_s=PATIENCE_S,
        )

    @property
    def views(self) -> Path:
        return self.folder / "views"

    def show(self, name: str, folder: Path) -> None:
        """Mount a workspace for programs, read-only and under their id."""
        target = self.views / name
        target.mkdir(parents=True)
        status = folder.stat()
        with idmapped_mount.opened(str(folder.resolve())) as opened:
            on_disk, program = FileOwner(status.st_uid, status.st_gid), FileOwner(PROGRAM_ID, PROGRAM_ID)
            idmapped_mount.mount(opened, str(target), on_disk=on_disk, seen_as=program, read_only=True)
        self.mounts.append(target)


@contextmanager
def serving(*, bounded: bool) -> Iterator[Service]:
    """A running service. With ``bounded`` its containers live in memory of :data:`ROOM_MB`; that needs root."""
    # A socket path has room for about 100 characters, which pytest's own folders exceed.
    service = Service(Path(tempfile.mkdtemp(prefix="jarvisd-podman-")))
    options = options_here()
    if bounded:
        store = service.folder / "store"
        store.mkdir()
        memory = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m,mode=0700", "tmpfs", str(store)]
        subprocess.run(memory, check=True)
        service.mounts.append(store)
        options += [f"--root={store}", f"--runroot={service.folder}/run", "--storage-driver=overlay"]
        options += [f"--storage-opt=additionalimagestore={IMAGE_STORE}"]
    door = service.folder / "podman.sock"
    command = [sys.executable, "-m", "jarvisd.executor.adapters.podman.dev_service", str(door), *options]
    with (service.folder / "podman.log").open("ab") as log:
        process = subprocess.Popen(command, stderr=log)
    try:

        def serves() -> bool:
            assert process.poll() is None, (service.folder / "podman.log").read_text()
            return accepts(door)

        wait_until(serves, "the service does not listen")
        yield service
    finally:
        process.terminate()
        process.wait(DEADLINE_S)
        wait_until(lambda: not at_work(service.folder), "Podman's helpers do not end")
        # Podman mounts its storage once more over itself.
        for target in [service.folder / "store" / "overlay", *reversed(service.mounts)]:
            subprocess.run(["umount", "--lazy", str(target)], check=False, stderr=subprocess.DEVNULL)
        shutil.rmtree(service.folder)
