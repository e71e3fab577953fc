"""``jarvisctl memory list|search|show|add|edit|forget|export|import|stats``: what is remembered, for root."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jarvisd.cli.client import DaemonClient
from jarvisd.cli.terminal import harmless
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError

TIMEOUT_S = 30.0
"""Chosen: far longer than thousands of memories take, or the loading of a model."""
FORGET_TIMEOUT_S = 150.0
"""Forgetting copies what is left: 16 s for 10,000 memories."""
SHOWN_ID = 8
"""Signs of an id that are shown; among 10,000 random ones two begin alike in one of a hundred stores."""
LEAST_ID = 4
"""Chosen: fewer signs are rather a slip than a choice."""
LINE_LIMIT = 65_536
"""Chosen: far longer than any memory in JSON."""
OUTCOME = "TASK_OUTCOME"
KINDS = ("FACT", "PREFERENCE", "CONTACT")
"""What a person tells; outcomes of requests are noted by the dialogue."""
Row = Mapping[str, Any]


def add_parser(subparsers: Any) -> None:
    """Add ``memory`` with its own commands; the chosen one ends up in ``args.memory_command``."""
    parser = subparsers.add_parser("memory", help="see, mend and carry away what is remembered (as root)")
    commands = parser.add_subparsers(dest="memory_command", required=True, metavar="COMMAND")
    listed = commands.add_parser("list", help="what is remembered, newest first")
    listed.add_argument("--kind", choices=[*KINDS, OUTCOME], help="only these")
    listed.add_argument("--all", action="store_true", help="also what a newer memory has replaced")
    search = commands.add_parser("search", help="what a question would recall, nearest first")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--count", type=int, default=5, metavar="N", help="at most so many, 1 to 20 (default: 5)")
    show = commands.add_parser("show", help="one memory with all that is known of it")
    show.add_argument("id", metavar="ID", help="its id, or how that begins")
    add = commands.add_parser("add", help="remember something, as if you had told it")
    add.add_argument("text", metavar="TEXT")
    add.add_argument("--kind", choices=KINDS, default="FACT", help="default: FACT")
    add.add_argument("--importance", type=float, default=0.5, metavar="N", help="0 to 1 (default: 0.5)")
    edit = commands.add_parser("edit", help="put another text in the place of a memory")
    edit.add_argument("id", metavar="ID", help="its id, or how that begins")
    edit.add_argument("text", metavar="TEXT")
    forget = commands.add_parser("forget", help="forget memories for good, with what they have replaced")
    forget.add_argument("ids", nargs="+", metavar="ID", help="an id, or how that begins")
    commands.add_parser("export", help="print all of them, a JSON object a line, oldest first")
    commands.add_parser("import", help="remember what 'export' printed, from standard input")
    stats = commands.add_parser("stats", help="how many there are, and of what kind")
    for each in (listed, search, show, stats):
        each.add_argument("--json", action="store_true", help="print JSON")


async def run(args: argparse.Namespace, link: DaemonClient) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    await link.require(link.brain)
    await _COMMANDS[args.memory_command](args, link)
    return 0


async def listing(link: DaemonClient) -> list[Row]:
    """Everything that is remembered, newest first, as ``ListMemories`` has it."""
    [text] = await link.brain.call("ListMemories", timeout_s=TIMEOUT_S)
    rows: list[Row] = json.loads(text)
    return rows


async def remember(link: DaemonClient, memory: Row) -> str:
    """Keep ``{"kind", "text", "importance", "tainted"}``; its id."""
    [id_] = await link.brain.call("Remember", "s", [json.dumps(memory)], timeout_s=TIMEOUT_S)
    return str(id_)


def show_rows(rows: Sequence[Row], *, as_json: bool) -> None:
    """Print memories, a line each."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        marks = "".join([" (not told by a person)" * row["tainted"], " (replaced)" * bool(row.get("replaced_by"))])
        print(harmless(f"{row['id'][:SHOWN_ID]}  {row['created'][:16]}  {row['kind']}: {row['text']}{marks}"))


def found(rows: Sequence[Row], begin: str) -> Row:
    """The one memory whose id begins so; NOT_FOUND, or INVALID_REQUEST where it could be several."""
    near = [row for row in rows if len(begin) >= LEAST_ID and row["id"].startswith(begin)]
    if len(near) > 1:
        raise RequestError(f"more than one id begins with {begin}: give more of it")
    if not near:
        text = f"no memory has the id {begin}; 'jarvisctl memory list' shows them"
        raise RequestError(text, code=ErrorCode.NOT_FOUND)
    return near[0]


def statistics(rows: Sequence[Row]) -> dict[str, Any]:
    """Counts over what is remembered; dates are empty where there is nothing."""
    created = sorted(str(row["created"]) for row in rows)
    return {
        "total": len(rows),
        "kinds": dict(sorted(Counter(str(row["kind"]) for row in rows).items())),
        "told_by_people": sum(not row["tainted"] for row in rows),
        "replaced": sum(bool(row["replaced_by"]) for row in rows),
        "characters": sum(len(str(row["text"])) for row in rows),
        "oldest": created[0] if created else "",
        "newest": created[-1] if created else "",
    }


def read_export(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """What is to be remembered of an export, each line checked; INVALID_REQUEST names the line."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            kind, text = row["kind"], row["text"]
            memory = {
                "kind": kind,
                "text": text,
                "importance": row.get("importance", 0.5),
                "tainted": row.get("tainted", True) is not False,
            }
            if kind not in (*KINDS, OUTCOME) or not isinstance(text, str) or not text.strip():
                raise ValueError(f"no memory of kind {kind!r}")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RequestError(f"line {number} is no memory: {error}") from error
        yield memory


def _told(kind: str, text: str, importance: float) -> Row:
    return {"kind": kind, "text": text, "importance": importance, "tainted": False}


async def _list(args: argparse.Namespace, link: DaemonClient) -> None:
    rows = [
        row
        for row in await listing(link)
        if (args.all or not row["replaced_by"]) and args.kind in (None, row["kind"])
    ]
    show_rows(rows, as_json=args.json)


async def _search(args: argparse.Namespace, link: DaemonClient) -> None:
    if args.count < 1:
        raise RequestError("--count is at least 1")
    [text] = await link.brain.call("Recall", "su", [args.query, args.count], timeout_s=TIMEOUT_S)
    show_rows(json.loads(text), as_json=args.json)


async def _show(args: argparse.Namespace, link: DaemonClient) -> None:
    rows = await listing(link)
    row = found(rows, args.id)
    earlier = [{"text": old["text"], "created": old["created"]} for old in rows if old["replaced_by"] == row["id"]]
    if args.json:
        print(json.dumps({**row, "earlier": earlier}, ensure_ascii=False, indent=1))
        return
    for name, value in row.items():
        print(harmless(f"{name}: {value}"))
    for old in earlier:
        print(harmless(f"replaces: {old['text']} ({old['created'][:16]})"))


async def _add(args: argparse.Namespace, link: DaemonClient) -> None:
    print(await remember(link, _told(args.kind, args.text, args.importance)))


async def _edit(args: argparse.Namespace, link: DaemonClient) -> None:
    row = found(await listing(link), args.id)
    if row["kind"] == OUTCOME:
        raise RequestError("what became of a request is a record: it can be forgotten, not edited")
    # First the new one: who is interrupted in between has both, and never neither.
    new = await remember(link, _told(str(row["kind"]), args.text, float(row["importance"])))
    if new != row["id"]:
        await link.brain.call("Forget", "s", [row["id"]], timeout_s=FORGET_TIMEOUT_S)
    print(new)


async def _forget(args: argparse.Namespace, link: DaemonClient) -> None:
    rows = await listing(link)
    doomed = {row["id"]: row for row in (found(rows, begin) for begin in args.ids)}
    for row in doomed.values():
        await link.brain.call("Forget", "s", [row["id"]], timeout_s=FORGET_TIMEOUT_S)
        print(harmless(f"forgotten: {row['text']}"))


async def _export(_: argparse.Namespace, link: DaemonClient) -> None:
    for row in reversed(await listing(link)):
        print(json.dumps(row, ensure_ascii=False))


async def _import(_: argparse.Namespace, link: DaemonClient) -> None:
    memories = list(read_export(iter(lambda: sys.stdin.readline(LINE_LIMIT), "")))
    kept = left_out = 0
    for memory in memories:
        if memory["kind"] == OUTCOME:
            left_out += 1
            continue
        try:
            await remember(link, memory)
        except JarvisError as error:
            text = f"{kept} were remembered, then: {error.message}; import again to go on"
            raise EngineError(text, code=error.code) from error
        kept += 1
    print(f"{kept} memories are remembered; {left_out} outcomes of requests were left out")


async def _stats(args: argparse.Namespace, link: DaemonClient) -> None:
    told = statistics(await listing(link))
    if args.json:
        print(json.dumps(told, indent=1))
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in told["kinds"].items())
    print(f"{told['total']} memories{f': {kinds}' if kinds else ''}")
    print(f"{told['told_by_people']} told by people, {told['replaced']} replaced by a newer one")
    if told["total"]:
        print(f"{told['characters']} characters, from {told['oldest'][:16]} to {told['newest'][:16]}")


_COMMANDS = {
    "list": _list,
    "search": _search,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "forget": _forget,
    "export": _export,
    "import": _import,
    "stats": _stats,
}
