"""Nothing that means something is lost: a checker that knows no rule counts digits, signs and words (issue 12)."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from babel.dates import get_month_names

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.values.number_words import NUMBERS, ORDINAL_WORDS, TENS
from jarvisd.tts.normalization import speakable
from tests.figures import IS_FULL, Record

TEXTS = 200_000 if IS_FULL else 2000
"""Of each kind."""
SEED = 20261129

DIGIT_WORDS = {
    **NUMBERS,
    **TENS,
    **{word: value for word, value in ORDINAL_WORDS.items() if 4 <= value < 100},
    **{f"{word[:-1]}ies": value for word, value in TENS.items()},
    **{str(name).lower(): number for number, name in get_month_names("wide", locale="en").items()},
    **{"half": 2, "halve": 2, "third": 3, "quarter": 4, "hundredth": 100, "thousandth": 1000},
    **{"squared": 2, "cubed": 3, "square": 2, "cubic": 3},
}
"""Words in which digits may be hidden."""
SIGNS: dict[str, dict[str, int]] = {
    "+": {"plus": 1},
    "=": {
        "equals": 1,
        "equal": 2,
        "identical": 3,
        "defined": 1,
        "approximately": 1,
        "arrow": 1,
        "to": 1,
        "about": 1,
        "compared": 1,
    },
    "<": {"less": 1, "shifted": 2, "from": 1, "compared": 1, "not": 1, "left arrow": 1},
    ">": {"greater": 1, "more": 1, "shifted": 3, "to": 1, "into": 2, "arrow": 1, "compared": 1},
    "≤": {"less": 1},
    "≥": {"greater": 1},
    "≠": {"not": 1},
    "±": {"plus or minus": 1},
    "×": {"times": 1, "by": 1},
    "÷": {"divided": 1},
    "√": {"root": 1},
    "%": {"percent": 1, "modulo": 1},
    "€": {"euro": 1, "euros": 1, "cent": 1, "cents": 1},
    "£": {"pound": 1, "pounds": 1, "penny": 1, "pence": 1},
    "°": {"degree": 1, "degrees": 1},
    "§": {"section": 1, "sections": 2},
    "&": {"and": 2},
    "@": {"at": 1},
    "^": {"power": 1, "squared": 1, "cubed": 1, "caret": 1, "square (?!root)": 1, "cubic ": 1},
    "~": {"about": 1, "tilde": 1, "home": 1, "approximately": 1},
    "*": {"times": 1, "star": 1, "power": 2, "squared": 2, "cubed": 2},
    "→": {"to": 1, "arrow": 1},
    "−": {"minus": 1},
    "∞": {"infinity": 1},
    "©": {"copyright": 1},
    "µ": {"mu": 1, "micro": 1},
    "_": {"underscore": 1},
}
"""A sign to the words that may stand for it, and for how many of it each."""


def digits_in(text: str) -> Counter[str]:
    """Every digit but zero, of which a time or a date drops some: "14:05", "$1.00", "007"."""
    # "a third" is one third, and "21" in words has a hyphen.
    shown = re.sub(r"\ba (?=half|third|quarter|[a-z]+th\b)", "one ", text.lower())
    shown = shown.replace("thirty-second", "32 ")
    shown = re.sub(r"[a-z]+", lambda word: str(DIGIT_WORDS.get(_singular(word[0]), word[0])), shown)
    return Counter(character for character in unicodedata.normalize("NFKC", shown) if character in "123456789")


def _singular(word: str) -> str:
    return word.removesuffix("s") if word.removesuffix("s") in DIGIT_WORDS and word not in DIGIT_WORDS else word


def lost(written: str, said: str) -> list[str]:
    """What of ``written`` is not in ``said``."""
    missing = [f"digit {digit}" for digit in (digits_in(written) - digits_in(said)).elements()]
    words = Counter(re.findall(r"[^\W\d_]+", said.lower().replace("micro", "micro ")))
    # What stands between angle brackets is a placeholder, a tag or a kind.
    written = re.sub(r"<(/?[A-Za-z][\w,./ -]*?/?)>", r"\1", written)
    # The ends of a range share their currency.
    written = re.sub(r"([€£])(\s?\d[\d.,]*\s?[-–]\s?)\1(?=\d)", r"\1\2", written)
    # A plus before an exponent says nothing, as in "1e+3".
    written = re.sub(r"(?<=\de)\+(?=\d)", "", written)
    for sign, meant in SIGNS.items():
        found = said.count(sign) + sum(
            weight * (len(re.findall(word, said)) if " " in word else words[word])
            for word, weight in meant.items()
        )
        if written.count(sign) > found:
            missing.append(f"sign {sign}")
    return missing + [
        f"word {word}" for word in re.findall(r"(?<!\w)[a-z]{5,}(?!\w)", written) if word not in said.lower()
    ]


Draw = Callable[[random.Random], str]


def _number(chance: random.Random) -> str:
    kinds = (
        lambda: str(chance.randint(0, 99)),
        lambda: str(chance.randint(0, 10**6)),
        lambda: f"{chance.randint(1000, 10**7):,}",
        lambda: f"{chance.uniform(0, 1000):.2f}",
    )
    return chance.choice(kinds)()


OPERATORS = ("*", "**", " * ", " + ", "+", " - ", " = ", "^", "/", " / ", "×", "÷", " ± ")
PIECES: tuple[Draw, ...] = (
    _number,
    lambda c: f"{c.randint(1, 99)}{c.choice(OPERATORS)}{c.randint(1, 99)}",
    lambda c: f"{c.choice('xyzn')} {c.choice('≤≥≠=<>→')} {_number(c)}",
    lambda c: f"{c.choice('€£')}{_number(c)}",
    lambda c: f"{_number(c)} {c.choice('€£')}",
    lambda c: f"{c.choice('€£')}{c.randint(1, 99)}.{c.randint(1, 9)} {c.choice(['million', 'billion'])}",
    lambda c: (
        f"{_number(c)}{c.choice(['', ' '])}{c.choice(['%', '°', '°C', 'km', 'kWh', 'GB', 'µm', 'km/h', 'm²'])}"
    ),
    lambda c: f"{c.choice('-−+~')}{_number(c)}",
    lambda c: f"√{c.randint(2, 999)}",
    lambda c: f"{c.choice('abxyz')}{c.choice('²³⁴')}",
    lambda c: f"{c.randint(1, 40)}{c.choice('-–')}{c.randint(1, 40)}",
    lambda c: f"{c.randint(1, 12)}/{c.randint(1, 31)}/20{c.randint(10, 39)}",
    lambda c: f"20{c.randint(10, 39)}-{c.randint(1, 12):02}-{c.randint(1, 28):02}",
    lambda c: f"{c.randint(0, 23)}:{c.randint(0, 59):02}",
    lambda c: ".".join(str(c.randint(0, 255)) for _ in range(c.choice((3, 4)))),
    lambda c: f"{c.randint(1, 9)}/{c.randint(2, 16)}",
    lambda c: f"{c.randint(1, 9)}{c.choice('½¼¾⅓')}",
    lambda c: f"+{c.randint(1, 99)} {c.randint(10, 999)} {c.randint(10**5, 10**7)}",
    lambda c: f"{c.choice(['report', 'my', 'a'])}_{c.choice(['v', 'x'])}{c.randint(1, 99)}.pdf",
    lambda c: f"anna_{c.randint(1, 99)}@example{c.randint(1, 9)}.com",
    lambda c: f"/srv/data{c.randint(1, 99)}/b_{c.randint(1, 9)}",
    lambda c: f"§ {c.randint(1, 99)}",
    lambda c: f"#{c.randint(1, 999)}",
    lambda c: f"{c.randint(1, 9)}e{c.choice(['', '-', '+'])}{c.randint(1, 30)}",
    lambda c: f"{c.randint(16, 20)}{c.randint(2, 9)}0s",
    lambda c: f"{c.randrange(16**8):08x}{c.randrange(16**4):04x}",
    lambda c: f"{c.randint(1, 9)}{c.choice('xX×')}{c.randint(1, 9)}",
    lambda c: f"A & B © {c.randint(1, 9)} ∞",
    lambda c: c.choice(["milk", "the house", "and", "Berlin", "with", "it is"]),
)
SOUP = [*"0123456789", *"abxyz", *"    ", *"+=<>≤≥≠±×÷√%€£°§&@^~*→−∞©", *",.:-/()", *"²³½"]


def _mixture(chance: random.Random) -> str:
    pieces = [chance.choice(PIECES)(chance) for _ in range(chance.randint(1, 6))]
    return "It is " + "".join(piece + chance.choice((" ", " ", ", ", "; ", ". ", "\n")) for piece in pieces)


def _soup(chance: random.Random) -> str:
    return "".join(chance.choice(SOUP) for _ in range(chance.randint(2, 14)))


@pytest.mark.soak("texts that are spoken without a loss", 400_000, "no digit, no sign")
@pytest.mark.parametrize(
    ("draw", "told"), [(_mixture, lambda text: speakable(text, ENGLISH.speech)), (_soup, ENGLISH.speech.said)]
)
def test_no_digit_and_no_sign_is_lost(draw: Draw, told: Callable[[str], str], record_property: Record) -> None:
    chance = random.Random(SEED)
    for number in range(TEXTS):
        written = draw(chance)
        said = told(written)
        assert lost(written, said) == [], f"{number}: {written!r} is said {said!r}"
    record_property("tried", TEXTS)
