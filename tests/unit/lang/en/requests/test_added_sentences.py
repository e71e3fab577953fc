"""Sentences of an administrator or a plugin: what they may say, and what they may not take (decision 25)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jarvisd.cli.main import main
from jarvisd.config.ownership import TrustedOwners
from jarvisd.config.sentence_files import read_sentences, sentence_files
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.lang.en.requests.intents import added, recognise
from jarvisd.lang.intent import AddedIntents, Intent
from jarvisd.lang.templates import SentenceFile

TOOLS = {"feed_pet": ("pet", "times"), "search_files": ("name", "folder"), "file_delete": ("path",)}


def taking(*sentences: str, tool: str = "feed_pet", **more: Any) -> AddedIntents:
    block = {"sentences": list(sentences), **more}
    return added([SentenceFile("x.yaml", {"language": "en", "intents": {tool: {"data": [block]}}})], TOOLS)


def shown(intent: Intent | None) -> list[tuple[str, dict[str, Any]]]:
    plan = intent.plan if intent is not None else None
    return [(action.tool, dict(action.args)) for action in plan.actions] if plan else []


def test_they_ask_for_what_nothing_else_does() -> None:
    ours = taking("feed <the> {label:pet}", "give <the> {label:pet} (something|a meal)", slots={"times": 1})
    assert shown(ours.recognise("Please feed the cat.")) == [("feed_pet", {"times": 1, "pet": "cat"})]
    assert recognise("Please feed the cat.") is None
    assert ours.recognise("feed it") is None
    joined = ours.recognise("feed the cat and tell me the time")
    assert [tool for tool, _ in shown(joined)] == ["feed_pet", "get_time"]


@pytest.mark.parametrize(
    ("sentences", "why"),
    [
        (("(stop|halt) {label:pet}", "stop"), "has a meaning already"),
        (("mute yourself [now]",), "has a meaning already"),
        (("delete <the> {filename:pet}",), "has a meaning already"),
        (("set a timer for {duration:pet}",), "has a meaning already"),
        (("yes",), "answers a question"),
        (("(yes please|go ahead)",), "answers a question"),
        (("{text:pet}",), "no word of its own"),
        (("[feed] {text:pet}",), "no word of its own"),
        (("feed {dish:pet}",), "dish"),
        (("feed <pets>",), "pets"),
        (("feed (the|a {label:pet}",), "x.yaml"),
        (("feed {label:animal}",), "takes no"),
    ],
)
def test_what_would_take_something_away_is_refused(sentences: tuple[str, ...], why: str) -> None:
    content = {"language": "en", "intents": {"feed_pet": {"data": [{"sentences": list(sentences)}]}}}
    with pytest.raises(JarvisError) as caught:
        added([SentenceFile("x.yaml", content)], TOOLS)
    assert caught.value.code is ErrorCode.SENTENCES_INVALID
    assert why in caught.value.message


@pytest.mark.parametrize(
    "content",
    [
        {"intents": {}},
        {"language": "en", "rules": {}},
        {"language": "en", "intents": {"feed_pet": {"data": [{"sentences": "feed"}]}}},
        {"language": "en", "intents": {"feed_pet": {"data": [{"sentences": ["feed"], "run": "rm"}]}}},
        {"language": "en", "intents": {"fly": {"data": [{"sentences": ["fly to {label:pet}"]}]}}},
        {"language": "en", "lists": {"label": {"values": ["x"]}}, "intents": {}},
        {"language": "en", "expansion_rules": {"the": "a"}, "intents": {}},
        {"language": "en", "lists": {"word": {"wildcard": True, "reads": "anything"}}, "intents": {}},
        {"language": "en", "lists": {"word": {"wildcard": True, "reads": ["text"]}}, "intents": {}},
        {"language": "en", "lists": {"word": None}, "intents": {}},
        {"language": "en", "lists": "word", "intents": {}},
        {
            "language": "en",
            "expansion_rules": {"pets": 7},
            "intents": {"feed_pet": {"data": [{"sentences": ["feed <pets>"]}]}},
        },
        {"language": "en", "expansion_rules": True, "intents": {}},
        {"language": "en", "intents": {"feed_pet": {"data": [{"sentences": ["feed now"], "slots": "times"}]}}},
        {"language": "en", "intents": {"feed_pet": {"data": [{"sentences": ["(" * 3000 + "feed" + ")" * 3000]}]}}},
        {
            "language": "en",
            "expansion_rules": {"pets": ""},
            "intents": {"feed_pet": {"data": [{"sentences": ["feed <pets>"]}]}},
        },
    ],
)
def test_a_file_of_another_form_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(JarvisError) as caught:
        added([SentenceFile("x.yaml", content)], TOOLS)
    assert caught.value.code is ErrorCode.SENTENCES_INVALID


def test_files_are_their_owners_alone_to_change(tmp_path: Path) -> None:
    folder = tmp_path / "sentences.d"
    folder.mkdir(mode=0o755)
    path = folder / "pets.yaml"
    path.write_text("language: en\nintents: {}\n")
    path.chmod(0o644)
    owners = TrustedOwners((path.stat().st_uid, 0), may_be_sticky=True)
    assert sentence_files(folder) == [path]
    assert read_sentences(path, owners)["language"] == "en"
    for mode in (0o664, 0o646):
        path.chmod(mode)
        with pytest.raises(JarvisError) as caught:
            read_sentences(path, owners)
        assert caught.value.code is ErrorCode.NOT_PERMITTED
    path.chmod(0o644)
    with pytest.raises(JarvisError):
        read_sentences(path, TrustedOwners((path.stat().st_uid + 1,)))
    for text in ("- a\n- b\n", "a: [", "x: !!python/object/apply:os.system [id]", "[" * 9000):
        path.write_text(text)
        with pytest.raises(JarvisError) as caught:
            read_sentences(path, owners)
        assert caught.value.code is ErrorCode.SENTENCES_INVALID


def test_a_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, folder = tmp_path / "jarvisd.toml", tmp_path / "s"
    folder.mkdir()
    config.write_text(f'[brain]\nsentences_dir = "{folder}"\n')
    assert main(["understand", "--check", "--config", str(config)]) == 0
    good = "language: en\nintents:\n  system_info:\n    data:\n      - sentences: [how is the old lady]\n"
    (folder / "a.yaml").write_text(good)
    (folder / "b.yaml").write_text(good.replace("how is the old lady", "stop"))
    assert main(["understand", "--check", "--config", str(config)]) == 78
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.endswith("a.yaml: good")
    assert "SentencesInvalid" in second
