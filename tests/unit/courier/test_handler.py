"""Whatever arrives at the courier, it answers, and nothing leaves for it."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.config.schema import Config, Mail, Web
from jarvisd.core.errors import JarvisError
from jarvisd.courier.handler import serve

CONFIG = Config(mail=Mail(host="", sender=""), web=Web(allow_hosts="example.org"))
VALUES = st.one_of(
    st.text(max_size=20), st.integers(), st.none(), st.lists(st.text(max_size=5), max_size=3), st.booleans()
)
ERRANDS = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["send", "test", "fetch", "", "x", 3]),
        "to": VALUES | st.just("mark@example.org"),
        "subject": VALUES,
        "body": VALUES,
        "message_id": VALUES | st.just("p1.0"),
        "sender": VALUES | st.just("jarvis@example.org"),
        "written_s": VALUES,
        "sha256": VALUES,
        "url": VALUES
        | st.sampled_from(["https://example.org/", "https://example.org:99999999", "//x", "example.org"]),
    },
)


def nowhere(host: str, port: int) -> Sequence[str]:
    raise OSError("no such name")


@given(ERRANDS)
def test_no_errand_breaks_it(errand: dict[str, object]) -> None:
    with pytest.raises(JarvisError):
        serve(CONFIG, json.dumps(errand).encode(), nowhere)


@given(st.binary(max_size=60))
def test_no_bytes_break_it(line: bytes) -> None:
    with pytest.raises(JarvisError):
        serve(CONFIG, line, nowhere)


@pytest.mark.parametrize("name", ["body", "subject"])
def test_half_characters_are_no_text(name: str) -> None:
    letter = {"kind": "send", "to": "a@b.org", "subject": "x", "body": "x", "message_id": "x", "sender": "j@b.org"}
    letter[name] = "\ud800"
    with pytest.raises(JarvisError, match="must be a text"):
        serve(CONFIG, json.dumps(letter).encode(), nowhere)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("fetch", "example.net is not an allowed web site"),
        ("x" * 50, f"no such errand: '{'x' * 40}'"),
        ("test", "set mail.host and mail.sender"),
    ],
)
def test_each_errand_is_run_by_its_own(kind: str, told: str) -> None:
    with pytest.raises(JarvisError) as caught:
        serve(CONFIG, json.dumps({"kind": kind, "url": "https://example.net/"}).encode(), nowhere)
    assert told in caught.value.message
