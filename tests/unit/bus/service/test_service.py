"""Who may call a method, table by table, and what an interface publishes."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import Any

import pytest
from dbus_next import DBusError, Variant

from jarvisd.bus.caller import FDS, INTERACTIVE, SENDER, Access
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.polkit import ASKING_DEADLINE_S, MAY_ASK, QUIET_DEADLINE_S, Authority, PolkitAction
from jarvisd.bus.service.service import UnitInterface, method, plain, variants
from jarvisd.core.errors import ErrorCode, JarvisError, NotPermitted, RequestError
from tests.tables import each

ME = os.getuid()
BRAIN_USER = ME + 990
USERS = {
    **dict.fromkeys((":brain", ":twin", ":helper"), BRAIN_USER),
    **{":exec": ME + 1, ":voice": ME + 2, ":root": 0, ":me": ME},
}
PIDS = {":brain": 50, ":twin": 50, ":helper": 51, ":exec": 60, ":voice": 65, ":root": 70, ":me": 71}
CALLERS = [*USERS, ":user"]


@dataclass
class Bus:
    """Whose each connection is, and a polkit that allows what it is told to."""

    is_private: bool = False
    brain: str | None = ":brain"
    users: dict[str, int] = field(default_factory=lambda: dict(USERS))
    allows: set[tuple[str, str]] = field(default_factory=set)
    fails: JarvisError | None = None
    asked: list[tuple[str, list[Any], float]] = field(default_factory=list)
    answer: Any = None
    over: list[str] = field(default_factory=list)

    @property
    def limiter(self) -> Bus:
        return self

    def ended(self, sender: str) -> None:
        self.over.append(sender)

    async def owner_of(self, name: str) -> str | None:
        owners = {UnitName.BRAIN: self.brain, UnitName.EXECUTOR: ":exec", UnitName.TTS: ":voice"}
        return {unit.bus_name: owner for unit, owner in owners.items()}[name]

    async def uid_of(self, name: str) -> int:
        return self.users.get(name, 77_000)

    async def pid_of(self, name: str) -> int:
        return PIDS.get(name, 99)

    async def call(self, *where: str | list[Any], interface: str, timeout_s: float, **how: bool) -> list[Any]:
        member, body = str(where[2]), where[4]
        assert isinstance(body, list)
        self.asked.append((member, body, timeout_s))
        if member != "CheckAuthorization":
            return []
        if self.fails:
            raise self.fails
        if self.answer is not None:
            return [self.answer]
        subject, action = body[0], body[1]
        return [[(subject[1]["name"].value, action) in self.allows, False, {}]]


class Health:
    is_ready = False

    def states(self) -> dict[str, str]:
        return {"ear": "ready"}

    def engines(self) -> dict[str, str]:
        return {"ear": "alsa"}

    def subscribe(self, callback: Any) -> None:
        self.changed = callback

    async def check(self) -> dict[str, Any]:
        return {}


class Desk(UnitInterface):
    """An interface that keeps what it would tell the bus."""

    def __init__(self, bus: Any, health: Any) -> None:
        super().__init__(UnitName.TTS, bus, health)
        self.told: list[dict[str, Any]] = []

    def emit_properties_changed(
        self, changed_properties: dict[str, Any], invalidated_properties: Any = ()
    ) -> None:
        self.told.append(dict(changed_properties))


async def admitted(bus: Bus, who: Access) -> list[str]:
    desk = Desk(bus, Health())
    found = []
    for caller in CALLERS:
        token = SENDER.set(caller)
        with contextlib.suppress(NotPermitted):
            await desk.admit(who)
            found.append(caller)
        SENDER.reset(token)
    return found


ADMITTED = {
    Access.ANY: ":brain|:twin|:helper|:exec|:voice|:root|:me|:user",
    Access.BRAIN: ":brain",
    Access.EXECUTOR: ":exec",
    Access.TTS: ":voice",
    Access.ADMIN: ":root",
    Access.BRAIN_OR_ADMIN: ":brain|:root",
    Access.EXECUTOR_OR_ADMIN: ":exec|:root",
    Access.NOT_BRAIN: ":exec|:voice|:root|:me|:user",
    Access.WIPE_MEMORY: ":root",
    Access.RED_TEAM: ":root",
}


@pytest.mark.parametrize("who", Access)
async def test_each_access_admits_whom_it_names(who: Access) -> None:
    """On the system bus, where the brain has a user of its own and no user of the units is root."""
    named = each(ADMITTED[who]) + (
        [":me"] if ME == 0 and ":root" in ADMITTED[who] and who is not Access.ANY else []
    )
    assert set(await admitted(Bus(), who)) == set(named)


async def test_on_a_private_bus_the_user_of_the_units_is_the_administrator() -> None:
    users = {**USERS, ":root": ME + 5, ":me": ME}
    assert await admitted(Bus(is_private=True, users=users), Access.ADMIN) == [":me"]
    assert await admitted(Bus(users={**users, ":me": ME + 6}), Access.ADMIN) == []
    assert await admitted(Bus(is_private=True, users={**users, ":me": ME + 6}), Access.ADMIN) == []


async def test_where_the_brain_runs_as_the_user_of_the_units_only_its_process_is_the_brain() -> None:
    users = {**USERS, ":brain": ME, ":twin": ME, ":helper": ME}
    assert await admitted(Bus(users=users), Access.NOT_BRAIN) == [
        ":helper",
        ":exec",
        ":voice",
        ":root",
        ":me",
        ":user",
    ]


async def test_without_a_brain_everybody_is_somebody_else() -> None:
    assert await admitted(Bus(brain=None), Access.NOT_BRAIN) == CALLERS
    assert await admitted(Bus(brain=None), Access.BRAIN) == []


@pytest.mark.parametrize(
    ("who", "action"),
    [(Access.WIPE_MEMORY, "org.jarvisd.memory.wipe"), (Access.RED_TEAM, "org.jarvisd.redteam.run")],
)
async def test_whom_polkit_lets_is_admitted_for_that_alone_and_never_the_brain(who: Access, action: str) -> None:
    bus = Bus(allows={(caller, action) for caller in CALLERS}, users={**USERS, ":brain": 0})
    assert set(await admitted(bus, who)) >= {":exec", ":voice", ":root", ":me", ":user"}
    assert not {":brain", ":twin"} & set(await admitted(bus, who))
    other = Access.RED_TEAM if who is Access.WIPE_MEMORY else Access.WIPE_MEMORY
    assert ":user" not in await admitted(bus, other)
    assert ":user" not in await admitted(bus, Access.ADMIN)


@pytest.mark.parametrize(
    ("may_ask", "flag", "limit_s"), [(True, MAY_ASK, ASKING_DEADLINE_S), (False, 0, QUIET_DEADLINE_S)]
)
async def test_polkit_is_asked_about_the_caller_and_may_ask_only_whom_lets_it(
    may_ask: bool, flag: int, limit_s: float
) -> None:
    assert (MAY_ASK, QUIET_DEADLINE_S, ASKING_DEADLINE_S) == (1, 5.0, 55.0)
    bus = Bus(allows={(":user", "org.jarvisd.confirm")})
    authority = Authority(bus)  # type: ignore[arg-type] # as much of it as is used
    assert await authority.allows(":user", PolkitAction.CONFIRM, may_ask=may_ask)
    [(member, body, asked_s)] = bus.asked
    assert (member, body[1], body[2], body[3], asked_s) == (
        "CheckAuthorization",
        "org.jarvisd.confirm",
        {},
        flag,
        limit_s,
    )
    assert body[0][0] == "system-bus-name"
    assert len(body[4]) == 16
    assert not await authority.allows(":other", PolkitAction.CONFIRM, may_ask=may_ask)


async def test_whether_polkit_may_ask_is_the_callers_word() -> None:
    for is_interactive, flag in ((True, MAY_ASK), (False, 0)):
        bus = Bus()
        token = INTERACTIVE.set(is_interactive)
        await admitted(bus, Access.RED_TEAM)
        INTERACTIVE.reset(token)
        assert {body[3] for _, body, _ in bus.asked} == {flag}


@pytest.mark.parametrize("answer", [True, [], [1, False, {}], ["yes"], [False, True, {}], {"a": 1}])
async def test_only_a_clear_yes_of_polkit_is_one(answer: Any) -> None:
    authority = Authority(Bus(answer=answer))  # type: ignore[arg-type] # as above
    assert not await authority.allows(":user", PolkitAction.CONFIRM, may_ask=False)


async def test_a_question_that_polkit_does_not_answer_in_time_is_taken_back() -> None:
    late = Bus(fails=JarvisError("too late", code=ErrorCode.TIMEOUT))
    assert not await Authority(late).allows(":user", PolkitAction.CONFIRM, may_ask=True)  # type: ignore[arg-type] # as above
    (_, asked, _), (member, cancelled, limit_s) = late.asked
    assert (member, cancelled, limit_s) == ("CancelCheckAuthorization", [asked[4]], QUIET_DEADLINE_S)
    gone = Bus(fails=JarvisError("no polkit"))
    assert not await Authority(gone).allows(":user", PolkitAction.CONFIRM, may_ask=True)  # type: ignore[arg-type] # as above
    assert [member for member, *_ in gone.asked] == ["CheckAuthorization"]


class Shop(Desk):
    """Methods that do, refuse and break."""

    @method("s", "s", "said", who=Access.ADMIN)
    async def Say(self, text: str) -> str:
        """Give it back."""
        if text == "refuse":
            raise RequestError("not that", code=ErrorCode.NOT_FOUND)
        if text == "break":
            raise ZeroDivisionError("secret")
        return text


async def called(text: str, sender: str = ":root") -> tuple[Any, list[str], list[int]]:
    bus = Bus()
    reading, writing = os.pipe()
    tokens = SENDER.set(sender), FDS.set([reading, writing])
    try:
        # The library's own wrapper hands its result to the bus alone.
        result = await Shop.Say.__wrapped__(Shop(bus, Health()), text)
    except DBusError as error:
        result = error
    finally:
        SENDER.reset(tokens[0])
        FDS.reset(tokens[1])
    open_fds = [fd for fd in (reading, writing) if os.path.exists(f"/proc/self/fd/{fd}")]
    for fd in open_fds:
        os.close(fd)
    return result, bus.over, open_fds


async def test_a_call_ends_for_the_limits_and_its_descriptors_are_closed_however_it_ends() -> None:
    assert await called("hello") == ("hello", [":root"], [])
    for text, name in (("refuse", "org.jarvisd.Error.NotFound"), ("break", "org.jarvisd.Error.Internal")):
        error, over, left = await called(text)
        assert (error.type, over, left) == (name, [":root"], [])
    error, over, left = await called("hello", ":user")
    assert (error.type, over, left) == ("org.jarvisd.Error.NotPermitted", [":user"], [])


async def test_a_bug_tells_no_details() -> None:
    error, _, _ = await called("break")
    assert "secret" not in error.text
    assert error.text.startswith("internal error, incident ")
    refused, _, _ = await called("refuse")
    assert refused.text == "not that"


def test_what_is_declared_must_fit_the_method() -> None:
    async def two(self: UnitInterface, one: str, other: str) -> None:
        """Take two."""

    with pytest.raises(TypeError, match="two takes 2 arguments, 's' has 1"):
        method("s")(two)
    assert method("su")(two).access is Access.ANY
    assert method("su", who=Access.BRAIN)(two).access is Access.BRAIN


def test_a_property_is_told_once_for_each_change() -> None:
    health = Health()
    desk = Desk(Bus(), health)
    health.changed()
    health.changed()
    parts = {"Parts": {"ear": "ready"}, "Engines": {"ear": "alsa"}}
    assert desk.told == [{"Ready": False, **parts}]
    health.is_ready = True
    health.changed()
    assert desk.told[1:] == [{"Ready": True}]
    desk.restart_needed([])
    assert len(desk.told) == 2
    desk.restart_needed(["web.port"])
    desk.restart_needed(["web.port"])
    assert desk.told[2:] == [{"RestartNeeded": ["web.port"]}]
    desk.restart_needed([])
    assert desk.told[3:] == [{"RestartNeeded": []}]


def test_values_lose_and_get_their_wrappers_at_any_depth() -> None:
    wrapped = {"a": [Variant("s", "x"), Variant("a{sv}", {"b": Variant("i", 1)})], "c": 2}
    assert plain(wrapped) == {"a": ["x", {"b": 1}], "c": 2}
    made = variants(flag=True, count=3, share=0.5, name="n")
    assert {key: (value.signature, value.value) for key, value in made.items()} == {
        "flag": ("b", True),
        "count": ("t", 3),
        "share": ("d", 0.5),
        "name": ("s", "n"),
    }
