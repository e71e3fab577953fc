"""Operators, powers, roots and comparisons. Pure."""

from __future__ import annotations

import re
from typing import Final

from jarvisd.lang.en.speech.addresses import is_formula
from jarvisd.lang.en.speech.grammar import Say, Section, SpeechRule, after, before, fixed
from jarvisd.lang.en.speech.numerals import DASH, power

_OPERAND_BEFORE: Final = r"(?<=[\w)\]%°²³½¼¾π∞])"
_OPERAND: Final = r"(?=\s*[-−+±√]?[\w(.\[$€£π∞√°]|\s*[-−][\w(])"


def _power(match: re.Match[str]) -> str:
    return f" {power(match[1])}"


def _minus(match: re.Match[str]) -> str:
    return " minus "


def _dash_between(match: re.Match[str]) -> str | None:
    """A hyphen between two operands, in a formula alone; elsewhere it joins words."""
    return " minus " if is_formula(match.string) else None


def _over(match: re.Match[str]) -> str | None:
    return " divided by " if is_formula(match.string) else None


def _word(words: str) -> Say:
    return fixed(f" {words} ")


def _arrow(between: str, alone: str) -> Say:
    def say(match: re.Match[str]) -> str:
        stands_between = before(match).strip() and after(match).strip()
        return f" {between if stands_between else alone} "

    return say


def _root(match: re.Match[str]) -> str:
    kind = {"√": "square", "∛": "cube", "∜": "fourth"}[match[1]]
    return f"the {kind} root of "


def _function(match: re.Match[str]) -> str:
    return f"{match[1]} of {match[2]}"


def _open(match: re.Match[str]) -> str | None:
    return " open parenthesis " if _is_group(match, before(match), after(match)) else None


def _is_group(match: re.Match[str], lead: str, rest: str) -> bool:
    """Whether a parenthesis changes the order of a calculation."""
    inside, _, behind = rest.partition(")")
    operator = r"[-+*/^×÷−=]"
    has_operator = re.search(rf"[\w)]\s?{operator}\s?[\w(√]", inside) is not None
    stands_in = re.search(rf"{operator}\s?$|(?<!\w)\d$|\($", lead) or re.match(
        rf"\s?{operator}\s?[\w(]|²|³", behind
    )
    return has_operator and bool(stands_in)


def _close(match: re.Match[str]) -> str | None:
    opened = before(match).rfind("(")
    if opened < 0:
        return None
    inner = match.string[opened + 1 :]
    return " close parenthesis " if _is_group(match, match.string[:opened], inner) else None


def _factorial(match: re.Match[str]) -> str | None:
    return f"{match[1]} factorial" if is_formula(match.string) else None


def _times(match: re.Match[str]) -> str:
    return " times "


def _percent_of(match: re.Match[str]) -> str:
    return " modulo "


_RULES: Final = (
    SpeechRule(r"(?:\*\*|\^)\s?(\(?[-−+]?[\w.]+\)?|\{[-−+]?[\w.]+\})", _power),
    SpeechRule(r"(?<=[\w)])([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ]+)", _power),
    SpeechRule(r"([√∛∜])\s?", _root),
    SpeechRule(r"(?<![\w.])([fgh])\(([a-z0-9])\)", _function),
    SpeechRule(r"\(", _open),
    SpeechRule(r"\)", _close),
    SpeechRule(r"(?<!\w)(\d+|n|k)!(?=\s*[=+*/×−-])", _factorial),
    SpeechRule(r"\s*(?:===|≡)\s*", _word("is identical to")),
    SpeechRule(r"\s*!==?\s*|\s*(?:≠|<>|/=)\s*(?=[\w(])", _word("is not equal to")),
    SpeechRule(r"\s*==\s*", _word("is equal to")),
    SpeechRule(r"\s*(?:<=>)\s*", _word("compared with")),
    SpeechRule(r"\s*(?:<=|≤|⩽|≦)\s*", _word("is less than or equal to")),
    SpeechRule(r"\s*(?:>=|≥|⩾|≧)\s*", _word("is greater than or equal to")),
    SpeechRule(r"\s*(?:≈|≅|~=|≃)\s*", _word("is approximately")),
    SpeechRule(r"\s*(?:±|\+/-|\+-)\s*", _word("plus or minus")),
    SpeechRule(r"\s*∓\s*", _word("minus or plus")),
    SpeechRule(r"\s*(?:\+=)\s*", _word("plus equals")),
    SpeechRule(r"\s*(?:-=)\s*", _word("minus equals")),
    SpeechRule(r"\s*(?:\*=)\s*", _word("times equals")),
    SpeechRule(r"\s*(?::=|≔)\s*", _word("is defined as")),
    SpeechRule(r"\s*(?:<-->|<->|↔|⇔|⟷|<==>)\s*", _word("to and from")),
    SpeechRule(r"\s*(?:-{1,2}>|→|⟶|=>|⇒|➔|➜|➡\ufe0f?|↦)\s*", _arrow("to", "right arrow")),
    SpeechRule(r"\s*(?:←|⟵|⇐|<--|⬅\ufe0f?)\s*", _arrow("from", "left arrow")),
    SpeechRule(rf"(?<=[%°])\s?{DASH}\s?(?=[\d$€£])", _word("to")),
    SpeechRule(r"\s*>>>?\s*(?=\d)", _word("shifted right by")),
    SpeechRule(r"\s*<<\s*(?=\d)", _word("shifted left by")),
    SpeechRule(r"(?<=\w)<(?=[\w, ]+>)(?=[A-Za-z])", _word("of")),
    SpeechRule(rf"{_OPERAND_BEFORE}\s*<\s*{_OPERAND}", _word("is less than")),
    SpeechRule(rf"{_OPERAND_BEFORE}\s*>\s*{_OPERAND}", _word("is greater than")),
    SpeechRule(r"(?<!\S)<\s?(?=[\d.$€£])", _word("less than")),
    SpeechRule(r"(?<!\S)>\s?(?=[\d.$€£])", _word("more than")),
    SpeechRule(r"\b([CFGA])#(?!\w)", lambda match: f"{match[1]} sharp"),
    SpeechRule(r"(?<=\w)\+\+(?!\w)", _word("plus plus")),
    SpeechRule(r"(?<!\w)\+\+(?=\w)", _word("plus plus")),
    SpeechRule(r"(?<=[a-z])--(?![\w-])(?=\s*(?:$|[;,)]))", _word("minus minus")),
    SpeechRule(r"\s*&&\s*", _word("and")),
    SpeechRule(r"\s*\|\|\s*", _word("or")),
    SpeechRule(r"\s*=\s*", _word("equals")),
    SpeechRule(r"\s*\+\s*", _word("plus")),
    SpeechRule(rf"{_OPERAND_BEFORE}\s*[−]\s*(?=[\w(√.])", _minus),
    SpeechRule(r"(?<![\w)\]])[-−]\s?(?=[.\d$€£√∞π]|[a-z](?!\w))", _minus),
    SpeechRule(r"−", _minus),
    SpeechRule(
        r"(?<=[\d)²³])\s?-\s?(?=[\d(a-z√])(?![a-z]{2})|(?<![A-Za-z])(?<=[a-z])\s?-\s?(?=\d|[a-z](?!\w)|\()|(?<=\b[a-z])\s?-\s?(?=[\d(]|[a-z](?!\w))",
        _dash_between,
    ),
    SpeechRule(r"(?<=[\w)])\s?/\s?(?=[\w(])(?=\w(?!\w)|\d|\()", _over),
    SpeechRule(r"\s*[÷∕]\s*", _word("divided by")),
    SpeechRule(r"(?<=[\w)])\s?[×⋅∙✕✖]\s?(?=[\w(√])", _times),
    SpeechRule(
        r"(?<=[\d)])\s?\*\s?(?=[\w(√.])|(?<=\w)\s?\*\s?(?=[\d(])|(?<=\w) \* (?=\w)|(?<=\b[a-z])\*(?=[a-z]\b)",
        _times,
    ),
    SpeechRule(r"(?<=\d)\s?[x×]\s?(?=\d)", _times),
    SpeechRule(r"(?<=[\d)])\s%\s(?=[\d(])", _percent_of),
)
MATHEMATICS: Final = Section(r"(?=\s*[^\w\s.,;:?'\"]|\s?[x×⁰¹²³⁴-⁾ⁿ]|[\dnkfghCFGA][!#(])", _RULES)
