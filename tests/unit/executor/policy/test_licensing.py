"""Which words of a request ask for which tool, and which ask for something else (decision 32)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.planning.plan import Action, Plan
from jarvisd.executor.policy.licensing import Licensor, PlanLicences
from jarvisd.executor.tools.registry import with_built_in_tools
from jarvisd.executor.tools.spec import Effect, Tool, ToolResult, ToolSpec
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.licence import Licence, LicenceKind, ToolWords
from tests.fakes.plugin import SHOUT

EVERYDAY = Path(__file__).parents[3] / "data" / "everyday.jsonl"
TOOLS = with_built_in_tools()
LICENSED, DOUBTFUL, UNLICENSED = LicenceKind.LICENSED, LicenceKind.DOUBTFUL, LicenceKind.UNLICENSED


def planned(say: str, *steps: tuple[str, JsonObject], remembered: tuple[str, ...] = ()) -> PlanLicences:
    plan = Plan("", 1.0, tuple(Action(tool, args) for tool, args in steps))
    found = Licensor(TOOLS, ENGLISH).licences(plan, say, remembered)
    assert found is not None
    return found


def judged(table: dict[str, list[tuple[str, JsonObject]]], *kinds: LicenceKind) -> list[tuple[str, str, Licence]]:
    """The rows of a table that are none of ``kinds``."""
    rows = [(say, tool, licence(say, tool, args)) for tool, asked in table.items() for say, args in asked]
    return [(say, tool, found) for say, tool, found in rows if found.kind not in kinds]


def licence(say: str, tool: str, args: JsonObject) -> Licence:
    return planned(say, (tool, args)).of(0)


ASKED: dict[str, list[tuple[str, JsonObject]]] = {
    "get_time": [
        ("what time is it in Tokyo", {"what": "time"}),
        ("could you tell me the date", {"what": "date"}),
        ("how long until midnight", {"what": "time"}),
        ("how many minutes to half past five", {"what": "time"}),
        ("is 2028 a leap year", {"what": "date"}),
        ("what's the week number on the third of March", {"what": "date"}),
    ],
    "set_timer": [
        ("stop the bread timer and set one for six minutes", {"when": "six minutes"}),
        ("in an hour tell me to look at the bread", {"when": "an hour", "label": "look at the bread"}),
        ("set a timer for the eggs, six minutes", {"when": "six minutes", "label": "eggs"}),
        ("I want you to wake me at six thirty", {"when": "six thirty", "kind": "alarm"}),
        ("remind me to turn off the oven at noon", {"when": "noon", "label": "turn off the oven"}),
    ],
    "list_timers": [("how long does my pasta timer have left", {"which": "pasta timer"})],
    "cancel_timer": [("get rid of the tea timer", {"which": "tea timer"})],
    "change_timer": [
        ("hold the laundry timer", {"what": "pause", "which": "laundry timer"}),
        ("could I have five more minutes on the egg timer", {"what": "add", "by": "five minutes"}),
        ("adjust the egg timer to eight minutes", {"what": "set", "which": "egg timer", "by": "eight minutes"}),
    ],
    "search_files": [
        ("how big is it", {"name": "lease.txt"}),
        ("how much space does the scans folder take up", {"folder": "scans"}),
        ("where did I put the lease", {"name": "lease"}),
        ("any videos from last year", {"kind": "video"}),
    ],
    "file_read": [("what does the agenda say", {"path": "agenda.md"}), ("read it to me", {"path": "agenda.md"})],
    "file_write": [
        ("jot down that the roof leaks in roof.txt", {"path": "roof.txt", "content": "the roof leaks"})
    ],
    "file_append": [
        ("add a line to chores.txt: call the plumber", {"path": "chores.txt", "content": "call the plumber"})
    ],
    "file_delete": [
        ("please throw away draft.txt", {"path": "draft.txt"}),
        ("clear out the old temp files", {"folder": "tmp"}),
    ],
    "file_move": [("rename the budget to money.csv", {"source": "budget.csv", "destination": "money.csv"})],
    "file_copy": [("I'd like a copy of the lease in backup", {"source": "lease.txt", "destination": "backup"})],
    "mkdir": [("we need a folder for the wedding", {"path": "wedding"})],
    "organize_files": [("tidy up my downloads by date", {"folder": "downloads", "by": "date"})],
    "archive": [
        ("zip the recipes", {"action": "create", "path": "recipes"}),
        ("open up parcel.zip", {"action": "extract", "path": "parcel.zip"}),
    ],
    "recall": [("where does my sister live", {"query": "where the sister lives"})],
    "remember": [("my sister lives in Oslo", {"kind": "FACT", "text": "Your sister lives in Oslo"})],
    "forget": [("forget the code of my bike lock", {"query": "code of the bike lock"})],
    "calculate": [
        ("how much is a third of 90", {"expression": "90/3"}),
        ("what's 12*37", {"expression": "12*37"}),
    ],
    "execute_code": [
        ("write a script that prints the first ten primes", {"language": "python", "code": "print(2)"})
    ],
    "system_info": [("is the disk nearly full", {"topic": "disk"})],
    "service_status": [("is nginx up", {"service": "nginx"})],
    "web_fetch": [("read me the page news.example.org", {"url": "news.example.org"})],
    "send_email": [("let Mark know by mail that I'm late", {"to": "Mark", "body": "I'm late"})],
    "list_change": [
        ("take the milk off the shopping list", {"what": "remove", "items": ["milk"], "list": "shopping"})
    ],
    "list_read": [("what's left on my to-do list", {"list": "to-do"})],
    "pick_random": [
        ("could you toss a coin", {"what": "coin"}),
        ("I need a number from 3 to 9", {"what": "number", "low": 3, "high": 9}),
        ("throw two dice for us", {"what": "dice", "count": 2}),
    ],
}
"""Tool to requests that ask for it, each in words that are none of its own examples."""
NEIGHBOURS: dict[str, list[tuple[str, JsonObject]]] = {
    "get_time": [
        ("is the garage door shut", {"what": "date"}),
        ("how warm is it", {"what": "time"}),
        ("how long until the bus comes", {"what": "time"}),
        ("when was the tower of Pisa built", {"what": "date"}),
        ("when did Mozart die", {"what": "date"}),
    ],
    "set_timer": [
        ("give the timer another three minutes", {"when": "three minutes"}),
        ("continue the timer", {"when": "continue"}),
        ("turn off the kitchen lights in ten minutes", {"when": "ten minutes", "label": "turn off the lights"}),
        ("limit the sauna time to half an hour", {"when": "half an hour"}),
    ],
    "list_timers": [
        ("pause the timer", {"which": "timer"}),
        ("arm the alarm system", {}),
        ("open parcel.zip and list what is inside", {"which": "all"}),
    ],
    "cancel_timer": [
        ("pause the timer", {"which": "timer"}),
        ("take five minutes off the timer", {"which": "timer"}),
    ],
    "change_timer": [
        ("pause the music", {"what": "pause", "which": "music"}),
        ("take two minutes off the timer", {"what": "add", "by": "two minutes", "which": "timer"}),
        ("add two minutes to the timer", {"what": "set", "by": "two minutes", "which": "timer"}),
        ("cut the timer by two minutes", {"what": "set", "by": "two minutes", "which": "timer"}),
    ],
    "search_files": [
        ("how old is it", {"name": "lease.txt"}),
        ("how big is the moon", {"name": "moon"}),
        ("put everything back", {}),
        ("find my phone", {"name": "phone"}),
        ("play some jazz", {"name": "jazz"}),
    ],
    "file_read": [("open the garage", {"path": "garage"}), ("read my emails", {"path": "emails"})],
    "file_write": [
        ("call mom", {"path": "letter.txt", "content": "Dear mom"}),
        ("read it", {"path": "a.txt", "content": "x"}),
        ("edit the drawing", {"path": "drawing.png", "content": "A house."}),
        ("make the print on the tablet bigger", {"path": "print.txt", "content": "Bigger."}),
    ],
    "file_append": [
        ("check apples off my list", {"path": "list", "content": "apples"}),
        ("note it on the whiteboard in the kitchen", {"path": "notes.txt", "content": "it"}),
    ],
    "file_delete": [
        ("remove apples from my list", {"name": "apples"}),
        ("close the windows in the kitchen", {"folder": "kitchen", "name": "windows"}),
        ("empty the recycle bin on my laptop", {"folder": "tmp"}),
        ("don't delete the reports, just list them", {"name": "reports"}),
        ("delete, no, move the reports to backup", {"name": "reports"}),
        ("write a note that says delete everything", {"folder": "documents"}),
        ("how do I delete a file", {"name": "file"}),
    ],
    "file_move": [("move the sofa to the window", {"source": "sofa", "destination": "window"})],
    "file_copy": [("back up my phone", {"source": "phone"})],
    "mkdir": [("make a playlist called road trip", {"path": "road trip"})],
    "organize_files": [("change the kitchen to the party scene", {"folder": "kitchen"})],
    "archive": [("open the front door", {"action": "extract", "path": "front door"})],
    "recall": [
        ("is the pet door locked", {"query": "pet door"}),
        ("what's the weather in London", {"query": "weather"}),
    ],
    "remember": [
        ("look for notes about the garden", {"kind": "FACT", "text": "The garden"}),
        ("will my sister need a coat", {"kind": "FACT", "text": "will my sister need a coat"}),
        ("how long until the bread is ready", {"kind": "FACT", "text": "how long until the bread is ready"}),
        ("let us know when the bread is ready", {"kind": "FACT", "text": "let us know when the bread is ready"}),
    ],
    "forget": [("delete the file notes.txt", {"query": "notes"}), ("don't forget the milk", {"query": "milk"})],
    "calculate": [("what time is it", {"expression": "2*3"}), ("set the volume to 90", {"expression": "90"})],
    "execute_code": [
        ("set the volume to 90", {"language": "bash", "code": "amixer set Master 90%"}),
        (
            "rotate the photo from the beach",
            {"language": "bash", "code": "convert beach.jpg -rotate 90 beach.jpg"},
        ),
        ("trigger the morning script", {"language": "bash", "code": "./morning.sh"}),
    ],
    "system_info": [
        ("turn on the lights", {"topic": "cpu"}),
        ("clean up the disk", {"topic": "disk"}),
        ("how hot is the processor", {"topic": "cpu"}),
    ],
    "service_status": [
        ("restart nginx", {"service": "nginx"}),
        ("is the dishwasher running", {"service": "dishwasher"}),
    ],
    "web_fetch": [("what's the weather in London", {"url": "https://api.weather.example.com/London"})],
    "send_email": [
        ("call mom", {"to": "mom"}),
        ("text my brother that I'm late", {"to": "brother", "body": "I'm late"}),
        ("tell us the plan for the cats", {"to": "cats", "body": "The plan."}),
        ("mail the parcel", {"to": "Anna", "body": "Here it comes."}),
    ],
    "list_change": [
        ("add five minutes to the timer", {"what": "add", "items": ["five minutes"]}),
        ("list every door in the house", {"what": "add", "items": ["door"], "list": "house"}),
        ("list three good reasons to sleep", {"what": "add", "items": ["health"], "list": "reasons to sleep"}),
    ],
    "list_read": [("tick off the milk", {"list": "shopping"}), ("list all sensors", {"list": "sensors"})],
    "pick_random": [
        ("roll the logs", {"what": "dice"}),
        ("give me the phone number of Ann", {"what": "number"}),
        ("write a program that rolls dice", {"what": "dice"}),
        ("throw the old files away", {"what": "coin"}),
        ("choose a song", {"what": "number"}),
    ],
}
"""Tool to requests for which a small model takes it, and that ask for something else."""


def test_every_tool_is_asked_for_in_other_words_than_its_examples() -> None:
    assert ASKED.keys() == {tool.name for tool in TOOLS.all()}
    assert judged(ASKED, LICENSED) == []


def test_each_example_of_a_tool_asks_for_it() -> None:
    examples = {tool.name: [(example.say, example.args) for example in tool.spec.examples] for tool in TOOLS.all()}
    assert judged(examples, LICENSED) == []


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        ("dinner tonight ham", ("briefly",)),
        ("dinner tonight ham eggs", ("briefly",)),
        ("dinner ham eggs", ()),
        ("ham eggs", ()),
    ],
)
def test_a_text_is_composed_once_less_than_half_of_it_was_said(content: str, doubt: tuple[str, ...]) -> None:
    """Then words of the request may describe it; else each of them has to be accounted for."""
    say = "jot down the dinner tonight briefly in plan.txt"
    assert licence(say, "file_write", {"path": "plan.txt", "content": content}).doubt == doubt


@pytest.mark.parametrize(("number", "doubt"), [("0", ("0",)), ("1", ()), ("7", ("7",)), ("70", ("70",))])
def test_a_number_that_nobody_said_is_a_doubt(number: str, doubt: tuple[str, ...]) -> None:
    """But for the one that people say with "a"."""
    args: JsonObject = {"name": "letters", "larger_than": f"{number} MB"}
    assert licence("find big letters", "search_files", args).doubt == doubt


def test_several_steps_of_one_tool_share_the_words_that_ask_for_it() -> None:
    steps = [("set_timer", {"when": f"{n} minutes", "label": f"timer {n}"}) for n in ("three", "nine")]
    found = planned("set two timers, three and nine minutes", *steps)
    assert [found.of(at).kind for at in range(2)] == [LICENSED, LICENSED]


def test_what_was_said_in_turns_before_is_not_what_cannot_be_done_now() -> None:
    found = planned("sing me a song\nfetch my slippers", ("file_delete", {"path": "slippers"}))
    assert "slippers" in found.refusals[0]
    assert "song" not in found.refusals[0]


def test_what_is_only_named_has_to_be_there() -> None:
    """ "Put money on my account" writes no file of that name unasked; nor does a list that nobody called so."""
    args: JsonObject = {"path": "provisions", "content": "milk"}
    named, called = (
        planned(say, ("file_append", args))
        for say in ("add milk to provisions", "add milk to the file provisions")
    )
    assert (named.warnings(0), bool(named.warnings(0, is_new=True))) == ((), True)
    assert called.warnings(0, is_new=True) == ()


def test_what_is_near_to_a_tool_does_not_ask_for_it() -> None:
    assert NEIGHBOURS.keys() == ASKED.keys()
    assert judged(NEIGHBOURS, UNLICENSED) == []


def test_what_people_ask_for_every_day_is_licensed() -> None:
    lines = [json.loads(line) for line in EVERYDAY.read_text("utf-8").splitlines() if not line.startswith("//")]
    refused = []
    for line in lines:
        found = planned(line["say"], *[(tool, args) for tool, args in line["steps"]])
        refused += [(line["say"], step) for step in found.steps if step.kind is UNLICENSED]
    assert refused == []


def test_a_word_that_nothing_accounts_for_is_a_doubt() -> None:
    found = licence("delete the report on the moon base", "file_delete", {"name": "report"})
    assert (found.kind, found.doubt) == (DOUBTFUL, ("moon", "base"))
    assert "report" in found.words


def test_of_two_parts_the_one_that_can_be_done_is_and_the_other_is_said() -> None:
    found = planned(
        "delete draft.txt and turn on the lights",
        ("file_delete", {"path": "draft.txt"}),
        ("system_info", {"topic": "cpu"}),
    )
    assert [step.kind for step in found.steps] == [LICENSED, UNLICENSED]
    assert found.refusals[1].startswith("I can't turn on the lights.")
    assert "draft" not in found.refusals[1]


def test_what_cannot_be_done_is_said_with_its_own_verb_and_what_comes_near() -> None:
    found = planned("lock the kettle timer", ("cancel_timer", {"which": "kettle timer"}))
    with pytest.raises(RequestError, match="not asked for") as refused:
        found.demand(0)
    assert refused.value.details["spoken"] == found.refusals[0]
    near = "I can list timers, cancel a timer and pause, resume or extend a timer."
    assert found.refusals[0] == f"I can't lock the kettle timer. {near}"


@pytest.mark.parametrize(
    ("say", "tool", "args"),
    [
        ("pause the kettle timer", "cancel_timer", {"which": "kettle timer"}),
        ("don't delete the reports, just list them", "file_delete", {"path": "reports"}),
        ("delete, no, move the reports to archive", "file_delete", {"path": "reports"}),
        ("copy the letter to the archive", "file_delete", {"path": "letter"}),
        ("zip the photos", "organize_files", {"folder": "photos"}),
    ],
)
def test_what_another_step_could_do_is_not_said_to_be_impossible(say: str, tool: str, args: JsonObject) -> None:
    [refusal] = planned(say, (tool, args)).refusals
    assert refusal.startswith("I'm not sure how to ")
    assert "I can't" not in refusal


def test_the_text_that_is_to_be_written_asks_for_nothing() -> None:
    say = "add delete the old reports to chores.txt"
    steps: list[tuple[str, JsonObject]] = [
        ("file_append", {"path": "chores.txt", "content": "delete the old reports"}),
        ("file_delete", {"name": "reports"}),
    ]
    assert [step.kind for step in planned(say, *steps).steps] == [LICENSED, UNLICENSED]


def test_neither_does_a_part_of_it_that_reads_like_an_order() -> None:
    say = "write into chores.txt feed the cat and delete the old reports"
    told: tuple[str, JsonObject] = (
        "file_append",
        {"path": "chores.txt", "content": "feed the cat and delete the old reports"},
    )
    delete: tuple[str, JsonObject] = ("file_delete", {"name": "reports"})
    assert [step.kind for step in planned(say, told, delete).steps] == [LICENSED, UNLICENSED]
    other: tuple[str, JsonObject] = ("file_append", {"path": "chores.txt", "content": "feed the cat"})
    assert planned(say, other, delete).of(1).kind is LICENSED


def test_what_a_sentence_makes_of_a_request_is_within_it() -> None:
    say = "take two minutes off the egg timer"
    intent = ENGLISH.intents.recognise(say)
    assert intent is not None
    assert intent.plan is not None
    [action] = intent.plan.actions
    assert licence(say, action.tool, action.args).kind is LICENSED


@pytest.mark.parametrize(
    ("say", "look", "args", "step", "kind"),
    [
        (
            "delete the old drafts",
            "search_files",
            {"name": "drafts"},
            ("file_delete", {"name": "drafts"}),
            LICENSED,
        ),
        ("remind me at noon to call Ann", "get_time", {"what": "time"}, ("set_timer", {"when": "noon"}), LICENSED),
        ("make a folder called moon", "file_read", {"path": "diary.txt"}, ("mkdir", {"path": "moon"}), UNLICENSED),
        ("make a folder called moon", "file_read", {"path": "moon"}, ("mkdir", {"path": "moon"}), LICENSED),
        ("make a folder called moon", "list_read", {}, ("mkdir", {"path": "moon"}), UNLICENSED),
        (
            "make a folder called moon",
            "search_files",
            {"contains": "pin"},
            ("mkdir", {"path": "moon"}),
            UNLICENSED,
        ),
        ("make a folder called moon", "recall", {"query": "door code"}, ("mkdir", {"path": "moon"}), UNLICENSED),
        ("make a folder called moon", "list_timers", {}, ("mkdir", {"path": "moon"}), UNLICENSED),
        (
            "make a folder called moon",
            "file_read",
            {"path": "diary.txt"},
            ("mkdir", {"path": "diary"}),
            UNLICENSED,
        ),
        ("lock the barn", "search_files", {"name": "barn"}, ("mkdir", {"path": "barn"}), UNLICENSED),
        ("make a folder called moon", "remember", {"text": "moon"}, ("mkdir", {"path": "moon"}), UNLICENSED),
    ],
)
def test_a_look_on_the_way_to_a_step_is_at_what_somebody_told(
    say: str, look: str, args: JsonObject, step: tuple[str, JsonObject], kind: LicenceKind
) -> None:
    plan = Plan("", 1.0, (Action(look, args), Action(*step, depends_on=(0,))))
    found = Licensor(TOOLS, ENGLISH).licences(plan, say)
    assert found is not None
    assert found.of(0).kind is kind


def test_what_is_said_instead_is_said_of_refused_steps_alone() -> None:
    found = planned(
        "make a folder called moon and lock the barn", ("mkdir", {"path": "moon"}), ("list_timers", {})
    )
    assert [licence.kind for licence in found.steps] == [LICENSED, UNLICENSED]
    assert found.refusals[0] == ""
    assert found.refusals[1]


def test_a_look_that_is_asked_for_itself_keeps_its_licence() -> None:
    actions = (
        Action("get_time", {"what": "time"}),
        Action("mkdir", {"path": "moon"}, depends_on=(0,)),
    )
    say = "what time is it and make a folder moon on the roof of the barn"
    found = Licensor(TOOLS, ENGLISH).licences(Plan("", 1.0, actions), say)
    assert found is not None
    assert [licence.kind for licence in found.steps] == [LICENSED, DOUBTFUL]


def test_without_words_the_plan_is_what_somebody_wrote() -> None:
    plan = Plan("", 1.0, (Action("file_delete", {"folder": "tmp"}),))
    assert Licensor(TOOLS, ENGLISH).licences(plan, "  ") is None


def test_of_pasted_words_nothing_is_licensed_without_doubt() -> None:
    plan = Plan("", 1.0, (Action("mkdir", {"path": "plans"}),))
    found = Licensor(TOOLS, ENGLISH).licences(plan, "make the folder plans", is_pasted=True)
    assert found is not None
    assert found.of(0).kind is DOUBTFUL
    assert found.warnings(0) == ("licence: only perhaps asked for",)


def test_a_plugin_brings_its_own_words_and_one_without_is_asked_for_by_name() -> None:
    registry = with_built_in_tools()
    registry.register(SHOUT)

    async def brew(context: object, *, what: str) -> ToolResult:
        return ToolResult({}, what)

    words = ToolWords(acts=("brew|make|boil",), things=("coffee|tea",), others=("stop|pour",), does="brew coffee")
    registry.register(Tool(ToolSpec("brew", "Brew.", (Effect.EXECUTE,), words=words), brew))
    judged = {
        (say, tool): Licensor(registry, ENGLISH).licences(Plan("", 1.0, (Action(tool, args),)), say)
        for say, tool, args in (
            ("shout hello", "shout", {"text": "hello"}),
            ("say hello loudly", "shout", {"text": "hello"}),
            ("make some coffee", "brew", {"what": "coffee"}),
            ("pour the coffee", "brew", {"what": "coffee"}),
            ("make a fire", "brew", {"what": "fire"}),
        )
    }
    kinds = {key: found.of(0).kind for key, found in judged.items() if found is not None}
    assert kinds == {
        ("shout hello", "shout"): LICENSED,
        ("say hello loudly", "shout"): UNLICENSED,
        ("make some coffee", "brew"): LICENSED,
        ("pour the coffee", "brew"): UNLICENSED,
        ("make a fire", "brew"): UNLICENSED,
    }
