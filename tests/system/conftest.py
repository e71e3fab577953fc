"""One guest for the whole run. Without root or its tools every test here is skipped, with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.guest import Guest, missing
from tests.system.installing import LIFECYCLE, ROOT, exported, furnished, installed
from tests.system.suite import Suite

CACHE = Path(os.environ.get("JARVISD_CACHE", ROOT / "build" / "cache")).absolute()
IMAGE = "localhost/jarvisd-sandbox:1"
PACKAGES = Path(os.environ.get("JARVISD_PACKAGES", ROOT / "build" / "deb")).absolute()
MODELS = Path(os.environ.get("JARVISD_MODELS", CACHE / "models")).absolute()
TEST_DEADLINE_S = 1800
"""The first test pays for building the guest and installing the package."""
BEFORE = "/root/packages/before"
LAST = "test_package_life.py"
"""Takes the suite away again."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of this folder time for what they share; whatever the order, the package goes last."""
    ours = [item for item in items if item.path.parent == Path(__file__).parent]
    for item in ours:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(TEST_DEADLINE_S))
    items.sort(key=lambda item: item in ours and item.path.name == LAST)


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models in one file, as for a machine without a network."""
    if not MODELS.is_dir():
        pytest.skip(f"there are no models in {MODELS}: make models")
    return exported(MODELS, tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory, archive: Path) -> Iterator[Guest]:
    """The running guest with a sound card and two people, alice and bob; nothing of ours is installed yet."""
    if reason := missing():
        pytest.skip(reason)
    if not list(PACKAGES.glob("*.deb")):
        pytest.skip(f"there is no package in {PACKAGES}: make deb")
    with furnished(tmp_path_factory.mktemp("guest"), CACHE, PACKAGES, archive) as guest:
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
    """The suite as README.md installs it on a machine without a network: apt, setup, a group, and it runs."""
    machine.write(BEFORE, machine.output(LIFECYCLE, "listing"))
    return installed(machine)


@pytest.fixture(scope="session")
def ready(suite: Suite) -> Suite:
    """The suite with every part of every unit ready."""
    for unit in suite.units:
        suite.until_ready(unit)
    return suite
