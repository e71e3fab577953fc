"""What the executor hands to the courier and what comes back: one JSON object each way, one line each. Pure.

The courier is the only process of the suite that may reach other machines to write a letter or fetch a page; it
sees no files and the executor sees no network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, InternalError, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject, digest
from jarvisd.core.network.email_address import is_address

ERRAND_LIMIT_BYTES = 200_000
"""Longest errand as a line."""
ANSWER_LIMIT_BYTES = 400_000
"""Longest answer as a line."""
SUBJECT_LIMIT = 200
BODY_LIMIT = 20_000
"""Characters of a letter's text."""
MESSAGE_ID_LIMIT = 120

SEND, TEST, FETCH = "send", "test", "fetch"


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to one person. Construction refuses what could smuggle in headers or other recipients."""

    to: str
    subject: str
    body: str
    message_id: str
    """Left part of the Message-ID: letters, digits, dots and dashes."""

    def __post_init__(self) -> None:
        if not is_address(self.to):
            raise RequestError(f"{self.to[:80]!r} is no plain e-mail address", code=ErrorCode.REFUSED)
        if len(self.subject) > SUBJECT_LIMIT or not self.subject.isprintable():
            raise RequestError(f"a subject is one line of at most {SUBJECT_LIMIT} characters")
        plain = self.body.replace("\n", "").replace("\t", "")
        if len(self.body) > BODY_LIMIT or any(character < " " or character == "\x7f" for character in plain):
            raise RequestError(f"the text of a letter is plain and has at most {BODY_LIMIT:,} characters")
        known = self.message_id.replace("-", "").replace(".", "")
        if not (known.isascii() and known.isalnum() and len(self.message_id) <= MESSAGE_ID_LIMIT):
            raise RequestError("a message id is made of letters, digits, dots and dashes")

    @property
    def binding(self) -> str:
        """Identity of what is sent and to whom: consent is given to this and to nothing else."""
        return digest({"to": self.to, "subject": self.subject, "body": self.body})

    def to_json(self) -> JsonObject:
        """The errand without its kind."""
        return {"to": self.to, "subject": self.subject, "body": self.body, "message_id": self.message_id}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. Everything in it is untrusted."""

    url: str
    """Where it was found in the end, after redirects."""
    title: str
    text: str
    truncated: bool

    def to_json(self) -> JsonObject:
        """``{"url","title","text","truncated"}``."""
        return {"url": self.url, "title": self.title, "text": self.text, "truncated": self.truncated}


def encode(value: JsonObject) -> bytes:
    """A line."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def failure(error: JarvisError) -> JsonObject:
    """The answer when an errand failed."""
    return {"error": error.code.value, "message": error.message}


def decode(line: bytes) -> Mapping[str, object]:
    """The object in a line; RequestError when there is none."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RequestError("this is not JSON") from error
    if not isinstance(value, dict):
        raise RequestError("an errand is a JSON object")
    return value


def letter_from(errand: Mapping[str, object]) -> Letter:
    """The letter of an errand; RequestError for anything that is none."""
    to, subject, body, message_id = (text_of(errand, name) for name in ("to", "subject", "body", "message_id"))
    return Letter(to=to, subject=subject, body=body, message_id=message_id)


def page_from(answer: Mapping[str, object]) -> Page:
    """The page of an answer."""
    url, title, text = (text_of(answer, name) for name in ("url", "title", "text"))
    return Page(url=url, title=title, text=text, truncated=answer.get("truncated") is True)


def unwrap(answer: Mapping[str, object]) -> Mapping[str, object]:
    """An answer without a failure, which is raised as it was on the other side."""
    code = answer.get("error")
    if code is None:
        return answer
    known = ErrorCode.named(str(code))
    kind = InternalError if known is ErrorCode.INTERNAL else JarvisError
    raise kind(str(answer.get("message", ""))[:500], code=known)


def text_of(value: Mapping[str, object], name: str) -> str:
    """A text of an errand or answer."""
    text = value.get(name)
    if not isinstance(text, str) or any("\ud800" <= character <= "\udfff" for character in text):
        raise RequestError(f"{name} must be a text")
    return text
