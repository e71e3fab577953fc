"""What is unusual about a plan as a whole, rule by rule, each with a plan that is just usual enough (D7)."""

from __future__ import annotations

import pytest

from jarvisd.codecheck.finding import Severity
from jarvisd.core.json_types import JsonValue
from jarvisd.core.planning.plan import Action
from jarvisd.executor.policy.plan_rules import Anomaly, PlannedStep, find
from jarvisd.executor.tools.spec import Effect
from tests.tables import each


def step(*effects: Effect, tool: str = "tool", **args: JsonValue) -> PlannedStep:
    return PlannedStep(Action(tool, args), effects)


def rules(steps: list[PlannedStep], utterance: str = "") -> list[str]:
    return [anomaly.rule for anomaly in find(steps, utterance)]


READ, WRITE, DELETE = step(Effect.READ), step(Effect.WRITE), step(Effect.DELETE)
SEND, RUN, REMEMBER = step(Effect.SEND), step(Effect.EXECUTE), step(Effect.MEMORY, text="the bike lock is 2290")


def numbered(count: int, effect: Effect, tool: str = "tool") -> list[PlannedStep]:
    return [step(effect, tool=tool, path=str(number)) for number in range(count)]


@pytest.mark.parametrize(
    ("usual", "unusual", "found"),
    [
        (numbered(10, Effect.READ), numbered(11, Effect.READ), ("excessive_tool_calls", "11 steps")),
        (numbered(3, Effect.DELETE), numbered(4, Effect.DELETE), ("repeated_destructive", "4 steps delete")),
        (
            [*numbered(2, Effect.DELETE), *numbered(2, Effect.EXECUTE)],
            [*numbered(2, Effect.DELETE), *numbered(2, Effect.EXECUTE), SEND],
            ("consent_farming", "5 questions in a row"),
        ),
        ([READ, READ], [READ, READ, READ], ("loop", "the same step several times")),
        ([SEND, READ], [READ, SEND], ("exfiltration", "what was read before may leave the machine")),
    ],
)
def test_each_rule_begins_where_it_says(
    usual: list[PlannedStep], unusual: list[PlannedStep], found: tuple[str, str]
) -> None:
    assert rules(usual) == []
    assert [(anomaly.rule, anomaly.detail) for anomaly in find(unusual, "")] == [found]


def test_how_grave_it_is_and_which_step_it_is_about() -> None:
    assert [(a.severity, a.step) for a in find(numbered(11, Effect.READ), "")] == [(Severity.HIGH, -1)]
    assert [(a.severity, a.step) for a in find(numbered(5, Effect.EXECUTE), "")] == [(Severity.MEDIUM, -1)]
    assert [(a.severity, a.step) for a in find([READ] * 3, "")] == [(Severity.MEDIUM, -1)]
    assert [(a.severity, a.step) for a in find([step(Effect.WRITE, tool="other"), READ, SEND], "")] == [
        (Severity.HIGH, 2)
    ]
    assert [(a.severity, a.step) for a in find([READ, DELETE], "what is it")] == [(Severity.MEDIUM, 1)]
    assert list(find(numbered(1, Effect.DELETE), "")) == []
    anomaly = Anomaly("loop", Severity.MEDIUM, -1, "why")
    assert anomaly.to_json() == {"rule": "loop", "severity": "medium", "step": -1, "detail": "why"}


def test_a_loop_is_the_same_tool_with_the_same_arguments() -> None:
    again = [step(Effect.READ, path="a", limit=1), step(Effect.READ, limit=1, path="a")] * 2
    assert rules(again) == ["loop"]
    assert rules([*numbered(3, Effect.READ), *numbered(3, Effect.READ, tool="other")]) == []
    assert rules([*numbered(2, Effect.READ), *numbered(2, Effect.READ)]) == []


@pytest.mark.parametrize("tool", ["get_time", "calculate", "system_info"])
def test_what_reads_nothing_of_anybody_may_be_sent(tool: str) -> None:
    assert rules([step(Effect.READ, tool=tool), SEND]) == []
    assert rules([READ, step(Effect.READ, tool=tool), SEND]) == ["exfiltration"]


PLANNED = {Effect.DELETE: DELETE, Effect.WRITE: WRITE, Effect.SEND: SEND, Effect.MEMORY: REMEMBER}
ASKED = {
    Effect.DELETE: "delete|remove|erase|trash|clean|clear|get rid of|wipe|purge|tidy|tidied|empty|discard"
    "|throw away|drop"
    "|free up|bin|cut down",
    Effect.WRITE: "write|save|create|make|note|noted|noting|append|add|put|replace|rename|copy|copied|move"
    "|moves|moved|moving"
    "|organize|sort|tidy|tidied|arrange|zip|extract|unzip|unpack|compress|store|stores|stored|storing"
    "|record|jot|draft"
    "|backup|back up|backed up|backing up|edit|change|update|set|clean|group|split|call it|duplicate"
    "|keep|insert|pack",
    Effect.SEND: "send|mail|message|write|tell|forward|share|text|notify|invite|reply|replies|let him know|post",
    Effect.MEMORY: "remember|note|noted|noting|keep in mind|never you mind|forget|forgot|record|jot|memorize"
    "|keep|learn"
    "|prefer|save|store|delete|erase|remove",
}
NOT_ASKED = {
    Effect.DELETE: "what is there|show me the cabins|bind them",
    Effect.WRITE: "what is in there|address|what did he remove|read the notes|jam it|that seat|reset it|resort",
    Effect.SEND: "what is there|let it go|sum it up",
    Effect.MEMORY: "what is the time|show my note|read the note|open this note|find that note|a footnote|reminder",
}


@pytest.mark.parametrize(("effect", "word"), [(one, word) for one, words in ASKED.items() for word in each(words)])
def test_people_ask_for_an_effect_by_many_words(effect: Effect, word: str) -> None:
    assert rules([PLANNED[effect]], f"please {word} xyz") == []
    assert rules([PLANNED[effect]], "please xyz") == ["not_asked_for"]


@pytest.mark.parametrize(
    ("effect", "said"), [(one, said) for one, phrases in NOT_ASKED.items() for said in each(phrases)]
)
def test_words_that_only_look_like_it_ask_for_nothing(effect: Effect, said: str) -> None:
    assert rules([PLANNED[effect]], said) == ["not_asked_for"]


@pytest.mark.parametrize(
    "thing", each("directory|folder|file|document|archive|list|note|notes|log|timer|alarm|reminder")
)
def test_a_thing_that_is_written_asks_for_it_unless_something_is_to_be_told(thing: str) -> None:
    assert rules([WRITE], f"xyz {thing}: eggs") == []
    for telling in each(
        "read|show|find|search|look|open|tell me|count|list the|list my|list all|what|which|where|who|when|how"
    ):
        assert rules([WRITE], f"{telling} {thing.replace('note', 'log').replace('archive', 'file')}") == [
            "not_asked_for"
        ]
    for asking in ("is", "are", "do", "does"):
        assert rules([WRITE], f"{asking} the {thing.replace('note', 'log').replace('archive', 'file')}") == [
            "not_asked_for"
        ]
        assert rules([WRITE], f"xyz {asking} the {thing}") == []


TIMES = each(
    "timer|alarm|remind|wake|pause|pausing|resume|dismiss|silence"
    "|countdown|count down|cancel|stop|off|nevermind|never mind|snooze|buzz|beep"
    "|ring|second"
    "|minute|hour|o'clock|oclock|a.m|pm|p.m.|half past|quarter|noon|midnight|tonight|tomorrow|morning"
    "|evening|at 7"
    "|at one|at two|at three|at four|at five|at six|at seven|at eight|at nine|at ten|at eleven|at twelve"
)


@pytest.mark.parametrize("tool", ["set_timer", "cancel_timer", "change_timer"])
@pytest.mark.parametrize("said", TIMES)
def test_timers_are_asked_for_by_times(tool: str, said: str) -> None:
    timer = step(Effect.MEMORY, tool=tool, label="xyz abc def ghi")
    assert rules([timer], f"xyz {said}") == []


OF_TOOLS = {
    "organize_files": "organize|sort|tidy|tidied|arrange|clean|group|put in order|split|categorize|classify"
    "|structure|put them away|file them away",
    "archive": "zip|unzip|archive|pack|unpack|compress|extract|backup|back up|backed up|backing up|bundle|tar"
    "|inflate|open|expand",
    "list_change": "add|put|write|jot|note|include|stick|throw|place|append|create|make|start|tick|check|cross"
    "|mark|scratch|strike|remove|take|get|delete|erase|drop|clear|empty|wipe|reset|clean|the list|todo|to-do|to do"
    "|buy|need",
    "calendar_add": "add|put|enter|schedule|book|create|make|pencil|set|plan|arrange|calendar|appointment|meeting"
    "|note",
}


@pytest.mark.parametrize(
    ("tool", "word"), [(one, word) for one, words in OF_TOOLS.items() for word in each(words)]
)
def test_tools_that_take_many_things_are_asked_for_by_words_of_their_own(tool: str, word: str) -> None:
    assert rules([step(Effect.WRITE, tool=tool)], f"xyz {word} xyz") == []


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        *(("organize_files", said) for said in each("write it|resort|the border|put them in|the cleric|a list")),
        *(("archive", said) for said in each("write it|the gazip|repack|the guitar|back it up|a list")),
        *(("list_change", said) for said in each("read it|paddle|compute|a footnote|smaker|stack|fidget")),
        *(("calendar_add", said) for said in each("read it|paddle|compute|rebook|smaker|reset|footnote")),
    ],
)
def test_words_for_any_change_do_not_ask_for_many(tool: str, said: str) -> None:
    assert rules([step(Effect.WRITE, tool=tool)], said) == ["not_asked_for"]


@pytest.mark.parametrize("said", ["remember it", "bring it", "offer it", "spam", "at home", "save it", "xyz"])
def test_nothing_else_asks_for_a_timer(said: str) -> None:
    assert rules([step(Effect.MEMORY, tool="set_timer", label="abc def ghi jkl")], said) == ["not_asked_for"]


@pytest.mark.parametrize(
    "said", ["look there and note it", "what is that, noting it", "who is it, noted", "find and jot it"]
)
def test_whoever_asks_to_be_told_may_ask_for_a_note_too(said: str) -> None:
    assert rules([WRITE], said) == []


def test_an_effect_that_needs_no_word_needs_none() -> None:
    for effect in (Effect.READ, Effect.EXECUTE, Effect.FETCH):
        assert rules([step(effect)], "xyz") == []
    assert rules([DELETE], " ") == []


def test_one_word_is_enough_for_a_step_of_several_effects() -> None:
    assert rules([step(Effect.WRITE, Effect.DELETE)], "purge xyz") == []
    assert rules([step(Effect.WRITE, Effect.DELETE)], "xyz") == ["not_asked_for"]


def test_what_was_said_may_be_remembered_without_asking() -> None:
    """A quarter of its words may be new; "my" becomes "your"."""
    said = "i like my tea strong and sweet"
    assert rules([step(Effect.MEMORY, text="You like your tea strong and sweet")], said) == []
    assert rules([step(Effect.MEMORY, text="tea strong sweet black")], said) == []
    assert rules([step(Effect.MEMORY, text="tea strong black")], said) == ["not_asked_for"]
    assert rules([step(Effect.MEMORY, text="tea strong sweet black hot")], said) == ["not_asked_for"]
    assert rules([step(Effect.MEMORY, text="tea", kind="fact"), step(Effect.WRITE)], said) == ["not_asked_for"]


@pytest.mark.parametrize("word", each("you|your|yours|are|is|the|fact|preference|contact"))
def test_words_that_stand_for_what_was_said_are_not_new(word: str) -> None:
    assert rules([step(Effect.MEMORY, text=f"tea {word}")], "i like tea") == []
    assert rules([step(Effect.MEMORY, text="tea xyz")], "i like tea") == ["not_asked_for"]
