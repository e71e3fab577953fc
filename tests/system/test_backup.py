"""A restore drill on an installed suite: saved while it runs, lost, and brought back."""

from __future__ import annotations

import json

from jarvisd.bus.names import UnitName
from tests.system.suite import Suite

FILE = "/root/drill.backup"


def test_what_was_saved_comes_back_and_the_record_stays(ready: Suite) -> None:
    guest = ready.guest
    ready.submit("set_timer", when="3 hours", label="drill")
    guest.run("jarvisctl", "backup", "create", FILE)
    assert guest.output("stat", "-c", "%a %U", FILE).strip() == "600 root"
    assert json.loads(guest.output("jarvisctl", "backup", "verify", "--json", FILE))["audit"]["intact"]
    guest.run("systemctl", "stop", "jarvisd.target")
    owner = guest.output("stat", "-c", "%U %a", "/var/lib/jarvisd/executor/undo.db")
    guest.run("sh", "-c", "rm -r /var/lib/jarvisd/executor/* /var/lib/jarvisd/brain/memories/chroma")
    guest.run("systemctl", "start", "jarvisd.target")
    ready.until_owned(UnitName.EXECUTOR)
    said = guest.output("jarvisctl", "backup", "restore", FILE)
    assert "goes on from the backup's, and stays" in said
    ready.until_owned(UnitName.EXECUTOR)
    ready.until_owned(UnitName.BRAIN)
    assert guest.output("stat", "-c", "%U %a", "/var/lib/jarvisd/executor/undo.db") == owner
    assert "drill" in guest.output("cat", "/var/lib/jarvisd/executor/timers.json")
    guest.run("jarvisctl", "audit", "verify")
    assert guest.output("sh", "-c", "find /var/lib/jarvisd /etc/jarvisd /var/log/jarvisd -name '.*restor*'") == ""
    guest.run("rm", FILE)


def test_a_backup_that_was_altered_changes_nothing(ready: Suite) -> None:
    guest = ready.guest
    guest.run("jarvisctl", "backup", "create", FILE)
    guest.run("sh", "-c", f"printf x | dd of={FILE} bs=1 seek=9000 conv=notrunc")
    pids = ready.pids()
    done = guest.run("jarvisctl", "backup", "restore", FILE, check=False)
    assert done.returncode != 0
    assert ready.pids() == pids
    guest.run("rm", FILE)
