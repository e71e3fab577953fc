"""The tool calendar_add: a new appointment, in a file of its own. Always asked, with the date as understood."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.recurrence import at_wall_time
from jarvisd.executor.calendars.ics import new_event
from jarvisd.executor.calendars.series import Appointment, free_from
from jarvisd.executor.calendars.shelf import CalendarFolders
from jarvisd.executor.files.paths import WorkspacePath
from jarvisd.executor.files.targets import TargetList
from jarvisd.executor.tools.builtin.calendar_read import between
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Facts, Preview, Sensitivity, Tool, ToolResult, ToolSpec
from jarvisd.executor.undo.building import ChangeBuilder
from jarvisd.lang.en import amounts
from jarvisd.lang.en.everyday import appointments as spoken
from jarvisd.lang.en.licences import calendars
from jarvisd.lang.en.memories.person import as_heard
from jarvisd.lang.en.values.dates import read_day
from jarvisd.lang.en.values.durations import read_duration
from jarvisd.lang.en.values.moments import read_instant
from jarvisd.lang.en.values.reading import why
from jarvisd.lang.values import Unreadable, UnreadableReason

TITLE_LIMIT = 200
"""Chosen: it is spoken."""
USUAL_LENGTH = timedelta(hours=1)
"""Chosen: what other calendars take where no length is told; the question says until when."""
LONGEST = timedelta(days=31)
"""Chosen: what is longer was misheard."""

SPEC = ToolSpec(
    name="calendar_add",
    description="Put an appointment on the calendar. when, length: as spoken.",
    effects=(Effect.WRITE,),
    on_files=True,
    factors=("appointment",),
    examples=(
        Example(
            "Put lunch with Tom on my calendar on Friday at noon.",
            {"title": "lunch with Tom", "when": "on Friday at noon"},
        ),
    ),
    undo="The appointment is taken off the calendar again.",
    sensitive={"title": Sensitivity.TEXT, "when": Sensitivity.TIME, "length": Sensitivity.TIME},
    words=calendars.ADD,
    sentences=calendars.ADD_SENTENCES,
)


@dataclass(frozen=True, slots=True)
class NewAppointment:
    """What was asked about: the very event, and the file that it goes into."""

    one: Appointment
    begins: datetime | date
    length: timedelta
    place: WorkspacePath


def adding(folders: CalendarFolders) -> Tool:
    """The tool that adds to the calendar in ``folders``."""

    async def measure(context: ToolContext, *, title: str, when: str, length: str = "") -> Preview[NewAppointment]:
        """When it would be, and what is there then."""
        return await context.blocking(_measure, context, folders, title, when, length)

    async def run(context: ToolContext[NewAppointment], *, title: str, when: str, length: str = "") -> ToolResult:
        """Write it as one file, or not at all."""
        return await context.blocking(_write, context)

    return Tool(SPEC, run, measure)


def _measure(
    context: ToolContext, folders: CalendarFolders, title: str, when: str, length: str
) -> Preview[NewAppointment]:
    name = as_heard(" ".join(title.split()), context.utterance)
    if not name or len(name) > TITLE_LIMIT:
        raise RequestError("say what the appointment is, in a few words")
    now = context.kit.clock.now()
    begins, lasts = _time(when, length, now)
    one = _appointment(name, begins, lasts, now)
    if one.ends <= now:
        raise RequestError("it is over", spoken=f"That was {spoken.on_day(one.begins, now)}, which is over.")
    workspaces = context.kit.workspaces
    place = folders.place_for(workspaces, name, f"{begins:%Y%m%d}")
    workspaces.writable(place)
    there, _ = between(context, folders, one.begins, one.ends)
    busy = [] if one.is_all_day else free_from(there)
    year = "" if one.begins.year == now.year else f", {one.begins.year}"
    day = f"{one.begins:%A, %B} {one.begins.day}{year}"
    return Preview(
        phrase=f"put {spoken.title(one)} on your calendar on {day}, {spoken.hours(one)}",
        facts=Facts(files=1),
        consequence=f"At that time there is {spoken.row(busy, now, with_day=False)}." if busy else "",
        targets=TargetList(workspaces, context.stop_here).make(place).all(),
        selection=NewAppointment(one, begins, lasts, place),
        makes_new=True,
    )


def _time(when: str, length: str, now: datetime) -> tuple[datetime | date, timedelta]:
    """When it begins, and how long it lasts; a day without a time is a whole day."""
    try:
        lasts = timedelta(seconds=float(read_duration(length))) if length.strip() else USUAL_LENGTH
        if not timedelta() < lasts <= LONGEST:
            raise Unreadable(UnreadableReason.IMPLAUSIBLE, length)
        try:
            return read_instant(when, now), lasts
        except Unreadable as error:
            if error.reason is not UnreadableReason.NO_TIME or length.strip():
                raise
            return read_day(when, now.date()), timedelta(days=1)
    except Unreadable as error:
        raise RequestError(f"no time: {when} {length}", spoken=why(error)) from None


def _appointment(name: str, begins: datetime | date, length: timedelta, now: datetime) -> Appointment:
    if isinstance(begins, datetime):
        ends = (begins.astimezone(timezone.utc) + length).astimezone(begins.tzinfo)
        return Appointment(begins, ends, name)
    first, last = (at_wall_time(datetime.combine(day, time()), now.tzinfo) for day in (begins, begins + length))
    return Appointment(first, last, name, is_all_day=True)


def _write(context: ToolContext[NewAppointment]) -> ToolResult:
    new, now = context.measured, context.kit.clock.now()
    if context.kit.workspaces.identify(new.place) is not None:
        raise RequestError(f"{new.place.shown} has come meanwhile", code=ErrorCode.TOOL_FAILED)
    begins = new.begins.astimezone(timezone.utc) if isinstance(new.begins, datetime) else new.begins
    uid = f"{context.plan_id or 'check'}-{context.step}-{int(now.timestamp())}@jarvisd"
    content = new_event(new.one.title, begins, new.length, uid, now.astimezone(timezone.utc))
    with ChangeBuilder(context.kit.changes, context.stop_here) as builder:
        builder.folders_for(new.place)
        builder.file(new.place, lambda file: file.write(content), None)
    what = f"put {amounts.name(new.one.title)} on the calendar"
    done = context.kit.changes.carry_out(context, what, builder.operations)
    data: JsonObject = {"path": new.place.shown, "begins": new.one.begins.isoformat(), "title": new.one.title}
    when = f"{spoken.on_day(new.one.begins, now)}, {spoken.hours(new.one)}"
    return ToolResult(data, f"{spoken.title(new.one)} is on your calendar {when}.", undo_id=done.entry_id)
