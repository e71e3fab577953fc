"""``jarvisctl setup``: what it writes, that it can be run again, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from jarvisd.cli.main import main
from jarvisd.cli.setup import MICRO_RECALL, PROFILES, needed_models, profile_for, read_answers, voices_text
from jarvisd.config.loader import load
from jarvisd.config.schema import Config, Llm
from jarvisd.config.wake import OtherWakeWord, Wake
from jarvisd.core.error_texts import EX_CONFIG, FAULTS
from jarvisd.core.errors import ConfigError
from jarvisd.models.store import load_manifest


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """A machine whose models are complete: every file has the right size."""
    models = tmp_path / "models"
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/jarvisd.toml").write_text(f'[paths]\nmodels_dir = "{models}"\n')
    for name in needed_models(Config()):
        (models / name).mkdir(parents=True)
        for file in load_manifest().get(name).files:
            with (models / name / file.name).open("wb") as stream:
                stream.truncate(file.size)
    return tmp_path / "etc"


def setup(etc: Path, *options: str) -> int:
    return main(["setup", "--config", str(etc / "jarvisd.toml"), "--no-start", *options])


ACCEPT = ("--profile", "default", "--accept-licence", "hey-jarvis")


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_a_profile_is_a_good_configuration(tmp_path: Path, profile: str) -> None:
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d/10-profile.toml").write_text(PROFILES[profile])
    manifest = load_manifest()
    assert all(manifest.get(name) for name in needed_models(load(tmp_path / "none.toml", may_be_missing=True)))


def test_a_second_run_changes_nothing(etc: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup(etc, *ACCEPT) == 0
    before = {path: path.stat().st_mtime_ns for path in etc.rglob("*.toml")}
    assert setup(etc) == 0
    assert {path: path.stat().st_mtime_ns for path in etc.rglob("*.toml")} == before
    assert "profile" not in capsys.readouterr().out.splitlines()[-1]


def test_a_setting_of_the_administrator_wins_over_the_profile(etc: Path) -> None:
    (etc / "conf.d").mkdir()
    (etc / "conf.d/50-mine.toml").write_text("[llm]\nthreads = 1\n")
    assert setup(etc, *ACCEPT) == 0
    config = load(etc / "jarvisd.toml")
    assert (config.llm.threads, config.llm.model) == (1, "qwen2.5-coder-1.5b")


def test_without_a_yes_to_the_licence_the_free_engine_listens(
    etc: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked once; its recall is told; a later yes undoes it (A1)."""
    assert setup(etc, "--profile", "default") == 0
    told = capsys.readouterr().out
    assert "CC-BY-NC-SA" in told
    assert MICRO_RECALL in told
    assert "--accept-licence hey-jarvis" in told
    assert load(etc / "jarvisd.toml").wake.engine == "micro"
    assert setup(etc) == 0
    assert "licence" not in capsys.readouterr().out
    assert setup(etc, *ACCEPT) == 0
    assert load(etc / "jarvisd.toml").wake.engine == "openwakeword"


def test_answers_come_from_a_file(etc: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('accept_licence = ["hey-jarvis"]\nprofile = "large"\n')
    assert setup(etc, "--answers", str(answers)) == 0
    assert load(etc / "jarvisd.toml").llm.backend == "ollama"


def test_every_mistake_in_the_answers_is_named(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('licence = "all"\nworkspace = "/srv/x"\nprofile = "huge"\n')
    with pytest.raises(ConfigError) as caught:
        read_answers(answers)
    assert len(caught.value.problems) == 3
    assert FAULTS[caught.value.code].exit_code == EX_CONFIG


def test_a_small_machine_gets_the_small_model() -> None:
    assert [profile_for(gib << 30) for gib in (1, 2, 4, 16)] == ["tiny", "tiny", "default", "default"]


def test_a_model_of_a_foreign_engine_is_not_fetched() -> None:
    config = Config(wake=Wake(engine="mine:factory"), llm=Llm(backend="ollama"))
    assert needed_models(config) == [
        "smart-turn-v3.2",
        "whisper-base",
        "whisper-tiny.en",
        "minilm-l6-v2",
        "piper-joe",
    ]


def test_the_free_wake_word_has_a_model_of_its_own_or_a_file() -> None:
    assert needed_models(Config(wake=Wake(engine="micro")))[0] == "hey-jarvis-micro"
    own = needed_models(Config(wake=Wake(engine="micro", micro_model="/srv/own.tflite")))
    assert own[0] == "smart-turn-v3.2"


def test_the_free_model_is_needed_for_a_second_opinion_too() -> None:
    assert needed_models(Config())[:2] == ["hey-jarvis", "hey-jarvis-micro"]
    assert "hey-jarvis-micro" not in needed_models(Config(wake=Wake(second_opinion=False)))


def test_a_wake_word_in_onnx_needs_the_features_of_the_first() -> None:
    words = [OtherWakeWord(model=Path(f"/srv/word{end}")) for end in (".tflite", ".onnx")]
    assert "hey-jarvis" not in needed_models(Config(wake=Wake(engine="micro"), wake_words=(words[0],)))
    assert "hey-jarvis" in needed_models(Config(wake=Wake(engine="micro"), wake_words=(words[1],)))


def test_a_setup_tells_of_other_voices_and_their_licences() -> None:
    told = voices_text("piper-joe")
    assert told.startswith("voice: piper-joe; others")
    assert "piper-alba (CC-BY-4.0)" in told
    assert "piper-joe (" not in told
    assert "piper-joe (MIT)" in voices_text("piper-alba")
