"""No limit is silent: what is too long is refused with its length, what is cut says so (issue 12)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jarvisd.brain.adapters.context_room import TURN_TOKENS, demand_room
from jarvisd.brain.plan.prompt import (
    GOES_ON,
    MAX_MEMORIES,
    MAX_TEXT_CHARS,
    MAX_UTTERANCE_CHARS,
    demand_short,
    last_turn,
    shortened,
)
from jarvisd.brain.plan.risk_prompt import MAX_ACTION_CHARS, risk_request
from jarvisd.brain.ports import Memory, MemoryKind
from jarvisd.cli.doctor import reach_finding
from jarvisd.config.loader import load
from jarvisd.config.schema import Brain, rule_of
from jarvisd.core.errors import ConfigError, ErrorCode, JarvisError
from jarvisd.core.network.service_url import service_url
from jarvisd.core.network.web_url import parse_allowed, parse_spoken_url
from jarvisd.lang.en.requests import intents, wake_phrase
from jarvisd.lang.en.sentences.errors import SPOKEN
from jarvisd.lang.intent import Control

# --- requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1201, 1300, 3999, 4001, 100_000])
def test_a_request_that_would_be_cut_is_refused_with_its_length(length: int) -> None:
    request = "move the old files, but do not delete".rjust(length, "x")
    for refuse in (demand_short, last_turn):
        with pytest.raises(JarvisError) as caught:
            refuse(request)
        assert caught.value.code is ErrorCode.REQUEST_TOO_LONG
        assert f"{length:,} characters" in caught.value.message
        assert f"{MAX_UTTERANCE_CHARS:,}" in caught.value.message


@pytest.mark.parametrize("request_text", ["x" * 1200, "x " * 600, "  x\n" * 600, "short"])
def test_what_fits_is_shown_to_its_end(request_text: str) -> None:
    demand_short(request_text)
    assert request_text.split()[-1] in last_turn(request_text).content


def test_of_a_long_memory_it_is_shown_that_it_goes_on() -> None:
    memory = Memory("m", MemoryKind.FACT, "word " * 100, 0.5, "2026-02-03T04:05:06+00:00")
    assert GOES_ON in last_turn("hello", [memory]).content
    short = Memory("m", MemoryKind.FACT, "word", 0.5, "2026-02-03T04:05:06+00:00")
    assert GOES_ON not in last_turn("hello", [short]).content


def test_of_a_long_action_it_is_shown_that_it_goes_on() -> None:
    request = risk_request((), {"tool": "file_write", "args": {"content": "x" * 2 * MAX_ACTION_CHARS}})
    assert GOES_ON in request.messages[-1].content


@pytest.mark.parametrize(
    ("text", "limit", "shown"), [("abc", 3, "abc"), ("abcdefghij", 9, "abc [...]"), ("", 9, "")]
)
def test_what_is_shortened_says_so(text: str, limit: int, shown: str) -> None:
    assert shortened(text, limit) == shown
    assert len(shown) <= limit


def test_as_many_memories_are_shown_as_may_be_looked_up() -> None:
    assert rule_of(Brain, "recall_count").high == MAX_MEMORIES
    memories = [Memory(str(n), MemoryKind.FACT, f"fact{n}", 0.5, "2026-02-03T04:05:06+00:00") for n in range(20)]
    assert all(f"fact{n}" in last_turn("hello", memories).content for n in range(20))
    assert len(GOES_ON) < MAX_TEXT_CHARS


# --- the context ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prefix_tokens", "context_tokens", "fits"),
    [
        (3000, 8192, True),
        (3000, 3000 + TURN_TOKENS, True),
        (3000, 3000 + TURN_TOKENS - 1, False),
        (9000, 8192, False),
    ],
)
def test_a_context_smaller_than_prompt_and_turn_is_told_when_it_is_loaded(
    prefix_tokens: int, context_tokens: int, fits: bool
) -> None:
    if fits:
        demand_room(prefix_tokens, context_tokens)
        return
    with pytest.raises(JarvisError, match=f"set it to {prefix_tokens + TURN_TOKENS:,} or more") as caught:
        demand_room(prefix_tokens, context_tokens)
    assert caught.value.code is ErrorCode.CONTEXT_TOO_SMALL


# --- addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("localhost", "http://localhost"),
        ("http://ollama.home.example.org:11434/", "http://ollama.home.example.org:11434"),
        ("https://ollama.example.org", "https://ollama.example.org"),
        ("[::1]:11434", "http://[::1]:11434"),
        (" example.org ", "http://example.org"),
    ],
)
def test_an_address_without_scheme_is_one(text: str, url: str) -> None:
    assert service_url(text) == url


@pytest.mark.parametrize(
    "text", ["", "ftp://example.org", "http://", "http://a b", "a:b:c", "http://u@example.org"]
)
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        service_url(text)


@pytest.mark.parametrize(
    "text", ["example.com", "example dot com", "https://example.com", "example.com/", "Example.com."]
)
def test_a_page_needs_no_scheme(text: str) -> None:
    assert str(parse_spoken_url(text)) == "https://example.com/"


@pytest.mark.parametrize("text", ["example.com", "https://example.com", "https://example.com/", "example.com/"])
def test_an_allowed_host_may_have_a_scheme_or_a_slash(text: str) -> None:
    [entry] = parse_allowed(text)
    assert (entry.scheme, entry.host) == ("https", "example.com")


# --- the configuration ---------------------------------------------------------------------------------------


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    (tmp_path / "conf.d").mkdir()
    return tmp_path


WRONG = [
    ('[mail]\nhost = "smtp.example.org"', "mail.sender"),
    ('[mail]\nhost = "smtp.example.org:465"\nsender = "a@example.org"', "mail.host"),
    ('[mail]\nhost = "smtp://smtp.example.org"\nsender = "a@example.org"', "mail.host"),
    ('[llm]\nollama_host = "ftp://x"', "llm.ollama_host"),
    ('[llm]\nopenai_url = "ftp://x"', "llm.openai_url"),
    ('[llm]\nopenai_key_file = "key"', "llm.openai_key_file"),
    ('[llm]\nopenai_key_file = "/k"\nopenai_url = "http://192.0.2.7"', "llm.openai_url"),
    ('[web]\nallow_hosts = "a b"', "web.allow_hosts"),
    ('[cores]\naudio = "x"', "cores.audio"),
    ("[endpoint]\nspeculate_after_ms = 900\nsilence_ms = 600", "endpoint.speculate_after_ms"),
    ('[paths]\nstate_dir = "here"', "paths.state_dir"),
    ('[[workspaces]]\nname = "a/b"\npath = "/srv/a"', "workspaces.a/b.name"),
]


@pytest.mark.parametrize(("text", "key"), WRONG)
def test_a_mistake_is_told_of_the_file_that_holds_it(etc: Path, text: str, key: str) -> None:
    main, drop_in = etc / "jarvisd.toml", etc / "conf.d" / "50-mine.toml"
    main.write_text("[tts]\nvolume = 0.5\n")
    drop_in.write_text(text)
    (etc / "conf.d" / "60-other.toml").write_text("[tts]\nvolume = 0.6\n")
    with pytest.raises(ConfigError) as caught:
        load(main)
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == [str(drop_in)]
    assert key in caught.value.message
    drop_in.unlink()
    main.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(main)
    assert caught.value.problems[0].startswith(f"{main}: ")


def test_a_mistake_between_two_files_names_both(etc: Path) -> None:
    (etc / "jarvisd.toml").write_text("[endpoint]\nsilence_ms = 500\n")
    (etc / "conf.d" / "50-mine.toml").write_text("[endpoint]\nspeculate_after_ms = 600\n")
    with pytest.raises(ConfigError) as caught:
        load(etc / "jarvisd.toml")
    assert str(etc / "jarvisd.toml") in caught.value.message
    assert str(etc / "conf.d" / "50-mine.toml") in caught.value.message


# --- the doctor ----------------------------------------------------------------------------------------------

SEEN = "x answers 200 to this command"
LOCAL = "127.0.0.0/8 ::1/128"


@pytest.mark.parametrize(
    ("addresses", "allowed", "state", "detail"),
    [
        (["127.0.0.1"], LOCAL, "ok", "x answers 200"),
        (["::1", "127.0.0.1"], None, "ok", "x answers 200"),
        (["192.0.2.7"], LOCAL, "fail", f"{SEEN}, but jarvisd-brain may not reach it"),
        (["192.0.2.7"], f"{LOCAL} 192.0.2.0/24", "ok", "x answers 200, and jarvisd-brain may reach it"),
        (
            ["192.0.2.7", "2001:db8::7"],
            f"{LOCAL} 192.0.2.7/32",
            "fail",
            f"{SEEN}, but jarvisd-brain may not reach it",
        ),
        (["192.0.2.7"], None, "note", f"{SEEN}; whether jarvisd-brain may reach it is not known"),
    ],
)
def test_the_doctor_knows_that_the_unit_has_another_network(
    addresses: list[str], allowed: str | None, state: str, detail: str
) -> None:
    found = reach_finding("x answers 200", addresses, allowed).to_json()
    assert (found["state"], found["detail"]) == (state, detail)
    if state == "fail":
        assert "systemctl edit jarvisd-brain" in str(found["remedy"])


# --- the transcriber's example -------------------------------------------------------------------------------


def test_nothing_in_the_example_of_the_transcriber_changes_anything_when_it_is_made_up_from_noise() -> None:
    said = [part for part in re.split(r"(?<=[.?!])\s+", wake_phrase.example()) if part]
    assert len(said) > 1
    for sentence in said:
        intent = intents.recognise(sentence)
        assert intent is not None, sentence
        is_reading = intent.plan is not None and [action.tool for action in intent.plan.actions] == ["get_time"]
        assert intent.control is Control.STOP or is_reading, sentence


@pytest.mark.parametrize(
    "code", [ErrorCode.REQUEST_TOO_LONG, ErrorCode.CONTEXT_TOO_SMALL, ErrorCode.MAIL_MISCONFIGURED]
)
def test_every_limit_has_a_sentence_of_its_own(code: ErrorCode) -> None:
    assert list(SPOKEN.values()).count(SPOKEN[code]) == 1
