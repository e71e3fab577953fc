"""``jarvisctl contacts import|list|remove``: people out of vCards, as what a person told the memory."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jarvisd.cli.client import DaemonClient, linked
from jarvisd.cli.memory import listing, remember
from jarvisd.cli.terminal import harmless
from jarvisd.cli.vcards import FILE_LIMIT_BYTES, PersonCard, read_vcards
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError
from jarvisd.lang.en.contacts import NAME_LIMIT, Contact, find, parse_contact, possessive

KIND = "CONTACT"
IMPORTANCE = 0.8
"""That of a contact which was told (:mod:`jarvisd.executor.tools.builtin.remember`)."""
CALL_TIMEOUT_S = 30.0
"""Chosen: one memory takes milliseconds, or the time in which a model is loaded."""
_NO_NAME_SIGN = re.compile(r"[^\w .'-]+")
_OWNED = re.compile(r"(?P<name>.+?)(?:'s|(?<=s)') (?:(?:mobile|work|home|phone) number|birthday) is .+")


def add_parser(subparsers: Any) -> None:
    """Add ``contacts`` with its own commands; the chosen one ends up in ``args.contacts_command``."""
    parser = subparsers.add_parser("contacts", help="people who can be written to (as root)")
    commands = parser.add_subparsers(dest="contacts_command", required=True, metavar="COMMAND")
    imported = commands.add_parser("import", help="remember the people of a vCard file")
    imported.add_argument("file", type=Path, metavar="FILE", help="a .vcf file, as address books export it")
    imported.add_argument("--dry-run", action="store_true", help="only say what would be remembered")
    listed = commands.add_parser("list", help="everybody whose address, number or birthday is remembered")
    listed.add_argument("--json", action="store_true", help="print JSON")
    removed = commands.add_parser("remove", help="forget somebody, or one address by its id")
    removed.add_argument("who", metavar="NAME|ID", help="a full name, or an id of 'contacts list --json'")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    if args.contacts_command == "import":
        cards = read_vcards(_content(args.file))
        sentences, left_out = sentences_of(cards)
        if args.dry_run:
            print(harmless("\n".join([*sentences, *(f"left out: {what}" for what in left_out)])))
            return 0
        if not sentences:
            raise RequestError("no card of the file has a name with an address, a number or a birthday")
        return asyncio.run(_import(args.bus, sentences, left_out))
    if args.contacts_command == "list":
        return asyncio.run(_list(args.bus, as_json=args.json))
    return asyncio.run(_remove(args.bus, args.who))


def sentences_of(cards: Sequence[PersonCard]) -> tuple[list[str], list[str]]:
    """What is to be remembered of ``cards``, and what cannot be, for people."""
    sentences: dict[str, None] = {}
    left_out: list[str] = []
    for card in cards:
        name = " ".join(_NO_NAME_SIGN.sub(" ", card.name.replace("’", "'")).split())
        if not _is_usable(name):
            left_out.append(f"a card without a name that can be said: {card.name[:NAME_LIMIT]!r}")
            continue
        left_out += [f"{name}: {what}" for what in card.left_out]
        sentences.update(dict.fromkeys(_told(name, card)))
        if not (card.emails or card.phones or card.birthday):
            left_out.append(f"{name}: no address, number or birthday")
    return list(sentences), left_out


def _told(name: str, card: PersonCard) -> Iterator[str]:
    for address in card.emails:
        yield Contact(name, address).text
    for kind, number in card.phones.items():
        yield f"{possessive(name)} {kind or 'phone'} number is {number}"
    if card.birthday:
        yield f"{possessive(name)} birthday is {card.birthday}"


def _is_usable(name: str) -> bool:
    """Whether a name comes back from the sentence that keeps it, and is not the person's own "me"."""
    contact = Contact(name, "somebody@example.org")
    told = parse_contact(contact.text)
    return bool(name) and told == contact and not find([contact], "me")


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(FILE_LIMIT_BYTES + 1)


async def _import(bus: str, sentences: Sequence[str], left_out: Sequence[str]) -> int:
    async with linked(bus) as link:
        await link.require(link.brain)
        kept = 0
        for text in sentences:
            memory = {"kind": KIND, "text": text, "importance": IMPORTANCE, "tainted": False}
            try:
                await remember(link, memory)
            except JarvisError as error:
                text = f"{kept} of {len(sentences)} were remembered, then: {error.message}; import again to go on"
                raise EngineError(text, code=error.code) from error
            kept += 1
    for what in left_out:
        print(harmless(f"left out: {what}"))
    print(f"{kept} addresses, numbers and birthdays are remembered, {len(left_out)} left out")
    return 0


async def _known(link: DaemonClient) -> list[dict[str, str]]:
    """``{"id","name","text"}`` of every contact, by name."""
    await link.require(link.brain)
    found = [
        {"id": str(memory["id"]), "name": _whose(str(memory["text"])), "text": str(memory["text"])}
        for memory in await listing(link)
        if memory["kind"] == KIND and not memory["replaced_by"]
    ]
    return sorted(found, key=lambda each: (each["name"].casefold(), each["text"]))


def _whose(text: str) -> str:
    if (contact := parse_contact(text)) is not None:
        return contact.said_name
    owned = _OWNED.fullmatch(text)
    return owned["name"] if owned else ""


async def _list(bus: str, *, as_json: bool) -> int:
    async with linked(bus) as link:
        known = await _known(link)
    if as_json:
        print(json.dumps(known, ensure_ascii=False, indent=1))
        return 0
    for each in known:
        print(harmless(each["text"]))
    return 0


async def _remove(bus: str, who: str) -> int:
    async with linked(bus) as link:
        doomed = chosen(await _known(link), who)
        for each in doomed:
            await link.brain.call("Forget", "s", [each["id"]], timeout_s=CALL_TIMEOUT_S)
            print(harmless(f"forgotten: {each['text']}"))
    return 0


def chosen(known: Sequence[dict[str, str]], who: str) -> list[dict[str, str]]:
    """What ``who`` names: one id, or all of one person. NOT_FOUND; INVALID_REQUEST where several are meant."""
    wanted = who.casefold().split()
    by_id = [each for each in known if each["id"] == who]
    exact = [each for each in known if each["name"].casefold().split() == wanted]
    if by_id or exact:
        return by_id or exact
    near = [each for each in known if wanted and set(wanted) <= set(each["name"].casefold().split())]
    names = sorted({each["name"] for each in near})
    if len(names) > 1:
        raise RequestError(f"there is more than one {who}: {', '.join(names[:10])}; say the full name or an id")
    if not near:
        raise RequestError(f"nothing is remembered of {who}", code=ErrorCode.NOT_FOUND)
    return near
