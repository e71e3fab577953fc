"""A folder of alice becomes a workspace: the executor works in it as if it were its own, and it stays hers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from jarvisd.bus.names import UnitName
from tests.system.suite import Suite

FOLDER = "/home/alice/My docs: 100%"
"""A name with everything that means something in a unit file."""
ODD = "/home/alice/odd"


@dataclass(frozen=True)
class Hands:
    """Acts inside the executor's walls, as its user."""

    suite: Suite

    def run(self, command: str, check: bool = True) -> str:
        pid = str(self.suite.pid(UnitName.EXECUTOR))
        me = ("setpriv", "--reuid=jarvisd-executor", "--regid=jarvisd-executor", "--clear-groups")
        done = self.suite.guest.run("nsenter", f"--target={pid}", "--mount", *me, "sh", "-c", command, check=check)
        return (done.stdout + ("" if check else done.stderr)).strip()


@pytest.fixture(scope="module")
def hands(suite: Suite) -> Iterator[Hands]:
    guest = suite.guest
    guest.run("mkdir", "-p", FOLDER, "/home/alice/private", user="alice")
    guest.run(
        "sh", "-c", f'cd "{FOLDER}" && umask 077 && echo hers >note && mkdir sub && echo x >sub/x', user="alice"
    )
    guest.run("jarvisctl", "workspace", "add", FOLDER, "--name", "docs")
    suite.until_owned(UnitName.EXECUTOR)
    yield Hands(suite)
    guest.run("jarvisctl", "workspace", "remove", "docs")
    suite.until_owned(UnitName.EXECUTOR)
    assert Hands(suite).run(f'ls -A "{FOLDER}" 2>/dev/null | wc -l') == "0"
    assert guest.output("cat", f"{FOLDER}/note") == "hers"


def test_it_is_listed_as_mounted(hands: Hands) -> None:
    rows = json.loads(hands.suite.guest.output("jarvisctl", "workspace", "list", "--json", user="alice"))
    [row] = [row for row in rows if row["name"] == "docs"]
    assert (row["path"], row["state"]) == (FOLDER, "mounted")


def test_the_executor_reads_what_only_she_may_read(hands: Hands) -> None:
    assert hands.run(f'cat "{FOLDER}/note"; stat -c %U "{FOLDER}/note"') == "hers\njarvisd-executor"


def test_what_it_makes_belongs_to_her(hands: Hands) -> None:
    hands.run(
        f'cd "{FOLDER}" && umask 077 && echo new >new && mkdir made && mv new made/ && touch -d 2020-01-01 note'
    )
    owners = hands.suite.guest.output("stat", "-c", "%U:%G", f"{FOLDER}/made", f"{FOLDER}/made/new")
    assert owners.split() == ["alice:alice"] * 2
    hands.suite.guest.run("rm", "-r", f"{FOLDER}/made", user="alice")


def test_nothing_else_of_the_homes_is_in_sight(hands: Hands) -> None:
    """Of alice's home only what she declared, here and when she set the suite up."""
    declared = json.loads(hands.suite.guest.output("jarvisctl", "workspace", "list", "--json"))
    hers = {row["path"].rsplit("/", 1)[1] for row in declared if row["path"].startswith("/home/alice/")}
    assert FOLDER.rsplit("/", 1)[1] in hers
    assert hands.run("ls -A /home") == "alice"
    assert set(hands.run("ls -A /home/alice").splitlines()) == hers
    assert "Read-only" in hands.run("touch /etc/x", check=False)
    assert "denied" in hands.run("touch /home/alice/x", check=False)


def test_no_program_in_it_gains_rights(hands: Hands) -> None:
    options = hands.run(f'findmnt -n -o VFS-OPTIONS "{FOLDER}"')
    assert {"nosuid", "nodev", "rw"} <= set(options.split(","))


def test_the_executor_finds_its_workspaces_usable(hands: Hands) -> None:
    target = f"{UnitName.EXECUTOR.bus_name} {UnitName.EXECUTOR.path} {UnitName.EXECUTOR.bus_name}"
    hands.suite.until(f'busctl get-property {target} Parts | grep -q \'"workspaces" "ready"\'', 60)


def test_the_sandbox_sees_it_read_only(hands: Hands) -> None:
    folder = "/run/jarvisd/workspaces/sandbox/docs"
    guest = hands.suite.guest
    # Whoever a program is in a container of the sandbox sees the files as its own.
    program = "$(awk -F: '$1 == \"jarvisd-sandbox\" { print $2 + 64320; exit }' /etc/subuid)"
    owner = guest.output("sh", "-c", f'test "$(stat -c %u {folder}/note)" = {program} && echo program')
    assert owner == "program"
    done = guest.run("touch", f"{folder}/x", check=False)
    assert "Read-only" in done.stderr


@pytest.mark.parametrize("person", ["bob", "jarvisd-brain", "jarvisd-audio"])
def test_others_do_not_reach_the_mounts(hands: Hands, person: str) -> None:
    done = hands.suite.guest.run("ls", "/run/jarvisd/workspaces/executor", user=person, check=False)
    assert "denied" in done.stderr


def test_what_is_planted_in_a_view_keeps_no_workspace_from_being_mounted(hands: Hands) -> None:
    """A file, a link and a full folder: each workspace mounts alone."""
    guest, view = hands.suite.guest, "/run/jarvisd/workspaces/sandbox"
    script = f"touch {view}/aaa && ln -s / {view}/aab && mkdir {view}/aac && touch {view}/aac/file"
    guest.run("sh", "-c", script, user="jarvisd-sandbox")
    try:
        guest.run("systemctl", "reload-or-restart", "jarvisd-workspaces")
        assert "mounted" in guest.output("jarvisctl", "workspace", "list")
        guest.run("mountpoint", f"{view}/docs")
        left = guest.output("ls", view).split()
        assert ("aaa" in left, "aab" in left, "aac" in left) == (False, False, True)
    finally:
        guest.run("rm", "-r", f"{view}/aac")


@pytest.mark.parametrize("path", ["/etc", "/home/alice", "/home/alice/.ssh", "/usr/share"])
def test_dangerous_folders_are_refused(hands: Hands, path: str) -> None:
    hands.suite.guest.run("mkdir", "-p", "/home/alice/.ssh", user="alice")
    done = hands.suite.guest.run("jarvisctl", "workspace", "add", path, check=False)
    assert done.returncode == 77
    assert path in done.stderr


def test_only_root_chooses(hands: Hands) -> None:
    done = hands.suite.guest.run("jarvisctl", "workspace", "add", "/home/alice/private", user="alice", check=False)
    assert done.returncode == 77


def test_a_folder_whose_file_system_cannot_translate_ids_is_copied(hands: Hands) -> None:
    """Nothing that is done to the copy reaches the folder."""
    guest = hands.suite.guest
    guest.run("mkdir", "-p", "/home/alice/odd", user="alice")
    guest.run("sh", "-c", "cd /root && mkdir -p low up work && echo hers >low/note && chown -R alice:alice low up")
    guest.run("mount", "-t", "overlay", "none", "-olowerdir=/root/low,upperdir=/root/up,workdir=/root/work", ODD)
    try:
        assert "(copy)" in guest.output("jarvisctl", "workspace", "add", ODD)
        assert hands.run(f"cat {ODD}/note && echo changed >{ODD}/note && cat {ODD}/note") == "hers\nchanged"
        assert guest.output("cat", f"{ODD}/note") == "hers"
    finally:
        guest.run("jarvisctl", "workspace", "remove", "odd")
        guest.run("umount", ODD)


def test_a_folder_that_was_swapped_for_a_link_is_not_mounted(hands: Hands) -> None:
    """Between declaring and mounting its owner may do what she likes."""
    guest = hands.suite.guest
    guest.run("mkdir", "-p", "/home/alice/swap", user="alice")
    guest.run("jarvisctl", "workspace", "add", "/home/alice/swap")
    try:
        guest.run("systemctl", "stop", "jarvisd-workspaces.service")
        guest.run(
            "sh", "-c", "rmdir ~/swap && ln -s /etc ~/swap", user="alice", environment={"HOME": "/home/alice"}
        )
        guest.run("systemctl", "start", "jarvisd-workspaces.service")
        assert guest.run("ls", "-A", "/run/jarvisd/workspaces/executor/swap", check=False).stdout == ""
        assert "swap" in guest.journal("--unit=jarvisd-workspaces.service", "--grep=refused")
        assert guest.output("cat", "/run/jarvisd/workspaces/executor/docs/note") == "hers"
    finally:
        guest.run("jarvisctl", "workspace", "remove", "swap")
