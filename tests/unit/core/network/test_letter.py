"""A letter is what its bytes say, or it is no letter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.network.courier_protocol import letter_from, send_errand
from jarvisd.core.network.letter import Letter
from jarvisd.core.network.letter_format import LetterText, read, serialised
from jarvisd.courier.email import wire_form

LETTER = Letter("mark@example.org", "Lunch", "At noon?", "p1.0", "jarvis@home.example.org", 1_790_000_000)
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp")))


def test_the_bytes_of_a_letter_are_known_in_advance() -> None:
    assert LETTER.content == (
        b"From: jarvis@home.example.org\r\nTo: mark@example.org\r\nSubject: Lunch\r\n"
        b"Date: Mon, 21 Sep 2026 14:13:20 -0000\r\nMessage-ID: <p1.0@home.example.org>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"\r\nAt noon?\r\n"
    )


@given(TEXT, st.lists(TEXT | st.sampled_from([".", "From me", "a ", "=0D", "x" * 200, "Bcc: e@x.org"])))
def test_what_a_letter_says_is_read_from_its_bytes(subject: str, lines: list[str]) -> None:
    try:
        letter = replace(LETTER, subject=subject, body="\n".join(lines))
    except RequestError:
        assert len(subject) > 200 or "=?" in subject
        return
    assert read(letter.content) == LetterText(letter.sender, letter.to, subject, letter.body)
    text = letter.content.partition(b"\r\n\r\n")[2]
    assert all(len(line) <= 76 and not line.startswith((b".", b"From ")) for line in text.split(b"\r\n"))


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?q?hi=0D=0AReply-To:_evil@evil.org=0D=0A=0D=0Apay?=",
        "hello =?utf-8?B?aGk?= there",
        "=?us-ascii*en?Q?a?=",
        "=?x?q?",
    ],
)
def test_a_subject_that_looks_like_an_encoded_word_is_refused(subject: str) -> None:
    """Python 3.10 to 3.12 made headers and a text of it."""
    with pytest.raises(RequestError) as refused:
        replace(LETTER, subject=subject)
    assert refused.value.code is ErrorCode.REFUSED


@pytest.mark.parametrize(
    "subject", ["is 1=?", "=? and ?=", " led by a space", "ends with one ", "ü", "日本" * 60, ""]
)
def test_any_other_subject_arrives_as_it_is(subject: str) -> None:
    letter = replace(LETTER, subject=subject)
    assert read(letter.content).subject == subject
    assert max(map(len, letter.content.split(b"\r\n"))) <= 100


UNSEEN = ["\r", "\r\n", "\0", "\x1b", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad"]


@pytest.mark.parametrize("sign", [*UNSEEN, "\ud800", "\ue000", "\u200d", "\U000e0041"], ids=ascii)
def test_what_nobody_sees_is_in_no_letter(sign: str) -> None:
    for changes in ({"subject": f"a{sign}b"}, {"body": f"a{sign}b"}):
        with pytest.raises(RequestError):
            replace(LETTER, **changes)


@pytest.mark.parametrize("text", ["👩\u200d🚀", "نامه\u200cها", "10\u00a0€", "e\u0301"])
def test_signs_that_a_script_needs_are_no_such_thing(text: str) -> None:
    letter = replace(LETTER, subject=text, body=text)
    assert (read(letter.content).subject, read(letter.content).body) == (text, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"To: mark", b"Bcc: eve@evil.org\r\nTo: mark"),
        (b"\r\n\r\nAt", b"\r\nReply-To: eve@evil.org\r\n\r\nAt"),
        (b"Subject: Lunch", b"Subject: Lunch\r\nSubject: Lunch"),
        (b"Subject: Lunch", b"Subject: =?utf-8?q?Lunch?="),
        (b"Subject: Lunch", b"Subject: =?utf-8?B?_?="),
        (b"To: mark@example.org\r\n", b""),
        (b"At noon?", b"At noon?\r.\r\n"),
        (b"At noon?", b"At noon?\n"),
        (b"At noon?", b"At=0D=0Anoon?"),
        (b"At noon?", b"At=0anoon?"),
        (b"At noon?", b"At=noon?"),
        (b"At noon?", b"At=FFnoon?"),
        (b"At noon?", b"."),
        (b"At noon?", b"noon "),
        (b"At noon?", b"x" * 999),
        (b"At noon?", "ü".encode()),
        (b"At noon?", b"\0"),
        (b"text/plain", b"text/html"),
        (b"\r\n\r\nAt noon?\r\n", b"\r\n"),
        (b"noon?\r\n", b"noon?"),
    ],
)
def test_bytes_that_could_be_read_otherwise_are_no_letter(old: bytes, new: bytes) -> None:
    content = LETTER.content
    assert old in content
    with pytest.raises(JarvisError) as altered:
        read(content.replace(old, new))
    assert altered.value.code is ErrorCode.MAIL_ALTERED


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\n b"},
        {"subject": "a\r\nBcc: eve@evil.org"},
        {"to": "mark@example.org\r\n eve@evil.org"},
        {"sender": "ü@example.org"},
        {"body": "a\rb"},
        {"body": "a\x1bb"},
    ],
    ids=str,
)
def test_what_reads_back_as_something_else_is_not_even_made(changes: dict[str, str]) -> None:
    text = LetterText("jarvis@home.example.org", "mark@example.org", "Lunch", "At noon?")
    with pytest.raises(JarvisError) as altered:
        serialised(replace(text, **changes), written_s=0, message_id="p1.0")
    assert altered.value.code is ErrorCode.MAIL_ALTERED


@pytest.mark.parametrize("content", [b"a\r.\r\nb\r\n", b"a\n.\nb\r\n", b"a\r\n.\n\r\n", b"a\r\n.\r\r\n", b"a"])
def test_what_a_server_could_cut_into_other_lines_is_not_handed_over(content: bytes) -> None:
    with pytest.raises(JarvisError) as altered:
        wire_form(content)
    assert altered.value.code is ErrorCode.MAIL_ALTERED


def test_dots_at_the_start_of_lines_are_doubled() -> None:
    assert wire_form(b"a\r\n.\r\n..b\r\n.c\r\n") == b"a\r\n..\r\n...b\r\n..c\r\n.\r\n"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("to", "eve@example.org"),
        ("subject", "Lunch "),
        ("body", "At noon? "),
        ("message_id", "p1.1"),
        ("sender", "eve@home.example.org"),
        ("written_s", 1_790_000_001),
    ],
)
def test_an_errand_with_other_bytes_than_those_asked_about_is_refused(field: str, value: object) -> None:
    errand = send_errand(LETTER)
    assert letter_from(errand) == LETTER
    with pytest.raises(JarvisError) as altered:
        letter_from({**errand, field: value})
    assert altered.value.code is ErrorCode.MAIL_ALTERED
    assert replace(LETTER, **{field: value}).binding != LETTER.binding  # type: ignore[arg-type]
