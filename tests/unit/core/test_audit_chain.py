"""The audit chain holds across files, and shows what was altered, removed, cut off or rolled back (A12)."""

from __future__ import annotations

from jarvisd.core import audit_chain
from jarvisd.core.audit_chain import ChainVerifier, head_text, heads_in, seal
from jarvisd.core.json_types import JsonObject


def chain(records: list[JsonObject], previous: str = audit_chain.GENESIS) -> tuple[list[str], dict[int, str]]:
    """Lines, and the head after each."""
    lines, heads = [], {}
    for number, record in enumerate(records, start=1):
        line, previous = seal(previous, record)
        lines.append(line.rstrip("\n"))
        heads[number] = previous
    return lines, heads


STEPS: list[JsonObject] = [{"event": "step", "number": number} for number in range(6)]


def problems(*files: list[str], known: dict[int, str] | None = None) -> list[str]:
    follower = ChainVerifier(known or {})
    for number, lines in enumerate(files):
        follower.follow(f"file {number}", lines)
    follower.end()
    return [problem.problem for problem in follower.problems]


def test_a_cut_off_end_is_found_by_what_the_journal_knows() -> None:
    lines, heads = chain(STEPS)
    known = heads_in(f"Nov 22 host jarvisd[1]: {head_text(count, heads[count])} unit=executor" for count in (2, 5))
    assert known == {2: heads[2], 5: heads[5]}
    assert problems(lines, known=known) == []
    assert problems(lines[:5], known=known) == []
    assert problems(lines[:4]) == []
    assert problems(lines[:4], known=known) == ["the last 1 of 5 records are missing"]
    assert problems([], known=known) == ["the last 5 of 5 records are missing"]


def test_a_log_that_was_rolled_back_and_went_on_is_found() -> None:
    """The chain itself holds, and it is long enough."""
    _, heads = chain(STEPS)
    other, _ = chain([*STEPS[:3], {"event": "forged"}, *STEPS[4:], *STEPS])
    assert problems(other) == []
    assert problems(other, known={5: heads[5]}) == ["is not the record that the journal knows"]


def test_a_log_that_was_written_anew_is_found() -> None:
    _, heads = chain(STEPS)
    other, _ = chain([{"event": "forged"}] * 6)
    assert problems(other, known={6: heads[6]}) == ["is not the record that the journal knows"]


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
