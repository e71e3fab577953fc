"""``jarvisctl privacy`` shows what is kept where and until when."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvisd.cli.main import main
from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A suite whose folders are in ``tmp_path``, with something in most of them."""
    for name, size in (
        ("state/brain/memories/chroma/chroma.sqlite3", 500),
        ("state/brain/memories/damaged-1/chroma.sqlite3", 100),
        ("log/traces/2026-11-22T160501-t1.json", 30),
        ("state/audio/near-misses/2026-11-22T160501.000001-0.412.wav", 44),
        ("log/audit.jsonl", 7),
        ("log/damaged-1/audit.jsonl", 2),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(size))
    (tmp_path / "log" / "link").symlink_to("/usr")
    file = tmp_path / "jarvisd.toml"
    folders = {"state_dir": "state", "cache_dir": "cache", "models_dir": "cache/models", "log_dir": "log"}
    lines = [f'{key} = "{tmp_path / name}"' for key, name in folders.items()]
    file.write_text(
        "\n".join(["[paths]", *lines, "[executor]", "audit_keep_days = 12", "[memory]", "outcome_keep_days = 5"])
    )
    return file


def test_every_place_is_shown_with_its_size_and_end(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "show", "--json", "--config", str(config)]) == 0
    shown = {place["what"]: place for place in json.loads(capsys.readouterr().out)}
    sizes = {what: (place["files"], place["size_bytes"], place["is_wiped"]) for what, place in shown.items()}
    assert sizes == {
        "memories": (2, 600, True),
        "traces": (1, 30, True),
        "sounds that almost woke it": (1, 44, True),
        "evaluated prompts": (0, 0, False),
        "undo journal and timers": (0, 0, False),
        "audit log": (2, 9, False),
    }
    assert "7 days or 20 MB" in shown["sounds that almost woke it"]["until"]
    assert "12 days" in shown["audit log"]["until"]
    assert "what became of requests 5 days" in shown["memories"]["until"]
    assert main(["privacy", "show", "--config", str(config)]) == 0
    assert "memories: 2 files" in capsys.readouterr().out


def test_nothing_is_wiped_unless_it_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["privacy", "wipe"]) == FAULTS[ErrorCode.INVALID_REQUEST].exit_code
    assert "--yes" in capsys.readouterr().err
