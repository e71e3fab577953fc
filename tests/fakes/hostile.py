"""Seeded hostile messages for the four interfaces: most are well-formed, none is meant to change anything.

What is left out is only what a person could mean: muting the ear, forgetting everything, undoing the last step, a
complete memory, a step that writes with arguments it can run with. Everything else that fits through a message may
come.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Mapping
from random import Random
from typing import Any

from dbus_next import Message, MessageFlag, MessageType, Variant
from dbus_next.signature import SignatureTree

from jarvisd.bus.names import PROPERTIES, UnitName

SURROGATE = "\\ud800"
"""As JSON writes it: a message cannot hold the character itself."""
TEXTS = (
    "",
    " ",
    "\n\t",
    "-1",
    "None",
    "../../etc/passwd",
    "/proc/self/mem",
    "%s%n{}{0}",
    "' OR 1=1 --",
    "\u202egnp.exe",
    "\ufffd\uffff\ufeff",
    "e\u0301" * 50,
    "\U0001f4a9" * 30,
    "\x01\x1b[2J\x7f",
    "<script>$(reboot)`id`",
    "x" * 300,
    "x" * 5000,
    "[" * 5000,
    '{"a":' * 3000,
    '{"actions": null}',
    '{"actions": [{}]}',
    '{"tool": null, "args": 7}',
    f'{{"tool": "{SURROGATE}", "args": {{}}}}',
    f'{{"actions": [{{"tool": "{SURROGATE}", "args": {{"{SURROGATE}": "{SURROGATE}"}}}}]}}',
    '{"tool": "a\\u0000b", "args": {}}',
    '{"kind": "FACT"}',
    f'{{"kind": "FACT", "text": "{SURROGATE}"}}',
    '{"kind": ["FACT"], "text": {"a": 1}}',
    '{"kind": "FACT", "text": "x", "importance": NaN}',
    '{"kind": "FACT", "text": "x", "importance": 1e999}',
    "NaN",
    "1e999",
    "1" * 5000,
    '"\\ud800"',
)
TOOLS = [
    "get_time",
    "system_info",
    "search_files",
    "file_read",
    "file_write",
    "file_append",
    "file_copy",
    "file_move",
    "mkdir",
    "organize_files",
    "archive",
    "file_delete",
    "execute_code",
    "remember",
    "recall",
    "send_email",
    "nothing",
]
MEANT = frozenset({"ForgetEverything", "ForgetSounds"})
"""Whatever calls these means what they do."""
HARMLESS = frozenset({"get_time", "system_info", "search_files", "file_read", "recall", "nothing"})
NEEDED = {
    "file_write": ("path", "content"),
    "file_append": ("path", "content"),
    "file_copy": ("source",),
    "file_move": ("source", "destination"),
    "mkdir": ("path",),
    "archive": ("action", "path"),
    "execute_code": ("language", "code"),
    "remember": ("kind", "text"),
    "send_email": ("to", "body"),
}
NAMES = [
    "path",
    "content",
    "source",
    "destination",
    "folder",
    "by",
    "action",
    "name",
    "older_than",
    "language",
    "code",
    "kind",
    "text",
    "query",
    "what",
]
WRONG: tuple[Any, ...] = (None, [], {}, 7, -1, 1.5, True, [[]], {"a": {"b": []}}, 10**30, 1e308)


class Hostile:
    """An endless supply of messages. ``methods``: unit to method to the signature of its arguments."""

    def __init__(self, seed: int, methods: Mapping[UnitName, Mapping[str, str]]) -> None:
        self._random = Random(seed)
        self._methods = methods
        self._files = _files()

    def close(self) -> None:
        """Release the files that messages carry."""
        for file in self._files:
            os.close(file)

    def message(self) -> tuple[Message, bool]:
        """The next message, and whether it is a call of a method with arguments of the right types."""
        unit = self._random.choice(list(UnitName))
        if self._random.random() < 0.7:
            member = self._random.choice([name for name in self._methods[unit] if name not in MEANT])
            return self._call(unit, member, self._methods[unit][member]), True
        return self._broken(unit), False

    def largest(self) -> tuple[Message, bool]:
        """A message as large as they come, to any unit."""
        return self._huge(self._random.choice(list(UnitName))), False

    # --- well-formed -----------------------------------------------------------------------------------

    def _call(self, unit: UnitName, member: str, signature: str, **fields: Any) -> Message:
        tree = SignatureTree(signature)
        fds: list[int] = []
        body = [self._value(node, fds) for node in tree.types]
        if member == "SetMuted" and signature == "b":
            body = [False]
        elif member == "MuteFor" and signature == "d":
            # Whoever fuzzes wants to be heard afterwards.
            body = [-abs(body[0])]
        elif member in ("Submit", "Check", "AssessRisk") and signature[:1] == "s" and self._random.random() < 0.7:
            body[0] = self._plan()
        elif member in ("Confirm", "Deny", "Report", "Result", "Undo", "Cancel") and body and body[0] == "last":
            body[0] = "first"
        values = {"destination": unit.bus_name, "path": unit.path, "interface": unit.bus_name, **fields}
        flags = MessageFlag.NO_AUTOSTART
        if self._random.random() < 0.2:
            flags |= MessageFlag.NO_REPLY_EXPECTED
        return Message(member=member, signature=signature, body=body, flags=flags, unix_fds=fds, **values)

    def _value(self, node: Any, fds: list[int]) -> Any:
        random = self._random
        kind = node.signature
        if kind == "h":
            fds.append(random.choice(self._files))
            return len(fds) - 1
        if kind == "a{sv}":
            names = ("turn", "dry_run", "voice", "channel", "origin", "utterance", "", "x" * 300, "what\n")
            return {random.choice(names): self._variant(fds, 0) for _ in range(random.randint(0, 4))}
        makers: dict[str, Any] = {
            "s": self._text,
            "b": lambda: random.random() < 0.5,
            "d": lambda: random.choice(
                (0.0, -1.0, 1e308, 5e-324, float("nan"), float("inf"), -float("inf"), 15.0)
            ),
            "u": lambda: random.choice((0, 1, 7, 1000, 2**31, 2**32 - 1)),
            "t": lambda: random.choice((0, 1, 2**63, 2**64 - 1)),
            "i": lambda: random.choice((0, -1, 2**31 - 1, -(2**31))),
            "y": lambda: random.randrange(256),
            "o": lambda: random.choice(("/", "/org/jarvisd/Audio1", "/a" * 50)),
            "g": lambda: random.choice(("", "s", "a{sv}", "(" * 20 + "i" + ")" * 20)),
            "v": lambda: self._variant(fds, 0),
            "as": lambda: [self._text() for _ in range(random.randint(0, 5))],
            "ay": lambda: random.randbytes(random.choice((0, 1, 1000))),
            "av": lambda: [self._variant(fds, 2) for _ in range(random.randint(0, 5))],
            "ai": lambda: [0] * random.choice((0, 10, 3000)),
            "(sv)": lambda: [self._text(), self._variant(fds, 2)],
        }
        return makers[kind]()

    def _variant(self, fds: list[int], depth: int) -> Variant:
        kinds = ["s", "b", "d", "u", "t", "i", "y", "o", "g", "as", "ay", "ai"]
        if depth < 6:
            kinds += ["v", "av", "(sv)", "h"] if depth < 2 else ["v"]
        if self._random.random() < 0.02:
            value = Variant("s", "deep")
            for _ in range(self._random.randint(1, 50)):
                value = Variant("v", value)
            return value
        kind = self._random.choice(kinds)
        if kind == "v":
            return Variant("v", self._variant(fds, depth + 1))
        return Variant(kind, self._value(SignatureTree(kind).types[0], fds))

    def _text(self) -> str:
        random = self._random
        if random.random() < 0.1:
            return "".join(
                chr(random.choice((random.randrange(1, 128), random.randrange(0xA0, 0xD7FF)))) for _ in range(40)
            )
        if random.random() < 0.005:
            return random.choice(("x", "é", "word ")) * random.choice((50_000, 100_000))
        return random.choice(TEXTS)

    def _plan(self) -> str:
        random = self._random
        actions: list[Any] = [self._action() for _ in range(random.choice((0, 1, 1, 1, 2, 5, 60)))]
        plan: dict[str, Any] = {
            "thought": random.choice(TEXTS),
            "confidence": random.choice(WRONG),
            "actions": actions,
        }
        if random.random() < 0.3:
            del plan[random.choice(list(plan))]
        if random.random() < 0.2:
            return json.dumps(
                random.choice(
                    [actions, {"actions": plan}, actions[:1], plan["thought"] if plan.get("thought") else 1]
                )
            )
        text = json.dumps(plan)
        return text.replace("xxxx", SURROGATE) if random.random() < 0.3 else text

    def _action(self) -> Any:
        random = self._random
        if random.random() < 0.1:
            return random.choice(WRONG)
        tool = random.choice(TOOLS)
        args = {random.choice(NAMES): self._argument() for _ in range(random.randint(0, 4))}
        if tool not in HARMLESS:
            needed = NEEDED.get(tool, ())
            for name in needed[:1]:
                args.pop(name, None)
            if not needed:
                args = {"surprise": args}
        action: dict[str, Any] = {"tool": tool, "args": args}
        if random.random() < 0.3:
            action["depends_on"] = random.choice(([0], [1], [-1], [10**9], "0", None, [[0]], [0, 0]))
        if random.random() < 0.2:
            action[random.choice(("tool", "args", "requires_confirmation", "extra"))] = random.choice(WRONG)
            if not isinstance(action["args"], dict):
                action["tool"] = "nothing"
        return action

    def _argument(self) -> Any:
        return self._random.choice(WRONG) if self._random.random() < 0.5 else self._random.choice(TEXTS[:25])

    # --- broken ----------------------------------------------------------------------------------------

    def _broken(self, unit: UnitName) -> Message:
        random = self._random
        member = random.choice(list(self._methods[unit]))
        wrong = random.choice(("", "i", "ss", "v", "av", "ay", "a{sv}", "(sv)", "as", "h", "sa{sv}s", "t"))
        if wrong == self._methods[unit][member]:
            member = "Nothing"
        makers = (
            lambda: self._call(unit, member, wrong),
            lambda: self._call(unit, "Nothing" + "x" * random.choice((0, 200)), random.choice(("", "s"))),
            lambda: self._call(
                unit, member, "", interface=random.choice(("a.b", PROPERTIES, "org.jarvisd.Brain2"))
            ),
            lambda: self._call(unit, member, "s", path=random.choice(("/", "/org", unit.path + "/x"))),
            lambda: self._property(unit),
            lambda: self._standard(unit),
            lambda: self._forged(unit),
            lambda: self._huge(unit),
        )
        weights = (20, 10, 10, 10, 15, 10, 20, 1)
        return random.choices(makers, weights)[0]()

    def _property(self, unit: UnitName) -> Message:
        random = self._random
        name = random.choice(("State", "Ready", "Parts", "ServiceLevel", "Muted", "Speaking", "", "x" * 100))
        interface = random.choice((unit.bus_name, "", PROPERTIES, "a.b"))
        member, signature, body = random.choice(
            (
                ("Set", "ssv", [interface, name, self._variant([], 5)]),
                ("Get", "ss", [interface, name]),
                ("GetAll", "s", [interface]),
                ("GetAll", "", []),
                ("Set", "ss", [interface, name]),
            )
        )
        return Message(unit.bus_name, unit.path, PROPERTIES, member, signature=signature, body=body)

    def _standard(self, unit: UnitName) -> Message:
        base = "org.freedesktop.DBus."
        interface, member = self._random.choice(
            (
                ("Introspectable", "Introspect"),
                ("Introspectable", "Nothing"),
                ("Peer", "Ping"),
                ("Peer", "GetMachineId"),
                ("ObjectManager", "GetManagedObjects"),
            )
        )
        path = self._random.choice((unit.path, "/", "/nothing", "/org/jarvisd"))
        return Message(unit.bus_name, path, base + interface, member)

    def _forged(self, unit: UnitName) -> Message:
        random = self._random
        target = random.choice(list(UnitName)).bus_name
        kind = random.choice(
            (MessageType.SIGNAL, MessageType.SIGNAL, MessageType.METHOD_RETURN, MessageType.ERROR)
        )
        if kind is MessageType.SIGNAL:
            members = (
                "Transcript",
                "PartialTranscript",
                "WakeDetected",
                "AnswerWindow",
                "PlanFinished",
                "ToolsChanged",
                "SpeakingFinished",
            )
            signature = random.choice(("", "stsa{sv}", "std", "s", "as"))
            body = [self._value(node, []) for node in SignatureTree(signature).types]
            interface = random.choice((unit.bus_name, PROPERTIES))
            member = random.choice((*members, "PropertiesChanged"))
            return Message(target, unit.path, interface, member, message_type=kind, signature=signature, body=body)
        serial = random.choice((1, 2, 7, 1000, 2**32 - 1))
        name = "org.jarvisd.Error.Busy" if kind is MessageType.ERROR else None
        return Message(target, message_type=kind, reply_serial=serial, error_name=name, signature="b", body=[True])

    def _huge(self, unit: UnitName) -> Message:
        if self._random.random() < 0.5:
            return self._text_call(unit, "x" * 600_000)
        values = [Variant("y", 1)] * 60_000
        return Message(unit.bus_name, unit.path, unit.bus_name, "Nothing", signature="av", body=[values])

    def _text_call(self, unit: UnitName, text: str) -> Message:
        member = next((name for name, signature in self._methods[unit].items() if signature == "s"), "Nothing")
        return Message(unit.bus_name, unit.path, unit.bus_name, member, signature="s", body=[text])


def _files() -> list[int]:
    """Things that are no recording."""
    reading, writing = os.pipe()
    one, other = socket.socketpair()
    fds = [reading, writing, one.detach(), other.detach(), os.open("/dev/null", os.O_RDONLY)]
    fds += [
        os.open("/dev/zero", os.O_RDONLY),
        os.open("/", os.O_RDONLY),
        os.open("/proc/self/status", os.O_RDONLY),
    ]
    for content in (b"", b"RIFF", b"RIFF\xff\xff\xff\xffWAVEfmt " + bytes(100), bytes(5000)):
        handle, name = tempfile.mkstemp()
        os.write(handle, content)
        os.unlink(name)
        fds.append(handle)
    handle, name = tempfile.mkstemp()
    os.unlink(name)
    os.truncate(handle, 1 << 40)
    return [*fds, handle, os.open("/dev/null", os.O_WRONLY)]
