"""The package's own test of its life, in a guest of its own: upgrade, reinstall, remove, purge (E5, E6)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system.conftest import CACHE, PACKAGES
from tests.system.guest import base_tree, booted, missing
from tests.system.suite import packages

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
DEADLINE_S = 1200


@pytest.mark.timeout(DEADLINE_S + 300)
def test_services_and_settings_survive_every_step_and_a_purge_leaves_nothing(tmp_path: Path) -> None:
    """Steps and expectations are in packaging/debian/tests/lifecycle, which is also the package's autopkgtest."""
    if reason := missing():
        pytest.skip(reason)
    newer = packages(PACKAGES)
    if not newer:
        pytest.skip(f"there is no package in {PACKAGES}: make deb")
    older = tmp_path / "older"
    subprocess.run([PACKAGING / "older-deb.sh", "0.0.1", older, *newer], check=True)
    with booted(base_tree(CACHE / "guest"), tmp_path, "jarvisd-lifecycle") as guest:
        for name, archives in (("newer", newer), ("older", sorted(older.glob("*.deb")))):
            folder = guest.root / "root/packages" / name
            folder.mkdir(parents=True)
            for archive in archives:
                shutil.copy(archive, folder)
        # What a power cut would do to dpkg's files is not looked at here.
        guest.write("/etc/dpkg/dpkg.cfg.d/unsafe-io", "force-unsafe-io\n")
        guest.write("/root/lifecycle", (PACKAGING / "debian/tests/lifecycle").read_text("utf-8"), 0o755)
        steps = ("/root/lifecycle", "/root/packages/newer", "/root/packages/older")
        done = guest.run(*steps, check=False, deadline_s=DEADLINE_S)
        assert done.returncode == 0, (
            f"{done.stdout}{done.stderr}\n{guest.journal('--unit=jarvisd-*', '--lines=40')}"
        )
