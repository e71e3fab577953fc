"""The suite's own voice is nobody else in the room (decision 2).

It has a suite of its own: a radio of another test would be remembered for as long as it counts.
"""

from __future__ import annotations

import os
import time

from demo import person
from tests.fakes.audio import spoken
from tests.integration.conftest import Home

OLD_S = 20 * 86400


async def test_our_own_voice_is_nobody_else(home: Home) -> None:
    """The microphone hears what the suite says; the ear is told when that is."""
    old_file = home.workspace("tmp") / "old.tmp"
    old_file.write_text("x")
    os.utime(old_file, (time.time() - OLD_S, time.time() - OLD_S))
    home.forget()
    await home.link.tts.call("Say", "sa{sv}", ["word " * 60, {}])
    await home.event("SpeakingStarted")
    await person.say(spoken("so we say", 1600), home.suite.pipe)
    await home.event("SpeakingFinished")
    report = await home.answered(await home.request("delete the old temporary files"), "yes go ahead")
    assert report["steps"][0]["consent"] == "yes"
    assert not old_file.exists()
