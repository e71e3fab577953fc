"""One guest for the whole run. Without root or its tools every test here is skipped, with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import sound
from tests.system.guest import Guest, base_tree, booted, missing

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("JARVISD_CACHE", ROOT / "build" / "cache")).absolute()
IMAGE = "localhost/jarvisd-sandbox:1"
NAME = "jarvisd-guest"


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    """The running guest with a sound card and two people, alice and bob; nothing of ours is installed yet."""
    if reason := missing():
        pytest.skip(reason)
    with booted(base_tree(CACHE / "guest"), tmp_path_factory.mktemp("guest"), NAME) as guest:
        for person in ("alice", "bob"):
            guest.run("useradd", "--create-home", "--shell", "/bin/bash", person)
        sound.plug_in(guest)
        yield guest


@pytest.fixture(scope="session")
def sandbox_image(machine: Guest) -> str:
    """The sandbox image, in the storage of the guest's root."""
    archive = CACHE / "sandbox" / "image.tar.gz"
    if not archive.exists():
        pytest.skip(f"there is no sandbox image in {archive}: make sandbox")
    (machine.root / "root/image.tar.gz").write_bytes(archive.read_bytes())
    machine.run("podman", "--events-backend=file", "import", "--quiet", "/root/image.tar.gz", IMAGE)
    return IMAGE
