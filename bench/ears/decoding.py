"""What transcribing in the pause is worth: how soon the words are there, which they are, and what was for nothing.

The baseline decodes after the end: the same sound, cut out of the recording by the times that the ear told, by the
same model in the same run. Work costs in both what it costs on an idle machine
(:mod:`jarvisd.runtime.virtual_time`): its time on the wall, or that of the processor where others made it wait.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from bench.ears.condition import Asked, Condition
from bench.ears.engines import deaf, transcriber
from bench.ears.figures import share
from bench.ears.sound import Clip, joined, room_tone
from bench.ears.sounds.speakers import in_quiet_room, speakers
from bench.ears.turns import SHIPPED, TAIL_S
from bench.ears.wake import COMMANDS
from jarvisd.audio.app import LANGUAGE, engines_of
from jarvisd.audio.events import Event
from jarvisd.audio.ports import Transcriber, Transcription
from jarvisd.audio.recordings.hearing import Hearing
from jarvisd.audio.recordings.report import HearingReport
from jarvisd.audio.speech.utterance import TAIL_MS
from jarvisd.audio.turn.ear import Ear
from jarvisd.bus.connection import Connection
from jarvisd.bus.signals.audio import SpeechSegment, Transcript
from jarvisd.config.schema import Config
from jarvisd.core.clock import Clock, SystemClock
from jarvisd.core.pcm import SAMPLE_RATE_HZ, bytes_for_ms
from jarvisd.runtime.heartbeat import HeartbeatMonitor
from jarvisd.runtime.parts import Parts
from jarvisd.runtime.process.processor_time import processor_s
from jarvisd.runtime.service import Runtime
from jarvisd.runtime.tasks import Tasks
from jarvisd.runtime.virtual_time import run_in_virtual_time
from jarvisd.runtime.workers import Workers

WAIT_RATIO, WASTED = 0.25, 0.35


@dataclass(frozen=True)
class Decoded:
    """One piece of sound that the transcriber was given."""

    pcm: bytes
    example: str
    text: str
    took_s: float


class NotingTranscriber:
    """Keeps what it was given."""

    def __init__(self, inner: Transcriber) -> None:
        self._inner = inner
        self.pieces: list[Decoded] = []

    @property
    def engine(self) -> str:
        return self._inner.engine

    def load(self) -> None:
        self._inner.load()

    def transcribe(self, pcm: bytes, example: str = "") -> Transcription:
        wall_s, cpu_s = time.perf_counter(), processor_s()
        found = self._inner.transcribe(pcm, example)
        took_s = min(time.perf_counter() - wall_s, processor_s() - cpu_s)
        self.pieces.append(Decoded(pcm, example, found.text.strip(), took_s))
        return found


class TimedReport(HearingReport):
    """Also notes how long after each end of speech its words were there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, has_wake_word=False)
        self._now_us = clock.monotonic_us
        self._decided_us = 0
        self._began_us = 0
        self.turns: list[tuple[int, int, float]] = []
        """Where speech began and ended (microseconds from the start of the recording), and that wait (seconds)."""

    def begin(self, at_us: int) -> None:
        super().begin(at_us)
        self._began_us = at_us

    def take(self, event: Event) -> None:
        super().take(event)
        if isinstance(event, SpeechSegment):
            self._decided_us = self._now_us()
        elif isinstance(event, Transcript):
            wait_s = (self._now_us() - self._decided_us) / 1e6
            limits_us = event.speech_began_us - self._began_us, event.speech_ended_us - self._began_us
            self.turns.append((*limits_us, wait_s))


@dataclass(frozen=True)
class DecodingSample:
    """One recording: seconds for all of its turns."""

    who: str
    clip: str
    turns: int
    waited_s: float
    """From the end of speech to the words."""
    after_s: float
    """What decoding after the end takes."""
    identical: int
    """Turns whose words are those of a decode of the same cut."""
    useful_s: float
    all_s: float
    """Of all decoding, also that which was dropped."""


def measure(asked: Asked) -> dict[str, Any]:
    """People's recordings, and apart from them synthetic ones."""
    config = SHIPPED.config(asked.models)
    clips = [("people", clip) for clip in asked.people]
    said = COMMANDS if asked.limit is None else COMMANDS[: max(2, asked.limit // 3)]
    voices = [voice for voice in speakers(asked.models) if voice.counts]
    for number, text in enumerate(said):
        voice = voices[number % len(voices)]
        clips.append(("synthetic", Clip(f"{voice.name}: {text}", in_quiet_room(voice.say(text)), ())))
    samples = []
    for number, (who, clip) in enumerate(clips, 1):
        samples.append(sample(config, who, clip))
        asked.told(f"decode {number}/{len(clips)}")
    whose = {who: [it for it in samples if it.who == who] for who in dict.fromkeys(it.who for it in samples)}
    return {
        "rules": {name: figures(found) for name, found in {**whose, "all": samples}.items()},
        "baseline": f"{transcriber_of(config).engine} on the same cut, after the end",
        "samples": [asdict(it) for it in samples],
    }


def figures(samples: Sequence[DecodingSample]) -> dict[str, Any]:
    """Ratios over all turns, and the spread of those of single recordings."""
    turns = sum(it.turns for it in samples)
    after_s, all_s = sum(it.after_s for it in samples), sum(it.all_s for it in samples)
    waited_s = sum(it.waited_s for it in samples)
    ratios = sorted(it.waited_s / it.after_s for it in samples if it.after_s)
    return {
        "turns": turns,
        "wait of decoding after the end": round(waited_s / after_s, 4) if after_s else None,
        "median of recordings": round(statistics.median(ratios), 4) if ratios else None,
        "waited_s": round(waited_s, 3),
        "after_s": round(after_s, 3),
        "identical": share(sum(it.identical for it in samples), turns),
        "wasted": round(1 - sum(it.useful_s for it in samples) / all_s, 4) if all_s else None,
        "decoded_s": round(all_s, 3),
    }


def sample(config: Config, who: str, clip: Clip) -> DecodingSample:
    """Hear a recording, and decode each of its turns again."""
    sound = joined(clip.samples, room_tone(clip.samples, round(TAIL_S * SAMPLE_RATE_HZ))).tobytes()
    noting = NotingTranscriber(transcriber_of(config))
    report = _heard(config, sound, noting)
    pieces = list(noting.pieces)
    segments: Any = report.to_json()["segments"]
    tail_ms = min(TAIL_MS, config.endpoint.speculate_after_ms)
    after_s, identical, useful_s = 0.0, 0, 0.0
    for (began_us, ended_us, _), segment in zip(report.turns, segments, strict=False):
        cut = sound[_at(began_us / 1000 - config.endpoint.preroll_ms) : _at(ended_us / 1000 + tail_ms)]
        example = pieces[-1].example if pieces else ""
        noting.transcribe(cut, example)
        again = noting.pieces[-1]
        after_s += again.took_s
        identical += LANGUAGE.wake_phrase.request_in(again.text) == segment["text"]
        useful_s += next((piece.took_s for piece in reversed(pieces) if piece.pcm == cut), 0.0)
    waited_s = sum(wait_s for _, _, wait_s in report.turns)
    all_s = sum(piece.took_s for piece in pieces)
    return DecodingSample(who, clip.name, len(report.turns), waited_s, after_s, identical, useful_s, all_s)


def transcriber_of(config: Config) -> Transcriber:
    """That of the suite, loaded once."""
    runtime = Runtime(
        config, SystemClock(), Tasks(), Workers(), HeartbeatMonitor(lambda: 0), Parts(), Connection()
    )
    return transcriber(runtime)


def _at(ms: float) -> int:
    return bytes_for_ms(max(0, round(ms)))


def _heard(config: Config, sound: bytes, noting: NotingTranscriber) -> TimedReport:
    async def main(clock: Clock) -> TimedReport:
        progress = HeartbeatMonitor(clock.monotonic_us)
        runtime = Runtime(config, clock, Tasks(), Workers(), progress, Parts(), Connection())
        report = TimedReport(clock)
        engines = replace(engines_of(runtime), transcriber=lambda: noting, wake=lambda: deaf(runtime))
        ear = Ear(engines, runtime, LANGUAGE, report.take)
        try:
            for model in ear.models:
                await model.open()
            await Hearing(ear, clock, report, needs_wake_word=False, voice=None).run([sound])
        finally:
            await runtime.tasks.cancel_all()
            runtime.workers.close()
        return report

    return run_in_virtual_time(main)


def missed(result: Mapping[str, Any]) -> Iterator[str]:
    """The figures of the issue: of people where there are some, else of synthetic voices."""
    rows = result["rules"]
    row = rows.get("people") or rows["all"]
    if (ratio := row["wait of decoding after the end"]) is None or ratio > WAIT_RATIO:
        yield f"decode: text after {ratio} of decoding after the end > {WAIT_RATIO}"
    if row["identical"]["hits"] < row["identical"]["n"]:
        yield f"decode: {row['identical']['n'] - row['identical']['hits']} texts differ from a decode of the cut"
    if (wasted := row["wasted"]) is None or wasted > WASTED:
        yield f"decode: wasted {wasted} > {WASTED}"


CONDITION = Condition(measure, missed)
