"""The suite's own voice is nobody else in the room (decision 2).

It has a suite of its own: a radio of another test would be remembered for as long as it counts.
"""

from __future__ import annotations

import os
import time

from demo import person
from tests.fakes.audio import silence, spoken
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


async def test_our_own_name_wakes_nobody_and_a_person_still_does(home: Home) -> None:
    """The voice tells the ear its words; what comes back of them is not taken for a person."""
    home.forget()
    await home.link.tts.call("Say", "sa{sv}", ["word " * 10 + "hey jarvis, stop. " + "word " * 40, {}])
    await home.event("ClauseStarted")
    await person.say(silence(800) + spoken("hey jarvis", 480), home.suite.pipe)
    await home.event("SpeakingFinished")
    assert not any(name == "WakeDetected" for name, _ in home.events)
    report = await home.report(await home.request("what time is it"))
    assert report["outcome"] == "done"


async def test_stop_silences_without_the_wake_word(home: Home) -> None:
    """Said in the room while it speaks: from the ear to the brain to the voice."""
    home.forget()
    await home.link.tts.call("Say", "sa{sv}", ["word " * 200, {}])
    await home.event("SpeakingStarted")
    await person.say(silence(800) + spoken("stop", 480) + silence(400), home.suite.pipe)
    [_, _, _, completed, _] = await home.event("SpeakingFinished")
    assert not completed
    assert not any(name == "WakeDetected" for name, _ in home.events)
