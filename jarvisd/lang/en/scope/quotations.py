"""Text inside of a request: what is to be kept, sent, looked for or given as a name, and orders nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jarvisd.lang.en.scope.clause_line import ClauseLine
from jarvisd.lang.en.scope.clause_words import FILLER, JOINER, QUESTION, VERB, compiled

_WORD = r"(?![.:] )\S+ "
_GAP = rf"(?:(?!(?:{JOINER}) (?:{FILLER})*{VERB}){_WORD}){{0,8}}?"
"""A few words that lead to the text; what begins another order ends it."""
_LETTER = r"(?:e mail|email|mail|message|text|letter|postcard|memo|card|reply)"
_PLACE = r"(?:to|into|in|at the end of|at the bottom of|onto|on)"
_NO_NAME = rf"me|us|you|jarvis|it|them|what|the|a|an|all|my|every|of|to|for|from|with|{JOINER[3:-1]}"
_PEOPLE = rf"(?!(?:{_NO_NAME})\b)(?![.,:] )\S+"
_AS_VERB = r"(?<!the )(?<!a )(?<!an )(?<!my )(?<!this )(?<!that )(?<!your )(?<!by )"
_TO_SAY = r"(?:ask|tell|say|inform|let|thank|remind|invite|warn)"
_SAYING = r"(?:asking|telling|saying|thanking|informing|inviting|reminding|warning|letting)"


def _leading(pattern: str) -> re.Pattern[str]:
    return compiled(rf"\b(?:{pattern})(?: that)? (?:[:,] )?")


_NAMING = _leading(
    r"(?<!who )(?:called|named|labell?ed|titled|entitled|by the name(?: of)?|with the (?:name|label|title))|"
    rf"(?:the|my|that) reminder {_GAP}(?:to|that|about|of)|forget (?:that|what)(?= \w)"
)
"""Leads to a name, which is short: the next order ends it."""
_OPENERS = tuple(
    _leading(pattern)
    for pattern in (
        # what a text says
        r"(?:that|which|to|and) (?:says?|reads|states|goes)(?! (?:what|it)\b)|saying|stating|"
        r"(?:note|line|sign|file|text|message) reading|"
        r"with (?:the |a |one )?(?:text|words?|contents?|line|sentence|message|subject|title|body)(?: of)?",
        rf"(?:take|write|note|put) (?:this|that|it) down|(?:jot|write|note|take) down(?= {VERB})|"
        rf"dictate(?: (?:to|into|in) \S+)?|(?:spell|pronounce|define)|(?:if|when) i (?:said|say|told you|"
        rf"asked you)|"
        rf"(?:send|write|save|add|put|leave) {_GAP}(?:the|a) (?:message|text(?! file\b)|line|note|"
        rf"sentence)(?= {VERB})",
        # what is looked for in texts
        r"(?:containing|contains?|mention|mentions|mentioning|talks? about)(?: the (?:words?|phrase|text|line))?|"
        r"the (?:word|words|phrase|sentence)(?! (?:in|of|from)\b)",
        # to be remembered
        r"(?<!you )(?<!i )(?<!don't )(?<!not )(?<!can't )(?:remember|memori[sz]e)(?! (?:what|where|when|who|how|"
        r"which|whether|if|me)\b)(?: to)?|"
        r"want you to remember|"
        r"(?:keep|bear) (?:it )?in mind|for the record|note(?: down)? that(?! (?:says?|reads)\b)|make a (?:note|"
        r"memo) (?:that|of|to|"
        r"for)|"
        r"(?:don't|do not|never) forget(?: to)?",
        # to be reminded of
        rf"remind (?:me|us|{_PEOPLE})(?= (?:{VERB}|not to ))|"
        rf"remind (?:me|us|{_PEOPLE}) {_GAP}(?:to|that|about|of)|"
        rf"(?<!the )(?<!my )(?<!that )reminder {_GAP}(?:to|that|about|of)|"
        rf"(?:alarm|timer|wake me(?: up)?) {_GAP}(?:to|so i can|so that i|so i)(?= {VERB})",
        # to be told to somebody
        rf"{_LETTER} {_GAP}(?:that(?! (?:says?|reads)\b)|know|about|{_SAYING}|to {_TO_SAY})|"
        rf"(?:send|write) (?!(?:a|the|some|me a|an?other) (?:\S+ )?(?:program|script|code|function|command)){_GAP}"
        rf"(?:that(?! (?:says?|reads)\b)|know that|{_SAYING}|to {_TO_SAY})|"
        rf"(?:tell|inform|notify|warn|ask) {_PEOPLE} {_GAP}(?:that|about|to)|ask {_PEOPLE}(?= (?:if|whether) )|"
        rf"let {_PEOPLE} {_GAP}know|"
        rf"(?:tell|ask) {_PEOPLE}(?= {VERB})|"
        rf"{_AS_VERB}(?:e mail|email|mail|message|text) {_PEOPLE}(?= {VERB})|"
        rf"(?:write|make|take|leave|create|add|jot down) (?:a|an|another|me a) (?:note|memo|line|entry|reminder)"
        rf"(?: (?:to|for) (?:me|myself|\w+))?(?: to)?(?= {VERB})",
        # to be put in the place of something
        rf"(?:replace|overwrite) (?:{_WORD}){{1,8}}?(?:with|by)",
    )
)
_REPORTED = _leading(
    r"(?<!what )(?!(?:i|you|what|that|which|who|what's|to|and) )\S+ (?:said|says|told me|told us|wrote|asked me|"
    r"asked us|"
    r"asks me|wants me|wants us|suggested|recommends)(?: to)?"
)
"""What somebody else says or wants."""
_ASKED_FOR = compiled(r"\b(?:what|whatever|how|which|everything) ")
_KEPT = compiled(
    rf"\b(?:add|append|write(?: down)?|jot(?: down)?|note(?: down)?|put(?: down)?|type|insert|enter|scribble)"
    rf" (?={VERB}(?! (?:a|an) {_LETTER}))(?P<text>(?:{_WORD})+?)(?={_PLACE} (?:(?!{_PLACE} ){_WORD})+(?:\. |$|"
    rf"(?:, )?(?:and|then) ))"
)
"""An order as a text between a verb of writing and the place where it goes: "add delete everything to notes"."""
_COLON = compiled(
    rf"\b(?:{_LETTER}|note|write|remember|remind|tell|say|says|add|append|line|file|put|type|words?)\b[^.:]*: "
)

_ORDER = compiled(rf"(?:to |please |that |you |just |not |don't |do not |never |, )*{VERB}")
_MODAL = compiled(
    r"(?:\b(?:will|should|shall|can|could|must|would|may|might|have to|has to|need to|needs to|want to|wants to|"
    r"going to|let's|please|don't|didn't|doesn't|supposed to|able to|try to|used to)|\S+'ll|\S+'d) "
    rf"|\b(?:i|you|we|they|people|that|which|who) (?:always |often |usually |never |only |then )?{VERB}"
)
_AFTER = compiled(rf"(?:(?:{JOINER}|{FILLER.strip()}|,) )+")
_NEW_ORDER = compiled(rf"(?:{VERB}|{QUESTION})")
_NEW_QUESTION = compiled(QUESTION)


def quoted(line: ClauseLine) -> frozenset[int]:
    """The items of ``line`` that are text: between quotation marks, or after words that lead to a text."""
    found = set(line.quoted)
    for start, stop in _spans(line):
        found.update(range(start, stop))
    return frozenset(at for at in found if line.is_word(at))


def _spans(line: ClauseLine) -> Iterator[tuple[int, int]]:
    for match in _COLON.finditer(line.text):
        yield line.at(match.end() - 1) + 1, len(line)
    for match in _KEPT.finditer(line.text):
        start = line.at(match.start("text"))
        yield start, line.at(match.end("text") - 1) + 1
    for pattern in (_NAMING, *_OPENERS):
        for match in pattern.finditer(line.text):
            start = line.at(match.end() - 1) + 1
            yield start, _end(line, start, is_name=pattern is _NAMING)
    for match in _REPORTED.finditer(line.text):
        at, start = line.at(match.start()), line.at(match.end() - 1) + 1
        if not _ASKED_FOR.search(line.rest(max(0, at - 4), at)):
            yield start, _end(line, start, is_name=False)


def _end(line: ClauseLine, start: int, *, is_name: bool) -> int:
    """Where a text ends that begins at ``start``.

    A sentence ends it. So does another order, unless the text is an order itself: in "remind me to call Ann and
    delete the list" nobody can tell, and a text orders nothing.
    """
    for at in range(start, len(line)):
        if line[at] == ".":
            return at
        joined = _AFTER.match(line.rest(at, at + 8)) if at > start else None
        if joined is None:
            continue
        before, behind = line.rest(start, at), line.rest(at)[joined.end() :]
        is_order = not is_name and bool(_ORDER.match(before) or _MODAL.search(before))
        if (_NEW_QUESTION if is_order else _NEW_ORDER).match(behind):
            return at
    return len(line)
