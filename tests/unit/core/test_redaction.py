"""Secrets are replaced before anything is logged, and ordinary words are left alone (A12)."""

from __future__ import annotations

import pytest

from jarvisd.core.redaction import REDACTED, redact, redact_text

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
