"""When a fault of the ear is news, and when it is over."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import ErrorCode
from jarvisd.core.states import PartStatus
from jarvisd.tts.notices.ear_faults import AGAIN_S, SETTLED_S, EarFaults

GONE, CLIPPED = "failed: MicrophoneGone: unplugged", "degraded: MicrophoneClipped: loud"
FINE = {"vad": "ready", "wake": "ready", "stt": "ready", "turn": "ready"}


def parts(microphone: str = "ready", **others: str) -> dict[str, PartStatus]:
    return {name: PartStatus.parse(state) for name, state in ({"microphone": microphone, **FINE} | others).items()}


def test_a_fault_that_lasts_is_news_once_and_so_is_its_end() -> None:
    faults = EarFaults()
    faults.parts_are(parts(), 0)
    assert faults.wait_s(100) is None
    faults.parts_are(parts(GONE), 100)
    faults.parts_are(parts(GONE), 102)
    assert (faults.wait_s(102), faults.wait_s(107)) == (SETTLED_S - 2, 0)
    assert faults.news().code is ErrorCode.MICROPHONE_GONE
    faults.told(ErrorCode.MICROPHONE_GONE, 107)
    assert faults.wait_s(9999) is None
    faults.parts_are(parts(), 200)
    assert (faults.wait_s(200), faults.wait_s(205)) == (SETTLED_S, 0)
    assert faults.news().code is None
    faults.told(None, 205)
    assert faults.wait_s(9999) is None


def test_what_is_over_at_once_is_no_news() -> None:
    faults = EarFaults()
    faults.parts_are(parts(GONE), 0)
    faults.parts_are(parts(), 1)
    assert faults.wait_s(1) is None


def test_a_loose_plug_is_told_of_seldom_and_never_for_good_in_silence() -> None:
    faults = EarFaults()
    faults.parts_are(parts(GONE), 0)
    faults.told(ErrorCode.MICROPHONE_GONE, 5)
    faults.parts_are(parts(), 10)
    faults.told(None, 15)
    faults.parts_are(parts(GONE), 20)
    assert faults.wait_s(30) == 5 + AGAIN_S - 30
    faults.parts_are(parts(CLIPPED), 40)
    assert faults.wait_s(45) == 0


def test_while_it_loads_or_is_muted_nothing_is_known_to_have_changed() -> None:
    faults = EarFaults()
    faults.parts_are(parts(GONE), 0)
    faults.told(ErrorCode.MICROPHONE_GONE, 5)
    for state in ("muted", "loading"):
        faults.parts_are(parts(state), 10)
        assert faults.wait_s(99) is None
    faults.parts_are(parts(), 100)
    assert faults.wait_s(100) == SETTLED_S
    fresh = EarFaults()
    fresh.parts_are(parts("muted"), 0)
    assert fresh.wait_s(99) is None


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ({"stt": "failed: ModelCorrupt: sum"}, ErrorCode.MODEL_CORRUPT),
        ({"wake": "failed: LicenceNotAccepted: not yet"}, None),
        ({"turn": "failed: ModelMissing: no file"}, None),
        ({"button": "failed: ButtonGone: unplugged"}, None),
        ({"stt": "degraded: Timeout: slow"}, None),
        ({"wake-hey-you": "failed: WakeWordUnusable: no file"}, ErrorCode.WAKE_WORD_UNUSABLE),
        ({"wake-hey-you": "failed: LicenceNotAccepted: not yet"}, None),
        ({"stt": "failed: ModelCorrupt: sum", "wake-a": "failed: ModelMissing: no"}, ErrorCode.MODEL_CORRUPT),
        ({"microphone": GONE, "stt": "failed: ModelMissing: no file"}, ErrorCode.MICROPHONE_GONE),
    ],
)
def test_only_what_keeps_it_from_hearing_counts(states: dict[str, str], code: ErrorCode | None) -> None:
    faults = EarFaults()
    faults.parts_are(parts(**states), 0)
    assert faults.news().code is code
