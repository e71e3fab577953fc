"""A spoken challenge is put as configured; over D-Bus nothing of it is shown (A10)."""

from __future__ import annotations

import pytest

from jarvisd.bus.signals.executor import ConfirmRequested
from jarvisd.executor.consent import confirmation_code
from jarvisd.executor.consent.asker import Asker
from jarvisd.executor.consent.confirmation_code import draw
from jarvisd.executor.tools.spec import Preview, Reversal
from tests.unit.executor.conftest import Bench

UNDO, NEVER = Preview("delete 1 file"), Preview("send a letter", reversal=Reversal.NEVER)


@pytest.mark.parametrize(
    ("mode", "preview", "wanted"),
    [("off", NEVER, ""), ("irreversible", UNDO, ""), ("irreversible", NEVER, "33"), ("always", UNDO, "33")],
)
def test_digits_are_drawn_as_configured(mode: str, preview: Preview, wanted: str) -> None:
    assert draw(mode, preview, lambda _: 3) == wanted


async def test_a_yes_does_not_delete_under_a_challenge(bench: Bench) -> None:
    """The room hears the digits, the bus does not; a plain yes is asked again and then is a no."""
    bench.file("tmp/old.tmp", age_days=30)
    bench.answers("yes", "yes please")
    bench.asker._challenge_mode = confirmation_code.ALWAYS
    [step] = await bench.run(("file_delete", {"folder": "tmp", "older_than": "old"}))
    assert (step["outcome"], step["consent"]) == ("declined", "no")
    assert all("Say confirm " in asked for asked in bench.speech.questions)
    shown = [event.question for event in bench.events if isinstance(event, ConfirmRequested)]
    assert shown
    assert not any("confirm " in text for text in shown)
    assert isinstance(bench.asker, Asker)
