"""``jarvisctl understand``: what a request or a value is taken for, by the code that runs live."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jarvisd.cli.options import add_config
from jarvisd.config.loader import load
from jarvisd.config.sentence_files import read_sentences, sentence_files
from jarvisd.core.clock import SystemClock
from jarvisd.core.error_texts import EX_DATAERR, FAULTS
from jarvisd.core.errors import JarvisError, RequestError
from jarvisd.core.json_types import JsonObject, JsonValue, object_of
from jarvisd.core.planning.plan import Action
from jarvisd.executor.policy import offline
from jarvisd.executor.tools.builtin import get_time
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.templates import SentenceFile
from jarvisd.lang.values import HeardValue, Unreadable, ValueKind


def add_parser(subparsers: Any) -> None:
    """Add ``understand``."""
    parser = subparsers.add_parser(
        "understand", help="what a request is taken for, without doing it; 65 when it is not understood"
    )
    parser.add_argument("text", metavar="TEXT", nargs="*")
    parser.add_argument(
        "--check", action="store_true", help="whether the files of brain.sentences_dir are usable, without TEXT"
    )
    parser.add_argument(
        "--kind",
        choices=[str(kind) for kind in ValueKind],
        metavar="KIND",
        help="TEXT is a value of this kind alone",
    )
    parser.add_argument("--now", metavar="TIME", help="as if it were TIME, such as 2026-11-28T16:00")
    parser.add_argument("--zone", metavar="ZONE", help="in the time zone ZONE, such as Europe/Berlin")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Tell what TEXT is taken for; the exit status. Raises JarvisError."""
    if args.check:
        return _check_files(args.config)
    if not args.text:
        raise RequestError("say what is to be understood: jarvisctl understand TEXT")
    text, now = " ".join(args.text), _now(args.now, args.zone)
    found = _value(ValueKind(args.kind), text, now) if args.kind else _request(text, now)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        _show(found)
    return EX_DATAERR if found["refused"] else 0


def _check_files(config: Path) -> int:
    """Tell of every file of further sentences whether it counts; the exit status of the first that does not."""
    folder = load(config).brain.sentences_dir
    registry, *_ = offline.tools_and_reach()
    tools = {tool.name: tuple(object_of(tool.parameters, "properties")) for tool in registry.all()}
    good: list[SentenceFile] = []
    status = 0
    for path in sentence_files(folder):
        try:
            file = SentenceFile(str(path), read_sentences(path))
            ENGLISH.intents.added([*good, file], tools)
            good.append(file)
            print(f"{path}: good")
        except JarvisError as error:
            print(f"{path}: {error.code}: {error.message}")
            status = status or FAULTS[error.code].exit_code
    if not sentence_files(folder):
        print(f"no sentences are in {folder}")
    return status


def _now(time: str | None, zone: str | None) -> datetime:
    try:
        place = ZoneInfo(zone) if zone else None
    except (LookupError, ValueError, OSError):
        raise RequestError(f"{zone!r} is no time zone, such as Europe/Berlin") from None
    if time is None:
        return SystemClock().now().astimezone(place)
    try:
        said = datetime.fromisoformat(time)
    except ValueError:
        raise RequestError(f"{time!r} is no time, such as 2026-11-28T16:00") from None
    if place is None:
        return said.astimezone()
    return said.replace(tzinfo=place) if said.tzinfo is None else said.astimezone(place)


def _value(kind: ValueKind, text: str, now: datetime) -> JsonObject:
    try:
        heard = ENGLISH.values.read((kind,), text, now)
    except Unreadable as error:
        return _found("sentence", refused=ENGLISH.values.why(error))
    return _found("sentence", values={str(kind): _shown(heard)})


def _request(text: str, now: datetime) -> JsonObject:
    intent = ENGLISH.intents.recognise(text)
    if intent is None:
        apart = ENGLISH.scope.apart(text)
        return _found("plan") if apart.rest else _found("outside", refused=apart.spoken)
    if intent.control is not None:
        return _found("control", intent.control.value, {"count": intent.count} if intent.count > 1 else {})
    if intent.plan is None:
        return _found("plan")
    fits: JsonObject = {"sentence": intent.sentence} if intent.sentence else {}
    if len(intent.plan.actions) > 1:
        tools = ", ".join(action.tool for action in intent.plan.actions)
        steps: list[JsonValue] = [{"tool": each.tool, "args": dict(each.args)} for each in intent.plan.actions]
        return {**_found("sentence", tools), **fits, "steps": steps}
    [action] = intent.plan.actions
    values, refused = _values(action, text, now)
    return {**_found("sentence", action.tool, dict(action.args), values, refused), **fits}


def _values(action: Action, text: str, now: datetime) -> tuple[JsonObject, str | None]:
    """The values of an action's arguments, and why one of them is none."""
    if action.tool == get_time.SPEC.name:
        # It takes place and day out of the request itself, so that none that was heard is left out.
        try:
            return {name: _shown(value) for name, value in get_time.heard(text, now).items()}, None
        except Unreadable as error:
            return {}, ENGLISH.values.why(error)
    tool, *_ = offline.tools_and_reach()
    kinds = tool.known(action.tool).spec.values
    values: dict[str, JsonValue] = {}
    for name, said in action.args.items():
        if not isinstance(said, str):
            continue
        try:
            values[name] = _shown(ENGLISH.values.read(kinds.get(name, (ValueKind.TEXT,)), said, now))
        except Unreadable as error:
            return values, ENGLISH.values.why(error)
    return values, None


def _shown(heard: HeardValue) -> JsonObject:
    return {"kind": str(heard.kind), "value": heard.value}


def _found(
    route: str,
    tool: str | None = None,
    args: JsonObject | None = None,
    values: JsonObject | None = None,
    refused: str | None = None,
) -> JsonObject:
    return {"route": route, "tool": tool, "args": args or {}, "values": values or {}, "refused": refused}


def _show(found: JsonObject) -> None:
    """For people: a line for each thing that was understood."""
    print(f"{found['route']}{': ' + str(found['tool']) if found['tool'] else ''}")
    for part in ("args", "values"):
        shown = found[part]
        for name, value in shown.items() if isinstance(shown, dict) else ():
            print(f"  {name} = {_in_line(value)}")
    steps = found.get("steps")
    for step in steps if isinstance(steps, list) else ():
        print(f"  {json.dumps(step, ensure_ascii=False)}")
    if found.get("sentence"):
        print(f"  fits: {found['sentence']}")
    if found["refused"]:
        print(f"  not understood: {found['refused']}")


def _in_line(value: object) -> str:
    if isinstance(value, dict):
        return f"{value['value']} ({value['kind']})"
    return json.dumps(value, ensure_ascii=False)
