"""Operators, powers, roots and comparisons. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from jarvisd.lang.en.speech.addresses import dictated, is_formula
from jarvisd.lang.en.speech.grammar import Say, Section, SpeechRule, after, before, fixed
from jarvisd.lang.en.speech.numerals import power

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


def _less_or_greater(kind: str) -> Say:
    """A comparison between two operands, or a bound that stands alone."""

    def say(match: re.Match[str]) -> str:
        return f" {'is ' if _stands_between(match) else ''}{kind} than or equal to "

    return say


def _about(match: re.Match[str]) -> str:
    return " is approximately " if _stands_between(match) else " about "


def _stands_between(match: re.Match[str]) -> bool:
    """Whether a sign compares what is on both sides; "in <5 minutes" and "≥ 5" have a bound alone."""
    lead = before(match).rstrip()
    is_bound = match[0].startswith(" ") and not match[0].endswith(" ")
    return bool(lead) and not is_bound and re.search(r"[(,;:]$|\b(?:is|are|be|was|were)$", lead) is None


def _than(kind: str) -> Say:
    def say(match: re.Match[str]) -> str:
        if _stands_between(match):
            return f" is {kind} than "
        return f" {'more' if kind == 'greater' else kind} than "

    return say


def _dotted(match: re.Match[str]) -> str | None:
    return " times " if is_formula(match.string) else None


def _placeholder(match: re.Match[str]) -> str:
    """ "<name>" stands for a name, "<stdio.h>" for a file."""
    return f" {dictated(match[1])} "


def _absolute(match: re.Match[str]) -> str | None:
    inside = re.sub("[-−]", " minus ", match[1]).replace("+", " plus ")
    is_compared = re.match(r"\s*[=<>≤≥+*/^−-]", after(match)) is not None
    return f" the absolute value of {inside} " if is_compared or is_formula(match.string) else None


def _into(match: re.Match[str]) -> str:
    return " into "


def _factor(match: re.Match[str]) -> str:
    """The base of a logarithm."""
    return f" base {unicodedata.normalize('NFKC', match[0])}"


def _argument(match: re.Match[str]) -> str | None:
    return f" of {match[1]}" if _FUNCTION.search(before(match)) else None


def _open(match: re.Match[str]) -> str | None:
    if _FUNCTION.search(before(match)):
        return " of ("
    return " open parenthesis " if _is_group(match, before(match), after(match)) else None


def _is_group(match: re.Match[str], lead: str, rest: str) -> bool:
    """Whether a parenthesis changes the order of a calculation."""
    inside, _, behind = rest.partition(")")
    operator = r"[-+*/^×÷−=]"
    has_operator = re.search(rf"[\w)]\s?{operator}\s?[\w(√]", inside) is not None
    stands_in = re.search(rf"{operator}\s?$|(?<!\w)\d$|[(√)]\s?$", lead) or re.match(
        rf"\s?{operator}\s?[\w(]|²|³", behind
    )
    return has_operator and bool(stands_in)


def _close(match: re.Match[str]) -> str | None:
    opened = before(match).rfind("(")
    if opened < 0:
        return None
    inner = match.string[opened + 1 :]
    if _FUNCTION.search(match.string[:opened]):
        return None
    return " close parenthesis " if _is_group(match, match.string[:opened], inner) else None


def _factorial(match: re.Match[str]) -> str | None:
    return f"{match[1]} factorial" if is_formula(match.string) else None


def _times(match: re.Match[str]) -> str:
    return " times "


def _percent_of(match: re.Match[str]) -> str:
    return " modulo "


_FUNCTION: Final = re.compile(
    r"(?<![\w.])(?:[fghFGP]|sin|cos|tan|a?sinh?|a?cosh?|a?tanh?|log[₀-₉]*|ln|exp|sqrt|abs)'?$"
)
_RULES: Final = (
    SpeechRule(r"\s?\[\^(\w+)\]:?", lambda match: f", footnote {match[1]},"),
    SpeechRule(r"(?:\*\*|\^)\s?(\(?[-−+]?[\w.]+\)?|\{[-−+]?[\w.]+\})", _power),
    SpeechRule(r"(?<=[\w)])([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱ]+)", _power),
    SpeechRule(r"([√∛∜])\s?", _root),
    SpeechRule(r"(?<=log)[₀-₉]+", _factor),
    SpeechRule(r"\((\w+)\)", _argument),
    SpeechRule(r"\(", _open),
    SpeechRule(r"\)", _close),
    SpeechRule(r"(?<!\w)(\d+|n|k)!(?=\s*[=+*/×−-])", _factorial),
    SpeechRule(r"\s*(?:===|≡)\s*", _word("is identical to")),
    SpeechRule(r"\s*!==?\s*|\s*(?:≠|<>|/=)\s*(?=[\w(])", _word("is not equal to")),
    SpeechRule(r"\s*==\s*", _word("is equal to")),
    SpeechRule(r"\s*(?:<=>)\s*", _word("compared with")),
    SpeechRule(r"\s*(?:<=|≤|⩽|≦)\s*", _less_or_greater("less")),
    SpeechRule(r"\s*(?:>=|≥|⩾|≧)\s*", _less_or_greater("greater")),
    SpeechRule(r"\s*(?:≈|≅|~=|≃)\s*", _about),
    SpeechRule(r"\s*(?:±|\+/-|\+-)\s*", _word("plus or minus")),
    SpeechRule(r"\s*∓\s*", _word("minus or plus")),
    SpeechRule(r"\s*(?:\+=)\s*", _word("plus equals")),
    SpeechRule(r"\s*(?:-=)\s*", _word("minus equals")),
    SpeechRule(r"\s*(?:\*=)\s*", _word("times equals")),
    SpeechRule(r"\s*(?::=|≔)\s*", _word("is defined as")),
    SpeechRule(r"\s*(?:<-->|<->|↔|⟷)\s*", _word("to and from")),
    SpeechRule(r"\s*(?:-{1,2}>|→|⟶|=>|➔|➜|➡\ufe0f?|↦)\s*", _arrow("to", "right arrow")),
    SpeechRule(r"\s*(?:←|⟵|⇐|<--|⬅\ufe0f?)\s*", _arrow("from", "left arrow")),
    SpeechRule(r"(?<=[%°])\s?[-–]\s?(?=[\d$€£])", _word("to")),
    SpeechRule(r"\s*(?:⇔|<==>)\s*", _word("if and only if")),
    SpeechRule(r"\s*⇒\s*", _arrow("implies", "right arrow")),
    SpeechRule(r"(?<=UTC|GMT)[-−](?=\d)", _minus),
    SpeechRule(r"\s*>>>?\s*(?=\d)", _word("shifted right by")),
    SpeechRule(r"\s*<<\s*(?=\d)", _word("shifted left by")),
    SpeechRule(r"(?:(?<=[A-Za-z_])|(?<=[A-Za-z_]\d))<([A-Za-z][\w, :*&]*)>", lambda match: f" of {match[1]}"),
    SpeechRule(r"\s?<(/?[A-Za-z][\w./ -]*?)/?>", _placeholder),
    SpeechRule(r"(?<=P\(\w)\|(?=\w\))", _word("given")),
    SpeechRule(r"\|([\w² +−-]{1,12})\|", _absolute),
    SpeechRule(r"(?<!\w)([fghy])'(?=\(|\s?=)", lambda match: f"{match[1]} prime"),
    SpeechRule(r"\s*>{1,2}\s?(?=[\w./~-]*[/\w]\.[a-z]{2,4}(?!\w)|/\w)", _into),
    SpeechRule(rf"{_OPERAND_BEFORE}\s*<\s*{_OPERAND}", _than("less")),
    SpeechRule(rf"{_OPERAND_BEFORE}\s*>\s*{_OPERAND}", _than("greater")),
    SpeechRule(r"(?<!\S)<\s?(?=[\d.$€£])", _word("less than")),
    SpeechRule(r"(?<!\S)>\s?(?=[\d.$€£])", _word("more than")),
    SpeechRule(r"\b([CFGA])#(?!\w)", lambda match: f"{match[1]} sharp"),
    SpeechRule(r"(?<=\w)\+\+(?!\w)", _word("plus plus")),
    SpeechRule(r"(?<!\w)\+\+(?=\w)", _word("plus plus")),
    SpeechRule(r"(?<=[a-z])--(?![\w-])(?=\s*(?:$|[;,)]))", _word("minus minus")),
    SpeechRule(r"(?<![\w!])!(?=[A-Za-z(])", fixed("not ")),
    SpeechRule(r"(?<=\w)::(?=\w)", _word("colon colon")),
    SpeechRule(r"\s*&&\s*", _word("and")),
    SpeechRule(r"\s*\|\|\s*", _word("or")),
    SpeechRule(r"\s*=\s*", _word("equals")),
    SpeechRule(r"\s*\+\s*", _word("plus")),
    SpeechRule(rf"{_OPERAND_BEFORE}\s*[−]\s*(?=[\w(√.])", _minus),
    SpeechRule(r"(?<![\w)\]])[-−]\s?(?=[.\d$€£√∞π]|[a-z](?!\w))", _minus),
    SpeechRule(r"−|(?<!\S)–(?=[.\d])", _minus),
    SpeechRule(r"(?<=[\w)²³])\s–\s(?=[\w(√])", _dash_between),
    SpeechRule(r"(?<=[\w)])\s-\s(?=[-−]\d)", _minus),
    SpeechRule(
        r"(?<=[\d)²³])\s?-\s?(?=[\d(a-z√])(?![a-z]{2})|(?<![A-Za-z])(?<=[a-z])\s?-\s?(?=\d|[a-z](?!\w)|\()|(?<=\b[a-z])\s?-\s?(?=[\d(]|[a-z](?!\w))",
        _dash_between,
    ),
    SpeechRule(r"(?<=\d)/(?=[a-gi-rt-z](?!\w))", _word("over")),
    SpeechRule(r"(?<=[\w)])\s?/\s?(?=[\w(])(?=\w(?!\w)|\d|\()", _over),
    SpeechRule(r"\s*[÷∕]\s*", _word("divided by")),
    SpeechRule(r"(?<=[\w)])\s?[×⋅∙✕✖]\s?(?=[\w(√])", _times),
    SpeechRule(
        r"(?<=[\d)])\*(?=[\w(√.])|(?<=\w)\*(?=[\d(])|(?<=[\w)])(?<!SELECT) \* (?=[\w(√.])"
        r"|(?<=\b[a-z])\*(?=[a-z]\b)",
        _times,
    ),
    SpeechRule(r"(?<=[\w)²³⁴])\s?·\s?(?=[\w(√])", _dotted),
    SpeechRule(r"(?<=[\"″'mnt])\s?[x×]\s(?=\d)", _word("by")),
    SpeechRule(r"(?<=\d)\s?[x×]\s?(?=\d)", _times),
    SpeechRule(r"(?<=[\d)])\s%\s(?=[\d(])", _percent_of),
)
MATHEMATICS: Final = Section(r"(?=\s*[^\w\s.,;?'\"]|\s?[x×₀-₉⁰¹²³⁴-⁾ⁿ]|\d{0,3}[\dnkCFGA][!#]|[fghy]')", _RULES)
