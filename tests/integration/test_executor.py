"""The executor as a process of its own on a private bus, with its peers played by the test."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from dbus_next import Variant

from jarvisd.bus.caller import Access
from jarvisd.bus.client import UnitClient
from jarvisd.bus.connection import Connection
from jarvisd.bus.names import UnitName
from jarvisd.bus.service.service import UnitInterface, method, variants
from jarvisd.bus.service.service import signal as service_signal
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.runtime.parts import Parts
from tests.fakes.auditor import followed

WAIT_S = 60
ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
[paths]
state_dir = "{folder}/state"
log_dir = "{folder}/log"
[sandbox]
engine = "tests.fakes.executor:sandbox"
[executor]
disk_percent = 100
[machine]
ram_percent = 100
processor_percent = 100
[[workspaces]]
name = "documents"
path = "{folder}/docs"
[[workspaces]]
name = "tmp"
path = "{folder}/tmp"
kind = "temp"
"""


class Held:
    """A moment in which a test can do something; it passes at once unless ``gate`` is clear."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def pause(self) -> None:
        self.reached.set()
        await self.gate.wait()


class PlayedEars(UnitInterface):
    """Audio1 as far as a question needs it."""

    def __init__(self, bus: Connection, answers: list[str]) -> None:
        super().__init__(UnitName.AUDIO, bus, Parts())
        self.answers = answers
        self.calls: list[str] = []
        self.listening = Held()

    @method("s", who=Access.EXECUTOR)
    async def ReserveAnswer(self, request_id: str) -> None:
        self.calls.append("reserve")

    @method("sd", "a{sv}", who=Access.EXECUTOR)
    async def ListenForAnswer(self, request_id: str, window_s: float) -> dict[str, Variant]:
        self.calls.append("listen")
        await self.listening.pause()
        now_us = time.monotonic_ns() // 1000
        heard = self.answers.pop(0)
        outcome = "speech" if heard else "silence"
        return variants(
            heard=heard,
            confidence=0.9,
            heard_again=heard,
            confidence_again=0.9,
            speech_began_us=now_us,
            speech_ended_us=now_us,
            outcome=outcome,
            live=True,
            quiet_before=True,
        )

    @method("s", who=Access.EXECUTOR)
    async def ReleaseAnswer(self, request_id: str) -> None:
        self.calls.append("release")


class PlayedVoice(UnitInterface):
    """Tts1 as far as a question needs it."""

    def __init__(self, bus: Connection) -> None:
        super().__init__(UnitName.TTS, bus, Parts())
        self.questions: list[str] = []
        self.said: list[str] = []
        self.spoke = asyncio.Event()
        self.rings: asyncio.Queue[tuple[str, str, float]] = asyncio.Queue()
        self.stopped: asyncio.Queue[str] = asyncio.Queue()
        self.speaking = Held()

    @method("ssb", "t", who=Access.EXECUTOR)
    async def Question(self, request_id: str, text: str, invites: bool) -> int:
        self.questions.append(text)
        await self.speaking.pause()
        return time.monotonic_ns() // 1000

    @method("s", who=Access.EXECUTOR)
    async def Release(self, request_id: str) -> None:
        return

    @method("sa{sv}", "s")
    async def Say(self, text: str, options: dict[str, Any]) -> str:
        self.said.append(text)
        self.spoke.set()
        return "u1"

    @method("ssd", who=Access.EXECUTOR)
    async def Ring(self, ring_id: str, text: str, limit_s: float) -> None:
        self.rings.put_nowait((ring_id, text, limit_s))

    @method("s", who=Access.EXECUTOR)
    async def StopRinging(self, ring_id: str) -> None:
        self.stopped.put_nowait(ring_id)

    @service_signal("stss")
    def RingingEnded(self, turn_id: str, at_us: int, ring_id: str, reason: str) -> list[Any]:
        return [turn_id, at_us, ring_id, reason]


class PlayedBrain(UnitInterface):
    """Brain1 as far as the memory tools need it."""

    def __init__(self, bus: Connection) -> None:
        super().__init__(UnitName.BRAIN, bus, Parts())
        self.kept: list[dict[str, Any]] = []

    @method("s", "s", who=Access.EXECUTOR_OR_ADMIN)
    async def Remember(self, memory_json: str) -> str:
        self.kept.append({**json.loads(memory_json), "id": f"m{len(self.kept) + 1}"})
        return f"m{len(self.kept)}"

    @method("su", "s", who=Access.EXECUTOR_OR_ADMIN)
    async def Recall(self, query: str, count: int) -> str:
        return json.dumps(self.kept)

    @method("s", "u", who=Access.EXECUTOR_OR_ADMIN)
    async def Forget(self, query_or_id: str) -> int:
        before = len(self.kept)
        self.kept = [memory for memory in self.kept if memory["id"] != query_or_id]
        return before - len(self.kept)


class Suite:
    """The daemon, the played peers, and a user's connection."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address
        self.answers: list[str] = []
        self.links: list[Connection] = []
        self.signals: list[tuple[str, Sequence[Any]]] = []
        self._changed = asyncio.Event()
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        for name in ("docs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        config = self.folder / "jarvisd.toml"
        config.write_text(CONFIG.format(folder=self.folder))
        self.brain, self.user = await self.link(), await self.link()
        audio, tts = await self.link(), await self.link()
        self.ears, self.voice = PlayedEars(audio, self.answers), PlayedVoice(tts)
        self.memory = PlayedBrain(self.brain)
        for link, unit, interface in (
            (audio, UnitName.AUDIO, self.ears),
            (tts, UnitName.TTS, self.voice),
            (self.brain, UnitName.BRAIN, self.memory),
        ):
            link.export(unit.path, interface)
            await link.request_name(unit.bus_name)
        self.as_brain, self.as_user = (UnitClient(link, UnitName.EXECUTOR) for link in (self.brain, self.user))
        for member in (
            *("ConfirmRequested", "StepProgress", "PlanFinished"),
            *("ServiceLevelChanged", "TimerFinished", "ToolsChanged"),
        ):
            self.as_user.on(member, lambda body, member=member: self._add(member, body))  # type: ignore[misc] # default
        await self.as_user.follow(lambda owner: self._changed.set())
        await self.run_daemon()

    async def run_daemon(self) -> None:
        self.process = self.spawn()
        while self.as_user.owner is None:
            await self.changed()

    def spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "jarvisd", "executor", "--config", str(self.folder / "jarvisd.toml")]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with (self.folder / "daemon.log").open("ab") as log:
            return subprocess.Popen([*command, "--bus", self.address], env=environment, stderr=log)

    async def link(self) -> Connection:
        made = Connection(self.address)
        await made.connect()
        self.links.append(made)
        return made

    async def changed(self) -> None:
        await asyncio.wait_for(self._changed.wait(), WAIT_S)
        self._changed.clear()

    async def told(self, member: str) -> Sequence[Any]:
        """The next signal of this kind; each is taken once."""
        while True:
            for item in self.signals:
                if item[0] == member:
                    self.signals.remove(item)
                    return item[1]
            await self.changed()

    async def submit(self, *actions: dict[str, Any], **options: str) -> str:
        body = [json.dumps({"actions": list(actions)}), variants(turn="t1", **options)]
        [plan_id] = await self.as_brain.call("Submit", "sa{sv}", body, timeout_s=WAIT_S)
        return str(plan_id)

    async def run(self, *actions: dict[str, Any], **options: str) -> list[dict[str, Any]]:
        return await self.ended(await self.submit(*actions, **options))

    async def ended(self, plan_id: str) -> list[dict[str, Any]]:
        while (await self.told("PlanFinished"))[2] != plan_id:
            continue
        [text] = await self.as_user.call("Result", "s", [plan_id])
        steps: list[dict[str, Any]] = json.loads(text)["steps"]
        return steps

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        status = await asyncio.to_thread(self.process.wait, WAIT_S)
        while self.as_user.owner is not None:
            await self.changed()
        return status

    async def reload(self, tool: str, *, is_there: bool) -> None:
        """Let the daemon read its configuration again, and wait until ``tool`` has come or gone.

        The tools also change with the level, which rises some time after the start.
        """
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)
        while True:
            await self.told("ToolsChanged")
            [listed] = await self.as_user.call("ListTools")
            if any(each["name"] == tool for each in json.loads(listed)) == is_there:
                return

    async def jarvisctl(self, *arguments: str, status: int = 0) -> str:
        """What a command of the shell prints."""
        command = [sys.executable, "-m", "jarvisd.cli.main", "--bus", self.address, *arguments]
        done = await asyncio.to_thread(
            subprocess.run, command, cwd=ROOT, capture_output=True, text=True, timeout=WAIT_S, check=False
        )
        assert done.returncode == status, done.stderr
        return done.stdout or done.stderr

    def log(self) -> str:
        return (self.folder / "daemon.log").read_text()

    def _add(self, member: str, body: Sequence[Any]) -> None:
        self.signals.append((member, body))
        self._changed.set()


@asynccontextmanager
async def playing(folder: Path, address: str) -> AsyncIterator[Suite]:
    """The daemon and its played peers, until the block ends."""
    made = Suite(folder, address)
    try:
        await made.start()
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            made.process.kill()
            made.process.wait(WAIT_S)
        for link in made.links:
            await link.disconnect()


@pytest.fixture
async def suite(tmp_path: Path, bus_address: str) -> AsyncIterator[Suite]:
    async with playing(tmp_path, bus_address) as made:
        yield made


def old_file(suite: Suite, name: str) -> Path:
    path = suite.folder / "tmp" / name
    path.write_text("x" * 100)
    at = time.time() - 30 * 86400
    os.utime(path, (at, at))
    return path


DELETE = {"tool": "file_delete", "args": {"folder": "tmp", "older_than": "old"}}
CODE = {
    "tool": "execute_code",
    "args": {"language": "python", "code": "print(1)\nprint(2)", "workspace": "documents"},
}


async def test_a_spoken_turn_asks_in_the_room_and_acts_on_yes(suite: Suite) -> None:
    """A10 over real processes: reserve, question, window, release; then the file is in the trash, and back."""
    path = old_file(suite, "old.tmp")
    suite.answers.append("yes go ahead")
    [step] = await suite.run(DELETE, channel="voice")
    assert (step["outcome"], step["consent"], path.exists()) == ("done", "yes", False)
    assert suite.ears.calls == ["reserve", "listen", "release"]
    assert "1 file, 100 bytes" in suite.voice.questions[0]
    [undone] = await suite.as_user.call("Undo", "s", ["last"])
    assert json.loads(undone)["undone"] == [step["undo_id"]]
    assert path.exists()


async def test_a_turn_from_dbus_is_answered_by_its_user_never_by_the_brain(suite: Suite) -> None:
    """Decision 2 on a private bus, where everybody has one uid."""
    plan_id = await suite.submit(CODE, channel="dbus", origin=suite.user.unique_name)
    request_id = (await suite.told("ConfirmRequested"))[2]
    with pytest.raises(JarvisError) as caught:
        await suite.as_brain.call("Confirm", "s", [request_id])
    assert caught.value.code is ErrorCode.NOT_PERMITTED
    # A connection of the brain's process counts as the brain, so the user is a process of its own here.
    with pytest.raises(JarvisError):
        await suite.as_user.call("Confirm", "s", [request_id])
    member = f"{UnitName.EXECUTOR.bus_name}.Confirm"
    command = ["dbus-send", f"--bus={suite.address}", "--print-reply", f"--dest={UnitName.EXECUTOR.bus_name}"]
    command += [UnitName.EXECUTOR.path, member, f"string:{request_id}"]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    [step] = await suite.ended(plan_id)
    assert (step["outcome"], step["spoken"]) == ("done", "The result is 2.")
    assert suite.voice.questions == []


async def test_memory_tools_reach_the_brain(suite: Suite) -> None:
    text = "Your bike lock opens with 2290"
    kept, found = await suite.run(
        {"tool": "remember", "args": {"kind": "FACT", "text": text}},
        {"tool": "recall", "args": {"query": "bike lock"}, "depends_on": [0]},
    )
    assert (kept["outcome"], found["spoken"]) == ("done", f"I remember: {text}")


async def test_what_was_read_out_is_forgotten(suite: Suite) -> None:
    """Decision 20: asked first, then by its id."""
    await suite.run({"tool": "remember", "args": {"kind": "FACT", "text": "Your locker opens with 77"}})
    suite.answers.append("yes go ahead")
    [step] = await suite.run({"tool": "forget", "args": {"query": "locker"}}, channel="voice")
    assert (step["outcome"], step["spoken"], suite.memory.kept) == ("done", "I forgot 1 thing.", [])
    assert "forget this for good: Your locker opens with 77." in suite.voice.questions[0]


async def test_a_folder_is_sorted_with_one_answer_and_back_with_one_word(suite: Suite) -> None:
    """The product's own sentence, over real processes: sort my documents by type (A14, D5)."""
    endings = ("pdf", "txt", "jpg", "odd")
    for number in range(60):
        (suite.folder / "docs" / f"{number}.{endings[number % 4]}").write_text(str(number))
    suite.answers.append("yes go ahead")
    sort = {"tool": "organize_files", "args": {"folder": "documents", "by": "type"}}
    [step] = await suite.run(sort, channel="voice")
    assert step["spoken"] == (
        "I sorted 60 files in documents into 4 folders by type: "
        "15 in Images, 15 in Other, 15 in PDFs and 15 in Texts."
    )
    visible = {path.name for path in (suite.folder / "docs").iterdir() if not path.name.startswith(".")}
    assert visible == {"Images", "Other", "PDFs", "Texts"}
    await suite.as_user.call("Undo", "s", ["last"])
    assert len(list((suite.folder / "docs").glob("*.*"))) == 60 + len([".Trash-0"])


async def test_a_timer_outlives_a_killed_executor(suite: Suite) -> None:
    """It is on the disk before it is promised; it is signalled, and rings until somebody comes."""
    [step] = await suite.run({"tool": "set_timer", "args": {"when": "three seconds", "label": "egg"}})
    assert step["spoken"] == "Your timer for 3 seconds is running: egg."
    await suite.stop(signal.SIGKILL)
    await suite.run_daemon()
    assert (await suite.told("TimerFinished"))[3] == "egg"
    _, text, before_s = await asyncio.wait_for(suite.voice.rings.get(), WAIT_S)
    assert text.startswith("Your timer for 3 seconds")
    await suite.stop(signal.SIGKILL)
    await suite.run_daemon()
    ring_id, _, left_s = await asyncio.wait_for(suite.voice.rings.get(), WAIT_S)
    assert 0 < left_s < before_s <= 300
    [kept] = await timers_of(suite)
    assert (kept["kind"], kept["label"], kept["state"]) == ("timer", "egg", "due")
    [dismissed] = await suite.run({"tool": "change_timer", "args": {"what": "dismiss"}})
    assert dismissed["spoken"] == "I dismissed the timer for 3 seconds (egg)."
    assert await asyncio.wait_for(suite.voice.stopped.get(), WAIT_S) == ring_id
    assert await timers_of(suite) == []


async def test_a_timer_is_snoozed_and_stopped_while_it_rings(suite: Suite) -> None:
    """``jarvisctl snooze``, and the voice's Stop, which it tells as RingingEnded."""
    await suite.run({"tool": "set_timer", "args": {"when": "one second", "label": "egg"}})
    ring_id, _, _ = await asyncio.wait_for(suite.voice.rings.get(), WAIT_S)
    done = await asyncio.to_thread(jarvisctl, suite, "snooze", "two", "seconds")
    assert (done.returncode, done.stdout) == (0, "1 timer\n"), done.stderr
    assert await asyncio.wait_for(suite.voice.stopped.get(), WAIT_S) == ring_id
    again, text, _ = await asyncio.wait_for(suite.voice.rings.get(), WAIT_S)
    assert (again, text) == (ring_id, "Your timer for 1 second (egg) is due again.")
    suite.voice.RingingEnded("", 1, ring_id, "stopped")
    while await timers_of(suite):
        # Each look is a call over the bus, behind the signal or before it.
        continue
    done = await asyncio.to_thread(jarvisctl, suite, "snooze")
    assert "nothing is due" in done.stderr


async def timers_of(suite: Suite) -> list[dict[str, Any]]:
    [text] = await suite.as_user.call("ListTimers")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def jarvisctl(suite: Suite, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A person at a shell, who is a process of their own and so not taken for the brain."""
    command = [sys.executable, "-m", "jarvisd.cli.main", "--bus", suite.address, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S, env=environment, check=False)


CANCEL = {"tool": "cancel_timer", "args": {"which": "timer"}}


async def two_timers(suite: Suite) -> tuple[str, str]:
    """Ask to cancel one of two timers: the plan, and the question which one."""
    for when, label in (("ten minutes", "eggs"), ("an hour", "cake")):
        await suite.run({"tool": "set_timer", "args": {"when": when, "label": label}})
    plan_id = await suite.submit(CANCEL, channel="dbus", origin=suite.user.unique_name)
    _, _, request_id, question, channel, kind, choices = await suite.told("ConfirmRequested")
    assert (channel, kind) == ("dbus", "clarify")
    assert [choice.partition(" with")[0] for choice in choices] == [
        "the timer for 10 minutes (eggs)",
        "the timer for 1 hour (cake)",
    ]
    assert question.startswith("Which one do you mean: the timer for 10 minutes (eggs) with")
    return plan_id, request_id


@pytest.mark.parametrize("answer", ["the cake", "2", "the second one"])
async def test_which_timer_is_meant_is_asked_back_and_answered(suite: Suite, answer: str) -> None:
    """Issue 12: answerable over D-Bus and by jarvisctl; never by the brain, and no yes is an answer."""
    plan_id, request_id = await two_timers(suite)
    with pytest.raises(JarvisError) as caught:
        await suite.as_brain.call("Answer", "ss", [request_id, answer])
    assert caught.value.code is ErrorCode.NOT_PERMITTED
    refused = await asyncio.to_thread(jarvisctl, suite, "confirm", request_id)
    assert "asks for which one is meant" in refused.stderr
    answered = await asyncio.to_thread(jarvisctl, suite, "answer", request_id, answer)
    assert (answered.returncode, answered.stderr) == (0, "")
    [step] = await suite.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("done", "not_asked")
    assert step["spoken"].startswith(
        "I cancelled the timer for 1 hour (cake). The timer for 10 minutes (eggs) stays"
    )
    shown = await asyncio.to_thread(jarvisctl, suite, "timers", "--json")
    assert [each["label"] for each in json.loads(shown.stdout)] == ["eggs"]


@pytest.mark.parametrize(
    "arguments", [("deny",), ("answer", "neither"), ("answer", "yes"), ("answer", "the fish")]
)
async def test_anything_but_one_of_them_leaves_both(suite: Suite, arguments: tuple[str, ...]) -> None:
    plan_id, request_id = await two_timers(suite)
    command, *text = arguments
    answered = await asyncio.to_thread(jarvisctl, suite, command, request_id, *text)
    assert (answered.returncode, answered.stderr) == (0, "")
    [step] = await suite.ended(plan_id)
    assert (step["outcome"], step["consent"]) == ("declined", "not_asked")
    assert len(await timers_of(suite)) == 2


async def test_no_answer_to_another_question_consents(suite: Suite) -> None:
    """A question before a step takes a yes or a no, and nothing that was meant for a question which one."""
    path = suite.folder / "tmp" / "old.tmp"
    path.write_text("x")
    plan_id = await suite.submit(
        {"tool": "file_delete", "args": {"path": "old.tmp"}}, channel="dbus", origin=suite.user.unique_name
    )
    _, _, request_id, _, _, kind, choices = await suite.told("ConfirmRequested")
    assert (kind, choices) == ("consent", [])
    for text in ("yes", "1", "the first one"):
        refused = await asyncio.to_thread(jarvisctl, suite, "answer", request_id, text)
        assert "asks for a yes or a no" in refused.stderr
    assert path.exists()
    denied = await asyncio.to_thread(jarvisctl, suite, "deny", request_id)
    assert denied.returncode == 0
    [step] = await suite.ended(plan_id)
    assert (step["consent"], path.exists()) == ("no", True)


async def test_without_systemd_the_state_of_services_is_an_honest_error(suite: Suite) -> None:
    [step] = await suite.run({"tool": "service_status", "args": {"service": "nginx"}})
    assert (step["outcome"], step["error"]) == ("failed", "UnitDown")
    assert "there is no systemd on this bus" in step["spoken"]


async def test_plugins_follow_the_configuration_while_the_executor_runs(suite: Suite) -> None:
    """D6: a reload brings a plugin and takes it away, the schema follows, and its crash is a step's failure."""
    config = suite.folder / "jarvisd.toml"
    before = config.read_text()
    config.write_text(before.replace("[executor]\n", '[executor]\nplugins = ["tests.fakes.plugin"]\n'))
    await suite.reload("shout", is_there=True)
    [step] = await suite.run({"tool": "shout", "args": {"text": "hello"}})
    assert (step["outcome"], step["spoken"]) == ("done", "HELLO")
    [broken] = await suite.run({"tool": "crash", "args": {"how": "exit"}})
    assert (broken["outcome"], broken["error"]) == ("failed", "Internal")
    shown = await suite.jarvisctl("tools", "show", "shout")
    assert "from: tests.fakes.plugin" in shown.splitlines()
    config.write_text(before)
    await suite.reload("shout", is_there=False)
    [gone] = await suite.run({"tool": "shout", "args": {"text": "hello"}})
    assert gone["outcome"] == "refused"
    assert suite.process is not None
    assert suite.process.poll() is None


async def test_the_shell_shows_every_tool(suite: Suite) -> None:
    listed = await suite.jarvisctl("tools", "list")
    told = json.loads((ROOT / "tests" / "data" / "tools.json").read_text("utf-8"))
    assert [line.split()[0] for line in listed.splitlines()] == [tool["name"] for tool in told]
    shown = (await suite.jarvisctl("tools", "show", "organize_files")).splitlines()
    assert "  by: type | date, may be left out" in shown
    assert "undo: Every file moves back to where it was, and the new folders go." in shown
    as_json = json.loads(await suite.jarvisctl("tools", "show", "file_delete", "--json"))
    assert (as_json["tier"]["least"], as_json["effects"]) == (3, ["delete"])
    assert "there is no tool 'nonsense'" in await suite.jarvisctl("tools", "show", "nonsense", status=66)
    assert listed == await suite.jarvisctl("tools", "list", "--offline")
    assert shown == (await suite.jarvisctl("tools", "show", "organize_files", "--offline")).splitlines()
    assert "no tool 'nonsense'" in await suite.jarvisctl("tools", "show", "nonsense", "--offline", status=66)


async def test_tools_and_verdicts_are_offered(suite: Suite) -> None:
    [tools] = await suite.as_user.call("ListTools")
    told = json.loads((ROOT / "tests" / "data" / "tools.json").read_text("utf-8"))
    # Built-in tools take nothing over from what is out of reach.
    assert json.loads(tools) == [{**tool, "things": []} for tool in told]
    [verdict] = await suite.as_user.call("Check", "s", [json.dumps(CODE)])
    assert (json.loads(verdict)["verdict"], json.loads(verdict)["tier"]) == ("ask", 3)


async def test_the_level_becomes_full_and_falls_when_a_unit_goes(suite: Suite) -> None:
    """D4: a microphone that is gone is reduced, with a reason."""
    while (await suite.told("ServiceLevelChanged"))[1] != "full":
        continue
    await suite.links[2].disconnect()
    while (level := await suite.told("ServiceLevelChanged"))[1] != "reduced":
        continue
    assert level[2] == ["audio is not running"]
    values = await suite.as_user.properties()
    assert (values["ServiceLevel"], values["Reasons"]) == ("reduced", ["audio is not running"])
    assert values["Engines"]["sandbox"] == "scripted sandbox"
    assert set(values["Parts"]) == {
        "workspaces",
        "audit",
        "audit-chain",
        "journal",
        "disk",
        "ram",
        "processor",
        "configuration",
        "sandbox",
        "policy",
    }


async def test_the_policy_answers_and_tests_itself_over_the_bus(suite: Suite) -> None:
    """`policy check`, `policy consent` and `redteam run` ask the unit: same verdicts, no question, no effect."""
    path = old_file(suite, "old.tmp")
    plan = {
        "plan": {"actions": [{"tool": "file_delete", "args": {"folder": "tmp"}}]},
        "utterance": "what time is it",
    }
    [text] = await suite.as_user.call("Check", "s", [json.dumps(plan)])
    answer = json.loads(text)
    assert (answer["verdict"], [found["rule"] for found in answer["anomalies"]]) == ("refuse", ["not_asked_for"])
    [text] = await suite.as_user.call("JudgeAnswer", "ss", ["Delete?", "yes please"])
    assert json.loads(text)["verdict"] == "yes"
    # From a process of its own: here the played brain lives, which may not.
    command = ["-m", "jarvisd.cli.main", "--bus", suite.address, "redteam", "run", "--json"]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=subprocess.PIPE)
    text, _ = await process.communicate()
    assert (process.returncode, json.loads(text)["passed"]) == (0, True)
    assert path.exists()


async def test_a_killed_executor_leaves_files_audit_and_journal_usable(suite: Suite) -> None:
    """SIGKILL in the middle of a question; the next start goes on with a chain that verifies."""
    path = old_file(suite, "old.tmp")
    await suite.submit(DELETE, channel="dbus", origin=suite.user.unique_name)
    await suite.told("ConfirmRequested")
    await suite.stop(signal.SIGKILL)
    assert path.exists()
    await suite.run_daemon()
    suite.answers.append("yes go ahead")
    [step] = await suite.run(DELETE, channel="voice")
    assert step["outcome"] == "done"
    assert await suite.stop() == 0
    lines = (suite.folder / "log" / "audit.jsonl").read_text().splitlines()
    assert followed(lines).problems == []
    assert "Traceback" not in suite.log()


async def test_a_bulk_step_killed_in_the_middle_is_settled_and_told_at_the_next_start(suite: Suite) -> None:
    """D5: all files or none, a record in the audit log, and the voice says what became of it."""
    names = await killed_in_the_middle(suite)
    await suite.run_daemon()
    await asyncio.wait_for(suite.voice.spoke.wait(), WAIT_S)
    assert suite.voice.said[0].startswith("I was interrupted while I was working.")
    left = {path.name for path in (suite.folder / "tmp").glob("*.tmp")}
    assert left in (names, set())
    assert await suite.stop() == 0
    records = [json.loads(line) for line in (suite.folder / "log" / "audit.jsonl").read_text().splitlines()]
    settled = [record["state"] for record in records if record["event"] == "recovery"]
    assert settled == ["rolled_back" if left else "done"]


async def killed_in_the_middle(suite: Suite) -> set[str]:
    """The names of files whose deletion was under way when the executor was killed."""
    while True:
        names = {old_file(suite, f"{number}.tmp").name for number in range(6000)}
        suite.answers.append("yes go ahead")
        await suite.submit(DELETE, channel="voice")
        _, _, index, tool, done, total = await suite.told("StepProgress")
        assert (index, tool, total) == (0, "file_delete", len(names))
        assert 0 < done <= total
        await suite.stop(signal.SIGKILL)
        if not any(member == "PlanFinished" for member, _ in suite.signals):
            return names
        # This process was held up for so long that the executor was done before.
        suite.signals.clear()
        await suite.run_daemon()


async def test_what_a_newer_version_kept_is_told_and_left_alone(suite: Suite) -> None:
    """The unit starts, reads only, says why, and writes over nothing."""
    assert await suite.stop() == 0
    state = suite.folder / "state" / "executor"
    with closing(sqlite3.connect(state / "undo.db")) as store:
        store.execute("PRAGMA user_version=99")
    timers = '[{"whatever": 1}, {"format": 99}]'
    (state / "timers.json").write_text(timers)
    await suite.run_daemon()
    while (level := await suite.told("ServiceLevelChanged"))[1] != "safe":
        continue
    assert any("FormatNewer" in reason and "format 99" in reason for reason in level[2])
    parts = (await suite.as_user.properties())["Parts"]
    assert all("FormatNewer" in parts[part] for part in ("journal", "timers"))
    assert (state / "timers.json").read_text() == timers
    assert await suite.stop() == 0


async def test_an_audit_log_that_was_altered_leads_to_safe_mode(suite: Suite) -> None:
    """D4 and A12: found at the start, told with the command that shows more."""
    suite.answers.append("yes go ahead")
    old_file(suite, "old.tmp")
    await suite.run(DELETE, channel="voice")
    await suite.stop()
    log = suite.folder / "log" / "audit.jsonl"
    log.write_text(log.read_text().replace('"tier":3', '"tier":0', 1))
    await suite.run_daemon()
    while (level := await suite.told("ServiceLevelChanged"))[1] != "safe":
        continue
    assert any("sudo jarvisctl audit verify" in reason for reason in level[2])
    assert "AuditBroken" in (await suite.as_user.properties())["Parts"]["audit-chain"]


async def test_an_audit_log_that_cannot_be_written_leads_to_safe_mode(suite: Suite) -> None:
    """D4: no effects, reading is offered and asked."""
    await suite.stop()
    log = suite.folder / "log" / "audit.jsonl"
    log.unlink()
    log.mkdir()
    await suite.run_daemon()
    while (level := await suite.told("ServiceLevelChanged"))[1] != "safe":
        continue
    assert "the audit log cannot be written" in level[2]
    [tools] = await suite.as_user.call("ListTools")
    assert [tool["name"] for tool in json.loads(tools)] == ["system_info", "search_files", "file_read"]
