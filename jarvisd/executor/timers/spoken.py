"""What is said of timers, and when one is due as it was said. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.timers.model import LONGEST_S, Moment, Timer, TimerKind, TimerState
from jarvisd.executor.timers.repetition import next_after
from jarvisd.executor.timers.which import Fitting, chosen, fitting, means_next, means_one_time
from jarvisd.lang.en import amounts, clock_words, exact_amounts
from jarvisd.lang.en.memories.person import to_listener
from jarvisd.lang.en.requests.timer_reference import label_words, read_choice, read_reference
from jarvisd.lang.en.requests.timer_times import read_time
from jarvisd.lang.en.sentences.values import refusal
from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.en.values.repeats import read_repeat
from jarvisd.lang.timers import TimerReading
from jarvisd.lang.values import Unreadable

LATE_S = 10.0
"""Later than this it is said that it is late."""
SPOKEN_TIMERS = 5
"""Chosen: more are not kept in mind when heard."""
_RUNNING_DOWN: Mapping[TimerKind, str] = MappingProxyType(
    {TimerKind.TIMER: "timer for", TimerKind.ALARM: "alarm after", TimerKind.REMINDER: "reminder after"}
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


# --- heard ---------------------------------------------------------------------------------------------------


def set_for(timer: Timer, when: str, now: Moment) -> Timer:
    """``timer`` at the time, or after the length of time, that ``when`` tells; raises INVALID_REQUEST."""
    try:
        said = read_time(when, now.wall)
    except Unreadable as error:
        raise RequestError(refusal(error)) from error
    if said.at is None:
        return timer.for_length(_demanded(said.length_s or 0.0), now)
    at = said.at.replace(tzinfo=None, microsecond=0)
    return timer.repeating(said.rrule, at, now) if said.rrule else timer.at_time(at, now)


def set_anew(timer: Timer, when: str, now: Moment) -> Timer:
    """``timer`` at another time, or after another length of time; raises INVALID_REQUEST.

    An hour that may be of the morning or the evening is of the half of the day that it was set for, and what
    repeats goes on repeating. A repetition without a time of its own begins with the time that it is set for.
    """
    if (again := _again(timer, when, now)) is not None:
        return again
    is_morning = timer.at and datetime.fromisoformat(timer.at).hour < 12
    half = f" {'am' if is_morning else 'pm'}" if timer.at else ""
    try:
        read_time(when + half, now.wall)
    except Unreadable:
        half = ""
    new = set_for(timer, when + half, now)
    is_moved = bool(timer.repeat) and new.repeat == timer.repeat
    return new.repeating(timer.repeat, datetime.fromisoformat(new.at), now) if is_moved else new


def _again(timer: Timer, when: str, now: Moment) -> Timer | None:
    """``timer`` at its own time by the repetition that ``when`` is; ``None`` where it is none, or has a time."""
    try:
        repeat = read_repeat(when, now.wall)
    except Unreadable:
        return None
    if repeat.is_time_said:
        return None
    if not timer.at or timer.is_snoozed:
        raise RequestError("it runs down, so I need a time of day at which it comes again")
    at = datetime.fromisoformat(timer.at)
    first = next_after(repeat.rrule, at, at - timedelta(seconds=1))
    if first is None:
        raise RequestError("it would never come again")
    return timer.repeating(repeat.rrule, first, now)


def length_of(text: str) -> float:
    """Seconds of a length of time as it was said; raises INVALID_REQUEST."""
    try:
        return _demanded(float(read_duration(text)))
    except Unreadable as error:
        raise RequestError(refusal(error)) from error


def _demanded(length_s: float) -> float:
    if not 1 <= length_s <= LONGEST_S:
        raise RequestError("a timer runs for a second to a year")
    return length_s


def found(groups: Sequence[Sequence[Timer]], which: str, answer: str, now: Moment) -> Fitting:
    """Those that ``which`` means in the first of ``groups`` that has any; ``answer`` tells several apart."""
    said = read_reference(which, now.wall)
    for timers in groups:
        by_id = tuple(timer for timer in timers if timer.id == which.strip())
        fits = Fitting(by_id) if by_id else fitting(timers, said, label_words, now)
        if not fits.timers:
            continue
        choice = read_choice(answer, now.wall) if answer and not fits.is_clear else None
        one = chosen(fits.timers, choice, label_words, now) if choice is not None else None
        return Fitting((one,)) if one is not None else fits
    return Fitting()


def wants_all(which: str, now: Moment) -> bool:
    """Whether ``which`` means several by itself."""
    return read_reference(which, now.wall).wants_all


def names_one(which: str, now: Moment) -> bool:
    """Whether ``which`` says more than the kind: of "the timer" any will do."""
    return TimerReading() not in read_reference(which, now.wall).readings


def demand_skippable(timers: Sequence[Timer], which: str, now: Moment) -> None:
    """Raise REFUSED unless it is the next time of each that ``which`` wants to be skipped.

    What comes once is not skipped where only its kind was named: then cancelling is what has to be said.
    """
    said = read_reference(which, now.wall)
    for timer in timers:
        if timer.at and not means_next(timer, said, label_words, now):
            again = f"it comes {clock_words.spoken_day(datetime.fromisoformat(timer.at), now.local)}before that"
            raise RequestError(f"I can skip only the next time, and {again}", code=ErrorCode.REFUSED)
        if not timer.repeat and not names_one(which, now):
            raise RequestError("it comes only once: say cancel if you do not want it", code=ErrorCode.REFUSED)


def demand_whole(timers: Sequence[Timer], which: str, now: Moment) -> None:
    """Raise REFUSED where ``which`` names one time of what repeats, and all of it would be changed."""
    said = read_reference(which, now.wall)
    for timer in timers:
        if means_one_time(timer, said, label_words, now):
            both = f"to leave out its next time say skip, for all of it say the repeating {timer.kind.value}"
            raise RequestError(f"it comes again and again: {both}", code=ErrorCode.REFUSED)


def none_found(timers: Sequence[Timer], which: str, now: Moment) -> str:
    """That none is as ``which`` says, and which there are."""
    said = read_reference(which, now.wall)
    kind = next(iter(said.kinds)) if len(said.kinds) == 1 else TimerKind.TIMER.value
    there_is = f" You have {listed(timers, now)}." if timers else ""
    if timers and names_one(which, now):
        return f"There is no {kind} {amounts.name(which)!r}.{there_is}"
    state = amounts.listing(sorted(said.states)) if timers and said.states else "set"
    return f"No {kind} is {state}.{there_is}"


def demand_general(timers: Sequence[Timer], which: str, now: Moment) -> None:
    """Raise NOT_FOUND where a certain timer was meant, and none is like that."""
    if timers and names_one(which, now):
        missing = none_found(timers, which, now)
        raise RequestError(f"{missing[:1].lower()}{missing[1:-1]}", code=ErrorCode.NOT_FOUND)


# --- said ----------------------------------------------------------------------------------------------------


def name(timer: Timer, now: Moment | None = None) -> str:
    """What it is called; with ``now``, a time of day that is to come is told with its day."""
    label = f" ({_label(timer)})" if timer.label else ""
    if not timer.at:
        return f"{_RUNNING_DOWN[timer.kind]} {exact_amounts.length(timer.length_s)}{label}"
    return f"{timer.kind.value} at {_time_and_day(timer, now)}{label}"


def named(timers: Sequence[Timer], now: Moment) -> dict[str, str]:
    """The name of each by its id; those that would be called the same are told apart by their place."""
    found: dict[str, str] = {}
    plain = {timer.id: name(timer, now) for timer in timers}
    for called in dict.fromkeys(plain.values()):
        alike = [key for key, each in plain.items() if each == called]
        for place, key in enumerate(alike):
            found[key] = called if len(alike) == 1 else f"{_ordinal(place)} {called}"
    return found


def told(timer: Timer, called: str, now: Moment) -> str:
    """``called`` with how it stands: what is left, that it is held, or how long ago it ended."""
    left_s = timer.remaining_s(now)
    if timer.state is TimerState.DUE:
        return f"{called}, which {'was due' if timer.at else 'ended'} {_ago(-left_s)}"
    left = clock_words.spoken_length(max(0.0, left_s))
    if timer.state is TimerState.PAUSED:
        return f"{called}, paused with {left} left"
    if timer.is_snoozed:
        return f"{called}, snoozed for {left} more"
    if not timer.at:
        return f"{called} with {left} left"
    # What begins later than its rule alone says, as after a time that was skipped, is told with its day.
    return f"{called}, next {_coming(timer, now)}" if timer.repeat and timer.first == timer.at else called


def listed(timers: Sequence[Timer], now: Moment) -> str:
    """The timers in a row, in the order in which they are given."""
    called = named(timers, now)
    return amounts.listing([f"the {called[timer.id]}" for timer in timers], limit=SPOKEN_TIMERS)


def with_article(timer: Timer) -> str:
    """One that is not known yet: "a timer for 10 minutes"."""
    called = name(timer)
    return f"{'an' if called.startswith('a') else 'a'} {called}"


def told_in_a_row(timers: Sequence[Timer], now: Moment) -> str:
    """Timers and how each stands."""
    called = named(timers, now)
    articled = [
        told(timer, f"{_article(timer, called[timer.id], now)} {called[timer.id]}", now) for timer in timers
    ]
    return amounts.listing(articled, limit=SPOKEN_TIMERS)


def standing(timers: Sequence[Timer], now: Moment) -> str:
    """How changed timers stand now, where it is known which: "12 minutes are left"."""
    told_left = [
        f"it is set for {_time_and_day(timer, now)}"
        if timer.at and not timer.is_snoozed
        else f"{clock_words.spoken_length(timer.remaining_s(now))} left"
        for timer in timers
    ]
    return amounts.listing(told_left, limit=SPOKEN_TIMERS)


def coming_again(timers: Sequence[Timer], now: Moment) -> str:
    """When those that repeat come next; empty for none."""
    return " ".join(
        f"It comes again {clock_words.spoken_day(datetime.fromisoformat(timer.at), now.local)}"
        f"at {clock_words.spoken_time(datetime.fromisoformat(timer.at))}."
        for timer in timers
    )


def promise(timer: Timer, now: Moment) -> str:
    """What is said when one has been set."""
    label = f": {_label(timer)}" if timer.label else ""
    if not timer.at:
        length = exact_amounts.length(timer.length_s)
        if timer.kind is TimerKind.TIMER:
            return f"Your timer for {length} is running{label}."
        return f"Your {timer.kind.value} comes in {length}{label}."
    moment = datetime.fromisoformat(timer.at)
    if timer.repeat:
        return f"Your {timer.kind.value} is set for {_time_and_day(timer, now)}{_first(timer, now)}{label}."
    day = clock_words.spoken_day(moment, now.local)
    return f"Your {timer.kind.value} is set for {day}{clock_words.spoken_time(moment)}{label}."


def begun(timers: Sequence[Timer], now: Moment) -> str:
    """How timers stand that were set for another time; of what repeats when it comes first."""
    [first, *others] = timers
    return standing(timers, now) if others or not first.repeat else f"{standing([first], now)}{_first(first, now)}"


def _first(timer: Timer, now: Moment) -> str:
    return f", first {_coming(timer, now)}"


def _coming(timer: Timer, now: Moment) -> str:
    moment = datetime.fromisoformat(timer.at)
    return f"{clock_words.spoken_day(moment, now.local)}{clock_words.spoken_time(moment)}"


def choices(timers: Sequence[Timer], now: Moment) -> tuple[str, ...]:
    """What each is called where one of them has to be named."""
    called = named(timers, now)
    return tuple(told(timer, f"the {called[timer.id]}", now) for timer in timers)


def staying(timers: Sequence[Timer], now: Moment) -> str:
    """What is said of those to which nothing was done; empty for none."""
    due = [timer for timer in timers if timer.state is TimerState.DUE]
    others = [timer for timer in timers if timer not in due]
    sentences = (
        f"{listed(others, now)} {'stays' if len(others) == 1 else 'stay'}." if others else "",
        f"{listed(due, now)} {'is' if len(due) == 1 else 'are'} still due." if due else "",
    )
    return " ".join(sentence[:1].upper() + sentence[1:] for sentence in sentences if sentence)


def counted(timers: Sequence[Timer]) -> str:
    """How many of each kind: "2 timers and 1 alarm"."""
    numbers = [(kind, sum(timer.kind is kind for timer in timers)) for kind in TimerKind]
    return amounts.listing([amounts.counted(number, kind.value) for kind, number in numbers if number])


def shown(timer: Timer, ordinal: int, now: Moment) -> JsonObject:
    """A timer as programs are shown it: what tells it from others, and how it stands."""
    left_s = timer.remaining_s(now)
    return {
        "id": timer.id,
        "kind": timer.kind.value,
        "label": timer.label,
        "ordinal": ordinal,
        "length_s": timer.length_s,
        "at": timer.at,
        "repeat": timer.repeat,
        "state": "snoozed" if timer.is_snoozed and timer.state is TimerState.RUNNING else timer.state.value,
        "seconds": round(left_s) if timer.state is TimerState.DUE else max(0, round(left_s)),
    }


def announcement(timer: Timer, late_s: float) -> str:
    """What is said when one has ended."""
    label = _label(timer)
    if late_s > LATE_S:
        what = f"{name(timer)} ended {clock_words.spoken_length(late_s)} ago, while I could not tell you."
        return f"Your {what}"
    if timer.is_snoozed:
        return f"Your {name(timer)} is due again."
    if timer.kind is TimerKind.REMINDER:
        return f"This is your reminder: {label}." if timer.label else f"Your {name(timer)} is due."
    if timer.at:
        time = clock_words.spoken_time(datetime.fromisoformat(timer.at))
        return f"It is {time}: {label}." if timer.label else f"It is {time}. This is your alarm."
    if timer.kind is TimerKind.ALARM:
        return f"This is your alarm: {label}." if timer.label else "This is your alarm."
    done = f"Your timer for {clock_words.spoken_length(timer.length_s)} is done"
    return f"{done}: {label}." if timer.label else f"{done}."


def rang_unheard(timers: Sequence[Timer], now: Moment) -> str:
    """What is said when somebody speaks for the first time since these rang and nobody came."""
    rang = []
    for timer in timers:
        late = timedelta(seconds=max(0.0, -timer.remaining_s(now)))
        moment = datetime.fromisoformat(timer.at) if timer.at and not timer.is_snoozed else now.local - late
        what = f"the {_label(timer)} {timer.kind.value}" if timer.label else f"your {timer.kind.value}"
        rang.append(f"{what} rang at {clock_words.spoken_time(moment)}{_days_ago(moment, now)}")
    return f"While you were away {amounts.listing(rang)}." if rang else ""


def _days_ago(moment: datetime, now: Moment) -> str:
    days = (now.local.date() - moment.date()).days
    if days <= 0:
        return ""
    return " yesterday" if days == 1 else f" on {moment:%A}, {moment:%B} {moment.day}"


def _time_and_day(timer: Timer, now: Moment | None) -> str:
    moment = datetime.fromisoformat(timer.at)
    time = clock_words.spoken_time(moment)
    if timer.repeat:
        return f"{time} {clock_words.spoken_repetition(timer.repeat)}"
    day = clock_words.spoken_day(moment, now.local) if now is not None and moment > now.local else ""
    return f"{time} {day}".replace(",", "").strip()


def _article(timer: Timer, called: str, now: Moment) -> str:
    """ "the" before one that is told from another by its place."""
    if called != name(timer, now):
        return "the"
    return "an" if called.startswith("a") else "a"


def _label(timer: Timer) -> str:
    return amounts.name(to_listener(timer.label))


def _ordinal(place: int) -> str:
    return _ORDINALS[place] if place < len(_ORDINALS) else f"{place + 1}th"


def _ago(seconds: float) -> str:
    return f"{clock_words.spoken_length(seconds)} ago" if seconds >= 1 else "just now"
