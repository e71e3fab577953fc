"""A mail server on a real loopback socket: SMTP with STARTTLS and a login, and every way to misbehave."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import BinaryIO


@dataclass
class Received:
    """A letter as the server took it."""

    sender: str
    recipients: list[str]
    content: bytes
    encrypted: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        """The parsed letter."""
        message = message_from_bytes(self.content, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        return message


@dataclass
class Habits:
    """How the server behaves."""

    offers_starttls: bool = True
    implicit_tls: bool = False
    login: tuple[str, str] | None = None
    rejects: frozenset[str] = frozenset()
    """Verbs that are answered with 550."""
    hangs_at: str = ""
    """A verb, ``GREETING`` or ``END`` (after the whole letter) at which it falls silent."""
    drops_at: str = ""
    """Likewise, at which it closes the connection."""
    told: str = ""
    """Said in every answer that may say something."""
    injects: bytes = b""
    """Sent in the clear right behind the answer to STARTTLS."""


@dataclass
class MailServer:
    """Use as a context manager; ``letters`` is what arrived, ``lines`` every command."""

    tls: ssl.SSLContext | None = None
    habits: Habits = field(default_factory=Habits)
    letters: list[Received] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)

    def __enter__(self) -> MailServer:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._released = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(30)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._door.accept()
            except OSError:
                return
            try:
                _Talk(self, connection).run()
            except (OSError, EOFError):
                # The other side went away, or did not like our certificate.
                continue

    def wait_if(self, point: str) -> None:
        """Be rude at ``point`` if that is the habit."""
        if self.habits.hangs_at == point:
            self._released.wait(60)
            raise EOFError
        if self.habits.drops_at == point:
            raise EOFError


class _Talk:
    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self.server = server
        self.connection = connection
        self.encrypted = False
        self.user = ""
        self.sender = ""
        self.recipients: list[str] = []

    def run(self) -> None:
        connection = self.connection
        try:
            connection.settimeout(60)
            if self.server.habits.implicit_tls:
                self._encrypt()
            self.file: BinaryIO = self.connection.makefile("rb")
            self.server.wait_if("GREETING")
            self._say("220 mail server")
            while self._answer(self._line()):
                continue
        finally:
            self.connection.close()
            connection.close()

    def _encrypt(self) -> None:
        assert self.server.tls is not None
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.encrypted = True
        self.file = self.connection.makefile("rb")

    def _line(self) -> bytes:
        line = self.file.readline(2000)
        if not line:
            raise EOFError
        self.server.lines.append(line.rstrip(b"\r\n"))
        return line.rstrip(b"\r\n")

    def _say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _answer(self, line: bytes) -> bool:
        verb = line.split(b" ")[0].decode("ascii", "replace").upper()
        self.server.wait_if(verb)
        if verb in self.server.habits.rejects:
            self._say(f"550 not here {self.server.habits.told}")
            return True
        action = getattr(self, f"_on_{verb.lower()}", None)
        if action is None:
            self._say("502 unknown")
            return True
        result: bool | None = action(line)
        return result is not False

    def _on_ehlo(self, _: bytes) -> None:
        habits = self.server.habits
        lines = ["250-mail server"]
        if habits.offers_starttls and not self.encrypted:
            lines.append("250-STARTTLS")
        if habits.login is not None and self.encrypted:
            lines.append("250-AUTH PLAIN")
        self._say(*lines, "250 SIZE 1000000")

    def _on_starttls(self, _: bytes) -> None:
        self.connection.sendall(b"220 go ahead\r\n" + self.server.habits.injects)
        self._encrypt()

    def _on_auth(self, line: bytes) -> None:
        _, user, password = base64.b64decode(line.split(b" ")[2]).decode().split("\0")
        if (user, password) == self.server.habits.login:
            self.user = user
            self._say("235 welcome")
        else:
            self._say(f"535 wrong password {password}")

    def _on_mail(self, line: bytes) -> None:
        if self.server.habits.login is not None and not self.user:
            self._say("530 log in first")
            return
        self.sender = line.decode().partition("<")[2].partition(">")[0]
        self._say("250 fine")

    def _on_rcpt(self, line: bytes) -> None:
        self.recipients.append(line.decode().partition("<")[2].partition(">")[0])
        self._say("250 fine")

    def _on_data(self, _: bytes) -> None:
        self._say("354 go on")
        content = bytearray()
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise EOFError
            content += line.removeprefix(b".") if line.startswith(b"..") else line
        self.server.wait_if("END")
        letter = Received(self.sender, self.recipients, bytes(content), self.encrypted, self.user)
        self.server.letters.append(letter)
        self._say("550 no such text" if "END" in self.server.habits.rejects else "250 taken")

    def _on_noop(self, _: bytes) -> None:
        self._say("250 fine")

    def _on_rset(self, _: bytes) -> None:
        self._say("250 fine")

    def _on_quit(self, _: bytes) -> bool:
        self._say("221 bye")
        return False
