"""``jarvisctl tools list|show``: what the assistant can do, as its executor says."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Mapping
from typing import Any

from jarvisd.cli.client import linked


def add_parser(subparsers: Any) -> None:
    """Add ``tools``."""
    parser = subparsers.add_parser("tools", help="what the assistant can do")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="every tool in a line")
    show = actions.add_parser("show", help="arguments, effects, when it is asked, and how it is undone")
    show.add_argument("name", metavar="NAME")
    for action in (listing, show):
        action.add_argument("--json", action="store_true", help="print JSON")
        action.add_argument("--offline", action="store_true", help="the built-in tools, without the executor")


def run(args: argparse.Namespace) -> int:
    """Carry out the chosen command; the exit status. Raises JarvisError."""
    name = args.name if args.action == "show" else ""
    found = _offline(name) if args.offline else asyncio.run(_live(args.bus, name))
    if args.json:
        print(json.dumps(found[0] if args.action == "show" else found, indent=1, ensure_ascii=False))
    elif args.action == "list":
        width = max(len(tool["name"]) for tool in found)
        for tool in found:
            away = "" if tool["offered"] else " (not now)"
            print(f"{tool['name']:<{width}}  tier {tool['tier']['least']}  {tool['description']}{away}")
    else:
        _show(found[0])
    return 0


def _offline(name: str) -> list[Mapping[str, Any]]:
    from jarvisd.executor.policy import offline

    return list(offline.tools(name))


async def _live(bus: str, name: str) -> list[Mapping[str, Any]]:
    async with linked(bus) as link:
        await link.require(link.executor)
        [text] = await link.executor.call("DescribeTools", "s", [name])
        found: list[Mapping[str, Any]] = json.loads(text)
        return found


def _show(tool: Mapping[str, Any]) -> None:
    print(f"{tool['name']}: {tool['description']}")
    parameters = tool["parameters"]
    print("arguments:" if parameters["properties"] else "arguments: none")
    for name, schema in parameters["properties"].items():
        needed = "" if name in parameters["required"] else ", may be left out"
        print(f"  {name}: {_kind(schema)}{needed}")
    print(f"effects: {', '.join(tool['effects'])}")
    tier = tool["tier"]
    print(f"risk: a step {tier['said']} (tier {tier['least']}, score {tier['score']:g})")
    for cause in tier["rises"]:
        print(f"  {cause}")
    print(f"undo: {tool['undo']}")
    print(f"longest step: {tool['deadline_s']:g} s")
    print(f"from: {tool['origin']}{'' if tool['offered'] else ', not offered at this service level'}")
    for example in tool["examples"]:
        print(f"example: {example['say']}  {json.dumps(example['args'], ensure_ascii=False)}")


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(choice) for choice in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_kind(schema.get('items', {'type': 'anything'}))}"
    plain = {"string": "text", "integer": "whole number", "boolean": "yes or no"}
    return plain.get(schema["type"], str(schema["type"]))
