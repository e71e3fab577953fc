"""What goes wrong with a mail server, in our words and never in those that could echo the password."""

from __future__ import annotations

import errno
import smtplib
import ssl
from pathlib import Path

import pytest

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.courier import email

CODE = ErrorCode.MAIL_LOGIN_FAILED


def untrusted(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, "SECRET")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (smtplib.SMTPServerDisconnected("SECRET"), ErrorCode.MAIL_UNREACHABLE, "the mail server went away"),
        (smtplib.SMTPAuthenticationError(535, b"SECRET"), CODE, "it refused (535)"),
        (smtplib.SMTPNotSupportedError("SECRET"), CODE, "it refused (SMTPNotSupportedError)"),
        (
            untrusted(""),
            ErrorCode.MAIL_UNTRUSTED,
            "the mail server cannot prove who it is: no encryption could be agreed on",
        ),
        (
            untrusted("WRONG_VERSION_NUMBER"),
            ErrorCode.MAIL_UNTRUSTED,
            "the mail server cannot prove who it is: WRONG_VERSION_NUMBER",
        ),
        (
            OSError(errno.ECONNREFUSED, "Connection refused"),
            ErrorCode.MAIL_UNREACHABLE,
            "the mail server cannot be reached: Connection refused",
        ),
        *(
            (untrusted(reason), ErrorCode.MAIL_UNTRUSTED, f"the mail server cannot prove who it is: {reason}")
            for reason in ("UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
        ),
        (TimeoutError(), ErrorCode.MAIL_UNREACHABLE, "the mail server cannot be reached: too late"),
    ],
)
def test_each_failure_has_its_code_and_words(error: Exception, code: ErrorCode, told: str) -> None:
    with pytest.raises(JarvisError) as caught, email._failures("it refused", CODE):
        raise error
    assert (caught.value.code, caught.value.message) == (code, told)


@pytest.mark.parametrize(
    ("answer", "is_taken"), [(250, True), (251, True), (259, True), (249, False), (550, False)]
)
def test_only_the_answer_that_is_due_goes_on(answer: int, is_taken: bool) -> None:
    reply = (answer, b"no\x07\xff  such " + b"x" * 200)
    if is_taken:
        email._expect(reply, 250)
        return
    with pytest.raises(RequestError) as caught:
        email._expect(reply, 250)
    assert caught.value.code is ErrorCode.MAIL_REJECTED
    assert (
        caught.value.message == f"the mail server answered {answer} {'no ' + chr(0xFFFD) + ' such ' + 'x' * 110}"
    )


@pytest.mark.parametrize(
    ("kept", "read"),
    [(b"pass\r\n", "pass"), (b"p" * 4096, "p" * 4096), (b"p" * 4097, "p" * 4096), (b"", "")],
    ids=["a line", "the longest", "more", "none"],
)
def test_of_the_password_no_more_is_read_than_one_may_have(tmp_path: Path, kept: bytes, read: str) -> None:
    (tmp_path / email.PASSWORD_NAME).write_bytes(kept)
    assert email.password({email.CREDENTIALS_VARIABLE: str(tmp_path)}) == read


class Breaking:
    """A server that breaks off at one call."""

    def __init__(self, at: str) -> None:
        self._at = at

    def _call(self, name: str) -> None:
        if name == self._at:
            raise smtplib.SMTPServerDisconnected("gone")

    def send(self, data: bytes) -> None:
        self._call("send")

    def getreply(self) -> tuple[int, bytes]:
        self._call("getreply")
        return 250, b"taken"

    def quit(self) -> None:
        self._call("quit")


@pytest.mark.parametrize("at", ["send", "getreply"])
def test_a_letter_that_was_handed_over_to_nobody_knows_whom_is_unsure(at: str) -> None:
    with pytest.raises(EngineError) as caught:
        email._hand_over(Breaking(at), b"letter")  # type: ignore[arg-type] # it has what is called
    assert caught.value.code is ErrorCode.MAIL_UNSURE


def test_a_rude_farewell_changes_nothing() -> None:
    server = Breaking("quit")
    email._hand_over(server, b"letter")  # type: ignore[arg-type] # it has what is called
    email._farewell(server)  # type: ignore[arg-type] # it has what is called
