"""What goes wrong on the way to a page, in our words."""

from __future__ import annotations

import http.client
import ssl

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.network.web_url import parse_url
from jarvisd.courier.checked_connection import ErrandDeadline
from jarvisd.courier.web import _failures

LATE, EARLY = 0.0, 3600.0


@pytest.mark.parametrize(
    ("left_s", "error", "code", "told"),
    [
        (EARLY, OSError(104, "Connection reset"), ErrorCode.WEB_UNREACHABLE, "x.org broke off: Connection reset"),
        (EARLY, http.client.BadStatusLine("x"), ErrorCode.WEB_UNREACHABLE, "x.org broke off: BadStatusLine"),
        (LATE, OSError(104, "Connection reset"), ErrorCode.TIMEOUT, "x.org was too slow"),
        (LATE, http.client.IncompleteRead(b""), ErrorCode.TIMEOUT, "x.org was too slow"),
    ],
)
def test_each_failure_has_its_code_and_words(left_s: float, error: Exception, code: ErrorCode, told: str) -> None:
    with pytest.raises(JarvisError) as caught, _failures(parse_url("https://x.org/"), ErrandDeadline(left_s)):
        raise error
    assert (caught.value.code, caught.value.message) == (code, told)


def test_a_page_that_cannot_prove_who_it_is_is_called_that_however_late() -> None:
    error = ssl.SSLCertVerificationError(1, "x")
    error.verify_message = "it is another"
    with pytest.raises(JarvisError) as caught, _failures(parse_url("https://x.org/"), ErrandDeadline(LATE)):
        raise error
    assert caught.value.code is ErrorCode.WEB_UNREACHABLE
    assert caught.value.message == "x.org cannot prove who it is: it is another"


def test_a_deadline_is_over_when_nothing_is_left() -> None:
    assert ErrandDeadline(LATE).is_over
    assert not ErrandDeadline(EARLY).is_over
    assert EARLY - 60 < ErrandDeadline(EARLY).left_s() <= EARLY
    with pytest.raises(JarvisError) as caught:
        ErrandDeadline(LATE).left_s()
    assert caught.value.code is ErrorCode.TIMEOUT
