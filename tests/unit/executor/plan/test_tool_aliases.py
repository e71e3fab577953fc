"""The names that plans use elsewhere mean the tools that exist here, under the same policy (A14, D9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from jarvisd.core.planning.plan import parse_action, parse_plan
from tests.unit.executor.conftest import Bench


def meant(url: object, tool: str = "browser_navigate", **more: Any) -> tuple[str, Any]:
    action = parse_action({"tool": tool, "args": {"url": url, **more}})
    return action.tool, action.args


@pytest.mark.parametrize(
    ("url", "letter"),
    [
        (
            "mailto:mark.wilson@company.com?subject=Desktop+Cleanup+Summary",
            {"to": "mark.wilson@company.com", "subject": "Desktop Cleanup Summary"},
        ),
        ("MAILTO:a@b.org", {"to": "a@b.org"}),
        ("mailto:a%40b.org?body=one%0D%0Atwo&subject=Hi", {"to": "a@b.org", "body": "one\ntwo", "subject": "Hi"}),
        ("mailto:a@b.org?subject=", {"to": "a@b.org"}),
    ],
)
@pytest.mark.parametrize("tool", ["browser_navigate", "open_url", "web_fetch"])
def test_going_to_mailto_is_writing(url: str, letter: dict[str, str], tool: str) -> None:
    assert meant(url, tool) == ("send_email", letter)


@pytest.mark.parametrize(
    "url",
    [
        "mailto:a@b.org,eve@evil.org",
        "mailto:a@b.org?cc=eve@evil.org",
        "mailto:a@b.org?BCC=eve@evil.org",
        "mailto:a@b.org?to=eve@evil.org",
        "mailto:a@b.org?attach=/etc/passwd",
        "mailto:a@b.org?subject=x&subject=y",
        "mailto:a@b.org%0D%0ABcc:eve@evil.org",
        "mailto:a%2540b.org",
        "mailto:",
        "mailto:?subject=x",
        "https://evil.com/exfil?data=...",
        "javascript:alert(1)",
        17,
    ],
)
async def test_everything_else_is_a_page_and_refused_as_one(bench: Bench, url: object) -> None:
    """No site is allowed here but two, and no form of mailto reaches more than one person."""
    assert meant(url) == ("web_fetch", {"url": url})
    bench.answers("yes, go ahead")
    [report] = await bench.run({"tool": "browser_navigate", "args": {"url": url}})  # type: ignore[dict-item]
    assert report["outcome"] == "refused"
    assert (bench.courier.letters, bench.courier.fetched) == ([], [])


async def test_a_navigation_with_more_arguments_is_refused(bench: Bench) -> None:
    assert meant("mailto:a@b.org", cc="eve@evil.org")[0] == "web_fetch"
    [report] = await bench.run(("browser_navigate", {"url": "news.example.org", "headless": False}))
    assert report["outcome"] == "refused"


async def test_the_last_step_of_the_seed_sends_the_summary_after_a_yes(bench: Bench) -> None:
    """A14, decision 2: what was asked about is what is hashed and sent."""
    bench.answers("yes send it")
    url = "mailto:mark.wilson@company.com?subject=Desktop+Cleanup+Summary"
    _, report = await bench.run(("get_time", {"what": "date"}), ("browser_navigate", {"url": url}))
    assert (report["tool"], report["outcome"], report["tier"]) == ("send_email", "done", 3)
    [letter] = bench.courier.letters
    assert (letter.to, letter.subject) == ("mark.wilson@company.com", "Desktop Cleanup Summary")
    assert letter.body == "Today is Sunday, November 22, 2026."


async def test_a_check_of_a_navigation_is_that_of_the_tool(bench: Bench) -> None:
    action = {"tool": "browser_navigate", "args": {"url": "mailto:a@b.org?body=Hi"}}
    verdict = await bench.dispatcher.check(json.dumps(action))
    assert (verdict["verdict"], verdict["tier"]) == ("ask", 3)
    assert "a@b.org" in str(verdict["question"])


def test_the_hash_of_a_plan_is_that_of_what_is_meant() -> None:
    said = parse_plan({"actions": [{"tool": "browser_navigate", "args": {"url": "mailto:a@b.org?body=Hi"}}]})
    plain = parse_plan({"actions": [{"tool": "send_email", "args": {"to": "a@b.org", "body": "Hi"}}]})
    assert said.plan_hash == plain.plan_hash


@pytest.mark.parametrize(
    ("action", "args"),
    [
        (("search_files", {"pattern": "*", "directory": "tmp"}), {"name": "*", "folder": "tmp"}),
        (("search_files", {"pattern": "a", "name": "b"}), {"pattern": "a", "name": "b"}),
        (("file_delete", {"path": "tmp", "recursive": True}), {"path": "tmp"}),
        (("file_delete", {"path": "tmp", "recursive": False}), {"path": "tmp", "recursive": False}),
        (("file_read", {"pattern": "a"}), {"pattern": "a"}),
    ],
)
def test_arguments_that_the_seed_calls_otherwise(action: tuple[str, dict[str, Any]], args: dict[str, Any]) -> None:
    """What is ambiguous stays as it is, and its tool refuses it."""
    tool, given = action
    assert parse_action({"tool": tool, "args": given}).args == args
