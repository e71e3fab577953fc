"""One guest for the whole run. Without root or its tools every test here is skipped, with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system import sound
from tests.system.guest import Guest, base_tree, booted, missing
from tests.system.suite import Suite, install, packages

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("JARVISD_CACHE", ROOT / "build" / "cache")).absolute()
IMAGE = "localhost/jarvisd-sandbox:1"
NAME = "jarvisd-guest"
PACKAGES = Path(os.environ.get("JARVISD_PACKAGES", ROOT / "build" / "deb")).absolute()
MODELS = Path(os.environ.get("JARVISD_MODELS", CACHE / "models")).absolute()
TEST_DEADLINE_S = 1800
"""The first test pays for building the guest and installing the package."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder time for what they share."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TEST_DEADLINE_S))


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guest]:
    """The running guest with a sound card and two people, alice and bob; nothing of ours is installed yet."""
    if reason := missing():
        pytest.skip(reason)
    binds = {MODELS: "/var/cache/jarvisd/models"} if MODELS.is_dir() else {}
    with booted(base_tree(CACHE / "guest"), tmp_path_factory.mktemp("guest"), NAME, binds) as guest:
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


@pytest.fixture(scope="session")
def suite(machine: Guest) -> Suite:
    """The suite as installed by apt from the built packages, started."""
    archives = packages(PACKAGES)
    if not archives:
        pytest.skip(f"there is no package in {PACKAGES}: make deb")
    install(machine, archives)
    machine.run("usermod", "--append", "--groups", "jarvisd", "alice")
    running = Suite(machine)
    running.restart()
    return running


@pytest.fixture(scope="session")
def models(machine: Guest) -> Path:
    """The real models, seen by the units."""
    if not MODELS.is_dir():
        pytest.skip(f"there are no models in {MODELS}: make models")
    return MODELS
