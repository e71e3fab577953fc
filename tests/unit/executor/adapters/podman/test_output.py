"""What comes back from a container is separated, bounded and believed in nothing (E4, decision 3)."""

from __future__ import annotations

import json
import random

import pytest

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.executor.adapters.podman.output import FLOOD_BYTES, HEAD_BYTES, OutputSplitter
from jarvisd.executor.ports.sandbox import FolderItem

MARK = "00112233445566778899aabbccddeeff"
SENTINEL = b"\0" + MARK.encode()


def frame(stream: int, content: bytes) -> bytes:
    return bytes([stream, 0, 0, 0]) + len(content).to_bytes(4, "big") + content


def told(**values: object) -> bytes:
    return json.dumps({"exit": 0, "changed": 0, **values}).encode() + b"\n"


def fed(whole: bytes, size: int = 1 << 20, **settings: object) -> OutputSplitter:
    output = OutputSplitter(100, MARK, 1000, **settings)  # type: ignore[arg-type] # a callback
    for begin in range(0, len(whole), size):
        output.feed(whole[begin : begin + size])
    return output


def test_output_is_separated_however_it_is_cut() -> None:
    whole = frame(1, b"out") + frame(2, b"err") + frame(1, b"") + frame(1, "é".encode())
    for size in (1, 2, 3, 7, 8, 9, 100):
        output = fed(whole, size)
        assert (output.stdout, output.stderr, output.truncated, output.total_bytes) == ("outé", "err", False, 8)


def test_output_is_capped_over_both_streams() -> None:
    output = OutputSplitter(5, MARK)
    output.feed(frame(1, b"abc") + frame(2, b"defg") + frame(1, b"h"))
    assert (output.stdout, output.stderr, output.truncated, output.total_bytes) == ("abc", "de", True, 8)
    exact = OutputSplitter(3, MARK)
    exact.feed(frame(1, b"abc"))
    assert not exact.truncated


def test_the_report_follows_the_mark_and_is_no_output_however_it_is_cut() -> None:
    row = json.dumps(["d/new", "file", 0o644, 5, 4]).encode() + b"\n" + b"\0\n{}"
    report = told(changed=1, deleted=["old"], exit=3)
    whole = frame(1, b"hello\0" + MARK[:7].encode()) + frame(1, b"x" + SENTINEL + report) + frame(2, SENTINEL)
    whole += frame(1, row[:30]) + frame(1, row[30:])
    for size in (1, 5, 11, 64, 1000):
        output = fed(whole, size)
        assert output.is_complete
        assert output.stdout == f"hello\0{MARK[:7]}x"
        assert output.report.told == {"exit": 3, "changed": 1, "deleted": ["old"]}
        assert output.report.items == [FolderItem("d/new", "file", 0o644, 5, b"\0\n{}")]


def test_a_report_is_complete_only_when_both_streams_have_ended() -> None:
    output = fed(frame(1, SENTINEL + told()))
    assert not output.is_complete
    output.feed(frame(2, b"late" + SENTINEL))
    assert output.is_complete
    assert output.stderr == "late"


def test_what_looked_like_a_mark_is_output_when_the_container_ends() -> None:
    output = fed(frame(1, b"a\0" + MARK[:4].encode()))
    assert output.stdout == "a"
    output.finish()
    assert output.stdout == f"a\0{MARK[:4]}"


def test_output_is_told_while_it_comes_and_only_as_much_as_is_kept() -> None:
    pieces: list[tuple[str, str]] = []
    whole = frame(1, "é".encode()[:1]) + frame(2, b"err") + frame(1, "é".encode()[1:]) + frame(1, b"y" * 200)
    fed(whole + frame(1, SENTINEL + told()), on_output=lambda stream, text: pieces.append((stream, text)))
    assert pieces == [("stderr", "err"), ("stdout", "é"), ("stdout", "y" * 95)]


def test_a_flood_is_noticed_before_it_is_kept() -> None:
    output = fed(frame(1, b"x" * (FLOOD_BYTES + 1)))
    assert output.is_flood
    assert len(output.stdout) == 100


BAD_HEADS = [
    b"nonsense\n",
    b"[]\n",
    b"{}\n",
    told(changed=-1),
    told(changed=10**9),
    told(changed=True),
    told(exit="0"),
    told(exit=300),
    told(deleted="x"),
    told(deleted=[1]),
    b"\xff\n",
    b"[" * 100_000 + b"\n",
]
BAD_ROWS = [
    ["x", "file", 0o644, 5],
    ["x", "file", 0o644, 5, -1],
    ["x", "file", 0o100644, 5, 1],
    ["x", "pipe", 0o644, 5, 1],
    [1, "file", 0o644, 5, 1],
    ["x", "file", 0o644, -5, 1],
    ["x", "file", 0o644, 5, 1 << 40],
    ["x", "file", 0o644, True, 1],
    {"x": 1},
]


@pytest.mark.parametrize("head", BAD_HEADS)
def test_a_head_without_sense_ends_the_run(head: bytes) -> None:
    with pytest.raises(RequestError) as caught:
        fed(frame(1, SENTINEL + head))
    assert caught.value.code is ErrorCode.REFUSED


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_without_sense_ends_the_run(row: object) -> None:
    with pytest.raises(RequestError) as caught:
        fed(frame(1, SENTINEL + told(changed=1) + json.dumps(row).encode() + b"\nx"))
    assert caught.value.code is ErrorCode.REFUSED


def test_a_report_without_end_is_refused() -> None:
    with pytest.raises(RequestError):
        fed(frame(1, SENTINEL + b"x" * (HEAD_BYTES + 1)))


def test_no_bytes_whatever_are_more_than_a_refusal() -> None:
    random_bytes = random.Random(4)
    for _ in range(300):
        content = random_bytes.randbytes(random_bytes.randrange(200))
        try:
            fed(frame(1, SENTINEL + told(changed=2)) + frame(1, content) + content)
        except RequestError as error:
            assert error.code is ErrorCode.REFUSED  # noqa: PT017 - most of them are no error
