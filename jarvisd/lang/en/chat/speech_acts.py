"""The speech acts that a language model's own words may be: all else is not said (requirement A13, decision 26).

A reply without a step is nothing that was measured. A sentence of it is said when it is a courtesy, a confession
that something can't be done or isn't known, a question back, the words of one memory, or general knowledge, which
is marked as believed. What asserts a state or a deed is none of these, however it is put. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from jarvisd.lang.en.chat.requests import ACTS, Wanted, wanted
from jarvisd.lang.en.memories.person import to_listener
from jarvisd.lang.en.sentences import unsupported
from jarvisd.lang.en.speech.chunking import CHUNK_RULES
from jarvisd.lang.en.wording import is_small, tokens
from jarvisd.lang.en.words import strip_courtesy, without_wake_phrase, words

LONGEST_REPEATED_WORDS = 14
"""Chosen: a longer request is not said back in the answer that it can't be done."""
_TENDER = r"(?:very |really |so |truly |quite )?"
_COURTESY = re.compile(
    r"(?:(?:oh |well |hey |hi |hello )?(?:hello|hi|hey|greetings|welcome(?: back| home)?|good (?:morning"
    r"|afternoon|evening|night|day)"
    r"|you're (?:very |most )?welcome|you are (?:very )?welcome|no problem|my pleasure|any ?time"
    r"|don't mention it|happy to help"
    r"|thanks|thank you(?: very much| so much)?|thank you for .{1,30}|good ?bye|bye(?: bye)?"
    r"|see you(?: later| soon| tomorrow)?|take care"
    r"|sleep well|sweet dreams|rest well|(?:have|enjoy) (?:a|your) (?:\w+ )?(?:day|evening|night|weekend"
    r"|time|morning|one|trip)"
    r"|(?:it's |it is )?nice to (?:meet|see|hear from) you(?: too)?|congratulations|well done"
    r"|happy (?:birthday|new year|easter)"
    r"|merry christmas|cheers|likewise|same to you|you too"
    rf"|(?:i'm|i am) (?:doing )?{_TENDER}(?:fine|well|good|great|here|ready|okay|all right)(?: and ready"
    rf"| to help| today)?(?: thanks| thank you| to help)*"
    rf"|(?:i'm|i am) {_TENDER}(?:glad|happy|pleased|sorry)(?: to hear (?:that|it)| about that| that helped"
    rf"| you like it| i could help| to help(?: you)?)?"
    r"|glad (?:to hear (?:that|it)|i could help|that helped|you liked it)|(?:i'm )?sorry(?: to hear that"
    r"| about that)?"
    rf"|that(?:'s| is| sounds| must be) {_TENDER}(?:great|good|nice|wonderful|kind|sad|funny|hard|tough"
    rf"|sweet|lovely|all right|kind of you)(?: to hear| of you)?"
    r"|i hope (?:you|your day|it) [a-z ]{3,30}|(?:how|what) can i (?:help|assist|do)(?: you)?(?: with"
    r"| for you)?(?: today)?"
    r"|how are you(?: doing)?(?: today)?|and you))"
)
_LEAD = (
    r"(?:(?:oh|well|hm|no|yes|ah|unfortunately|sadly|(?:i'm |i am )?(?:so |very )?(?:sorry|afraid)"
    r"|i apologi[sz]e"
    r"|my apologies)(?: but)? )*"
)
_LEADING = re.compile(
    r"(?i)(?:(?:oh|well|no|unfortunately|sadly|(?:i'm |i am )?(?:so |very )?(?:sorry|afraid)|i apologi[sz]e)"
    r"[,.!]?\s+(?:but\s+)?)*"
)
"""What may stand before a confession, as it is written."""
_UNABLE = re.compile(
    rf"{_LEAD}(?:as an? [a-z ]{{2,30}} )?(?:that )?(?:i (?:can't|cannot|can not|could not possibly"
    rf"|won't be able to|am not able to|am unable to)"
    r"|i'm (?:not able to|unable to|not allowed to))"
    r"(?: (?:tell|say)(?: you)? whether (?!.*\b(?:and|but|so|as|because|since|while|although)\b)[^,;:–—]+"
    r"| (?!find|see|hear|detect|locate|feel|notice|reach|connect|sense|believe|wait|deny|help but"
    r"|help notic|stop|thank)"
    r"(?!.*\b(?:is|are|was|were|has|have|had|it's|that's|there's)\b).+)?"
)
"""What one failed to find was looked for, and nothing was: such a confession claims. "Whether" claims nothing."""
_NOT_KNOWING = re.compile(
    rf"{_LEAD}i (?:don't|do not) (?:know|understand|remember|have (?:access|a way|any way|the ability"
    rf"|the means|information|any information"
    r"|that information|enough information|feelings|a body|opinions|an opinion|a name for))\b(?! (?:why"
    r"|how|when) )"
    rf"|{_LEAD}(?:i'm|i am) not sure\b|{_LEAD}i have no (?:idea|way|access|information)\b"
)
_ASKING = re.compile(
    r"(?:(?:and|so|or|but|sorry) )?(?:what|which|who|whom|whose|where|when|why|how|do you|did you"
    r"|is (?:it|that|this)|are you"
    r"|which one|for how long|from where|to whom|could you|can you|would you (?!like me))\b"
)
_OFFERING = re.compile(
    r"^(?:and |so |or )?(?:would|do) you (?:like|want)\b|\b(?:should|shall|can|may|could) (?:i|we)\b|\bme to\b"
)
_OF_ITSELF = re.compile(
    r"(?:my name is jarvis|you can call me jarvis|(?:i'm|i am) (?:jarvis|(?:just )?an? (?:\w+ )?"
    r"(?:voice )?(?:assistant|program|machine"
    r"|computer program|ai|virtual assistant|language model))\b(?: (?!i\b|i'|and\b|is\b|are\b|now"
    r"\b)[a-z]+){0,10})"
)
_ASSUMING = re.compile(
    r"\b(?:since|because|while|now that|now|know that|but|so|as|until|although|though|already)\b"
)
"""What a question presupposes may be anything."""
_DEED = re.compile(
    r"\b(?:i|we)(?: have|'ve|'ll| will| just|'m| am| had)?\b.*\b(?:\w+ed|set|sent|put|made|done|turning"
    r"|setting|sending|adding|playing|calling"
    r"|ordering|booking|on it|working on)\b"
)
_ACTED = re.compile(
    r"\bi(?:'ve| have|'ll| will|'m| am)?(?: just| now| already)? (?:turn|switch|set|send|sent|sav|add"
    r"|delet|remov|creat|writ|wrot|book"
    r"|order|schedul|call|play|start|stop|mov|cop|open|lock|clos)"
)
"""What even a story may not begin with: it could be taken for a report."""
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|does|did|do|will|would|it's|there's|that's|\w{3,}ed)\b"
)
_CONFIRMED = frozenset(
    {"sure", "okay", "ok", "alright", "done", "certainly", "absolutely", "right", "course", "yes", "got"}
)
_HIDDEN_CLAUSE = re.compile(
    r"(?:[;:—–]| - |, | and | but | so | because | since | although | though | while | as | now | until )"
)
_NEGATION = frozenset({"not", "no", "never", "none", "nothing", "neither", "nor", "cannot", "without"})
_FACT_NEVER = frozenset(
    {
        "i", "i'm", "i've", "i'll", "i'd", "me", "my", "mine", "we", "our", "us", "your", "yours", "now",
        "today", "tonight", "tomorrow", "yesterday", "currently", "here",
    }
)  # fmt: skip
_UNCAPPED = frozenset(
    {
        "the", "a", "an", "it", "it's", "there", "this", "that", "these", "those", "in", "on", "at", "yes",
        "no", "they", "he", "she", "to", "by", "about", "some", "most", "many", "one", "two", "three", "you",
    }
)  # fmt: skip
"""First words of a sentence that are written small inside of one."""


class SpeechAct(str, Enum):
    """What a sentence does."""

    COURTESY = "courtesy"
    UNABLE = "unable"
    ASKING = "asking"
    MEMORY = "memory"
    ITSELF = "itself"
    FACT = "fact"


def admitted(reply: str, request: str, told: Sequence[str], *, may_believe: bool) -> str:
    """What of ``reply``, a model's words for ``request``, is said; its replacement where nothing may be.

    ``told`` are the memories that the model was shown; with ``may_believe`` general knowledge is said, marked.
    """
    want = wanted(request)
    said = _admitted(_sentences(reply), request, told, want, may_believe=may_believe)
    if said:
        return said
    return "I can't think of one." if want is Wanted.ENTERTAINMENT else instead(request, want)


def admitted_so_far(reply: str, request: str, told: Sequence[str], *, may_believe: bool) -> str:
    """What :func:`admitted` begins with, however a ``reply`` goes on of which this much has been written.

    Each sentence is judged alone, so that of whole ones is certain what is said; the last may not be whole yet.
    """
    want, whole = wanted(request), _sentences(reply)[:-1]
    return _admitted(whole, request, told, want, may_believe=may_believe)


def _admitted(
    sentences: Sequence[str], request: str, told: Sequence[str], want: Wanted, *, may_believe: bool
) -> str:
    """Those of ``sentences`` that are said; empty where none is, or courtesies alone that nobody wants."""
    if want is Wanted.ENTERTAINMENT:
        return " ".join(part for part in sentences if not _ACTED.search(" ".join(words(part))))
    kept: list[tuple[SpeechAct, str]] = []
    for sentence in sentences:
        if (act := _act(sentence, request, told, want)) is None:
            continue
        if act is SpeechAct.FACT and not may_believe:
            continue
        kept.append((act, _clause(sentence) if act is SpeechAct.UNABLE else sentence))
    told_something = any(act is not SpeechAct.COURTESY for act, _ in kept)
    return " ".join(_marked(kept)) if told_something or want is Wanted.COURTESY else ""


def unable_alone(reply: str) -> str:
    """The sentences of ``reply`` that say what can't be done: all that may stand beside steps."""
    return " ".join(_clause(part) for part in _sentences(reply) if _is_unable(part))


def instead(request: str, want: Wanted) -> str:
    """The answer to ``request`` when no word of the model may be said."""
    if want is Wanted.COURTESY:
        return _polite(" ".join(words(without_wake_phrase(request))))
    if want is Wanted.IDENTITY:
        return "I'm Jarvis, the voice assistant of this machine."
    if want is not Wanted.ACT:
        return "I don't know that."
    spoken = strip_courtesy(words(without_wake_phrase(request)))
    is_told = 0 < len(spoken) <= LONGEST_REPEATED_WORDS and spoken[0] in ACTS
    return unsupported.cannot(" ".join(spoken)) if is_told else "I can't do that."


def _sentences(reply: str) -> list[str]:
    lines = map(str.strip, reply.splitlines())
    return [part for line in lines for part in CHUNK_RULES.sentence_end.split(line) if part]


def _polite(line: str) -> str:
    if re.search(r"\bthank|appreciate", line):
        return "You're welcome."
    is_parting = re.search(r"\bbye\b|good night|see you|sleep well|take care", line)
    return "Goodbye." if is_parting else "I'm here if you need me."


def _act(sentence: str, request: str, told: Sequence[str], want: Wanted) -> SpeechAct | None:
    line = " ".join(words(sentence))
    if _is_unable(sentence):
        return SpeechAct.UNABLE
    if _is_courtesy(line, request, told):
        return SpeechAct.COURTESY
    if sentence.rstrip(" \"')").endswith("?"):
        is_plain = _ASKING.match(line) and not any(hidden.search(line) for hidden in (_OFFERING, _DEED, _ASSUMING))
        return SpeechAct.ASKING if is_plain else None
    if any(_repeats(sentence, memory, request) for memory in told):
        return SpeechAct.MEMORY
    if want is Wanted.IDENTITY and _OF_ITSELF.fullmatch(line):
        return SpeechAct.ITSELF
    return SpeechAct.FACT if want is Wanted.KNOWLEDGE and _is_fact(line) else None


def _is_unable(sentence: str) -> bool:
    line = " ".join(words(_clause(sentence)))
    return bool(_UNABLE.fullmatch(line) or _NOT_KNOWING.match(line))


def _clause(sentence: str) -> str:
    """A confession up to where another clause begins, which may claim anything."""
    lead = _LEADING.match(sentence)
    start = lead.end() if lead else 0
    if (end := _HIDDEN_CLAUSE.search(sentence, start)) is None:
        return sentence
    return sentence[: end.start()].rstrip(" ,") + "."


def _is_courtesy(line: str, request: str, told: Sequence[str]) -> bool:
    """Whether a line is polite and no more; it may end with the name of who is spoken to."""
    known = {word for text in (request, *told) for word in words(text)}
    spoken = line.split()
    if _CONFIRMED & set(spoken[:2]):
        return False
    heads = (
        [line, " ".join(spoken[:-1])]
        if spoken and (spoken[-1] in known or spoken[-1] in ("sir", "jarvis"))
        else [line]
    )
    return any(_COURTESY.fullmatch(head) for head in heads)


def _repeats(sentence: str, memory: str, request: str) -> bool:
    """Whether a sentence says one memory again, in its words and common ones of the request, and denies as much.

    A name or a number that the request alone holds may be what is asked about: of it nothing is known.
    """
    told = re.sub(r"^(?i:yes),? ", "", sentence.strip())
    said = {word for word in tokens(to_listener(told)) if not is_small(word)}
    kept = set(tokens(to_listener(memory)))
    asked = set(tokens(to_listener(request))) - kept
    named = {word for name in re.findall(r"\b[A-Z]\w*|\w*\d\w*", told) for word in tokens(name)}
    is_covered = bool(said & kept) and said <= kept | asked and not said & asked & named
    return is_covered and _denials(told) == _denials(memory)


def _denials(text: str) -> int:
    return sum(word in _NEGATION or word.endswith("n't") for word in words(text))


def _is_fact(line: str) -> bool:
    spoken = set(line.split())
    return not spoken & _FACT_NEVER and not _CONFIRMED & set(line.split()[:1]) - {"yes"} and not _DEED.search(line)


def _marked(kept: Sequence[tuple[SpeechAct, str]]) -> list[str]:
    """The sentences as they are said: the first of general knowledge begins with who believes it."""
    said: list[str] = []
    is_marked = False
    for act, sentence in kept:
        if act is SpeechAct.FACT and not is_marked:
            is_marked = True
            sentence = _believed(sentence)
        said.append(sentence)
    return said


def _believed(sentence: str) -> str:
    spoken = words(sentence)
    if not _HAS_VERB.search(" ".join(spoken[1:])):
        return f"I believe this: {sentence}"
    small = sentence[:1].lower() + sentence[1:] if spoken[0] in _UNCAPPED else sentence
    return f"I believe {small}"
