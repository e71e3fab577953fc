"""Forgetting asks with what would go; the state of services is read and nothing else."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError, Unavailable
from jarvisd.executor.ports.services import ServiceState
from tests.fakes.executor import ScriptedMemory
from tests.unit.executor.conftest import Bench

BIKE = {"id": "m1", "kind": "FACT", "text": "Your bike lock opens with 2290", "distance": 0.21}
OLD_BIKE = {"id": "m2", "kind": "FACT", "text": "Your bike lock opens with 1111", "distance": 0.24}
Known = tuple[dict[str, object], ...]
TEA = {"id": "m3", "kind": "PREFERENCE", "text": "You like tea", "distance": 0.6}


def remembering(bench: Bench, *items: dict[str, object]) -> ScriptedMemory:
    from dataclasses import replace

    memory = ScriptedMemory(items)  # type: ignore[arg-type]
    bench.kit = replace(bench.kit, memory=memory)
    return memory


async def test_exactly_what_was_read_out_is_forgotten(bench: Bench) -> None:
    """A10: it cannot be undone, and that is said; what is only a little like it stays."""
    memory = remembering(bench, BIKE, OLD_BIKE, TEA)
    bench.answers("yes, go ahead")
    [step] = await bench.run(("forget", {"query": "bike lock"}))
    assert bench.speech.questions == [
        "I'm about to forget this for good: Your bike lock opens with 2290 and Your bike lock opens with 1111. "
        "This cannot be undone. Say yes to proceed or no to cancel."
    ]
    assert (step["outcome"], step["spoken"]) == ("done", "I forgot 2 things.")
    assert await memory.recall("", 9) == [TEA]


async def test_nothing_is_forgotten_without_a_yes(bench: Bench) -> None:
    memory = remembering(bench, BIKE)
    bench.answers("no")
    [step] = await bench.run(("forget", {"query": "bike lock"}))
    assert (step["outcome"], len(await memory.recall("", 9))) == ("declined", 1)


async def test_what_is_not_known_needs_no_question(bench: Bench) -> None:
    [step] = await bench.run(("forget", {"query": "my yacht"}))
    assert (step["outcome"], step["spoken"]) == ("done", "I don't remember anything about that.")
    assert bench.speech.questions == []


def state(name: str, active: str = "active", sub: str = "running") -> ServiceState:
    return ServiceState(f"{name}.service", "", active, sub)


LOADED = (
    state("nginx"),
    state("NetworkManager"),
    state("backup", "failed", "failed"),
    state("oneshot", sub="exited"),
)


@pytest.mark.parametrize(
    ("service", "spoken"),
    [
        ("nginx", "nginx is running."),
        ("the nginx service", "nginx is running."),
        ("nginx.service", "nginx is running."),
        ("network manager", "NetworkManager is running."),
        ("backup", "backup has failed."),
        ("oneshot", "oneshot is active (exited)."),
        ("cups", "cups is not running."),
    ],
)
async def test_the_state_of_a_service_is_told(bench: Bench, service: str, spoken: str) -> None:
    bench.services.states = list(LOADED)
    bench.services.hidden = [state("cups", "inactive", "dead")]
    [step] = await bench.run(("service_status", {"service": service}))
    assert (step["outcome"], step["tier"], step["spoken"]) == ("done", 1, spoken)


async def test_without_a_name_the_failed_services_are_told(bench: Bench) -> None:
    bench.services.states = list(LOADED)
    assert (await bench.use("service_status")).spoken == "1 service failed: backup."
    bench.services.states = [state("nginx"), state("cron")]
    assert (await bench.use("service_status")).spoken == "2 services are running and none has failed."


async def test_a_service_that_is_not_there_and_a_machine_without_systemd(bench: Bench) -> None:
    with pytest.raises(JarvisError) as caught:
        await bench.use("service_status", service="nonsense")
    assert caught.value.code is ErrorCode.NOT_FOUND
    bench.services.error = Unavailable("there is no systemd on this bus")
    [step] = await bench.run(("service_status", {"service": "nginx"}))
    assert (step["outcome"], step["error"]) == ("failed", "UnitDown")
    assert "there is no systemd on this bus" in str(step["spoken"])


async def test_a_name_is_kept_and_said_back(bench: Bench) -> None:
    memory = remembering(bench)
    bench.set_up()
    [step] = await bench.run(("remember", {"kind": "PREFERENCE", "text": "call me Sam"}), utterance="call me Sam")
    assert (step["outcome"], step["spoken"]) == ("done", "Okay, I'll call you Sam.")
    assert [(text, kind) for text, kind, *_ in memory.kept] == [("call me Sam", "PREFERENCE")]


@pytest.mark.parametrize(
    ("known", "spoken"),
    [
        (({"id": "1", "text": "call me Sam"},), "You told me that your name is Sam."),
        (({"id": "1", "text": "My name is Ann"},), "You told me that your name is Ann."),
        ((), "You have not told me your name yet."),
    ],
)
async def test_a_name_is_told_only_as_it_was_heard(bench: Bench, known: Known, spoken: str) -> None:
    remembering(bench, *known)
    bench.set_up()
    [step] = await bench.run(("recall", {"query": "my name"}), utterance="what is my name")
    assert step["spoken"] == spoken


async def test_who_asks_for_everything_hears_all_that_was_told(bench: Bench) -> None:
    remembering(bench, BIKE, {"id": "m4", "text": "call me Sam"}, TEA)
    bench.set_up()
    [step] = await bench.run(("recall", {"query": "me"}), utterance="what do you know about me")
    assert step["spoken"] == "You told me: Your bike lock opens with 2290. Your name is Sam. You like tea."
    remembering(bench, *({"id": str(at), "text": f"Box {at} is red"} for at in range(8)))
    bench.set_up()
    [step] = await bench.run(("recall", {"query": "everything"}), utterance="what have I told you")
    assert str(step["spoken"]).endswith("Box 5 is red. And more that I don't list here.")
    remembering(bench)
    bench.set_up()
    [step] = await bench.run(("recall", {"query": "everything"}), utterance="what do you remember")
    assert step["spoken"] == "You have not told me anything to remember yet."


async def test_what_is_not_remembered_is_said_before_what_comes_near(bench: Bench) -> None:
    remembering(bench, {"id": "m5", "text": "Anna's e-mail address is anna@example.org"})
    bench.set_up()
    [step] = await bench.run(("recall", {"query": "anna's birthday"}), utterance="when is anna's birthday")
    reply = "I don't remember that. What I remember is: Anna's e-mail address is anna@example.org"
    assert step["spoken"] == reply
