"""The volume by surely understood words; that of anything but the voice goes to the planner."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.requests.intents import recognise
from jarvisd.lang.intent import Control, VolumeChange
from tests.tables import each

ASKED = each(
    """what's the volume | What is the volume? | how loud are you | what volume are you at
        | what's your volume level | tell me the volume"""
)
CHANGED = {
    VolumeChange(by_percent=10): each(
        """turn the volume up | Turn up the volume, please. | louder | Speak louder! | turn it up
        | volume up | speak up | raise the volume | increase the volume
        | Hey Jarvis, could you speak louder | I can't hear you | you're too quiet
        | turn your voice up"""
    ),
    VolumeChange(by_percent=-10): each(
        """turn the volume down | turn down the volume | quieter | be quieter | turn it down
        | volume down | lower your voice | reduce the volume | speak more quietly | you're too loud
        | that's too loud | not so loud | speak softer"""
    ),
    VolumeChange(by_percent=5): each(
        "turn it up a bit | turn the volume up a little | a little louder | a bit louder"
    ),
    VolumeChange(by_percent=-25): each("turn the volume down a lot | much quieter"),
    VolumeChange(to_percent=40): each(
        """set the volume to 40 percent | set the volume to 40% | volume 40
        | turn the volume down to forty percent | change your volume to forty | volume at 40 percent
        | put the volume at 40"""
    ),
    VolumeChange(to_percent=100): each(
        """full volume | set the volume to maximum | turn it all the way up | volume to the max
        | set the volume to 100"""
    ),
    VolumeChange(to_percent=50): each("set the volume to half | volume to fifty percent"),
    VolumeChange(to_percent=0): each("set the volume to zero | turn the volume all the way down"),
    VolumeChange(to_percent=150): each("set the volume to 150 percent"),
    VolumeChange(by_percent=-20): each("lower the volume by 20 percent | turn the volume down by twenty percent"),
    VolumeChange(by_percent=30): each("increase the volume by 30 percent"),
}
OTHERS = each(
    """turn up the music | turn the tv volume down | set the volume of the alarm to 50 percent
        | turn up the heating | set the music volume to 40 | what's the volume of a cube
        | how loud is a jet | make the text larger | set the volume to loud | turn the lights down
        | set the volume to 40 or 50 | set the volume to minus five | set the volume to 40.5 percent
        | turn it up to eleven on the stereo | create a volume | volume of 3 litres
        | turn it up and play music | lower the blinds | raise my voice about this"""
)


@pytest.mark.parametrize("say", ASKED)
def test_it_is_asked_for(say: str) -> None:
    intent = recognise(say)
    assert intent is not None
    assert (intent.control, intent.volume) == (Control.VOLUME, VolumeChange())


@pytest.mark.parametrize("change", CHANGED, ids=str)
def test_it_is_changed(change: VolumeChange) -> None:
    found = {say: recognise(say) for say in CHANGED[change]}
    wrong = [say for say, intent in found.items() if intent is None or intent.volume != change]
    assert wrong == []
    assert all(intent and intent.control is Control.VOLUME for intent in found.values())


@pytest.mark.parametrize("say", OTHERS)
def test_the_volume_of_something_else_is_not_meant(say: str) -> None:
    intent = recognise(say)
    assert intent is None or intent.control is not Control.VOLUME
