"""The states of the ear and the steps between them."""

from __future__ import annotations

import itertools

import pytest

from jarvisd.audio.turn.state import TRANSITIONS, EarSession, EarState, Trigger
from jarvisd.core.errors import ErrorCode, InternalError, RequestError, Unavailable


@pytest.mark.parametrize(("state", "step"), list(itertools.product(EarState, Trigger)))
def test_only_listed_steps_are_legal(state: EarState, step: Trigger) -> None:
    session = EarSession()
    session.state = state
    if (state, step) in TRANSITIONS:
        session.step(step, "t1")
        assert session.state is TRANSITIONS[state, step]
    else:
        with pytest.raises(InternalError):
            session.step(step)
        assert session.state is state


@pytest.mark.parametrize("state", list(EarState))
def test_every_state_but_muted_can_be_muted_and_leads_back_to_idle(state: EarState) -> None:
    reached, frontier = {state}, [state]
    while frontier:
        here = frontier.pop()
        for (source, _), target in TRANSITIONS.items():
            if source is here and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert EarState.IDLE in reached
    assert EarState.MUTED in reached


def test_the_turn_lives_while_listening_and_transcribing() -> None:
    session = EarSession()
    session.step(Trigger.WAKE, "t1")
    session.step(Trigger.SPEECH_ENDED)
    assert (session.turn_id, session.is_in_turn) == ("t1", True)
    session.step(Trigger.FINISHED)
    assert (session.turn_id, session.is_in_turn) == ("", False)


def test_a_turn_can_begin_only_when_idle() -> None:
    with pytest.raises(Unavailable) as muted:
        EarSession(is_muted=True).require_idle()
    assert muted.value.code is ErrorCode.MUTED
    session = EarSession()
    session.require_idle()
    session.step(Trigger.WAKE, "t1")
    with pytest.raises(RequestError) as busy:
        session.require_idle()
    assert busy.value.code is ErrorCode.BUSY
