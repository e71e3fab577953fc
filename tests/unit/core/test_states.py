"""The turn's state machine: exactly the legal edges, and every state can be left (A3)."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from jarvisd.core.states import EDGES, Edge, TurnState, follow


def test_the_happy_path_goes_round() -> None:
    state: TurnState | None = TurnState.IDLE
    for edge in (
        Edge.WAKE,
        Edge.SPEECH_ENDED,
        Edge.TRANSCRIPT,
        Edge.PLAN_READY,
        Edge.QUESTION,
        Edge.ANSWERED,
        Edge.STEPS_DONE,
        Edge.SPOKEN,
    ):
        assert state is not None
        state = follow(state, edge)
    assert state is TurnState.IDLE


def test_every_pair_without_an_entry_is_illegal() -> None:
    illegal = [pair for pair in product(TurnState, Edge) if pair not in EDGES]
    assert all(follow(*pair) is None for pair in illegal)
    assert len(illegal) + len(EDGES) == len(TurnState) * len(Edge)


def test_cancel_leads_home_from_every_state_but_idle() -> None:
    for state in TurnState:
        assert follow(state, Edge.CANCELLED) is (None if state is TurnState.IDLE else TurnState.IDLE)


def test_every_failure_is_told_or_ends_the_turn() -> None:
    for state in TurnState:
        expected = {TurnState.IDLE: None, TurnState.RESPONDING: TurnState.IDLE}.get(state, TurnState.RESPONDING)
        assert follow(state, Edge.FAILED) is expected


@given(st.lists(st.sampled_from(list(Edge)), max_size=50))
def test_no_sequence_of_edges_gets_stuck(edges: list[Edge]) -> None:
    state = TurnState.IDLE
    for edge in edges:
        state = follow(state, edge) or state
    assert state is TurnState.IDLE or follow(state, Edge.CANCELLED) is TurnState.IDLE
