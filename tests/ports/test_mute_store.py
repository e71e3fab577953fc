"""Every store of the mute gives back what was kept, and what cannot be read mutes (decision 28)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvisd.audio.adapters.mute_file import MuteFile
from jarvisd.audio.ports import MuteStore
from jarvisd.audio.turn.mute import MUTED, UNMUTED, Mute
from jarvisd.core.errors import EngineError
from jarvisd.runtime.workers import Workers
from tests.fakes.audio import KeptMuteState

TIMED = Mute(is_muted=True, length_s=90.5, ends_unix_s=1.7e9, ends_boot_s=777.25, boot_id="this one")


@pytest.fixture(params=["fake", pytest.param("file", marks=pytest.mark.real)])
def store(request: pytest.FixtureRequest, workers: Workers, tmp_path: Path) -> MuteStore:
    return KeptMuteState() if request.param == "fake" else MuteFile(tmp_path / "audio" / "mute", workers)


async def test_what_was_kept_last_comes_back(store: MuteStore) -> None:
    assert await store.load() is None
    for mute in (MUTED, TIMED, UNMUTED):
        await store.save(mute)
        assert await store.load() == mute


@pytest.mark.real
@pytest.mark.parametrize(
    "text",
    [
        "",
        "muted",
        "{",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": 1, "muted": true}',
        "\N{LATIN SMALL LETTER E WITH ACUTE}",
    ],
)
async def test_what_cannot_be_read_mutes(workers: Workers, tmp_path: Path, text: str) -> None:
    (tmp_path / "mute").write_text(text, "utf-8")
    assert await MuteFile(tmp_path / "mute", workers).load() == MUTED


@pytest.mark.real
async def test_a_newer_format_mutes_and_half_a_file_is_never_read(workers: Workers, tmp_path: Path) -> None:
    store = MuteFile(tmp_path / "mute", workers)
    await store.save(UNMUTED)
    value = json.loads((tmp_path / "mute").read_text())
    (tmp_path / "mute").write_text(json.dumps({**value, "format": value["format"] + 1}))
    assert await store.load() == MUTED
    await store.save(UNMUTED)
    (tmp_path / ".mute.partial").write_text("{")
    assert await store.load() == UNMUTED


@pytest.mark.real
async def test_a_disk_that_does_not_take_it_says_so(workers: Workers, tmp_path: Path) -> None:
    (tmp_path / "audio").write_text("in the way")
    with pytest.raises(EngineError):
        await MuteFile(tmp_path / "audio" / "mute", workers).save(MUTED)
