"""Words that stand for what was spoken about: "delete it", "move them there", "read the second one". Pure.

What they stand for is put in and the request read again as a whole. Where several could be meant, or nothing was
spoken about, a question comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jarvisd.lang.dialogue import Clarification, DialogueContext, Recognise, Resolution, Topic, TopicKind
from jarvisd.lang.en.context.lacking import lacking
from jarvisd.lang.en.context.marks import FILE_MARK, FOLDER_MARK, filled, written
from jarvisd.lang.en.context.picks import picked
from jarvisd.lang.en.context.questions import nothing_named, too_many, which, which_folder
from jarvisd.lang.en.requests.timer_times import length

MOST_AT_ONCE = 9
"""Chosen: more questions in a row nobody answers with care."""
_ORDINALS = "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|other"
_PLURAL = re.compile(
    r"\b(?:(?:all|both|each|every one) (?:of )?(?:them|these|those)|(?:all )?(?:them|these|those)"
    r"(?: (?:files|documents|ones|two|three))?|all (?:of )?the (?:files|ones)|both(?: (?:files|documents))?"
    r"|(?:all )?the (?:files|documents) (?:you|that you|that were) (?:just )?found)\b",
    re.IGNORECASE,
)
_SINGULAR = re.compile(
    r"\b(?:it|(?:this|that|the same) (?:file|document|one|list|timer|alarm|reminder)|the (?:file|document|one)"
    r"(?! (?:called|named))|that|this)\b(?!'|\s+\w+ (?:file|folder|list))",
    re.IGNORECASE,
)
_PICKING = re.compile(
    rf"\b(?:the (?:{_ORDINALS}|\d{{1,2}}(?:st|nd|rd|th))(?: (?:one|file|document))?"
    r"|(?:the )?(?:number|file|document) (?:one|two|three|four|five|six|seven|eight|nine|\d{1,2})"
    r"|the one (?:called|named|about|from|with) [\w'-]+|the [\w'-]+(?: [\w'-]+)? one)\b",
    re.IGNORECASE,
)
_THERE = re.compile(
    r"\b(?:(?:in |into |to )?(?:that|this|the same) folder|(?:in |over )?there"
    r"|(?:in|into|to) (?P<other>the other (?:folder|one)))\s*$",
    re.IGNORECASE,
)
_IN_IT = re.compile(r"\b(?P<joint>in|into|inside|to|over to) (?:it|this|that)\s*$", re.IGNORECASE)
_MORE_TIME = re.compile(
    r"(?P<change>(?:add|put|take|remove) (?P<length>[\w' -]+?)(?: more)? (?:to|on|onto|from|off|of))"
    r" (?:it|that|this)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:and|then)\b|[;,]", re.IGNORECASE)
_HIM = re.compile(r"\b(?:him|her)\b", re.IGNORECASE)
_LISTS = ("list_change", "list_read")
_TIMERS = ("cancel_timer", "change_timer", "list_timers")


@dataclass(frozen=True, slots=True)
class _Said:
    """A request with a word that stands for something."""

    before: str
    word: str
    after: str

    def with_(self, phrase: str) -> str:
        """The request with ``phrase`` in the place of the word."""
        return f"{self.before}{phrase}{self.after}"


def referring(text: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """What ``text``, which does not stand for itself, means; ``None`` where no word refers to anything."""
    if (more := _MORE_TIME.fullmatch(text)) is not None and length(more["length"]) is not None:
        timer = next((topic for topic in context.topics if topic.kind is TopicKind.TIMER), None)
        request = f"{more['change']} {timer_phrase(timer) if timer else 'the timer'}"
        intent = recognise(request)
        return Resolution(intent=intent, request=request, said=context.said) if intent is not None else None
    text, folder = _with_folder(text, context)
    if folder is None:
        asked = _which_folder(text, context)
        request = asked.completions[0].replace("{}", FOLDER_MARK)
        return Resolution(question=asked) if filled(request, asked.names or ("",), "", recognise) else None
    for pattern in (_PICKING, _PLURAL, _SINGULAR):
        for found in pattern.finditer(text):
            said = _Said(text[: found.start()], found[0], text[found.end() :])
            if _JOINED.search(said.before):
                # What an earlier part of the same request is about.
                return None
            if said.before.strip() and (meant := _meant(said, pattern, folder, context, recognise)) is not None:
                return meant
    if folder and (intent := filled(text, (), folder, recognise)) is not None:
        return Resolution(intent=intent, request=written(text, (), folder))
    if (him := _HIM.search(text)) is not None:
        return _person(_Said(text[: him.start()], him[0], text[him.end() :]), context, recognise)
    return None


def _with_folder(text: str, context: DialogueContext) -> tuple[str, str | None]:
    """``text`` with a mark for a folder that it refers to, and the folder; ``None`` where it is not known."""
    found = _THERE.search(text)
    is_just_made = context.actions and all(action.tool == "mkdir" for action in context.actions)
    if found is None and is_just_made and context.folders and (made := _IN_IT.search(text)):
        # Something is put into the folder, and not added to a file.
        joint = "to" if made["joint"].endswith("to") else "in"
        return f"{text[: made.start()].rstrip()} {joint} the {FOLDER_MARK} folder", context.folders[0]
    if found is None or not text[: found.start()].strip():
        return text, ""
    wanted = 1 if found["other"] else 0
    marked = f"{text[: found.start()].rstrip()} to the {FOLDER_MARK} folder"
    if len(context.folders) <= wanted:
        return text, None if found["other"] or "folder" in found[0] else ""
    return marked, context.folders[wanted]


def _which_folder(text: str, context: DialogueContext) -> Clarification:
    """The question which folder is meant, and the request with a gap for it."""
    begun = _THERE.sub("", text).rstrip()
    files = next((topic for topic in context.topics if topic.kind is TopicKind.FILES), None)
    names: tuple[str, ...] = ()
    for pattern in (_PICKING, _PLURAL, _SINGULAR):
        found = pattern.search(begun)
        if found is not None and files is not None:
            names = _names(found[0], pattern, files)
            begun = f"{begun[: found.start()]}{FILE_MARK}{begun[found.end() :]}"
            break
    gaps = (f"{begun} to the {{}} folder", f"{begun} to {{}}", f"{begun} {{}}")
    return replace(which_folder(), completions=gaps, names=names)


def _meant(
    said: _Said, pattern: re.Pattern[str], folder: str, context: DialogueContext, recognise: Recognise
) -> Resolution | None:
    for topic in context.topics:
        if topic.kind is TopicKind.FILES:
            meant = _files(said, pattern, topic, folder, recognise)
        elif pattern is _SINGULAR:
            meant = _one_thing(said, topic, context, recognise)
        else:
            meant = None
        if meant is not None:
            return meant
    is_known = any(topic.kind is TopicKind.FILES for topic in context.topics)
    return None if is_known else _unknown(said, pattern, folder, recognise)


def _files(
    said: _Said,
    pattern: re.Pattern[str],
    topic: Topic,
    folder: str,
    recognise: Recognise,
) -> Resolution | None:
    marked = said.with_(FILE_MARK)
    asked = None if filled(marked, ("",), folder, recognise) is not None else lacking(marked)
    if asked is None and filled(marked, ("",), folder, recognise) is None:
        return None
    names = _names(said.word, pattern, topic)
    if not names:
        if pattern is _PICKING and not topic.names:
            return None
        return Resolution(question=_which_of(marked, folder, topic))
    if len(names) > MOST_AT_ONCE or (pattern is _PLURAL and topic.total > len(topic.names)):
        return Resolution(question=too_many(max(topic.total, len(names))))
    focus = replace(topic, focus=topic.names.index(names[0]) if len(names) == 1 else -1)
    if asked is not None:
        completions = tuple(each.replace(FOLDER_MARK, folder) for each in asked.completions)
        return Resolution(question=replace(asked, completions=completions, names=names), topic=focus)
    intent = filled(marked, names, folder, recognise)
    if intent is None:
        return None
    return Resolution(intent=intent, request=written(marked, names, folder), topic=focus)


def _names(word: str, pattern: re.Pattern[str], topic: Topic) -> tuple[str, ...]:
    if pattern is _PLURAL:
        return topic.names
    if pattern is _SINGULAR:
        return (topic.only,) if topic.only else ()
    return tuple(topic.names[index] for index in picked(word, topic.names, topic.focus))


def _which_of(marked: str, folder: str, topic: Topic) -> Clarification:
    asked = which(topic.names)
    completion = marked.replace(FILE_MARK, "{}").replace(FOLDER_MARK, folder)
    return replace(asked, completions=(completion,), names=topic.names, is_pick=True)


def _one_thing(said: _Said, topic: Topic, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """ "Take milk off it", "cancel it": a list or a timer."""
    phrase, tools = _phrase(topic)
    intent = recognise(said.with_(phrase)) if phrase else None
    if intent is None or intent.plan is None or any(step.tool not in tools for step in intent.plan.actions):
        return None
    if any(step.args.get("what") == "skip" for step in intent.plan.actions):
        # "Skip it" may be said of anything, and nothing brings the time back.
        return None
    return Resolution(intent=intent, request=said.with_(phrase), said=context.said)


def _phrase(topic: Topic) -> tuple[str, Sequence[str]]:
    if topic.kind is TopicKind.LIST:
        name = topic.names[0]
        return (f"my {name} list" if name else "the list"), _LISTS
    return (timer_phrase(topic), _TIMERS) if topic.kind is TopicKind.TIMER else ("", ())


def timer_phrase(topic: Topic) -> str:
    """How the timer of a topic is told from others: "the pasta timer", "the ten minutes timer"."""
    label, when, kind = topic.names
    kind = kind or ("timer" if length(when) is not None else "alarm")
    if label:
        return f"the {label} {kind}"
    return f"the {when} {kind}" if kind == "timer" else f"the {kind}"


def _person(said: _Said, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    people: Iterator[Topic] = (topic for topic in context.topics if topic.kind is TopicKind.CONTACT)
    person = next(people, None)
    if person is None:
        return None
    request = said.with_(person.names[0])
    intent = recognise(request)
    if intent is not None and intent.plan is not None:
        return Resolution(intent=intent, request=request, said=context.said)
    asked = lacking(request)
    return None if asked is None else Resolution(question=asked, said=context.said)


def _unknown(said: _Said, pattern: re.Pattern[str], folder: str, recognise: Recognise) -> Resolution | None:
    """A request about a file of which nothing was said: which one, if such a request can be carried out at all."""
    marked = said.with_(FILE_MARK)
    if filled(marked, ("",), folder, recognise) is None and lacking(marked) is None:
        return None
    completion = marked.replace(FILE_MARK, "{}").replace(FOLDER_MARK, folder)
    named = tuple(completion.replace("{}", phrase) for phrase in ("{}", "the file {}", "the {}"))
    return Resolution(question=replace(nothing_named(is_one=pattern is not _PLURAL), completions=named))
