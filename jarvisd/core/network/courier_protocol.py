"""What the executor hands to the courier and what comes back: one JSON object each way, one line each. Pure.

The courier is the only process of the suite that may reach other machines to write a letter or fetch a page; it
sees no files and the executor sees no network.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from jarvisd.core.errors import EngineError, ErrorCode, InternalError, JarvisError, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.letter import Letter

ERRAND_LIMIT_BYTES = 200_000
"""Longest errand as a line."""
ANSWER_LIMIT_BYTES = 400_000
"""Longest answer as a line."""
SEND, TEST, FETCH, WEATHER = "send", "test", "fetch", "weather"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says. Everything in it is untrusted."""

    url: str
    """Where it was found in the end, after redirects."""
    title: str
    text: str
    truncated: bool
    needs_script: bool = False
    """Its text, or most of it, only appears once a script of the page has run, and nothing here runs any."""
    links: tuple[str, ...] = ()
    """Addresses that it shows links to, whole."""

    def to_json(self) -> JsonObject:
        """``{"url","title","text","truncated","needs_script","links"}``."""
        return {
            "url": self.url,
            "title": self.title,
            "text": self.text,
            "truncated": self.truncated,
            "needs_script": self.needs_script,
            "links": list(self.links),
        }


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


def send_errand(letter: Letter) -> JsonObject:
    """The errand to deliver ``letter``, with the identity of the bytes that were asked about."""
    return {"kind": SEND, **letter.to_json(), "sha256": letter.binding}


def letter_from(errand: Mapping[str, object]) -> Letter:
    """The letter of an errand; RequestError for anything that is none, MAIL_ALTERED if its bytes are others."""
    names = ("to", "subject", "body", "message_id", "sender")
    to, subject, body, message_id, sender = (text_of(errand, name) for name in names)
    written_s = errand.get("written_s")
    if not isinstance(written_s, int):
        raise RequestError("written_s must be a whole number of seconds")
    letter = Letter(to, subject, body, message_id, sender, written_s)
    if letter.binding != text_of(errand, "sha256"):
        text = "the letter was not sent: its bytes are not those that were asked about"
        raise EngineError(text, code=ErrorCode.MAIL_ALTERED)
    return letter


def page_from(answer: Mapping[str, object]) -> Page:
    """The page of an answer."""
    url, title, text = (text_of(answer, name) for name in ("url", "title", "text"))
    flags = {name: answer.get(name) is True for name in ("truncated", "needs_script")}
    listed = answer.get("links", [])
    links = tuple(link for link in listed if isinstance(link, str)) if isinstance(listed, list) else ()
    return Page(url=url, title=title, text=text, links=links, **flags)


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
