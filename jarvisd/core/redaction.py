"""Secrets never reach a log, whatever else may: they are replaced before anything is written. Pure.

What is recognised: values under names such as ``password``, phrases such as "my password is ...", credentials in
addresses and headers, private keys, and tokens by their known shapes or their randomness. The work grows as the
text does, whatever is in it: no rule begins at many places of what it may read to the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jarvisd.core.json_types import JsonObject, JsonValue

REDACTED = "[redacted]"

_WORDS = (
    r"pass(?:word|wd|phrase|code)s?|pwd|secrets?(?:[ _-]?keys?)?|(?:api|access|auth|private|encryption)[ _-]?keys?"
    r"|(?:access|auth|bearer|refresh|session|id)?[ _-]?tokens?|credentials?|authorization|cookies?"
    r"|pin(?:[ _-]?code)?"
)
_NAME = re.compile(rf"(?i)(?:^|[_\W]|(?<=[a-z])(?=[A-Z]))(?:{_WORDS})$")
_KEY_BLOCK = r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"
_ADDRESS = r"(://[^\s/:@]*):[^\s/@]+@"
"""From the slashes on: which scheme it is tells nothing, and looking for its beginning reads long words again and
again."""
_HEADER = r"(?i)\b(bearer|basic|digest|negotiate)\s+[a-z0-9._~+/=-]{8,}"
_ASSIGNED = rf"(?i)(?<![a-z])((?:{_WORDS})[\"']?\s*(?:=>|[:=])\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&]+)"
_SPOKEN = rf"(?i)(?<![a-z])((?:{_WORDS})(?:\s+\w+){{0,4}}?\s+(?:is|was|are|be))\s+[^.;!?\n]+"
_KNOWN = (
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\bsk-[\w-]{16,}|\bxox[abprs]-[\w-]{10,}|\bAIza[\w-]{30,}"
)
_JWT = r"(?<![\w-])(?=[\w-]{11,}\.[\w-]{8,}\.)([\w-]*?)\bey[JK][\w-]{8,}\.[\w-]{8,}\.[\w-]*"
"""RFC 7519. Two dots are looked for once for a word, before it is searched for a place where a token begins."""
_RANDOM = r"(?<![\w/+.-])(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])(?=(?:[a-zA-Z_+-]*\d){3})[\w+-]{24,}={0,2}(?![\w/.])"
"""Long words of mixed case with several digits: what random tokens look like, and what paths and hashes do not."""
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(_KEY_BLOCK, re.DOTALL), REDACTED),
    (re.compile(_ADDRESS), rf"\1:{REDACTED}@"),
    (re.compile(_HEADER), rf"\1 {REDACTED}"),
    (re.compile(_ASSIGNED), rf"\1{REDACTED}"),
    (re.compile(_SPOKEN), rf"\1 {REDACTED}"),
    (re.compile(_KNOWN), REDACTED),
    (re.compile(_JWT), rf"\1{REDACTED}"),
    (re.compile(_RANDOM), REDACTED),
)


def redact(value: JsonValue) -> JsonValue:
    """``value`` without secrets, at any depth; keys stay as they are."""
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, Mapping):
        return redact_object(value)
    if isinstance(value, (list, tuple)):
        return [redact(item) for item in value]
    return value


def redact_object(value: JsonObject) -> dict[str, JsonValue]:
    """An object without secrets; what a telling name holds goes as a whole."""
    return {key: REDACTED if _NAME.search(key) and item else redact(item) for key, item in value.items()}


def redact_text(text: str) -> str:
    """``text`` without secrets."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
