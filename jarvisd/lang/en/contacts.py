"""People who can be written to: a sentence that tells an e-mail address, and the look-up by name. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jarvisd.core.network.email_address import written
from jarvisd.lang.en.addresses import from_speech, run_together
from jarvisd.lang.en.words import APOSTROPHES

NAME_LIMIT = 60
"""Chosen: longer than names of people; it bounds the pattern's work."""
YOU = "you"
"""The name of the person who talks to the assistant."""

_KIND = (
    r"(?:(?:new|current|work|private|personal|home|business) )*"
    r"(?:e-?mail(?: address)?|mail(?: address)?|address)"
)
_NAME = rf"(?P<name>\w[\w .'-]{{0,{NAME_LIMIT - 1}}}?)"
_ADDRESS = r"(?P<address>\S.*)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<own>your|my) {_KIND}(?: is|:| =) {_ADDRESS}",
        rf"{_NAME}(?:'s|(?<=s)')? {_KIND}(?: is|:| =) {_ADDRESS}",
        rf"(?:the )?{_KIND} (?:of|for) {_NAME}(?: is|:| =) {_ADDRESS}",
        rf"{_NAME} (?:has|uses) (?:the )?{_KIND} {_ADDRESS}",
        rf"{_NAME} (?:can be|is) (?:reached|reachable|e-?mailed)(?: by e-?mail)? (?:at|under|on) {_ADDRESS}",
    )
)
_CORRECTING = re.compile(
    r"^(?:(?:no|actually|correction|sorry|wait|update|in fact|i mean)\b[,:]? )+", re.IGNORECASE
)
_BARE = re.compile(rf"{_NAME}\s*(?: is(?: at)?|:|,|<|\()\s*(?P<address>\S+)")
_UNTOLD = frozenset(
    {
        "my", "your", "the", "a", "to", "at", "from", "dot", "mr", "mrs", "ms", "dr", "e", "mail", "email",
        "address",
    }
)  # fmt: skip
"""Words that say nothing about which person is meant."""
_RELATIVES = frozenset(
    {
        "mom", "mum", "mother", "dad", "father", "sister", "brother", "wife", "husband", "son", "daughter", "aunt",
        "uncle", "grandma", "grandpa", "boss", "doctor", "dentist", "landlord", "neighbor", "neighbour", "friend",
    }
)  # fmt: skip
"""Who transcribers write with a capital although it is no name."""
_MYSELF = frozenset({"me", "myself", "you", "yourself", "i", "my", "your"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A person and an address."""

    name: str
    """As it was heard: ``"Mark Wilson"``, ``"my sister"``, or :data:`YOU`."""
    address: str
    id: str = ""
    """Of the memory that tells it."""
    created: str = ""
    """ISO 8601 wall time."""
    is_tainted: bool = False
    """Nobody told it: it comes from a tool's output."""

    @property
    def text(self) -> str:
        """The sentence that is kept as the memory."""
        return self._sentence("My" if self.name == YOU else possessive(self.name))

    @property
    def said_name(self) -> str:
        """As the listener is told of them: ``"your sister"``."""
        first, _, rest = self.name.partition(" ")
        return f"your {rest}" if first == "my" and rest else self.name

    @property
    def said(self) -> str:
        """The sentence as it is said to the listener."""
        return self._sentence("Your" if self.name == YOU else possessive(self.said_name))

    def _sentence(self, whose: str) -> str:
        return f"{whose[:1].upper()}{whose[1:]} e-mail address is {self.address}"


def parse_contact(text: str) -> Contact | None:
    """The contact that ``text`` tells ("Mark's address is mark at example dot org"), or ``None``."""
    heard = _CORRECTING.sub("", " ".join(text.split())).rstrip(".! ")
    # One sign for one sign, so that places in one are places in the other.
    plain = heard.translate(APOSTROPHES)
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match and (address := from_speech(match["address"]) or run_together(match["address"])):
            name = YOU if "own" in match.groupdict() else heard[slice(*match.span("name"))]
            return Contact(_told(name), address)
    match = _BARE.match(plain)
    addresses = written(plain)
    if match and len(addresses) == 1 and written(match["address"]) == addresses:
        return Contact(_told(heard[slice(*match.span("name"))]), addresses[0])
    return None


def find(contacts: Sequence[Contact], asked: str) -> list[Contact]:
    """Who ``asked`` may mean, one for each address: more than one is a question, none is nobody.

    An exact name wins over a part of one, and what a person told over what nobody did.
    """
    for group in (False, True):
        known = [contact for contact in contacts if contact.is_tainted is group]
        for matches in _tiers(asked):
            if found := [contact for contact in known if matches(contact)]:
                return _one_each(found)
    return []


def possessive(name: str) -> str:
    """``"Mark's"``; ``"James'"`` stays without a second s, as it is written most often."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def _tiers(asked: str) -> tuple[Callable[[Contact], bool], ...]:
    address = from_speech(asked)
    if address is not None:
        return (lambda contact: contact.address == address,)
    wanted = _name_words(asked)
    if not wanted:
        return ()
    if wanted == (YOU,):
        # Nobody else is meant, whatever there is in a name or an address that somebody chose: "you@evil.example".
        return (lambda contact: _name_words(contact.name) == wanted,)
    return (
        lambda contact: _name_words(contact.name) == wanted,
        lambda contact: set(wanted) <= set(_name_words(contact.name)),
        lambda contact: set(wanted) <= {*_name_words(contact.name), *_address_words(contact)},
        lambda contact: set(map(_singular, wanted)) <= set(map(_singular, _name_words(contact.name))),
    )


def _one_each(found: Sequence[Contact]) -> list[Contact]:
    newest_first = sorted(found, key=lambda contact: contact.created, reverse=True)
    return list({contact.address: contact for contact in reversed(newest_first)}.values())[::-1]


def _told(name: str) -> str:
    first, _, rest = name.partition(" ")
    is_owner = rest[:1].islower() or rest.casefold() in _RELATIVES
    # "My Linh" is a name, unlike "My Mom".
    return f"{first.casefold()} {rest}" if is_owner and first.casefold() in ("my", "your") else name


def _name_words(name: str) -> tuple[str, ...]:
    decomposed = unicodedata.normalize("NFKD", name.translate(APOSTROPHES).casefold().replace("'s", ""))
    folded = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = re.findall(r"[^\W_]+", folded)
    if set(words) & _MYSELF and set(words) <= _MYSELF | _UNTOLD:
        return (YOU,)
    return tuple(word for word in words if word not in _UNTOLD)


def _address_words(contact: Contact) -> list[str]:
    return re.findall(r"[a-z0-9]+", contact.address)


def _singular(word: str) -> str:
    return word.removesuffix("s")
