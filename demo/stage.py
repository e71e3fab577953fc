"""Plays scenes: speaks into the microphone, answers when the window opens, and writes down what came of it."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from demo import person
from demo.scenes import Report, Scene
from demo.suite import Suite, SuiteError
from jarvisd.cli.client import DaemonClient

TURN_S = 300.0
"""Longest turn, on a slow and busy machine."""
WAKE_S = 20.0
"""Longest wait for the wake word after the sound has ended."""
ENGINES = ("wake", "vad", "stt", "embedding", "llm", "tts", "sandbox", "microphone", "speaker")


class Stage:
    """The room with the suite in it. Every event of the units is shown as it happens."""

    def __init__(self, suite: Suite, link: DaemonClient, output: Path) -> None:
        self._suite = suite
        self._link = link
        self._output = output
        self._events: asyncio.Queue[tuple[str, list[Any]]] = asyncio.Queue()
        self._began = time.monotonic()
        self._last_spoken: dict[str, str] = {}
        self._told: dict[str, str] = {}

    async def open(self) -> None:
        """Follow the units and wait until every part of them is ready."""
        for unit, members in (
            (self._link.audio, ("WakeDetected", "Transcript", "ListeningEnded", "AnswerWindow")),
            (self._link.executor, ("ConfirmRequested", "ConfirmResolved", "StepFinished")),
            (self._link.brain, ("TurnFinished",)),
            (self._link.tts, ("SpeakingStarted", "SpeakingFinished")),
        ):
            await unit.follow()
            for member in members:
                unit.on(member, partial(self._note, member))
        await self._suite.until(self._all_ready, "the suite being ready")

    def _note(self, member: str, body: Sequence[Any]) -> None:
        self._events.put_nowait((member, list(body)))

    async def play(self, number: int, scene: Scene, voice: str) -> tuple[Report, list[str]]:
        """One request from its first word to the end of the reply; gives its record and what was wrong."""
        scene.prepare()
        print(f"\n{number}. {scene.title} ({voice})")
        request = person.speak(f"{person.WAKE}, {scene.request}", voice)
        report = await self.request(request, voice, scene.answer)
        problems = scene.check(report)
        return await self._record(number, f"{person.WAKE}, {scene.request}", report), problems

    async def request(self, pcm: bytes, voice: str, answer: str) -> Report:
        """Speak, answer every question with ``answer`` when its window opens, and return the turn's report."""
        self._began = time.monotonic()
        while not self._events.empty():
            self._events.get_nowait()
        self._show("said", "(speaking)")
        await person.say(pcm, self._suite.pipe)
        turn_id = ""
        while True:
            limit_s = TURN_S if turn_id else WAKE_S
            try:
                event, body = await asyncio.wait_for(self._events.get(), limit_s)
            except asyncio.TimeoutError as error:
                self._suite.require_alive()
                raise SuiteError("no wake word was heard" if not turn_id else "the turn did not end") from error
            self._narrate(event, body)
            if event == "WakeDetected":
                turn_id = body[0]
            if event == "AnswerWindow" and body[2]:
                self._show("answer", answer or "(silence)")
                if answer:
                    spoken = person.silence(person.GAP_MS) + person.speak(answer, voice)
                    await person.say(spoken, self._suite.pipe)
            if event == "TurnFinished" and body[0] == turn_id:
                [text] = await self._link.brain.call("Report", "s", [turn_id])
                report: Report = json.loads(text)
                self._show("reply", report["reply"])
                return report

    async def keep(self, number: int, utterance: str, report: Report) -> Report:
        """Write the record and the sound of a request that is not a scene."""
        return await self._record(number, utterance, report)

    async def watch(self) -> None:
        """Show what happens until interrupted: a person talks to the real microphone."""
        while True:
            event, body = await self._events.get()
            self._narrate(event, body)

    async def _record(self, number: int, utterance: str, report: Report) -> Report:
        utterance_id = self._last_spoken.get(report["turn_id"])
        source = self._suite.spoken / f"{utterance_id}.wav"
        if utterance_id and source.exists():
            shutil.copyfile(source, self._output / f"{number}-reply.wav")
        return {
            "utterance": utterance,
            "wake_score": report["wake_score"],
            "transcript": report["utterance"],
            "plan": report["plan"],
            "steps": report["steps"],
            "reply": report["reply"],
            "timings_ms": report["timings_ms"],
            "engines": await self._link.engines(),
            "outcome": report["outcome"],
            "code": report["code"],
        }

    async def _all_ready(self) -> bool:
        states = [await self._link.properties(unit) for unit in self._link.units]
        for part, text in [item for state in states if state for item in state["Parts"].items()]:
            if text.startswith("loading: ") and self._told.get(part) != text:
                # The first start of all takes minutes, and silence would look like an end.
                print(f"{part} {text}", flush=True)
                self._told[part] = text
        return all(state and state["Ready"] for state in states)

    def _narrate(self, event: str, body: Sequence[Any]) -> None:
        if event == "WakeDetected":
            self._show("wake", f"score {body[2]:.2f}")
        elif event == "Transcript":
            self._show("heard", body[2])
        elif event == "ListeningEnded":
            self._show("ear", body[2])
        elif event == "ConfirmRequested":
            self._show("asked", body[3])
        elif event == "ConfirmResolved":
            self._show("consent", body[3])
        elif event == "StepFinished":
            self._show("step", f"{body[3]}: {body[4]}")
        elif event == "SpeakingStarted":
            self._last_spoken[body[0]] = body[2]
            self._show("voice", "speaks")

    def _show(self, what: str, text: str) -> None:
        print(f"  {time.monotonic() - self._began:6.1f} s  {what:8} {text}", flush=True)


def fakes(record: Report) -> list[str]:
    """Engines of a record that are missing or stand in for a real one."""
    engines = record["engines"]
    missing = [f"no engine for {name}" for name in ENGINES if not engines.get(name)]
    words = ("scripted", "fake", "silent", "stub")
    return missing + [
        f"{name} is {text!r}" for name, text in engines.items() if any(w in text.lower() for w in words)
    ]
