"""Delivers a letter to the configured mail server. Its password comes from the service manager alone."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jarvisd.config import mail_password
from jarvisd.config.mail_password import PASSWORD_FILE
from jarvisd.config.schema import Mail
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.letter import Letter
from jarvisd.core.network.letter_format import lines_of
from jarvisd.courier.checked_connection import ErrandDeadline, connect, is_loopback, tls_context

CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
PASSWORD_NAME = "mail-password"  # noqa: S105 - the name of the credential, not its value
PASSWORD_LIMIT_BYTES = 4096
"""Chosen: more is no password but another file."""
TLS_PORT = 465
"""Where encryption begins at once (RFC 8314)."""
_SPEAKS_PLAINLY = frozenset(
    {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}
)
"""What OpenSSL says of a server that greets in plain text; by version."""
_HELLO = "[127.0.0.1]"
"""The mail server need not learn this machine's name."""


def send(
    settings: Mail,
    letter: Letter,
    environment: Mapping[str, str] = os.environ,
    password_file: Path = PASSWORD_FILE,
) -> JsonObject:
    """Deliver ``letter``; ``{"to","message_id"}`` once the server has taken it.

    Errors: MAIL_NOT_CONFIGURED, MAIL_UNREACHABLE, MAIL_UNTRUSTED, MAIL_MISCONFIGURED, MAIL_LOGIN_FAILED,
    MAIL_PASSWORD_EXPOSED, MAIL_REJECTED, MAIL_ALTERED, and MAIL_UNSURE when the connection broke after the whole
    letter had been handed over.
    """
    require_configured(settings)
    if settings.sender != letter.sender:
        text = "the letter was not sent: mail.sender has changed since the executor started"
        raise EngineError(text, code=ErrorCode.MAIL_ALTERED)
    data = wire_form(letter.content)
    with session(settings, environment, password_file) as server:
        with _failures("the mail server gave up", ErrorCode.MAIL_REJECTED):
            _expect(server.mail(settings.sender), 250)
            _expect(server.rcpt(letter.to), 250)
            _expect(server.docmd("DATA"), 354)
        _hand_over(server, data)
    return {"to": letter.to, "message_id": f"<{letter.message_id}@{letter.sender.rpartition('@')[2]}>"}


def try_out(
    settings: Mail, environment: Mapping[str, str] = os.environ, password_file: Path = PASSWORD_FILE
) -> JsonObject:
    """Connect, prove who the server is, log in and leave: ``{"server","encryption","login","sender"}``."""
    with session(settings, environment, password_file) as server:
        encryption = server.sock.version() if isinstance(server.sock, ssl.SSLSocket) else None
    return {
        "server": f"{settings.host}:{settings.port}",
        "encryption": encryption or "none",
        "login": settings.user or "none",
        "sender": settings.sender,
    }


def require_configured(settings: Mail) -> None:
    """Raise MAIL_NOT_CONFIGURED without a server or a sender."""
    if not settings.host or not settings.sender:
        raise JarvisError("set mail.host and mail.sender", code=ErrorCode.MAIL_NOT_CONFIGURED)


def wire_form(content: bytes) -> bytes:
    """A letter as it follows DATA: dots at the start of lines doubled, the end marked (RFC 5321, section 4.5.2).

    Bytes that a server could cut into other lines, with a bare CR or LF, are refused with MAIL_ALTERED.
    """
    lines = lines_of(content)
    stuffed = (f".{line}" if line.startswith(".") else line for line in lines)
    return "\r\n".join((*stuffed, ".", "")).encode("ascii")


def password(environment: Mapping[str, str]) -> str:
    """The password that the service manager has put down for this process; empty when there is none."""
    folder = environment.get(CREDENTIALS_VARIABLE, "")
    if not folder:
        return ""
    try:
        with (Path(folder) / PASSWORD_NAME).open("rb") as file:
            return file.read(PASSWORD_LIMIT_BYTES).decode("utf-8").rstrip("\r\n")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise JarvisError("the mail password cannot be read", code=ErrorCode.MAIL_LOGIN_FAILED) from error


@contextmanager
def session(settings: Mail, environment: Mapping[str, str], password_file: Path) -> Iterator[smtplib.SMTP]:
    """A session with the server in which it has proved who it is and taken the login."""
    require_configured(settings)
    if settings.user:
        mail_password.require_kept(password_file)
    deadline = ErrandDeadline(settings.deadline_s)
    is_plain = settings.security == "plain"
    connection = connect(
        settings.host,
        settings.port,
        # The administrator has named the server, and it proves who it is by its certificate; one that proves
        # nothing must be this machine.
        is_permitted=is_loopback if is_plain else bool,
        deadline=deadline,
        code=ErrorCode.MAIL_UNREACHABLE,
    )
    server = smtplib.SMTP(local_hostname=_HELLO)
    guard = deadline.guard(connection)
    try:
        server.sock = connection
        _encrypt(server, settings)
        _log_in(server, settings, environment)
        yield server
        _farewell(server)
    finally:
        guard.cancel()
        server.close()


def _encrypt(server: smtplib.SMTP, settings: Mail) -> None:
    with (
        _mismatch(settings),
        _failures("the mail server does not answer", ErrorCode.MAIL_UNREACHABLE),
    ):
        if settings.security == "tls":
            server.sock = _wrapped(server, settings)
        _expect(server.getreply(), 220)
        server.ehlo()
        if settings.security != "starttls":
            return
        if not server.has_extn("starttls"):
            raise JarvisError("the mail server offers no encryption", code=ErrorCode.MAIL_UNTRUSTED)
        _expect(server.docmd("STARTTLS"), 220)
        server.sock = _wrapped(server, settings)
        # Whatever was said before the encryption is forgotten: anybody may have said it.
        server.file = None
        server.ehlo()


@contextmanager
def _mismatch(settings: Mail) -> Iterator[None]:
    """What a server does to whom begins otherwise than it expects, named as what it is."""
    try:
        yield
    except JarvisError as error:
        cause = error.__cause__
        is_plain_there = isinstance(cause, ssl.SSLError) and cause.reason in _SPEAKS_PLAINLY
        if settings.security == "tls" and is_plain_there:
            text = (
                f"port {settings.port} of the mail server does not begin with TLS, it takes STARTTLS: "
                "set mail.security to starttls, or mail.port to 465"
            )
            raise JarvisError(text, code=ErrorCode.MAIL_MISCONFIGURED) from error
        is_silent = error.code in (ErrorCode.MAIL_UNREACHABLE, ErrorCode.TIMEOUT)
        if settings.security == "starttls" and settings.port == TLS_PORT and is_silent:
            text = (
                f"port {settings.port} of the mail server begins with TLS and not with STARTTLS: "
                "set mail.security to tls, or mail.port to 587"
            )
            raise JarvisError(text, code=ErrorCode.MAIL_MISCONFIGURED) from error
        raise


def _wrapped(server: smtplib.SMTP, settings: Mail) -> ssl.SSLSocket:
    assert server.sock is not None  # noqa: S101 - the session has connected
    return tls_context(settings.ca_file).wrap_socket(server.sock, server_hostname=settings.host)


def _log_in(server: smtplib.SMTP, settings: Mail, environment: Mapping[str, str]) -> None:
    if not settings.user:
        return
    secret = password(environment)
    if not secret:
        raise JarvisError(f"there is no password in {PASSWORD_FILE}", code=ErrorCode.MAIL_LOGIN_FAILED)
    with _failures("the mail server refused the login", ErrorCode.MAIL_LOGIN_FAILED):
        server.login(settings.user, secret)


def _hand_over(server: smtplib.SMTP, data: bytes) -> None:
    """The last step. Nobody knows what a server did that falls silent in it, so nothing tries again."""
    try:
        server.send(data)
        reply = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        text = "the connection broke while the letter was handed over"
        raise EngineError(text, code=ErrorCode.MAIL_UNSURE) from error
    _expect(reply, 250)


def _farewell(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        # The letter has been taken: a rude farewell changes nothing.
        pass


def _expect(reply: tuple[int, bytes], code: int) -> None:
    if reply[0] // 10 == code // 10:
        return
    told = reply[1].decode("utf-8", "replace")
    shown = " ".join("".join(c if c.isprintable() else " " for c in told).split())[:120]
    raise RequestError(f"the mail server answered {reply[0]} {shown}", code=ErrorCode.MAIL_REJECTED)


@contextmanager
def _failures(what: str, code: ErrorCode) -> Iterator[None]:
    """The library's failures as ours, without the server's words where they could echo the password."""
    try:
        yield
    except smtplib.SMTPServerDisconnected as error:
        raise Unavailable("the mail server went away", code=ErrorCode.MAIL_UNREACHABLE) from error
    except smtplib.SMTPResponseException as error:
        raise JarvisError(f"{what} ({error.smtp_code})", code=code) from None
    except smtplib.SMTPException as error:
        raise JarvisError(f"{what} ({error.__class__.__name__})", code=code) from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or "no encryption could be agreed on"
        text = f"the mail server cannot prove who it is: {reason}"
        raise JarvisError(text, code=ErrorCode.MAIL_UNTRUSTED) from error
    except OSError as error:
        reason = error.strerror or "too late"
        raise Unavailable(
            f"the mail server cannot be reached: {reason}", code=ErrorCode.MAIL_UNREACHABLE
        ) from error
