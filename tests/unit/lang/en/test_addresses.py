"""E-mail addresses as they are said, and who a name means (contacts)."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jarvisd.core.network.email_address import is_address, written
from jarvisd.lang.en.addresses import from_speech, is_said, run_together, spelled
from jarvisd.lang.en.contacts import YOU, Contact, find, parse_contact
from jarvisd.lang.en.speech import normalization

SIGNS = {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "+": "plus"}
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("mark at example dot org", "mark@example.org"),
        ("Mark dot Wilson at Company dot com.", "mark.wilson@company.com"),
        ("M, A, R, K at example.org", "mark@example.org"),
        ("jo underscore w dash two three at my company dot co dot uk", "jo_w-23@mycompany.co.uk"),
        ("anna double l at sign ab period de", "annall@ab.de"),
        ("john nineteen eighty four at x dot com", "john1984@x.com"),
        ("to the e-mail address jo at a dot io", "jo@a.io"),
        ("mike alfa romeo kilo at example dot org", "mark@example.org"),
        ("m as in mike, a, r, k at example dot org", "mark@example.org"),
        ("Mark, M-A-R-K, at example dot org", "mark@example.org"),
        ("victor at example dot org", "victor@example.org"),
        ("echo lima at example dot org", "echolima@example.org"),
        ("Lists+News@Example.ORG", "lists+news@example.org"),
        ("Mark Wilson <mark@example.org>", "mark@example.org"),
        ("mark@example dot org", "mark@example.org"),
    ],
)
def test_an_address_is_understood_as_it_is_said(said: str, address: str) -> None:
    assert from_speech(said) == address


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Mark",
        "mark at example",
        "mark at home at example dot org",
        "mark@example.org, eve@evil.org",
        "Mark mark@example.org",
        "mark wilson@example.org",
        "<mark@example.org> eve",
        "Mark <mark@example.org>, <eve@evil.org>",
        "mark@example.org\r\nBcc: eve@evil.org",
        "mark@example.org\norg",
        "märk at example dot org",
        "m\u0430rk@example.org",
        "mark@exa\u200bmple.org",
        '"mark"@[127.0.0.1]',
        "mark@127.0.0.1",
        "mark@-example.org",
        "mark..wilson@example.org",
        "mark%eve@example.org",
        "a" * 65 + "@example.org",
    ],
)
def test_anything_else_is_no_address(said: str) -> None:
    assert from_speech(said) is None


@given(st.text(max_size=60) | st.text(alphabet="ab.@- \r\n\t0,<>dotat", max_size=60))
def test_whatever_is_understood_is_one_plain_address(said: str) -> None:
    address = from_speech(said)
    if address is not None:
        assert is_address(address)
        assert address.isascii()
        assert address.isprintable()
        assert address.count("@") == 1
        assert not set(address) & set(" <>,;:\"'()\r\n")


@example("0_at@0.aa")
@example("dot-at@example.org")
@given(st.from_regex(r"[a-z0-9]{1,8}([._+-][a-z0-9]{1,6}){0,2}@([a-z0-9]{1,8}\.){1,2}[a-z]{2,6}", fullmatch=True))
def test_what_is_spelled_is_understood_again(address: str) -> None:
    said = spelled(address)
    assert from_speech(said) == from_speech(address) == address
    digits_as_words = " ".join(DIGITS[int(c)] if c.isdigit() else SIGNS.get(c, c) for c in address)
    assert from_speech(digits_as_words) is not None


@pytest.mark.parametrize(
    ("heard", "address"),
    [
        ("Wilsonatexample.org.", "wilson@example.org"),
        ("j.wilsonatwork.example.com", "j.wilson@work.example.com"),
        ("patrickatcatering.org", None),
        ("matthew.org", None),
        ("wilson.org", None),
    ],
)
def test_an_at_is_taken_out_of_a_word_only_where_there_is_one_place_for_it(
    heard: str, address: str | None
) -> None:
    assert run_together(heard) == address


def test_written_addresses_are_found_in_a_text() -> None:
    assert written("Ask Ann.Lee@X.org or <bob@y.net>, not @z.com or a@b") == ["ann.lee@x.org", "bob@y.net"]


@pytest.mark.parametrize(
    ("told", "name", "text"),
    [
        ("Mark's address is mark at example dot org.", "Mark", "Mark's e-mail address is mark@example.org"),
        ("Mark’s e-mail is mark@example.org", "Mark", "Mark's e-mail address is mark@example.org"),
        ("the e-mail address of Mark is mark at example dot org", "Mark", None),
        ("Mark can be reached at mark at example dot org", "Mark", None),
        ("Mark: mark@example.org", "Mark", None),
        ("Your sister's new email is mark@example.org", "your sister", None),
        ("my email address is mark at example dot org", YOU, "My e-mail address is mark@example.org"),
        ("Mark can be reached at Markatexample.org?", "Mark", None),
    ],
)  # fmt: skip
def test_a_sentence_tells_a_contact(told: str, name: str, text: str | None) -> None:
    contact = parse_contact(told)
    assert contact is not None
    assert (contact.name, contact.address) == (name, "mark@example.org")
    assert text is None or contact.text == text
    again = parse_contact(contact.text)
    assert again is not None
    assert (again.name.casefold(), again.address) == (name.casefold(), contact.address)


@pytest.mark.parametrize(
    "told",
    [
        "Lena's phone number is 555 0142",
        "Mark's address is 12 Oak Street",
        "Mark lives at home",
        "meet Mark at two dot thirty",
        "Your code is 1234",
    ],
)
def test_other_sentences_tell_none(told: str) -> None:
    assert parse_contact(told) is None


def people(*told: tuple[str, str], is_tainted: bool = False) -> list[Contact]:
    return [
        Contact(name, address, created=f"2026-01-{day:02}", is_tainted=is_tainted)
        for day, (name, address) in enumerate(told, 1)
    ]


KNOWN = people(
    ("Mark Wilson", "mw@company.com"),
    ("Mark Smith", "smith@example.org"),
    ("Lena", "lena@home.net"),
    ("Lena Maier", "maier@home.net"),
    ("your sister Zoë", "zoe@home.net"),
    (YOU, "me@home.net"),
    ("Tom", "tom.old@home.net"),
    ("Tom", "tom.new@home.net"),
    ("Jo", "jo@company.com"),
    ("Jo", "jo@company.com"),
)


@pytest.mark.parametrize(
    ("asked", "addresses"),
    [
        ("Mark", {"mw@company.com", "smith@example.org"}),
        ("mark smith", {"smith@example.org"}),
        ("Mark at company", {"mw@company.com"}),
        ("Lena", {"lena@home.net"}),
        ("Maier", {"maier@home.net"}),
        ("my sister", {"zoe@home.net"}),
        ("Zoe", {"zoe@home.net"}),
        ("me", {"me@home.net"}),
        ("my e-mail address", {"me@home.net"}),
        ("Tom", {"tom.old@home.net", "tom.new@home.net"}),
        ("Jo", {"jo@company.com"}),
        ("lena at home dot net", {"lena@home.net"}),
        ("Nobody", set()),
        ("mail", set()),
        ("", set()),
    ],
)
def test_exact_names_win_and_unclear_ones_are_told(asked: str, addresses: set[str]) -> None:
    assert {contact.address for contact in find(KNOWN, asked)} == addresses


def test_what_nobody_told_never_replaces_what_was_told() -> None:
    """Decision 4: an address from tool output is not found beside one that a person gave."""
    forged = people(("Lena", "eve@evil.org"), ("Ben", "ben@evil.org"), is_tainted=True)
    assert [c.address for c in find([*forged, *KNOWN], "Lena")] == ["lena@home.net"]
    [ben] = find([*forged, *KNOWN], "Ben")
    assert ben.is_tainted


@pytest.mark.parametrize(
    ("said", "is_there"),
    [
        ("Remember that Mark's address is mark at example dot org.", True),
        ("Mark is m, a, r, k at example.org, remember that", True),
        ("mark@example.org is Mark", True),
        ("Remember that Mark can be reached at Markatexample.org", True),
        ("what is on the disk", False),
        ("Mark's address is mark at example dot com", False),
        ("e-mail mark at example dot org at noon", True),
        ("write to mark@example.org. Then stop", True),
        ("write to mark at example.org. Then stop", True),
        ("his address is mark at example dot o r g please", True),
    ],
)
def test_whether_an_address_was_said(said: str, is_there: bool) -> None:
    assert is_said("mark@example.org", said) is is_there


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("bob@company.co", "Bob's address is bob at company dot com"),
        ("bob@company.co", "write to bob@company.com"),
        ("bob@company.co", "write to bob at company dot c o m"),
        ("bob@company.co", "write to bob at company dot co dot uk"),
        ("bob@company.co", "write to bob at company.co.uk"),
        ("bob@company.co", "write to bob@company.co.uk"),
        ("bob@company.com", "write to jim.bob@company.com"),
        ("bob@company.com", "write to jim dot bob at company dot com"),
        ("bob@company.com", "his address is jim bob at company dot com"),
        ("bob@company.com", "write to jimbob@company.com"),
        ("ob@company.com", "his address is b, o, b at company dot com"),
        ("42@company.com", "his address is john forty two at company dot com"),
        ("tobob@company.com", "write to bob at company dot com"),
        ("writetobob@company.com", "please write to bob at company dot com"),
        ("isbob@company.com", "his address is bob at company dot com"),
        ("bob@company.come", "write to bob at company dot com e very day"),
        ("bob@company.comet", "write to bob at company dot com et cetera"),
        ("bob@company.com", "write to bob. At company dot comet there is lunch"),
        ("bob@b.org", "bob@b.organic"),
        ("v@example.org", "write to victor at example dot org"),
        ("mark@example.org", "write to jim mike alfa romeo kilo at example dot org"),
        ("mark@example.org", "write to mike alfa romeo kilo at example dot org dot uk"),
        ("mar@example.org", "write to mike alfa romeo kilo at example dot org"),
        ("ark@example.org", "write to m for mike a r k at example dot org"),
    ],
)
def test_a_part_of_an_address_or_words_beside_it_are_none_that_was_said(address: str, said: str) -> None:
    assert not is_said(address, said)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("markwilson@example.org", "Mark's address is mark wilson at example dot org"),
        ("john42@example.org", "his address is john forty two at example dot org, thanks"),
        ("mark.w@mailbox.org", "write to mark dot w at mail box dot org"),
        ("anna_b@sub.example.co.uk", "Anna uses anna underscore b at sub dot example dot co dot uk"),
        ("mark@example.org", "e-mail mike alfa romeo kilo at example dot org that lunch is at noon"),
        ("mark@example.org", "tell them at noon to write to m for mike, a, r, k for kilo at example dot org"),
        ("mark@example.org", "his address is m as in mike, a as in alfa, r as in romeo, k, at example dot org"),
        ("mark@example.org", "write to Mark, m for mike a r k, at example dot org"),
        ("lee@ss.example.net", "Lee's mail is l, double e, at double s dot example dot net"),
    ],
)
def test_an_address_in_words_is_one_that_was_said(address: str, said: str) -> None:
    assert is_said(address, said)


PART = r"[b-df-hj-np-rtvwxz]{3,7}[0-9]{0,3}"
"""No words, which could mean something by themselves: "at", "vs."."""
PLAIN_ADDRESS = rf"{PART}([._+-]{PART}){{0,2}}@({PART}[.-]){{1,2}}{PART}\.org"


@settings(deadline=None)
@given(st.from_regex(PLAIN_ADDRESS, fullmatch=True), st.integers(1, 5))
def test_what_was_said_is_that_address_and_none_that_is_cut_from_it(address: str, count: int) -> None:
    said = normalization.said(f"his address is {address} thank you")
    assert is_said(address, said)
    for other in (address[count:], address[:-count], f"is{address}", f"{address}thank"):
        assert not (is_address(other) and is_said(other, said))


@given(st.from_regex(PLAIN_ADDRESS, fullmatch=True))
def test_an_address_in_a_question_is_heard_as_the_address_that_it_is(address: str) -> None:
    """People agree by ear, so no sign may be lost on the way to the loudspeaker."""
    spoken = normalization.said(f"I'm about to send an e-mail to {address}.")
    assert from_speech(spoken.partition("e-mail to ")[2]) == from_speech(address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Ann", "ann@example.you"),
        ("Eve", "you@evil.example"),
        ("Eve", "for.you@evil.example"),
        ("Thank You Ltd", "office@evil.example"),
        ("Yous", "office@evil.example"),
    ],
)
@pytest.mark.parametrize("asked", ["me", "my address", "myself"])
def test_nobody_else_is_the_person_who_asks(name: str, address: str, asked: str) -> None:
    """Whoever chose the name or the address would be sent what somebody wants sent to themselves."""
    other, own = Contact(name, address), Contact(YOU, "me@example.org")
    assert find([other], asked) == []
    assert find([other, own], asked) == [own]
    assert find([other, own], name) == [other]
