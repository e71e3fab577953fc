"""From an empty tree to the running suite: the guest with its people, then what README.md says of installing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.system import people, sound
from tests.system.guest import Guest, base_tree, booted
from tests.system.readme import command
from tests.system.suite import Suite

ROOT = Path(__file__).resolve().parents[2]
NAME = "jarvisd-guest"
LIMITS = "/etc/jarvisd/conf.d/10-limits.toml"
INSTALL_DEADLINE_S = 900
LIFECYCLE = "/root/packages/lifecycle"
"""The package's own test, which knows what a purge must leave as it was."""


def exported(models: Path, folder: Path) -> Path:
    """All models in one file, as for a machine without a network."""
    path = folder / "models.tar"
    export = [sys.executable, "-m", "jarvisd.cli.main", "models", "export", "--root", str(models), str(path)]
    subprocess.run(export, check=True, cwd=ROOT, capture_output=True)
    return path


@contextmanager
def furnished(folder: Path, cache: Path, packages: Path, archive: Path) -> Iterator[Guest]:
    """The running guest with a sound card and two people, alice and bob; nothing of ours is installed yet."""
    binds = {packages: people.PACKAGES, archive: people.ARCHIVE}
    with booted(base_tree(cache / "guest"), folder, NAME, binds) as guest:
        # What a power cut would do to dpkg's files is not looked at here.
        guest.write("/etc/dpkg/dpkg.cfg.d/unsafe-io", "force-unsafe-io\n")
        people.move_in(guest)
        people.bring_tools(guest)
        guest.write(LIFECYCLE, (ROOT / "packaging/debian/tests/lifecycle").read_text("utf-8"), 0o755)
        sound.plug_in(guest)
        yield guest


def installed(guest: Guest) -> Suite:
    """The suite as README.md installs it on a machine without a network: apt, setup, a group, and it runs."""
    for pattern in ("^sudo apt install", "^sudo jarvisctl setup --models", "^sudo usermod"):
        people.as_alice(guest, command(pattern).line, stdin="y\n", deadline_s=INSTALL_DEADLINE_S)
        # The virtual microphone gives zeros while nobody speaks; setup, which comes next, restarts the units.
        guest.write(sound.SETTINGS, "[audio]\ndead_after_s = 0\n")
        # What else this machine does must not decide what a test sees.
        guest.write(LIMITS, "[machine]\nram_percent = 100\nprocessor_percent = 100\n")
    suite = Suite(guest)
    for unit in suite.units:
        suite.until_owned(unit)
    return suite
