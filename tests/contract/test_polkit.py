"""A real polkit with our actions: who may ask it about whom, and what it answers without a rule."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from dbus_next import Message, MessageType, Variant

from jarvisd.bus.service.polkit import INTERFACE, NAME, PATH, PolkitAction
from jarvisd.cli.main import _parser
from tests.contract.access import ADMIN, BRAIN, EXECUTOR, MEMBER, OUTSIDER
from tests.contract.people import SystemBus, missing, system_bus
from tests.contract.test_policy import Party

POLICY = Path(__file__).resolve().parents[2] / "packaging" / "polkit" / "org.jarvisd.policy"
OWNER = "org.freedesktop.policykit.owner"
OWNERS = {PolkitAction.CONFIRM: EXECUTOR, PolkitAction.WIPE_MEMORY: BRAIN, PolkitAction.RED_TEAM: EXECUTOR}
"""Action to the user of the unit that checks it."""
POLKITD = Path("/usr/lib/polkit-1/polkitd")
HAS_RULES = Path("/usr/share/polkit-1/rules.d").is_dir()
"""Not so before polkit 0.106, which is what Ubuntu 22.04 has."""
STOCK = Path("/usr/share/dbus-1/system.d/org.freedesktop.PolicyKit1.conf")
SERVICE = f"[D-BUS Service]\nName={NAME}\nExec={POLKITD} --no-debug\nUser=root\n"
RULES = """
polkit.addRule(function(action, subject) {
    if (action.id.indexOf("org.jarvisd.") == 0 && subject.user == "member") { return polkit.Result.YES; }
});
"""


def test_every_action_that_a_unit_checks_has_its_user_as_owner() -> None:
    """Otherwise polkit tells a unit nothing about its callers."""
    actions = {action.get("id"): action for action in ElementTree.parse(POLICY).getroot().findall("action")}
    for action, user in OWNERS.items():
        [owner] = [note.text for note in actions[action.value].findall("annotate") if note.get("key") == OWNER]
        assert owner == f"unix-user:{user}"
    assert set(OWNERS) == set(PolkitAction)


def test_every_other_action_is_of_a_command_that_pkexec_runs() -> None:
    """An action that nobody asks about would promise what is not there."""
    commands = {name for item in _parser()._actions if isinstance(item.choices, dict) for name in item.choices}
    for action in ElementTree.parse(POLICY).getroot().findall("action"):
        notes = {str(note.get("key")): note.text for note in action.findall("annotate")}
        if OWNER not in notes:
            assert notes["org.freedesktop.policykit.exec.path"] == "/usr/bin/jarvisctl", action.get("id")
            assert notes["org.freedesktop.policykit.exec.argv1"] in commands, action.get("id")


def test_every_action_wants_an_administrator() -> None:
    for action in ElementTree.parse(POLICY).getroot().findall("action"):
        defaults = action.find("defaults")
        assert defaults is not None
        assert all(str(child.text).startswith("auth_admin") for child in defaults), action.get("id")
        assert len(defaults) == 3


def with_polkit(folder: Path) -> dict[Path, Path]:
    """polkit as the bus starts it, with our actions and a rule that gives one person everything."""
    for name in ("actions", "rules"):
        (folder / name).mkdir()
    shutil.copy(POLICY, folder / "actions")
    (folder / "rules" / "10-test.rules").write_text(RULES)
    for path in (folder / "rules").iterdir():
        path.chmod(0o644)
    shutil.copy(STOCK, folder / "system.d")
    (folder / "services" / f"{NAME}.service").write_text(SERVICE)
    return {
        Path("/usr/share/polkit-1/actions"): folder / "actions",
        Path("/etc/polkit-1/rules.d"): folder / "rules",
    }


real = pytest.mark.skipif(
    bool(missing()) or not (POLKITD.exists() and STOCK.exists() and HAS_RULES),
    reason=missing() or "no polkit that knows rules is installed",
)


@pytest.fixture(scope="module")
def bus() -> Iterator[SystemBus]:
    with system_bus(with_polkit) as running:
        yield running


@pytest.fixture
async def parties(bus: SystemBus) -> AsyncIterator[dict[str, Party]]:
    found = {name: Party(await bus.connect(name)) for name in (ADMIN, BRAIN, EXECUTOR, MEMBER, OUTSIDER)}
    yield found
    for party in found.values():
        await party.leave()


async def verdict(asker: Party, subject: Party, action: PolkitAction) -> Any:
    """``True`` or ``False``, or the error's name."""
    body = [["system-bus-name", {"name": Variant("s", subject.name)}], action.value, {}, 0, ""]
    message = Message(NAME, PATH, INTERFACE, "CheckAuthorization", signature="(sa{sv})sa{ss}us", body=body)
    reply = await asker.link.call(message)
    assert reply is not None
    return reply.error_name if reply.message_type is MessageType.ERROR else reply.body[0][0]


@real
@pytest.mark.parametrize("action", list(PolkitAction))
async def test_the_unit_that_checks_an_action_is_told(action: PolkitAction, parties: dict[str, Party]) -> None:
    asker = parties[OWNERS[action]]
    assert await verdict(asker, parties[MEMBER], action) is True
    assert await verdict(asker, parties[OUTSIDER], action) is False
    assert await verdict(asker, parties[ADMIN], action) is True


@real
@pytest.mark.parametrize("action", list(PolkitAction))
async def test_nobody_else_is_told_about_others(action: PolkitAction, parties: dict[str, Party]) -> None:
    for name in {BRAIN, EXECUTOR, OUTSIDER} - {OWNERS[action]}:
        error = await verdict(parties[name], parties[MEMBER], action)
        assert error == "org.freedesktop.PolicyKit1.Error.NotAuthorized", name
