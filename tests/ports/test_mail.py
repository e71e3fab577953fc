"""Letters go to a real mail server over a real socket, encrypted, or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.mail_server import Habits, MailServer
from jarvisd.config.schema import Mail
from jarvisd.core.errors import ErrorCode, JarvisError, RequestError
from jarvisd.core.network.courier_protocol import encode, send_errand
from jarvisd.core.network.letter import Letter
from jarvisd.courier import email
from tests.fakes.authority import Authority
from tests.figures import IS_FULL, Record
from tests.letters import FULL, SAMPLE, deliver, drafts

SENDER = "jarvis@home.example.org"
LETTER = Letter(
    "mark@example.org", "Grüße aus Köln", "Hello Mark,\n.dots stay\n\nÄpfel", "p1.0", SENDER, 1_790_000_000
)
SECRET = "correct horse"  # a password of this test alone


@contextmanager
def post(authority: Authority, habits: Habits | None = None, *, name: str = "localhost") -> Iterator[MailServer]:
    with MailServer(authority.context(name), habits or Habits()) as server:
        yield server


def settings(server: MailServer, authority: Authority, **changes: Any) -> Mail:
    base = Mail(
        host="localhost",
        port=server.port,
        sender=SENDER,
        ca_file=str(authority.certificate),
        deadline_s=20,
    )
    return replace(base, **changes)


@pytest.fixture
def credentials(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / email.PASSWORD_NAME).write_text(SECRET + "\n")
    return {email.CREDENTIALS_VARIABLE: str(folder)}


def code_of(call: Any) -> ErrorCode:
    with pytest.raises(JarvisError) as caught:
        call()
    assert SECRET not in str(caught.value)
    return caught.value.code


def test_a_letter_arrives_as_it_was_written(authority: Authority) -> None:
    with post(authority) as server:
        email.send(settings(server, authority), LETTER, {})
        assert email.try_out(settings(server, authority), {})["login"] == "none"
    [taken] = server.letters
    assert (taken.sender, taken.recipients, taken.encrypted) == (
        "jarvis@home.example.org",
        ["mark@example.org"],
        True,
    )
    message = taken.message
    assert (message["Subject"], message["To"]) == (LETTER.subject, LETTER.to)
    assert message["Message-ID"] == "<p1.0@home.example.org>"
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == LETTER.body
    assert taken.content.isascii()


def test_the_login_follows_the_encryption_and_never_precedes_it(
    authority: Authority, credentials: dict[str, str]
) -> None:
    with post(authority, Habits(login=("jarvis", SECRET))) as server:
        email.send(settings(server, authority, user="jarvis"), LETTER, credentials)
    assert server.letters[0].user == "jarvis"
    verbs = [line.split(b" ")[0] for line in server.lines]
    assert verbs.index(b"STARTTLS") < verbs.index(b"AUTH")


def test_a_port_that_begins_otherwise_than_the_settings_say_is_called_that(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 12, kind 10: no server that cannot prove who it is."""
    with post(authority) as server:
        with pytest.raises(JarvisError, match=r"takes STARTTLS: set mail\.security to starttls") as caught:
            email.try_out(settings(server, authority, security="tls"), {})
        assert caught.value.code is ErrorCode.MAIL_MISCONFIGURED
    with post(authority, Habits(implicit_tls=True)) as server:
        monkeypatch.setattr(email, "TLS_PORT", server.port)
        with pytest.raises(JarvisError, match="begins with TLS and not with STARTTLS") as caught:
            email.try_out(settings(server, authority, deadline_s=1), {})
        assert caught.value.code is ErrorCode.MAIL_MISCONFIGURED


def test_encryption_from_the_first_byte(authority: Authority, credentials: dict[str, str]) -> None:
    with post(authority, Habits(implicit_tls=True, login=("jarvis", SECRET))) as server:
        email.send(settings(server, authority, user="jarvis", security="tls"), LETTER, credentials)
        found = email.try_out(settings(server, authority, user="jarvis", security="tls"), credentials)
    assert len(server.letters) == 1
    assert found["encryption"] in ("TLSv1.2", "TLSv1.3")


@pytest.mark.parametrize(
    ("habits", "changes", "code"),
    [
        (Habits(offers_starttls=False), {}, ErrorCode.MAIL_UNTRUSTED),
        (Habits(), {"ca_file": ""}, ErrorCode.MAIL_UNTRUSTED),
        (Habits(), {"host": "127.0.0.1"}, ErrorCode.MAIL_UNTRUSTED),
        (Habits(), {"security": "tls"}, ErrorCode.MAIL_MISCONFIGURED),
        (Habits(rejects=frozenset({"STARTTLS"})), {}, ErrorCode.MAIL_REJECTED),
        (Habits(login=("jarvis", "another")), {"user": "jarvis"}, ErrorCode.MAIL_LOGIN_FAILED),
        (Habits(), {"user": "jarvis"}, ErrorCode.MAIL_LOGIN_FAILED),
        (Habits(rejects=frozenset({"MAIL"})), {}, ErrorCode.MAIL_REJECTED),
        (Habits(rejects=frozenset({"RCPT"})), {}, ErrorCode.MAIL_REJECTED),
        (Habits(rejects=frozenset({"DATA"})), {}, ErrorCode.MAIL_REJECTED),
        (Habits(rejects=frozenset({"END"})), {}, ErrorCode.MAIL_REJECTED),
        (Habits(drops_at="GREETING"), {}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(drops_at="EHLO"), {}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(drops_at="RCPT"), {}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(drops_at="DATA"), {}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(drops_at="END"), {}, ErrorCode.MAIL_UNSURE),
        (Habits(hangs_at="GREETING"), {"deadline_s": 1}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(hangs_at="RCPT"), {"deadline_s": 1}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(hangs_at="END"), {"deadline_s": 1}, ErrorCode.MAIL_UNSURE),
        (Habits(), {"host": ""}, ErrorCode.MAIL_NOT_CONFIGURED),
        (Habits(), {"host": "nowhere.invalid"}, ErrorCode.MAIL_UNREACHABLE),
        (Habits(), {"host": "no..where"}, ErrorCode.MAIL_UNREACHABLE),
    ],
    ids=str,
)
def test_every_failure_has_its_code(
    authority: Authority, credentials: dict[str, str], habits: Habits, changes: dict[str, Any], code: ErrorCode
) -> None:
    """Only a letter that was handed over whole may be unsure; all the others were surely not sent."""
    with post(authority, habits) as server:
        assert code_of(lambda: email.send(settings(server, authority, **changes), LETTER, credentials)) is code
    assert server.letters == [] or "END" in habits.rejects


def test_an_expired_certificate_and_one_of_another_name_are_not_trusted(authority: Authority) -> None:
    for name, days in (("other.example.org", 2), ("localhost", -1)):
        with MailServer(authority.context(name, days=days)) as server:
            call = lambda: email.try_out(settings(server, authority), {})  # noqa: E731 - called at once
            assert code_of(call) is ErrorCode.MAIL_UNTRUSTED
        assert b"STARTTLS" in server.lines


def test_answers_smuggled_in_before_the_encryption_are_forgotten(
    authority: Authority, credentials: dict[str, str]
) -> None:
    with post(authority, Habits(injects=b"250-test\r\n250 AUTH PLAIN\r\n")) as server:
        call = lambda: email.send(settings(server, authority, user="jarvis"), LETTER, credentials)  # noqa: E731
        assert code_of(call) is ErrorCode.MAIL_LOGIN_FAILED
    assert server.letters == []
    assert not any(line.startswith(b"AUTH") for line in server.lines)


def test_plain_text_is_for_this_machine_only(authority: Authority) -> None:
    with MailServer() as server:
        plain = settings(server, authority, security="plain", host="127.0.0.1", ca_file="")
        email.send(plain, LETTER, {})
        assert [letter.encrypted for letter in server.letters] == [False]
        # A name that leads elsewhere is refused before anything is said to it.
        assert code_of(lambda: email.send(replace(plain, host="192.0.2.1"), LETTER, {})) is ErrorCode.REFUSED


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "mark@example.org\r\nRCPT TO:<eve@evil.org>"},
        {"to": "mark@example.org, eve@evil.org"},
        {"to": "<mark@example.org>"},
        {"subject": "Hi\r\nBcc: eve@evil.org"},
        {"subject": "Hi\u2028Bcc: eve@evil.org"},
        {"subject": "Hi\x85Bcc: eve@evil.org"},
        {"subject": "x" * 201},
        {"body": "text\x00"},
        {"body": "text\r\n.\r\nMAIL FROM:<a@b.c>"},
        {"body": "x" * 20_001},
        {"message_id": "a@b>\r\nBcc: eve@evil.org"},
        {"sender": "jarvis@home.example.org\r\nBcc: eve@evil.org"},
        {"message_id": ""},
    ],
    ids=str,
)
def test_nothing_can_be_smuggled_into_a_letter(changes: dict[str, str]) -> None:
    with pytest.raises(RequestError):
        replace(LETTER, **changes)


def test_a_body_that_looks_like_the_protocol_stays_a_body(authority: Authority) -> None:
    body = "one\n.\nRCPT TO:<eve@evil.org>\nBcc: eve@evil.org\n.."
    with post(authority) as server:
        email.send(settings(server, authority), replace(LETTER, body=body), {})
    [taken] = server.letters
    assert taken.recipients == ["mark@example.org"]
    assert taken.message.get_content().replace("\r\n", "\n").rstrip("\n") == body
    assert taken.message["Bcc"] is None


@pytest.mark.soak("letters to a real mail server, parsed", FULL, "100 % equal to the question")
def test_what_arrives_is_what_was_asked_about(record_property: Record) -> None:
    """Drafts by chance and every known attack, over a real socket: refused before anybody is asked, or equal."""
    with MailServer() as server:
        count = deliver(server, drafts(FULL if IS_FULL else SAMPLE, seed=20_261_128))
    record_property("tried", count.tried)
    record_property("seen", f"{count.equal:,} equal, {count.refused:,} refused")
    assert count.wrong == ()
    assert count.is_held


def test_a_sender_that_changed_since_the_question_sends_nothing(authority: Authority) -> None:
    with post(authority) as server:
        changed = settings(server, authority, sender="other@home.example.org")
        assert code_of(lambda: email.send(changed, LETTER, {})) is ErrorCode.MAIL_ALTERED
    assert server.lines == []


@pytest.mark.parametrize(
    ("mode", "is_kept"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o620, False)]
)
def test_a_password_that_others_can_read_is_not_used(
    authority: Authority, credentials: dict[str, str], tmp_path: Path, mode: int, is_kept: bool
) -> None:
    file = tmp_path / "mail-password"
    file.write_text(SECRET)
    file.chmod(mode)
    with post(authority, Habits(login=("jarvis", SECRET))) as server:
        known = settings(server, authority, user="jarvis")
        if is_kept:
            email.send(known, LETTER, credentials, file)
            email.try_out(known, credentials, file)
        else:
            for call in (email.send, lambda *given: email.try_out(known, credentials, file)):
                assert code_of(lambda: call(known, LETTER, credentials, file)) is ErrorCode.MAIL_PASSWORD_EXPOSED  # noqa: B023 - called at once
            assert server.lines == []
    assert len(server.letters) == is_kept


def courier(config: Path, errand: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    """One errand to the real process, over the socket at its standard input, as systemd starts it."""
    import socket

    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "jarvisd.courier", "--config", str(config)]
    with ours, theirs:
        process = subprocess.Popen(command, stdin=theirs, env={**os.environ, **environment})
        theirs.close()
        ours.settimeout(60)
        ours.sendall(encode(errand))
        with ours.makefile("rb") as lines:
            answer: dict[str, Any] = json.loads(lines.readline())
        assert process.wait(30) == 0
    return answer


def test_the_process_runs_one_errand(authority: Authority, credentials: dict[str, str], tmp_path: Path) -> None:
    with post(authority, Habits(login=("jarvis", SECRET))) as server:
        config = tmp_path / "jarvisd.toml"
        config.write_text(
            f'[mail]\nhost = "localhost"\nport = {server.port}\nuser = "jarvis"\nsender = "{SENDER}"\n'
            f'ca_file = "{authority.certificate}"\n'
        )
        found = courier(config, {"kind": "test"}, credentials)
        assert (found["login"], found["server"]) == ("jarvis", f"localhost:{server.port}")
        sent = courier(config, dict(send_errand(LETTER)), credentials)
        assert sent == {"to": "mark@example.org", "message_id": "<p1.0@home.example.org>"}
        bad = courier(config, {**send_errand(LETTER), "to": "a@b.c\r\nd"}, credentials)
        assert bad["error"] == "Refused"
        other = courier(config, {**send_errand(LETTER), "body": "something else"}, credentials)
        assert other["error"] == "MailAltered"
        assert courier(config, {"kind": "dance"}, {})["error"] == "InvalidRequest"
        config.write_text("[mail]\nsecurity = 3\n")
        assert courier(config, {"kind": "test"}, {})["error"] == "ConfigInvalid"
    assert len(server.letters) == 1
