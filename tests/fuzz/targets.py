"""What is fuzzed: each reader of bytes that nobody has to trust, and what must hold whatever it is given.

A target swallows the errors that its reader declares; every other exception is a crash.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from jarvisd.brain.models.thoughts import ThoughtFilter
from jarvisd.brain.plan.plan_parser import ParsedPlan, PlanParser
from jarvisd.bus.wire.framing import Frame, FrameSplitter
from jarvisd.bus.wire.unmarshal import MessageDecoder
from jarvisd.cli.contacts import sentences_of
from jarvisd.cli.vcards import read_vcards
from jarvisd.codecheck import program
from jarvisd.core.errors import EngineError, ErrorCode, RequestError
from jarvisd.core.json_types import canonical, parse
from jarvisd.core.network import letter_format
from jarvisd.core.planning.plan import Action, parse_plan
from jarvisd.courier import html_text
from jarvisd.executor.archives import reading
from jarvisd.executor.calendars.ics import read_calendar
from jarvisd.executor.calendars.series import appointments
from jarvisd.lang.en.contacts import find, parse_contact
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.values.durations import read_age, read_duration
from jarvisd.lang.en.values.numbers import read_number
from jarvisd.lang.en.values.sizes import read_size
from jarvisd.lang.en.values.spelled import read_spelled
from jarvisd.lang.values import Unreadable

SEEDS = Path(__file__).with_name("seeds")
"""A folder for each target. ``*.txt`` holds the bytes themselves, ``*.hex`` spells them, white space aside."""
PIECE = 7
"""Bytes or characters in which a reader of pieces is fed once more; prime, so that cuts fall anywhere."""


def bus_frames(data: bytes) -> None:
    """However bytes arrive, they are the same messages; one that cannot be read says why."""
    frames, fault = _frames([data])
    assert _frames([data[at : at + PIECE] for at in range(0, len(data), PIECE)]) == (frames, fault)
    for frame in frames:
        decoder = MessageDecoder(frame)
        decoder.unmarshall()
        message = decoder.taken()
        assert isinstance(message.fault, str)
        assert not message.fault or message.message_type.value != 2, "an answer without a body is an error"


def _frames(pieces: list[bytes]) -> tuple[list[Frame], str]:
    splitter, found = FrameSplitter(), []
    try:
        for piece in pieces:
            splitter.feed(piece)
            while (frame := splitter.take()) is not None:
                assert len(frame.data) >= frame.body_bytes
                found.append(frame)
    except ValueError as error:
        return found, str(error)
    return found, ""


def archives(data: bytes) -> None:
    """Every member stays within the folder, is there once and as long as it says; together they are bounded."""
    seen: set[tuple[str, ...]] = set()
    unpacked = 0
    try:
        for member, content in reading.members(reading.Archive(io.BytesIO(data), len(data), "a.gz"), lambda: None):
            assert member.parts
            assert not {"", ".", ".."}.intersection(member.parts)
            assert not any("/" in part or "\0" in part for part in member.parts)
            assert member.is_folder or member.parts not in seen
            seen.add(member.parts)
            size = sum(map(len, content()))
            assert size == member.size
            unpacked += size
            assert unpacked <= max(reading.RATIO_FREE_BYTES, len(data) * reading.RATIO_LIMIT)
            os.fsencode(member.name)
    except RequestError as error:
        if error.code not in (ErrorCode.REFUSED, ErrorCode.PATH_REFUSED):
            raise


def page_text(data: bytes) -> None:
    """The first line names the character set; the rest is the page. Only lines and cells stay apart."""
    charset, _, content = data.partition(b"\n")
    for is_html in (True, False):
        page = html_text.readable(content, charset.decode("latin-1"), is_html=is_html)
        title, text = page.title, page.text
        assert len(title) <= html_text.TITLE_LIMIT
        assert all(character in "\n\t" or character.isprintable() for character in title + text)


def bash_program(data: bytes) -> None:
    """Any text is a program of which something can be said."""
    _read_program("bash", data)


def python_program(data: bytes) -> None:
    """Any text is a program of which something can be said."""
    _read_program("python", data)


def _read_program(language: str, data: bytes) -> None:
    code = data.decode("utf-8", "replace")
    found = program.read(language, code, ("/workspaces/documents",))
    assert program.read(language, code, ("/workspaces/documents",)) == found


def plan_parser(data: bytes) -> None:
    """However the model's text is cut, it is the same plan, and what came early is what the whole has."""
    text = data.decode("utf-8", "replace")
    whole = _parsed([text])
    assert _parsed([text[at : at + PIECE] for at in range(0, len(text), PIECE)]) == whole


def _parsed(pieces: list[str]) -> ParsedPlan | None:
    reader, actions, thoughts = PlanParser(ENGLISH.replies), list[Action](), ThoughtFilter()
    try:
        for piece in pieces:
            actions += reader.feed(thoughts.feed(piece))
        actions += reader.feed(thoughts.finish())
        parsed = reader.finish()
    except EngineError as error:
        if error.code is not ErrorCode.PLAN_UNREADABLE:
            raise
        return None
    assert tuple(actions) == parsed.plan.actions
    return parsed


def plan(data: bytes) -> None:
    """A plan that is taken can be written down and read again, with the same identity."""
    with suppress(ValueError, RequestError):
        parsed = parse_plan(parse(data.decode("utf-8", "replace")))
        assert not any(action.requires_confirmation for action in parsed.actions)
        written = canonical(parsed.to_json())
        assert canonical(parse_plan(json.loads(written)).to_json()) == written
        assert len(parsed.plan_hash) == 64


def letter(data: bytes) -> None:
    """Bytes are a letter of ours or refused; no part of one begins another header."""
    try:
        text = letter_format.read(data)
    except EngineError as error:
        if error.code is not ErrorCode.MAIL_ALTERED:
            raise
        return
    assert not any(character in text.sender + text.to for character in "\r\n\0")


def values(data: bytes) -> None:
    """What is no value is refused with a part of the text; what is one is none any more beside a strange word."""
    text = data.decode("utf-8", "replace")
    for read in (read_number, read_duration, read_age, read_size, read_spelled):
        refusal = _refusal(read, text)
        if refusal is not None:
            assert refusal.part in text
        else:
            assert _refusal(read, f"{text} blorps")
            assert _refusal(read, f"blorps {text}")


def _refusal(read: Callable[[str], object], text: str) -> Unreadable | None:
    try:
        read(text)
    except Unreadable as error:
        return error
    return None


def vcards(data: bytes) -> None:
    """Nobody on a card is the person themselves, and every sentence about an address gives it back."""
    with suppress(RequestError):
        sentences, _ = sentences_of(read_vcards(data))
        people = [contact for text in sentences if (contact := parse_contact(text))]
        assert len(people) == sum("@" in text for text in sentences)
        assert not find(people, "me")


def calendars(data: bytes) -> None:
    """What is found lies in the span that was asked for, and no event ends before it begins."""
    begin = datetime(2026, 12, 1, tzinfo=timezone.utc)
    with suppress(ValueError):
        series = read_calendar(data, timezone.utc, "x").series
        for one in appointments(series, begin, begin + timedelta(days=7)):
            assert one.begins <= one.ends
            assert one.overlaps(begin, begin + timedelta(days=7))
            assert one.title.isprintable()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "bus-frames": bus_frames,
    "archives": archives,
    "page-text": page_text,
    "bash": bash_program,
    "python": python_program,
    "plan-parser": plan_parser,
    "plan": plan,
    "letter": letter,
    "values": values,
    "vcards": vcards,
    "calendars": calendars,
}
"""Name of the folder of seeds to target."""


def seeds(target: str) -> dict[str, bytes]:
    """Name to bytes of each seed of ``target``."""
    return {path.name: seed_bytes(path) for path in sorted((SEEDS / target).iterdir())}


def seed_bytes(path: Path) -> bytes:
    """What the file of a seed stands for; ValueError for an ending that is none."""
    if path.suffix == ".hex":
        return bytes.fromhex(path.read_text("ascii"))
    if path.suffix == ".txt":
        return path.read_bytes()
    raise ValueError(f"{path.name} is neither .txt nor .hex")


def as_hex(data: bytes) -> str:
    """How ``data`` is written in a seed: lines of 50 bytes."""
    return "".join(f"{data[at : at + 50].hex()}\n" for at in range(0, len(data), 50))
