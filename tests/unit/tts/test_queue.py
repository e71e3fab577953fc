"""Order, bounds and the executor's exclusive hold (decision 2)."""

from __future__ import annotations

import random

import pytest

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.tts.queue import QueuedSpeech, SpeechQueue


def speech(name: str, request_id: str = "") -> QueuedSpeech:
    return QueuedSpeech(name, "t1", (name,), request_id)


def drained(queue: SpeechQueue) -> list[str]:
    found = []
    while (utterance := queue.next()) is not None:
        found.append(utterance.id)
    return found


def test_utterances_come_out_in_order() -> None:
    queue = SpeechQueue(limit=8)
    for name in "abc":
        queue.add(speech(name))
    assert queue.first == speech("a")
    assert drained(queue) == ["a", "b", "c"]
    assert queue.first is None


def test_too_many_are_refused_as_busy() -> None:
    queue = SpeechQueue(limit=2)
    queue.add(speech("a"))
    queue.add(speech("b"))
    with pytest.raises(RequestError) as caught:
        queue.add(speech("c"))
    assert caught.value.code is ErrorCode.BUSY
    assert drained(queue) == ["a", "b"]


def test_one_that_waits_is_dropped_by_its_id() -> None:
    queue = SpeechQueue(limit=8)
    for name in "abc":
        queue.add(speech(name))
    assert queue.drop("b") == speech("b")
    assert queue.drop("b") is None
    assert drained(queue) == ["a", "c"]


def test_only_the_holder_is_heard_until_release() -> None:
    queue = SpeechQueue(limit=8)
    queue.add(speech("before"))
    queue.ask(speech("q1", "r1"))
    queue.add(speech("during"))
    queue.ask(speech("q2", "r1"))
    assert queue.holder == "r1"
    assert [queue.may_speak(speech("x", request)) for request in ("r1", "", "r2")] == [True, False, False]
    assert queue.first == speech("q1", "r1")
    assert drained(queue) == ["q1", "q2"]
    assert queue.release("r1") == []
    assert drained(queue) == ["before", "during"]


def test_a_second_request_is_busy_and_cannot_release() -> None:
    queue = SpeechQueue(limit=8)
    queue.ask(speech("q1", "r1"))
    with pytest.raises(RequestError) as caught:
        queue.ask(speech("q2", "r2"))
    assert caught.value.code is ErrorCode.BUSY
    assert queue.release("r2") == []
    assert queue.holder == "r1"


def test_release_drops_what_was_not_asked_yet() -> None:
    queue = SpeechQueue(limit=8)
    queue.ask(speech("q1", "r1"))
    assert queue.release("r1") == [speech("q1", "r1")]
    assert queue.holder == ""
    assert queue.release("r1") == []


def test_clear_drops_everything_but_the_hold() -> None:
    queue = SpeechQueue(limit=8)
    queue.add(speech("a"))
    queue.ask(speech("q1", "r1"))
    assert [utterance.id for utterance in queue.clear()] == ["q1", "a"]
    assert queue.holder == "r1"
    queue.add(speech("b"))
    assert queue.next() is None


def test_no_sequence_of_events_lets_others_speak_during_a_hold() -> None:
    """Random events; every utterance comes out or is dropped exactly once."""
    chance = random.Random(7)
    queue = SpeechQueue(limit=5)
    accepted: list[str] = []
    ended: list[str] = []
    for number in range(5000):
        event = chance.choice(["add", "add", "ask", "next", "next", "release", "clear"])
        request = chance.choice(["r1", "r2"])
        try:
            if event == "add":
                queue.add(speech(str(number)))
                accepted.append(str(number))
            elif event == "ask":
                queue.ask(speech(str(number), request))
                accepted.append(str(number))
        except RequestError:
            pass
        if event == "next" and (utterance := queue.next()) is not None:
            assert queue.holder in ("", utterance.request_id)
            ended.append(utterance.id)
        if event == "release":
            ended += [utterance.id for utterance in queue.release(request)]
        if event == "clear" and chance.random() < 0.1:
            ended += [utterance.id for utterance in queue.clear()]
    queue.release(queue.holder)
    ended += drained(queue) + [utterance.id for utterance in queue.clear()]
    assert sorted(ended) == sorted(accepted)
