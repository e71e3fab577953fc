"""Text that hides what it says: invisible and look-alike characters, encodings, orders to the assistant. Pure."""

from __future__ import annotations

import base64
import binascii
import math
import re
import unicodedata
import urllib.parse
from collections import Counter
from collections.abc import Iterator

from jarvisd.codecheck.commands.tables import SUSPICIOUS
from jarvisd.codecheck.finding import Finding, asking, refusing

ORDERS_LIMIT = 20_000
"""Characters at each end of a text that are searched for orders."""
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u061c]")
_INVISIBLE = re.compile("[\u200b\u2060-\u2064\ufeff\u00ad\u180e\U000e0000-\U000e007f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f]|\r(?!\n)")
_CONFUSABLE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0410\u0412\u0415\u041a"
    "\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u0391\u0392\u0395"
    "\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0131\u0261\u2010\u2011\u2012\u2013\u2212"
    "\u2044\u2215\u29f8\u2024\u0660\u06f0\u0432\u0442\u043a\u043c\u043d\u0251\u217c\u2170",
    "aeopcyxijshdqwABEKMHOPCTXIJaopvikABEZHIKMNOPTYXig-----///.00btkmhali",
)
_BLOB = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_HEX = re.compile(r"(?:(?:\\x|0x|%)?[0-9a-fA-F]{2}[ ,:]?){10,}")
_ORDERS = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:previous|prior|above|all|any|your|the"
    r"|earlier)\b.{0,30}"
    r"\b(?:instruction|rule|prompt|polic|guideline|safet|confirm|restriction)"
    r"|(?:do not|don't|never|without)\b.{0,20}\b(?:ask|confirm|tell|warn|notify|mention)\w*.{0,30}"
    r"\b(?:user|confirmation|permission|consent|before|anyone|owner|him|her|them)"
    r"|\b(?:system|assistant|developer)\s*(?:prompt|message|override|:)|<\|?\s*/?(?:im_start|im_end"
    r"|system|s|tool_call)"
    r"|\[/?INST\]|###\s*(?:system|instruction)|\byou (?:are now|must now|have been granted)\b"
    r"|\b(?:disable|turn off|switch off|remove)\b.{0,20}\b(?:safety|policy|audit|confirmation"
    r"|sandbox|guard|logging)"
    r"|\b(?:always|automatically)\b.{0,20}\b(?:approve|confirm|say yes|allow|execute|run"
    r"|agree|skip|send|forward|share)\b"
    r"|\b(?:every|each|all)\b.{0,25}\b(?:e-?mails?|messages?|letters?|files?)\b.{0,25}"
    r"\b(?:sent|forwarded|copied|shared)\b"
    r"|\b(?:approved|agreed to|allowed|permitted)\b.{0,15}\b(?:all|any|every|future)\b|\bskip\b.{0,15}\bconfirm"
    r"|\b(?:confirmation|consent|permission) (?:is|was) (?:not (?:needed|required)|already given|granted)"
    r"|\b(?:pre-?approved|already approved|new instructions?|jailbreak|developer mode|DAN mode)\b"
    r'|"tool"\s*:\s*"|\{\s*"actions"\s*:',
    re.I | re.S,
)


def deceptive(text: str) -> Iterator[Finding]:
    """Characters that make text look different from what it is."""
    if text.isascii() and text.isprintable():
        return
    if _BIDI.search(text):
        yield refusing("deceptive_text", "characters in it change the order in which it is read")
    if _INVISIBLE.search(text):
        yield refusing("deceptive_text", "it holds invisible characters")
    if _CONTROL.search(text):
        yield refusing("deceptive_text", "it holds control characters")


def folded(text: str) -> str:
    """``text`` without invisible characters, with look-alike letters as the Latin ones, in small letters."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_CONFUSABLE).casefold()


def unquoted(text: str) -> str:
    """``text`` with percent-encoding undone, however often it was applied; overlong forms count too."""
    for _ in range(4 if "%" in text else 0):
        plain = urllib.parse.unquote(
            re.sub(r"(?i)%c0%(?:ae|2e)", ".", re.sub(r"(?i)%c0%(?:af|2f)|%u2215", "/", text))
        )
        if plain == text:
            break
        text = plain
    return text


def decoded(text: str) -> Iterator[str]:
    """Readable texts that are hidden in ``text`` as base64 or hexadecimal."""
    for match in list(_BLOB.finditer(text))[:20]:
        yield from _as_text(_from_base64(match[0]))
    for match in list(_HEX.finditer(text))[:20]:
        digits = re.sub(r"\\x|0x|%|[ ,:]", "", match[0])
        yield from _as_text(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def hidden_programs(text: str) -> Iterator[Finding]:
    """Encoded text that turns out to be a dangerous program."""
    for plain in decoded(text):
        for deeper in (plain, *decoded(plain)):
            if SUSPICIOUS.search(deeper):
                yield refusing("encoded_payload", "a program is hidden in it")
                return


def entropy_bits(text: str) -> float:
    """Bits per character."""
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values()) if total else 0.0


def is_random(text: str) -> bool:
    """Whether a text without spaces looks like data and not like words."""
    return any(len(run) >= 40 and entropy_bits(run) > 4.3 for run in re.findall(r"[A-Za-z0-9+/=_-]{40,}", text))


def orders(text: str) -> Iterator[Finding]:
    """Orders to the assistant in what should be plain text."""
    if len(text) > 2 * ORDERS_LIMIT:
        text = f"{text[:ORDERS_LIMIT]}\n{text[-ORDERS_LIMIT:]}"
    if _ORDERS.search(folded(text)):
        yield asking("injection", "the text gives orders to the assistant")


def _from_base64(text: str) -> bytes:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _as_text(content: bytes) -> Iterator[str]:
    try:
        plain = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    if len(plain) >= 6 and sum(character.isprintable() or character.isspace() for character in plain) == len(
        plain
    ):
        yield plain
