"""Letters to a real mail server on loopback, and what arrives held against what was asked about.

``python -m tests.letters`` needs the standard library alone, so that ``make mail-matrix`` runs it under every
Python. Readers of what arrives are this module's own, by RFC 5322, 2045 and 2047, and the library's: both must
agree.
"""

from __future__ import annotations

import argparse
import base64
import json
import platform
import quopri
import random
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from itertools import takewhile
from pathlib import Path
from shutil import which

from demo.mail_server import MailServer, Received
from jarvisd.config.schema import Mail
from jarvisd.core.errors import RequestError
from jarvisd.core.network.letter import Letter
from jarvisd.courier import email

SENDER = "jarvis@home.example.org"
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
VERSIONS = ("3.10", "3.11", "3.12", "3.13")
SAMPLE, FULL = 150, 20_000

_PLAIN = (
    *("Hello", "Mark", "noon", " ", "  ", "\t", ".", "..", ",", "=", "==", "=20", "=0D=0A", "=?", "?=", "--"),
    *("-- ", "From ", "FROM ", "Bcc: eve@evil.org", "Subject: x", "QUIT", "RCPT TO:<eve@evil.org>", "<b>"),
    *("\\r\\n", "%0d%0a"),
    *("Grüße", "Äpfel", "e\u0301", "日本語", "привет", "👍", "👩\u200d🚀", "نامه\u200cها", "\u00a0",
      "x" * 70, "y" * 300, "ß" * 40),
)  # fmt: skip
_LINES = ("\n", "\n\n", "\n.\n", "\n..\n", "\n.", "\nFrom me\n", " \n", "\t\n", "\n ", "\n--x\n")
_FORBIDDEN = (
    *("\r", "\r\n", "\r.\r\n", "\n\r.\r\n", "\0", "\x0b", "\x0c", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u2029"),
    *(
        "\u202e",
        "\u202a",
        "\u2066",
        "\u200e",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\ud800",
        "\udfff",
        "a\u200db",
    ),
    *("\U000e0041", "\ue000"),
)
_ENCODED_WORDS = (
    "=?utf-8?q?hi=0D=0AReply-To:_evil@evil.org=0D=0A=0D=0Apay?=",
    "=?UTF-8?B?aGkNClJlcGx5LVRvOiBldmlsQGV2aWwub3Jn?=",
    "=?iso-8859-1*en?Q?x?=",
    "=?x?q?",
)


@dataclass(frozen=True)
class Draft:
    """Subject and text as a planner may write them, and whether nothing speaks against them."""

    subject: str
    body: str
    is_plain: bool


@dataclass
class Count:
    """What came of letters."""

    tried: int = 0
    refused: int = 0
    equal: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether every letter was refused or arrived as it was asked about, and there were both."""
        return not self.wrong and self.refused + self.equal == self.tried and min(self.refused, self.equal) > 0


def drafts(count: int, seed: int) -> Iterator[Draft]:
    """The attacks that are known, each by itself, then ``count`` drafts by chance."""
    yield from (Draft(f"a{sign}b", "text", is_plain=False) for sign in (*_FORBIDDEN, *_ENCODED_WORDS, "\n", "\t"))
    yield from (Draft("Hello", f"a{sign}b", is_plain=False) for sign in _FORBIDDEN)
    yield from (Draft("Hello", f"a{line}b", is_plain=True) for line in (*_LINES, *_PLAIN, *_ENCODED_WORDS))
    chance = random.Random(seed)
    for _ in range(count):
        is_plain = chance.random() < 0.7
        evil = () if is_plain else (chance.choice(_FORBIDDEN),)
        into_subject = chance.random() < 0.5
        subject = _mixed(chance, _PLAIN, chance.randrange(6), evil if into_subject else ())
        body = _mixed(
            chance, (*_PLAIN, *_LINES, *_ENCODED_WORDS), chance.randrange(60), () if into_subject else evil
        )
        subject = subject.replace("\t", " ")[:200]
        looks_encoded = re.search(r"=\?.*\?.*\?", subject) is not None
        yield Draft(subject, body, is_plain and not looks_encoded)


def _mixed(chance: random.Random, pieces: Sequence[str], count: int, more: Sequence[str]) -> str:
    chosen = [*chance.choices(pieces, k=count), *more]
    chance.shuffle(chosen)
    return "".join(chosen)


def deliver(server: MailServer, all_drafts: Iterator[Draft]) -> Count:
    """Ask the courier to send each draft, and read what arrived."""
    settings = Mail(host="127.0.0.1", port=server.port, sender=SENDER, security="plain")
    count = Count()
    for draft in all_drafts:
        count.tried += 1
        try:
            letter = Letter(
                "mark@example.org", draft.subject, draft.body, f"p{count.tried}.0", SENDER, 1_790_000_000
            )
        except RequestError:
            count.refused += 1
            if draft.is_plain:
                count.wrong += (f"refused: {draft!r}",)
            continue
        email.send(settings, letter, {})
        received = server.letters.pop()
        difference = compared(letter, received) or ("not received alone" if server.letters else "")
        if difference:
            count.wrong += (f"{difference}: {draft!r}",)
        else:
            count.equal += 1
    return count


def compared(letter: Letter, received: Received) -> str:
    """How what arrived differs from a letter; empty when it does not."""
    if (received.sender, received.recipients) != (letter.sender, [letter.to]):
        return "another envelope"
    if re.search(rb"\r(?!\n)|(?<!\r)\n|[^\x20-\x7e\t\r\n]", received.content):
        return "bytes that servers read differently"
    if max(map(len, received.content.split(b"\r\n"))) > 998:
        return "a line that is too long"
    wanted = (
        letter.sender,
        letter.to,
        letter.subject,
        f"<{letter.message_id}@{letter.sender.split('@')[1]}>",
        letter.body,
    )
    if (seen := _read(received.content)) != wanted:
        return f"this module reads {seen!r}"
    return "" if (seen := _read_by_library(received.content)) == wanted else f"the library reads {seen!r}"


def _read(content: bytes) -> tuple[str, ...]:
    """From, To, Subject, Message-ID and text; nothing but exactly the headers of a letter, in their order."""
    lines = content.decode("ascii").split("\r\n")
    head = list(takewhile(bool, lines))
    names = [line.partition(": ")[0] for line in head if line[0] not in " \t"]
    if names != HEADERS:
        return ("other headers", *names)
    unfolded = re.sub(r"\r\n(?=[ \t])", "", "\r\n".join(head)).split("\r\n")
    values = dict(line.split(": ", 1) for line in unfolded)
    pieces = [_word(word) for word in values["Subject"].split(" ")]
    subject = "".join(pieces) if "=?" in values["Subject"] else values["Subject"]
    body = quopri.decodestring("\n".join(lines[len(head) + 1 :]).encode("ascii")).decode("utf-8")
    return values["From"], values["To"], subject, values["Message-ID"], body.removesuffix("\n")


def _word(word: str) -> str:
    match = re.fullmatch(r"=\?utf-8\?B\?([A-Za-z0-9+/=]+)\?=", word)
    return base64.b64decode(match[1], validate=True).decode("utf-8") if match and len(word) <= 75 else f"<{word}>"


def _read_by_library(content: bytes) -> tuple[str, ...]:
    """The same by ``email``, whose way with spaces at the end of a subject is its own."""
    message = message_from_bytes(content, policy=policy.default)
    if list(message.keys()) != HEADERS or message.is_multipart() or message.defects:
        return ("other headers", *message.keys())
    # What the library makes of encoded characters that end a line differs between versions; the words do not.
    subject = _read(content)[2]
    if " ".join(str(message["Subject"]).split()) != " ".join(subject.split()):
        return ("another subject", str(message["Subject"]))
    text = message.get_payload(decode=True)
    body = text.decode("utf-8") if isinstance(text, bytes) else ""
    body = body.replace("\r\n", "\n").removesuffix("\n")
    return str(message["From"]), str(message["To"]), subject, str(message["Message-ID"]), body


def pythons() -> dict[str, str]:
    """An interpreter of each of :data:`VERSIONS` on this machine: from ``PATH``, else from pyenv."""
    found = {version: path for version in VERSIONS if (path := which(f"python{version}")) and _runs(path, version)}
    for folder in sorted((Path.home() / ".pyenv" / "versions").glob("3.*")):
        version = ".".join(folder.name.split(".")[:2])
        path = str(folder / "bin" / "python")
        if version in VERSIONS and version not in found and _runs(path, version):
            found[version] = path
    return {version: found[version] for version in VERSIONS if version in found}


def _runs(path: str, version: str) -> bool:
    """Whether an interpreter starts and is what its name says: pyenv's stand-ins may be neither."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([path, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=False)
    except OSError:
        return False
    return done.stdout.strip() == version


def matrix(count: int, seed: int) -> int:
    """Run under every Python found; a table on standard output, 1 unless all of it held."""
    _say("| Python | letters | refused | arrived equal | result |\n| --- | --- | --- | --- | --- |")
    held = []
    for path in pythons().values():
        command = [path, "-m", "tests.letters", "--count", str(count), "--seed", str(seed)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = json.loads(done.stdout) if done.returncode in (0, 1) and done.stdout else {}
        held.append(done.returncode == 0)
        cells = [told.get(name, "?") for name in ("python", "tried", "refused", "equal")]
        result = "held" if held[-1] else f"NOT HELD: {told.get('wrong') or done.stderr[-300:]}"
        _say(f"| {' | '.join(map(str, (*cells, result)))} |")
    return 0 if held and all(held) else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run here, or everywhere with ``--matrix``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matrix", action="store_true", help="run under every Python found")
    parser.add_argument("--count", type=int, default=2000, help="letters by chance")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.matrix:
        return matrix(args.count, args.seed)
    with MailServer() as server:
        count = deliver(server, drafts(args.count, args.seed))
    told = {"tried": count.tried, "refused": count.refused, "equal": count.equal, "wrong": count.wrong[:3]}
    _say(json.dumps({"python": platform.python_version(), **told}))
    return 0 if count.is_held else 1


if __name__ == "__main__":
    sys.exit(main())
