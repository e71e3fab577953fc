"""The configuration: one source, a reference that is never stale, and mistakes that are named."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from jarvisd.config.loader import load
from jarvisd.config.reference import render
from jarvisd.config.schema import Config, sections
from jarvisd.core.errors import ConfigError

WORD_MODEL = "model = '/you.onnx'\n"
ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_file_is_what_the_schema_renders() -> None:
    assert (ROOT / "config" / "jarvisd.toml").read_text("utf-8") == render()


def test_the_reference_file_parses_to_the_defaults() -> None:
    assert load(ROOT / "config" / "jarvisd.toml") == Config()


def test_drop_ins_win_key_by_key(tmp_path: Path) -> None:
    (tmp_path / "jarvisd.toml").write_text("[wake]\nthreshold = 0.6\nidle_gate = false\n")
    (tmp_path / "conf.d").mkdir()
    (tmp_path / "conf.d" / "10-a.toml").write_text("[wake]\nthreshold = 0.7\n")
    (tmp_path / "conf.d" / "20-b.toml").write_text("[wake]\nthreshold = 0.8\n")
    config = load(tmp_path / "jarvisd.toml")
    assert (config.wake.threshold, config.wake.idle_gate) == (0.8, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[wake]\ntreshold = 0.6\n", "wake.treshold: unknown key, did you mean threshold?"),
        ("[wak]\nthreshold = 0.6\n", "wak: unknown section, did you mean wake?"),
        ("[wake]\nthreshold = 'loud'\n", "wake.threshold: 'loud' is not a number"),
        ("[wake]\nthreshold = 3\n", "wake.threshold: 3 is not between 0.05 and 0.99"),
        ("[stt]\nbeam_size = 2.5\n", "stt.beam_size: 2.5 is not a whole number"),
        ("[audio]\nmuted = 1\n", "audio.muted: 1 is not true or false"),
        ("[audio]\nmicrophone = 'pulse'\n", "audio.microphone: 'pulse' is none of alsa, file"),
        ("[general]\nlog_level = 'a:b'\n", "general.log_level: 'a:b' is none of"),
        ("wake = 3\n", "wake: must be a section"),
        ("[[workspaces]]\npath = '/srv/x'\n", "workspaces[0].name: missing"),
        ("[[workspaces]]\nname = 'a'\npath = 'x'\n", "workspaces.a.path: x is no absolute folder"),
        ("[[workspaces]]\nname='a'\npath='/b'\n[[workspaces]]\nname='a'\npath='/c'\n", "two have the same name"),
        ("[[wake_words]]\nphrase = 'hey you'\n", "wake_words[0].model: missing"),
        ("wake_words = 3\n", "wake_words: write each as [[wake_words]]"),
        ("[wake]\nengine = 'none'\n", "wake.engine: with 'none' there must be [[wake_words]]"),
        (f"[[wake_words]]\nphrase = 'hal'\n{WORD_MODEL}", "wake_words[0].phrase: 'hal' is no phrase of 4 to 40"),
        (f"[[wake_words]]\nphrase = 'room 101'\n{WORD_MODEL}", "wake_words[0].phrase: 'room 101' is no phrase"),
        (f"[[wake_words]]\nphrase = 'hey you'\nheard_as=['']\n{WORD_MODEL}", "wake_words[0].phrase: '' is no"),
        (
            "[[wake_words]]\nphrase = 'hey you'\nmodel = 'you.onnx'\n",
            "wake_words[0].model: you.onnx is no",
        ),
        ("[[wake_words]]\nphrase = 'hey you'\nmodel = '/you.pt'\n", "that ends in .onnx, .tflite, .json"),
        (f"[[wake_words]]\nphrase='hey you'\nsure_score=0.4\n{WORD_MODEL}", "threshold: must not be above sure_"),
        (f"[[wake_words]]\nphrase='hey you'\n{WORD_MODEL}" * 2, "wake_words: two have the same phrase"),
        ("[endpoint]\nsilence_ms = 200\n", "endpoint.speculate_after_ms: must be shorter"),
        ("[endpoint]\nturn_sure_ms = 3000\n", "endpoint: turn_sure_ms, turn_likely_ms and turn_open_ms must not"),
        ("[endpoint]\nturn_threshold = 0.3\n", "endpoint.turn_likely: must not be above endpoint.turn_threshold"),
        ("[cores]\naudio = 'two'\n", "cores.audio: 'two' is no list of cores such as 0-3,6"),
        ("[mail]\nhost = 'x.org'\n", "mail.sender: missing"),
        ("[mail]\nsender = 'Jarvis <j@x.org>'\n", "mail.sender: Jarvis <j@x.org> is no e-mail address"),
        ('[mail]\nsender = "j@x.org"\nhost = "x.org\\nEHLO"\n', "mail: a name holds what cannot be printed"),
        ("[mail]\nsecurity = 'none'\n", "mail.security: 'none' is none of starttls, tls, plain"),
        ("[web]\nallow_hosts = '127.0.0.1'\n", "web.allow_hosts: '127.0.0.1' is no host"),
        ("[web]\nallow_networks = '10.0.0.1/8'\n", "web.allow_networks: 10.0.0.1/8 has host bits set"),
        ("[wake\n", "jarvisd.toml: "),
        ("[wake]\nthreshold = nan\n", "wake.threshold: nan is not a number"),
        (f"[wake]\nthreshold = {'9' * 5000}\n", "jarvisd.toml: "),
        (f"x = {'[' * 5000}{']' * 5000}\n", "jarvisd.toml: "),
        ("[paths]\nlog_dir = 'var/log'\n", "paths.log_dir: 'var/log' is no absolute path"),
        ("[paths]\nlog_dir = ''\n", "paths.log_dir: '.' is no absolute path"),
    ],
)
def test_every_mistake_names_its_place(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "jarvisd.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "jarvisd.toml")
    assert expected in caught.value.message
    assert str(tmp_path) in caught.value.message


def test_a_folder_of_drop_ins_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    """What stands in it would be passed over without a word. A link to itself cannot be read by root either."""
    (tmp_path / "jarvisd.toml").touch()
    (tmp_path / "conf.d").symlink_to("conf.d")
    with pytest.raises(ConfigError, match=r"conf\.d: "):
        load(tmp_path / "jarvisd.toml")


def test_a_mark_of_the_encoding_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "jarvisd.toml").write_text("[wake]\nthreshold = 0.6\n", "utf-8-sig")
    assert load(tmp_path / "jarvisd.toml").wake.threshold == 0.6


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "jarvisd.toml").write_text("[wake]\na = 1\nb = 2\n[nope]\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "jarvisd.toml")
    assert len(caught.value.problems) == 3


def test_a_missing_file_is_an_error_unless_it_may_be_missing(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml", may_be_missing=True) == Config()
    with pytest.raises(ConfigError):
        load(tmp_path / "none.toml")


def test_cores_may_be_chosen(tmp_path: Path) -> None:
    """B5, decision 19."""
    (tmp_path / "jarvisd.toml").write_text("[cores]\npin = true\nbrain = '2-3,6'\n")
    assert load(tmp_path / "jarvisd.toml").cores.brain == "2-3,6"


def test_engines_may_be_named_by_module(tmp_path: Path) -> None:
    (tmp_path / "jarvisd.toml").write_text("[stt]\nengine = 'some.module:factory'\n")
    assert load(tmp_path / "jarvisd.toml").stt.engine == "some.module:factory"


def test_every_key_is_read_by_somebody() -> None:
    """A setting that nothing acts on would be a promise that nobody keeps."""
    sources = [
        path.read_text("utf-8") for path in (ROOT / "jarvisd").rglob("*.py") if path.parent.name != "config"
    ]
    text = "\n".join(sources)
    unread = [
        f"{name}.{item.name}"
        for name, kind in sections().items()
        for item in fields(kind)
        if not re.search(rf"\.{item.name}\b|\"{item.name}\"", text)
    ]
    assert unread == []
