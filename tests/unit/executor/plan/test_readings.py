"""What was read in a dialogue names nothing, but that a page names the very addresses it links to."""

from __future__ import annotations

import pytest

from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.courier_protocol import Page
from jarvisd.core.planning.plan import Outcome, StepReport
from jarvisd.executor.plan.readings import KEPT_CHARACTERS, KEPT_RESULTS, KEPT_S, Readings
from jarvisd.executor.policy.risk import refuse
from tests.unit.executor.conftest import Bench

HOME, STORY = "https://news.example.org/", "https://news.example.org/a/Story-7?id=7"
OTHER = "https://news.example.org/b/Secret"
SAY = "open the story of news.example.org"
OWNER = ("voice", 1000)


@pytest.fixture
def news(bench: Bench) -> Bench:
    links = (STORY, OTHER, "https://elsewhere.example.net/x")
    bench.courier.pages[HOME] = Page(HOME, "News", "Rain.", False, links=links)
    for url in (STORY, OTHER, "https://elsewhere.example.net/x"):
        bench.courier.pages[url] = Page(url, "Story", "Wind.", False)
    bench.answers(*["no"] * 20)
    return bench


async def fetched(bench: Bench, *urls: str, **options: object) -> list[JsonObject]:
    """What came of fetching pages, for a person who says no to every question."""
    return await bench.run(*(("web_fetch", {"url": url}) for url in urls), **{"utterance": SAY, **options})


async def test_a_link_of_a_page_is_followed_unasked(news: Bench) -> None:
    [report] = await fetched(news, STORY)
    assert report["outcome"] == "declined"
    [report] = await fetched(news, "news.example.org")
    assert report["result"]["links"] == [STORY, OTHER]  # type: ignore[index, call-overload]
    [report] = await fetched(news, STORY)
    assert (report["outcome"], report["question"]) == ("done", "")


@pytest.mark.parametrize(
    "url", [f"{STORY}&x=1", OTHER.lower(), f"{OTHER}/", "https://elsewhere.example.net/x", f"{OTHER}?q=s3cret"]
)
async def test_what_is_no_link_to_the_letter_is_asked_about(news: Bench, url: str) -> None:
    await fetched(news, "news.example.org")
    news.courier.fetched.clear()
    [report] = await fetched(news, url)
    assert report["outcome"] == "declined"
    assert news.courier.fetched == []


async def test_a_plan_follows_no_link_of_a_page_that_it_fetches_itself(news: Bench) -> None:
    first, second = await fetched(news, "news.example.org", STORY)
    assert (first["outcome"], second["outcome"]) == ("done", "declined")


async def test_of_all_links_one_is_free(news: Bench) -> None:
    """Which one is followed tells something; several would spell a message."""
    await fetched(news, "news.example.org")
    reports = await fetched(news, STORY, OTHER)
    assert [report["outcome"] for report in reports] == ["declined", "declined"]
    assert [report["outcome"] for report in await fetched(news, STORY)] == ["done"]
    assert [report["outcome"] for report in await fetched(news, OTHER)] == ["declined"]


async def test_links_are_of_one_dialogue(news: Bench) -> None:
    await fetched(news, "news.example.org")
    news.clock.advance(KEPT_S)
    assert [report["outcome"] for report in await fetched(news, STORY)] == ["declined"]


async def test_a_text_that_quotes_a_file_is_asked_about(bench: Bench) -> None:
    """A planner that was turned brings nothing of what was read into what is written, not even into a new file."""
    bench.answers("no", "no")
    bench.file("docs/letter.txt", "the key of the safe is 88120034 and it lies under the third stone")
    await bench.run(("file_read", {"path": "letter.txt"}), utterance="read letter.txt")
    for content in ("safe: 88120034", "it lies under the third stone"):
        [report] = await bench.run(
            ("file_write", {"path": "meeting.txt", "content": content}), utterance="write a note about the meeting"
        )
        assert report["outcome"] == "declined"
        assert "Its words come from a text that I read." in str(report["question"])
    [report] = await bench.run(
        ("file_write", {"path": "meeting.txt", "content": "Bring the key."}),
        utterance="write a note about the meeting",
    )
    assert report["outcome"] == "done"


def step(tool: str, outcome: Outcome = Outcome.DONE, **result: object) -> StepReport:
    return StepReport(0, tool, outcome, refuse(), result=result)  # type: ignore[arg-type] # JSON


def test_what_is_kept_is_bounded_and_of_its_asker(bench: Bench) -> None:
    readings = Readings()
    for number in range(2 * KEPT_RESULTS):
        long = [step("file_read", text=f"{number} " + "x" * 2 * KEPT_CHARACTERS)]
        readings.note(OWNER, frozenset(), long, bench.registry, 0.0)
    kept = readings.texts(OWNER, 1.0)
    assert [text.split()[0] for text in kept] == [str(number) for number in range(KEPT_RESULTS, 2 * KEPT_RESULTS)]
    assert {len(text) for text in kept} == {KEPT_CHARACTERS}
    assert readings.texts(("dbus", 1000), 1.0) == readings.texts(OWNER, KEPT_S) == ()


def test_what_people_told_and_what_was_not_done_is_nothing_that_was_read(bench: Bench) -> None:
    readings = Readings()
    steps = [
        step("recall", text="told"), step("list_timers", text="tea"), step("gone_plugin", text="x"),
        step("file_read", Outcome.DECLINED, text="secret"), step("search_files", files=[{"path": "a b.txt"}]),
    ]  # fmt: skip
    readings.note(OWNER, frozenset(), steps, bench.registry, 0.0)
    assert [text for text in readings.texts(OWNER, 1.0) if text] == ["a b.txt"]
