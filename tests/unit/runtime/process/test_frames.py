"""Messages arrive as they were sent, with the bytes behind them, or not at all."""

from __future__ import annotations

import io

from jarvisd.runtime.process.frames import ReplyWriter, frame, read_frame


def test_messages_and_their_bytes_arrive_as_they_were_sent() -> None:
    sound = bytes(range(256)) * 4
    stream = io.BytesIO(frame({"id": 1, "text": "grüß\n"}) + frame({"id": 2}, sound) + frame({"id": 3}))
    assert read_frame(stream) == ({"id": 1, "text": "grüß\n"}, b"")
    assert read_frame(stream) == ({"id": 2}, sound)
    assert read_frame(stream) == ({"id": 3}, b"")
    assert read_frame(stream) is None


def test_what_was_cut_off_is_no_message() -> None:
    whole = frame({"id": 2}, b"sound")
    for cut in (whole[:5], whole[:-1]):
        assert read_frame(io.BytesIO(cut)) is None


def test_an_answer_is_one_line() -> None:
    stream = io.StringIO()
    ReplyWriter(stream).send(id=1, text="two\nlines")
    assert stream.getvalue() == '{"id": 1, "text": "two\\nlines"}\n'
