"""``jarvisctl audio`` on a sound server: the microphone that hears the loudspeaker is found and set."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from jarvisd.audio.adapters.alsa import device_offer
from jarvisd.cli import main
from jarvisd.cli.sound_findings import sound_trials
from jarvisd.config.loader import load
from jarvisd.config.schema import Audio, Config
from jarvisd.core.error_texts import EX_UNAVAILABLE
from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.core.pcm import SAMPLE_RATE_HZ
from tests.ports.conftest import Pulse

pytestmark = pytest.mark.real


def test_the_microphone_that_hears_the_tone_is_found_and_set(
    pulse: Pulse, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sound server's own microphone is another room; its loudspeaker's monitor is in this one."""
    with (pulse.folder / "asoundrc").open("a") as file:
        file.write('\npcm.room { type pulse device "speaker.monitor" }\n')
    settings = tmp_path / "jarvisd.toml"
    settings.write_text("")

    def test(device: str) -> tuple[int, str]:
        arguments = ["audio", "test", "--write", "--device", device, "--config", str(settings)]
        code = main.main(arguments)
        return code, capsys.readouterr().out

    code, said = test("default")
    assert (code, "does not hear the tone" in said) == (EX_UNAVAILABLE, True)
    assert load(settings).audio.device == "default"
    with pytest.raises(Unavailable, match="no-such-device"):
        device_offer("no-such-device", hears=True)
    assert (
        device_offer("room", hears=True).rates_hz[0]
        < SAMPLE_RATE_HZ
        < device_offer("room", hears=True).rates_hz[-1]
    )
    found = asyncio.run(sound_trials(Config(audio=Audio(device="room"))))
    assert [(each.code, "hears the tone" in each.detail) for each in found] == [(None, True)]
    code, said = test("room")
    assert (code, "room hears the tone" in said) == (0, True), said
    assert load(settings).audio.device == "room"


STUCK = "(SoundStuck); try: systemctl --user restart pipewire pulseaudio"


def test_a_sound_server_that_hangs_is_named_within_the_limit(
    pulse: Pulse, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped server keeps whoever opens its device for ever; every command that opens one has an end."""
    monkeypatch.setattr("jarvisd.cli.sound_devices.ANSWER_LIMIT_S", 1.0)
    settings = tmp_path / "jarvisd.toml"
    settings.write_text("")
    pulse.server.send_signal(signal.SIGSTOP)
    for command in ("test", "calibrate"):
        code = main.main(["audio", command, "--device", "default", "--config", str(settings)])
        said = capsys.readouterr().err
        assert (code, 'microphone "default" does not answer' in said) == (EX_UNAVAILABLE, True)
        assert STUCK in said
    found = asyncio.run(sound_trials(Config()))
    assert [each.code for each in found] == [ErrorCode.SOUND_STUCK]


def test_a_loudspeaker_that_blocks_is_named_while_the_microphone_hears(
    pulse: Pulse, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """ALSA opens the file of its plugin, which is a pipe that nobody reads, and does not return."""
    os.mkfifo(pipe := tmp_path / "unread")
    with (pulse.folder / "asoundrc").open("a") as file:
        file.write(f'\npcm.blocks {{ type file slave.pcm "null" format raw file "{pipe}" }}\n')
    settings = tmp_path / "jarvisd.toml"
    settings.write_text('[tts]\ndevice = "blocks"\n')
    monkeypatch.setattr("jarvisd.cli.sound_devices.TONE_LIMIT_S", 1.0)
    code = main.main(["audio", "test", "--device", "default", "--config", str(settings)])
    said = capsys.readouterr().err
    assert (code, 'loudspeaker "blocks" does not answer' in said) == (EX_UNAVAILABLE, True)
    assert STUCK in said
