"""Secrets are replaced before anything is logged, and ordinary words are left alone (A12)."""

from __future__ import annotations

import random
import re

import pytest

from jarvisd.core import redaction
from jarvisd.core.redaction import REDACTED, redact, redact_text
from tests.fakes.regex_steps import CountingRegex

SECRETS = [
    ("my password is hunter two seven", "hunter"),
    ("Remember that the wifi password for the guest network is Blue-Horse-42.", "Horse"),
    ("the pin code of the door is 4711", "4711"),
    ("export API_KEY=abc123def and go", "abc123def"),
    ('curl -H "Authorization: Bearer abcdefgh12345678" host', "abcdefgh12345678"),
    ("password: 'two words'", "two words"),
    ('{"client_secret": "s3cr3t"}', "s3cr3t"),
    ("fetch https://anna:geheim@host.example/x", "geheim"),
    ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----", "b3BlbnNzaC1r"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEow", "MIIEow"),
    ("use AKIAIOSFODNN7EXAMPLE there", "AKIAIOSFODNN7EXAMPLE"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "eyJzdWIi"),
    ("x-eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "eyJzdWIi"),
    ("aaaaaaaa.bbbbbbbb.eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmN", "eyJzdWIi"),
    ("git+ssh://anna:geheim@host.example/x", "geheim"),
    ("the value q8Zt1LmN4rTyUv7WxYzA2bCdE here", "q8Zt1LmN4rTy"),
]


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_a_secret_is_replaced(text: str, secret: str) -> None:
    assert secret in text
    shown = redact_text(text)
    assert secret not in shown
    assert REDACTED in shown


@pytest.mark.parametrize(
    "text",
    [
        "move report-2024.txt to archive/2024",
        "what is the capital of France",
        "delete 2,347 files, 450 MB, from tmp",
        "reset my passport application",
        "the token ring network",
        "documents/Projects/Invoices2024/Q3-Final-Version-Of-The-Report.pdf",
        "3f786850e387550fdab836ed7e6dc881de23001b",
        "print(6 * 7)",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert redact_text(text) == text


def test_what_a_telling_name_holds_goes_at_any_depth() -> None:
    value = {"steps": [{"args": {"user": "anna", "apiKey": "x", "smtp_password": "y", "n": 3}}], "none": None}
    assert redact(value) == {
        "steps": [{"args": {"user": "anna", "apiKey": REDACTED, "smtp_password": REDACTED, "n": 3}}],
        "none": None,
    }


RULES = [pattern for pattern, _ in redaction._RULES]
PIECES = [
    *("a.", "a-", "a+", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----END ", "x://", "://a", ":a"),
    *("@", "bearer ", "basic\n", "token", "pin ", "token:", 'token:"', "secret=>", "pin is "),
    *("was ", "w ", "eyJaaaaaaaa", "eyJ", ".", "-", "_", "ghp_", "sk-"),
    *("xoxb-", "AIza", "AKIA", "aA1", "/", "=", "aA1bB2cC3dD4eE5fF6gG7hH8i=.", " ", "\n"),
    *("'",),
]


def steps(pattern: re.Pattern[str], text: str) -> int:
    counting = CountingRegex(pattern)
    spans = counting.spans(text)
    assert spans == [match.span() for match in pattern.finditer(text)]
    return counting.steps


@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
def test_the_work_grows_as_the_text_does(rule: re.Pattern[str]) -> None:
    """Four times as much of anything takes about four times as many steps, and never sixteen times."""
    chance = random.Random(7)
    mixed = ["".join(chance.choices(PIECES, k=chance.randint(2, 3))) for _ in range(8)]
    for piece in (*PIECES, *mixed):
        few, many = (steps(rule, piece * (letters // len(piece))) for letters in (120, 480))
        assert many < 8 * few, f"{piece!r}: {few} steps, then {many}"


@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
def test_long_beginnings_and_ends_take_no_more_work(rule: re.Pattern[str]) -> None:
    for head in PIECES:
        for filling in (" ", "a "):
            few, many = (steps(rule, head + filling * letters) for letters in (50, 200))
            assert many < 8 * few, f"{head!r} and {filling!r}: {few} steps, then {many}"


def test_the_counter_finds_work_that_grows_faster() -> None:
    """The rules as they were."""
    for pattern, piece in (
        (r"(?i)\b([a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@", "a."),
        (r"\bey[JK][\w-]{8,}\.[\w-]{8,}\.[\w-]*", "eyJaaaaaaaa-"),
    ):
        rule = re.compile(pattern)
        few, many = (steps(rule, piece * (letters // len(piece))) for letters in (150, 600))
        assert many > 10 * few
