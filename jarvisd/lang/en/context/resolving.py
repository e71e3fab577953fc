"""What a request means within its dialogue, by code alone: the entry to this folder. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from jarvisd.core.planning.plan import Action, Plan
from jarvisd.lang.dialogue import (
    NOTHING_BEFORE,
    Clarification,
    DialogueContext,
    Recognise,
    Resolution,
    Topic,
    TopicKind,
)
from jarvisd.lang.en.context import accounts
from jarvisd.lang.en.context.adjusting import adjusting
from jarvisd.lang.en.context.answering import answered, is_ending
from jarvisd.lang.en.context.continuing import continuing
from jarvisd.lang.en.context.doubts import doubtful
from jarvisd.lang.en.context.lacking import lacking
from jarvisd.lang.en.context.picks import is_order, picked
from jarvisd.lang.en.context.questions import NOT_UNDERSTOOD, UNANSWERED, to_do_with
from jarvisd.lang.en.context.references import referring, timer_phrase
from jarvisd.lang.en.memories import in_passing
from jarvisd.lang.en.templates.fitting import body
from jarvisd.lang.en.templates.vocabulary import DOCUMENTS
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.words import words
from jarvisd.lang.intent import Intent
from jarvisd.lang.topics import folders_after, led_by, topics_meant
from jarvisd.lang.values import Unreadable, UnreadableReason

_ANY_MOMENT = datetime(2000, 1, 3, 12, tzinfo=timezone.utc)
"""Whether words lack a time of day does not depend on when they are said."""
LONGEST_CHARACTERS = 200
"""Chosen: what needs a dialogue to be understood is short."""
_BACK = re.compile(
    r"(?:(?:no|wait|stop|actually)[, ]+)*put (?:it|that|them|everything|all of (?:it|them|that)|these|those|all)"
    r"(?: all)? back(?: (?:again|(?:where|how) (?:it was|they were)|where (?:it|they) came from))?"
    r"|(?:undo|revert) (?:everything|all of (?:it|that)|it all)|bring (?:it|that|them|everything) back"
    r"|(?:restore|move|get) (?:it|that|them|everything) back|restore (?:it|that|them|everything)",
    re.IGNORECASE,
)
_NO_PLACE_TO_PUT_BACK = "I don't know what to put back. Say undo to take back the last change."
_NOTHING_MOVED = "I did not change anything just now. Say undo to take back the last change before."
_CORRECTED = re.compile(
    r"(?:(?:no|sorry|wait|not (?:that|this)(?: one)?|i meant|i mean|actually|rather|oops|and|then|now|what about"
    r"|how about)\b[, ]*)+(?P<rest>.+)",
    re.IGNORECASE,
)
_NO_ITEM = (
    r".*\b(?:that|everything|all|notes?|letters?|files?|folders?|reminders?|timers?|alarms?|calendar|contacts?|e?-?mails?"
    r"|minutes?|hours?|photos?|pictures?|images?|videos?|songs?|documents?|pdfs?|it|them|this|these|those)\b"
)
"""What is no item of a list: it is about something else, or about all of it."""
_CHANGE_OF_A_LIST = re.compile(
    rf"(?:(?:and|also|then|now)[, ]+)*(?!{_NO_ITEM})"
    r"(?P<change>(?:(?P<adding>add|put)|take|remove|cross|strike)"
    r" [^,.?!]+?(?P<off> off)?)(?: (?:on|down|too|as well|again))*",
    re.IGNORECASE,
)
_CANCEL = re.compile(r"cancel (?:it|that)|stop (?:it|that)", re.IGNORECASE)


def resolve(text: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """What ``text`` means after what ``context`` holds; ``None`` where it stands for itself, or is not known.

    ``recognise`` reads a request that stands for itself. Nothing raises.
    """
    said = body(text)
    if not said or len(said) > LONGEST_CHARACTERS or "\n" in said:
        return None
    whole = recognise(text)
    if context.pending is not None and (whole is None or is_ending(said)):
        found = answered(context.pending, said, recognise)
        if found is not None:
            return found
    if whole is not None:
        if _CANCEL.fullmatch(said):
            return _of_a_timer(said, context, recognise)
        return _in_doubt(said, whole, context, recognise) or _at_what_time(said, whole)
    if _BACK.fullmatch(said):
        return _put_back(context)
    if (anew := adjusting(said, context, recognise)) is not None:
        return anew
    if (told := accounts.answer(said, context)) or accounts.wants_more(said):
        return Resolution(answer=told) if told else _more(context)
    found = (
        _on_the_list(said, context, recognise) or _instead(said, context) or referring(said, context, recognise)
    )
    return found or continuing(said, context, recognise) or _lacks(said) or _in_passing(said, recognise)


def _in_passing(said: str, recognise: Recognise) -> Resolution | None:
    """The offer to keep what somebody tells of themselves; what is secret is not kept, and that is said."""
    if in_passing.is_secret(said):
        return Resolution(answer=in_passing.NOT_KEPT)
    keeping = in_passing.request(said)
    if not in_passing.may_keep(said) or recognise(keeping) is None:
        return None
    return Resolution(question=Clarification(in_passing.question(said), (keeping,), is_offer=True))


def _in_doubt(said: str, whole: Intent, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """The question that a time with two meanings wants an answer to."""
    asked = doubtful(said, whole, context.now, recognise) if context.now is not None else None
    return None if asked is None else Resolution(question=asked)


def _doubted(line: str, intent: Intent | None, recognise: Recognise) -> Clarification | None:
    """What may have been asked about a time in ``line``, whatever the day was."""
    if intent is None:
        return None
    days = (doubtful(body(line), intent, _ANY_MOMENT + timedelta(days), recognise) for days in range(7))
    return next((each for each in days if each is not None), None)


def _at_what_time(said: str, whole: Intent) -> Resolution | None:
    """The question that a timer for a day lacks the answer to; ``None`` where all is said."""
    actions = whole.plan.actions if whole.plan is not None else ()
    if len(actions) != 1 or actions[0].tool != "set_timer":
        return None
    when = str(actions[0].args.get("when", ""))
    try:
        read_instant(when, _ANY_MOMENT)
    except Unreadable as unreadable:
        if unreadable.reason is UnreadableReason.NO_TIME and said.count(when) == 1:
            begun, rest = said.replace("{", "").replace("}", "").split(when)
            completions = f"{begun}{when} {{}}{rest}", f"{begun}{when} at {{}}{rest}"
            return Resolution(question=Clarification("At what time?", completions))
    return None


def answer_to(pending: Clarification, text: str, recognise: Recognise) -> Resolution:
    """What an answer that was given to a question back makes of the request; an answer that is none ends it."""
    said = body(text)
    if not said:
        return Resolution(answer=UNANSWERED)
    return answered(pending, said, recognise) or Resolution(answer=NOT_UNDERSTOOD)


def replayed(lines: Sequence[str], recognise: Recognise) -> tuple[Intent | None, str]:
    """What the last of ``lines`` asks for, going on from the others by their words alone, and that as one request.

    What was found on a disk meanwhile is not known here, so that nothing it named is either.
    """
    context, intent, request = NOTHING_BEFORE, None, ""
    for line in lines:
        found = resolve(line, context, recognise) or Resolution(intent=recognise(line))
        intent, request = found.intent, found.request or line
        actions = intent.plan.actions if intent is not None and intent.plan is not None else ()
        topics = led_by(context.topics, found.topic)
        steered = request if intent is not None and intent.control is not None else ""
        said = (*context.said, ("", line))
        asked = found.question or _doubted(line, intent, recognise)
        pending = None if asked is None else replace(asked, said=said)
        if actions:
            folders = folders_after(context.folders, actions)
            context = DialogueContext(
                tuple(topics_meant(topics, actions)), folders, request=request, actions=actions, said=said
            )
        context = replace(context, topics=context.topics or topics, pending=pending, steered=steered)
    return intent, request


def _on_the_list(said: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """ "Take the bananas off", "add bread" just after a list was spoken about: that list."""
    topic = context.topics[0] if context.topics else None
    change = _CHANGE_OF_A_LIST.fullmatch(said)
    is_just_now = any(action.tool in ("list_change", "list_read") for action in context.actions)
    if topic is None or topic.kind is not TopicKind.LIST or change is None or not is_just_now:
        return None
    if not DOCUMENTS.isdisjoint(words(said)):
        return None
    name = f"the {topic.names[0]} list" if topic.names[0] else "the list"
    joint = "" if change["off"] else "to " if change["adding"] else "from "
    request = f"{change['change']} {joint}{name}"
    intent = recognise(request)
    tools = (
        [action.tool for action in intent.plan.actions] if intent is not None and intent.plan is not None else []
    )
    return Resolution(intent=intent, request=request, said=context.said) if tools == ["list_change"] else None


def _put_back(context: DialogueContext) -> Resolution:
    """The last change taken back, unless something was asked for since then that was not done: that is meant."""
    is_nothing_done = (
        context.account is not None and bool(context.account.question) and not context.account.is_done
    )
    if is_nothing_done or not context.undo:
        return Resolution(answer=_NOTHING_MOVED if is_nothing_done else _NO_PLACE_TO_PUT_BACK)
    return Resolution(undo=context.undo)


def _lacks(said: str) -> Resolution | None:
    asked = lacking(said)
    return None if asked is None else Resolution(question=asked)


def _of_a_timer(said: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
    """ "Cancel it" just after a timer was set: that timer."""
    if not context.topics or context.topics[0].kind is not TopicKind.TIMER:
        return None
    request = f"cancel {timer_phrase(context.topics[0])}"
    intent = recognise(request)
    return None if intent is None else Resolution(intent=intent, request=request, said=context.said)


def _more(context: DialogueContext) -> Resolution | None:
    """What a file says that was found alone."""
    topic = context.topics[0] if context.topics else None
    tools = [action.tool for action in context.actions]
    if topic is None or topic.kind is not TopicKind.FILES or not topic.only or tools != ["search_files"]:
        return None
    action = Action("file_read", {"path": topic.only})
    intent = Intent(plan=Plan("read what was found", 1.0, (action,)))
    return Resolution(intent=intent, request=f"read {topic.only}", topic=topic)


def _instead(said: str, context: DialogueContext) -> Resolution | None:
    """ "No, the blue one", "and the second one": the last request with another of the things that were found."""
    corrected = _CORRECTED.fullmatch(said)
    rest = corrected["rest"] if corrected else said
    topic = next((topic for topic in context.topics if topic.kind is TopicKind.FILES), None)
    if topic is None or len(topic.names) < 2 or not (corrected or is_order(rest)):
        return None
    indices = picked(rest, topic.names, topic.focus)
    if len(indices) != 1:
        return None
    name, now = topic.names[indices[0]], replace(topic, focus=indices[0])
    if not topic.only or not _is_about(context, topic.only):
        is_one = is_order(rest) or rest.casefold().endswith((" one", " file"))
        return Resolution(question=Clarification(to_do_with(name)), topic=now) if is_one else None
    actions = tuple(
        replace(action, args={key: name if value == topic.only else value for key, value in action.args.items()})
        for action in context.actions
    )
    intent = Intent(plan=Plan("the same with another", 1.0, actions))
    request = context.request.replace(topic.only, name)
    return Resolution(intent=intent, request=request, said=context.said, topic=now)


def _is_about(context: DialogueContext, name: str) -> bool:
    return any(name in action.args.values() for action in context.actions)


def focused(topic: Topic, name: str) -> Topic:
    """``topic`` with ``name`` singled out."""
    return replace(topic, focus=topic.names.index(name)) if name in topic.names else topic
