"""A letter as one person agrees to it: what may be in it, and the identity that consent is bound to. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.email_address import is_address
from jarvisd.core.network.letter_format import LetterText, serialised

SUBJECT_LIMIT = 200
BODY_LIMIT = 20_000
"""Characters of a letter's text."""
MESSAGE_ID_LIMIT = 120
WRITTEN_LIMIT_S = 253_402_300_800
"""The year 10000, which no date of a letter can write."""

_JOINED = re.compile("(?<=[^\x00-\x7f\u200c\u200d])[\u200c\u200d](?=[^\x00-\x7f\u200c\u200d])")
"""A joiner between two letters of a script that needs it, or in an emoji: the one invisible sign allowed."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Categories of Unicode that are controls: of terminals, of lines, of the direction of writing, of nobody."""
_ENCODED_WORD = re.compile(r"=\?[^?]*\?[^?]?\?")
"""How an encoded word begins (RFC 2047): readers that decode twice make headers of it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail to one person. Construction refuses what could smuggle in headers, recipients or hidden text.

    ``sender`` and ``written_s`` (seconds since 1970) are part of it, so that its bytes are fixed before anybody is
    asked.
    """

    to: str
    subject: str
    body: str
    message_id: str
    """Left part of the Message-ID: letters, digits, dots and dashes."""
    sender: str
    written_s: int

    def __post_init__(self) -> None:
        require_text(self.subject, self.body)
        if not is_address(self.to):
            raise RequestError(f"{self.to[:80]!r} is no plain e-mail address", code=ErrorCode.REFUSED)
        if not is_address(self.sender):
            raise RequestError("mail.sender is no plain e-mail address", code=ErrorCode.CONFIG_INVALID)
        known = self.message_id.replace("-", "").replace(".", "")
        if not (known.isascii() and known.isalnum() and len(self.message_id) <= MESSAGE_ID_LIMIT):
            raise RequestError("a message id is made of letters, digits, dots and dashes")
        if not 0 <= self.written_s < WRITTEN_LIMIT_S:
            raise RequestError("a letter is written between 1970 and 9999")

    def to_json(self) -> JsonObject:
        """Its fields, as an errand carries them."""
        return {
            "to": self.to,
            "subject": self.subject,
            "body": self.body,
            "message_id": self.message_id,
            "sender": self.sender,
            "written_s": self.written_s,
        }

    @property
    def content(self) -> bytes:
        """The very bytes that leave; EngineError(MAIL_ALTERED) if they would not say what the letter says."""
        text = LetterText(self.sender, self.to, self.subject, self.body)
        return serialised(text, written_s=self.written_s, message_id=self.message_id)

    @property
    def whole(self) -> str:
        """What is read out to who wants to hear all of it before agreeing."""
        return self.body

    @property
    def binding(self) -> str:
        """SHA-256 of the bytes, in hexadecimal: consent is given to these and to nothing else."""
        return hashlib.sha256(self.content).hexdigest()


def require_text(subject: str, body: str) -> None:
    """Raise RequestError for a subject or text that no letter may have, whoever it goes to.

    A subject is one line, and not what looks like an encoded word. A text has line feeds and tabs, and no other
    control: what a person does not hear must not be in the letter.
    """
    if len(subject) > SUBJECT_LIMIT or _is_unseen(subject):
        raise RequestError(f"a subject is one line of at most {SUBJECT_LIMIT} characters")
    if _ENCODED_WORD.search(subject):
        raise RequestError("the subject looks like an encoded header", code=ErrorCode.REFUSED)
    if len(body) > BODY_LIMIT or _is_unseen(body.replace("\n", "").replace("\t", "")):
        raise RequestError(f"the text of a letter is plain and has at most {BODY_LIMIT:,} characters")


def _is_unseen(text: str) -> bool:
    return any(unicodedata.category(character) in _UNSEEN for character in _JOINED.sub("", text))
