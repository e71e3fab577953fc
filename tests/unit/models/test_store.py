"""The model store: states, licences on record, and errors that name the command which mends them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from pathlib import Path

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.models.manifest import HttpsSpec, Manifest, Model, ModelFile, Purpose
from jarvisd.models.store import LICENCES_FILE, ModelState, ModelStore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=timezone.utc)
CONTENT = b"weights"


def model(*, accept: bool = False, licence: str = "MIT") -> Model:
    file = ModelFile("a.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), (HttpsSpec("https://x.test/a"),))
    return Model("m", Purpose.LLM, ("default",), licence, "", accept, "", (file,))


def store_of(root: Path, entry: Model) -> ModelStore:
    return ModelStore(root, Manifest((entry,)))


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.bin").write_bytes(CONTENT)
    return tmp_path


def test_a_model_is_present_when_its_files_have_the_right_size(filled: Path) -> None:
    store = store_of(filled, model())
    assert store.state(model()) is ModelState.PRESENT
    assert store.require("m") == filled / "m"


def test_only_a_full_check_sees_a_changed_byte(filled: Path) -> None:
    (filled / "m" / "a.bin").write_bytes(b"Weights")
    store = store_of(filled, model())
    assert store.state(model()) is ModelState.PRESENT
    assert store.state(model(), full=True) is ModelState.CORRUPT


@pytest.mark.parametrize(
    ("content", "code", "command"),
    [
        (None, ErrorCode.MODEL_MISSING, "jarvisctl models fetch --root {root} m"),
        (b"short", ErrorCode.MODEL_CORRUPT, "jarvisctl models fetch --root {root} m --repair"),
    ],
)
def test_a_model_that_cannot_be_used_names_the_command_that_mends_it(
    filled: Path, content: bytes | None, code: ErrorCode, command: str
) -> None:
    path = filled / "m" / "a.bin"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(JarvisError) as caught:
        store_of(filled, model()).require("m")
    assert caught.value.code is code
    assert caught.value.message.endswith(command.format(root=filled))


def test_a_licence_is_pending_until_it_is_accepted_and_stays_accepted(filled: Path) -> None:
    entry = model(accept=True)
    with pytest.raises(JarvisError) as caught:
        store_of(filled, entry).require("m")
    assert caught.value.code is ErrorCode.LICENCE_NOT_ACCEPTED
    assert caught.value.message.endswith("--accept-licence m")
    store_of(filled, entry).accept(entry, NOW)
    assert store_of(filled, entry).require("m") == filled / "m"
    assert "2026-03-01T12:00:00+00:00" in (filled / LICENCES_FILE).read_text()


def test_another_licence_for_the_same_model_must_be_accepted_again(filled: Path) -> None:
    store_of(filled, model(accept=True)).accept(model(accept=True), NOW)
    changed = model(accept=True, licence="CC-BY-NC-4.0")
    assert store_of(filled, changed).state(changed) is ModelState.LICENCE_PENDING


def test_accepting_one_licence_keeps_the_others_on_record(tmp_path: Path) -> None:
    (tmp_path / LICENCES_FILE).write_text('["other.model"]\nlicence = "X"\nat = "then"\n')
    store_of(tmp_path, model(accept=True)).accept(model(accept=True), NOW)
    text = (tmp_path / LICENCES_FILE).read_text()
    assert '["other.model"]' in text
    assert '["m"]' in text


def test_an_unreadable_record_of_licences_accepts_nothing(filled: Path) -> None:
    (filled / LICENCES_FILE).write_text("[[[")
    with pytest.raises(JarvisError) as caught:
        store_of(filled, model(accept=True)).require("m")
    assert caught.value.code is ErrorCode.LICENCE_NOT_ACCEPTED
