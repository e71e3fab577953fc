"""The package's own test of its life, when all else was tried: upgrade, reinstall, remove, purge (E5, E6)."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.system import people
from tests.system.conftest import BEFORE, PACKAGES
from tests.system.installing import LIFECYCLE, ROOT
from tests.system.suite import Suite

DEADLINE_S = 1200
OLDER = "/root/packages/older"


@pytest.mark.timeout(DEADLINE_S + 300)
def test_services_and_settings_survive_every_step_and_a_purge_leaves_nothing(suite: Suite, tmp_path: Path) -> None:
    """Steps and expectations are in packaging/debian/tests/lifecycle, which is also the package's autopkgtest.

    Its first step purges the suite that all the other tests have used; at the end every file is as it was before
    that was installed.
    """
    guest = suite.guest
    older = guest.root / OLDER.lstrip("/")
    packages = [str(path) for path in sorted(PACKAGES.glob("*.deb"))]
    subprocess.run([ROOT / "packaging/older-deb.sh", "0.0.1", tmp_path, *packages], check=True)
    older.mkdir(parents=True)
    for archive in tmp_path.glob("*.deb"):
        shutil.move(archive, older)
    done = guest.run(LIFECYCLE, people.PACKAGES, OLDER, check=False, deadline_s=DEADLINE_S)
    journal = guest.journal("--unit=jarvisd-*", "--lines=40")
    assert done.returncode == 0, f"{done.stdout}{done.stderr}\n{journal}"
    before = (guest.root / BEFORE.lstrip("/")).read_text("utf-8").splitlines()
    after = guest.output(LIFECYCLE, "listing").splitlines()
    # In root's home is what the tests brought along.
    changed = sorted(path for path in {*after} ^ {*before} if not path.startswith("/root/"))
    assert changed == [], "\n".join(changed)
