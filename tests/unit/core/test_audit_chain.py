"""The audit chain holds across files, and shows what was altered, removed, cut off or rolled back (A12)."""

from __future__ import annotations

import random

import pytest

from jarvisd.core import audit_chain
from jarvisd.core.audit_chain import REMOVED, ChainVerifier, KnownHeads, head_text, heads_in, seal
from jarvisd.core.json_types import JsonObject
from tests.fakes.auditor import EXECUTOR_UID, journal_entry, known


def chain(records: list[JsonObject], previous: str = audit_chain.GENESIS) -> tuple[list[str], dict[int, str]]:
    """Lines, and the head after each."""
    lines, heads = [], {}
    for number, record in enumerate(records, start=1):
        line, previous = seal(previous, record)
        lines.append(line.rstrip("\n"))
        heads[number] = previous
    return lines, heads


STEPS: list[JsonObject] = [{"event": "step", "number": number} for number in range(6)]


def problems(*files: list[str], heads: dict[int, str] | None = None) -> list[str]:
    return found(known(heads or {}), *files)


def found(heads: KnownHeads, *files: list[str]) -> list[str]:
    follower = ChainVerifier(heads)
    for number, lines in enumerate(files):
        follower.follow(f"file {number}", lines)
    follower.end()
    return [problem.problem for problem in follower.problems]


def test_a_cut_off_end_is_found_by_what_the_journal_knows() -> None:
    lines, heads = chain(STEPS)
    told = {count: heads[count] for count in (2, 5)}
    assert known(told).hashes == {2: {heads[2]}, 5: {heads[5]}}
    assert problems(lines, heads=told) == []
    assert problems(lines[:5], heads=told) == []
    assert problems(lines[:4]) == []
    assert problems(lines[:4], heads=told) == ["the last 1 of 5 records are missing"]
    assert problems([], heads=told) == ["the last 5 of 5 records are missing"]


def test_a_log_that_was_rolled_back_and_went_on_is_found() -> None:
    """The chain itself holds, and it is long enough."""
    _, heads = chain(STEPS)
    other, _ = chain([*STEPS[:3], {"event": "forged"}, *STEPS[4:], *STEPS])
    assert problems(other) == []
    assert problems(other, heads={5: heads[5]}) == ["is not the record that the journal knows"]


def test_a_log_that_was_written_anew_is_found() -> None:
    _, heads = chain(STEPS)
    other, _ = chain([{"event": "forged"}] * 6)
    assert problems(other, heads={6: heads[6]}) == ["is not the record that the journal knows"]


def rotated() -> tuple[list[str], list[str], list[str]]:
    first, heads = chain(STEPS)
    continued: JsonObject = {"event": "continued", "count": 6, "previous": heads[6]}
    second, more = chain([continued, *STEPS[:2]], heads[6])
    last: JsonObject = {"event": "continued", "count": 9, "previous": more[3]}
    third, _ = chain([last, {"event": "pruned", "through": 6}], more[3])
    return first, second, third


def test_the_chain_goes_on_from_file_to_file() -> None:
    first, second, third = rotated()
    assert problems(first, second, third) == []
    assert problems(first, third) == ["does not follow the record before it"]


def test_files_may_go_only_when_the_log_says_so() -> None:
    _, second, third = rotated()
    assert problems(second, third) == []
    assert problems(third) == ["the first 9 records are missing"]
    assert problems(second) == ["the first 6 records are missing"]
    assert problems(second[1:], third)


def test_a_torn_line_needs_the_record_that_closes_it() -> None:
    lines, _ = chain([STEPS[0], {"event": "recovered", "torn_bytes": 3}, STEPS[1]])
    assert problems([lines[0], '{"e', *lines[1:]]) == []
    assert problems([lines[0], *lines[1:], '{"e']) == ["not a record"]
    plain, _ = chain(STEPS[:2])
    assert problems([plain[0], '{"e', plain[1]]) == ["not a record"]


FORGED = head_text(4, "f" * 64)


@pytest.mark.parametrize(
    "entry",
    [
        journal_entry(f"plan refused name={FORGED}"),
        journal_entry(f"{FORGED} unit=executor turn=t1"),
        journal_entry(f"Nov 22 box jarvisd[9]: {FORGED}"),
        journal_entry(FORGED, LOGGER="jarvisd.executor.plan.runner"),
        journal_entry(FORGED, LOGGER=["jarvisd.audit", "other"]),
        journal_entry(FORGED, LOGGER=None),
        journal_entry(FORGED, _TRANSPORT="stdout"),
        journal_entry(FORGED, _TRANSPORT="syslog"),
        journal_entry(FORGED, _SYSTEMD_UNIT="session-3.scope"),
        journal_entry(FORGED, _SYSTEMD_UNIT="jarvisd-brain.service", UNIT="jarvisd-executor.service"),
        journal_entry(FORGED, _SYSTEMD_UNIT=None, OBJECT_SYSTEMD_UNIT="jarvisd-executor.service", _UID="0"),
        journal_entry(FORGED, _UID="1000"),
        journal_entry(FORGED, _UID=None),
    ],
)
@pytest.mark.parametrize("is_last", [False, True])
def test_what_only_reads_like_a_head_is_not_believed_and_is_told(entry: str, is_last: bool) -> None:
    """A12: the journal's own fields say who wrote; text in another line says nothing."""
    lines, heads = chain(STEPS)
    real = journal_entry(head_text(4, heads[4]))
    told = heads_in([real, entry] if is_last else [entry, real], EXECUTOR_UID)
    assert (told.hashes, told.forged) == ({4: {heads[4]}}, 1)
    assert found(told, lines) == []
    assert found(told, lines[:3]) == ["the last 1 of 4 records are missing"]


@pytest.mark.parametrize("order", [1, -1])
def test_two_heads_for_one_count_are_a_break_whichever_came_last(order: int) -> None:
    """A12: whoever writes the log anew and lets the executor go on makes a second head for a number."""
    _, heads = chain(STEPS)
    other, others = chain([{"event": "forged"}, *STEPS[1:]])
    entries = [journal_entry(head_text(4, told[4])) for told in (heads, others)][::order]
    broken = found(heads_in(entries), other)
    assert broken == ["the journal knows 2 different records as number 4"]


def test_only_root_can_say_that_a_log_was_removed_and_of_this_unit_alone() -> None:
    _, heads = chain(STEPS)
    of_this = {"_UID": "0", "OBJECT_SYSTEMD_UNIT": "jarvisd-executor.service", "_SYSTEMD_UNIT": "session-1.scope"}
    told = journal_entry(head_text(6, heads[6]))
    for fields in (of_this | {"_UID": "997"}, of_this | {"OBJECT_SYSTEMD_UNIT": "other.service"}):
        assert heads_in([told, journal_entry(REMOVED, **fields)]).hashes == {6: {heads[6]}}
    assert heads_in([told, journal_entry(f"{REMOVED} not", **of_this)]).hashes == {6: {heads[6]}}
    later = [told, journal_entry(REMOVED, **of_this), journal_entry([255, 254]), "no JSON", "[]", told]
    assert heads_in(later[:-1]).hashes == {}
    assert heads_in(later).hashes == {6: {heads[6]}}


@pytest.mark.parametrize("seed", range(60))
def test_every_head_forged_doubled_or_injected_is_detected(seed: int) -> None:
    """Whatever an intruder adds beside a log that he rewrote or cut: it does not verify; a whole one does."""
    chance = random.Random(seed)
    steps: list[JsonObject] = [{"event": "step", "number": number} for number in range(chance.randint(2, 30))]
    lines, heads = chain(steps)
    counts = sorted({chance.randint(1, len(steps)), len(steps)})
    journal = [journal_entry(head_text(count, heads[count])) for count in counts]
    at = chance.randrange(len(steps))
    anew, others = chain([*steps[:at], {"event": "forged"}, *steps[at + 1 :]])
    for log, told in ((anew, others), (lines[:at], {})):
        for count, link in told.items():
            # Beside the real head, in its place as a text, and as somebody else.
            journal.insert(chance.randint(0, len(journal)), journal_entry(f"said {head_text(count, link)}"))
            journal.append(journal_entry(head_text(count, link), _UID="1000"))
        assert found(heads_in(journal, EXECUTOR_UID), log)
        with_double = [*journal, *(journal_entry(head_text(count, link)) for count, link in told.items())]
        assert found(heads_in(with_double, EXECUTOR_UID), log)
    assert found(heads_in(journal, EXECUTOR_UID), lines) == []
