"""Which addresses an errand may go to, whatever they are wrapped in."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.courier.checked_connection import ErrandDeadline, connect, is_allowed, is_loopback, is_public

PUBLIC = ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"]
PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "0.0.0.0", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "100.64.0.1", "192.0.0.8", "192.0.0.9", "192.88.99.1", "2001:20::1", "2001:1::1", "3fff::1",
    "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "4000::1", "::ffff:10.0.0.1", "2002:a00:1::1",
    "64:ff9b::a00:1", "not an address", "",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)
    assert is_allowed(address, ())


@pytest.mark.parametrize("address", PRIVATE)
def test_nothing_else_is(address: str) -> None:
    assert not is_public(address)
    assert not is_allowed(address, (ipaddress.ip_network("203.0.113.0/24"),))


def test_a_network_that_was_allowed_is() -> None:
    networks = (ipaddress.ip_network("203.0.113.0/24"), ipaddress.ip_network("10.0.0.0/8"))
    assert is_allowed("10.1.2.3", networks)
    assert is_allowed("::ffff:10.1.2.3", networks)
    assert not is_allowed("11.1.2.3", networks[:1]) or is_public("11.1.2.3")
    assert not is_allowed("192.168.1.1", networks)
    assert not is_allowed("nonsense", networks)


@pytest.mark.parametrize(
    ("address", "is_here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("8.8.8.8", False),
        ("", False),
    ],
)
def test_this_machine_is_known(address: str, is_here: bool) -> None:
    assert is_loopback(address) is is_here


def test_every_address_of_an_answer_must_be_permitted() -> None:
    def tried(addresses: list[str]) -> JarvisError:
        with pytest.raises(JarvisError) as caught:
            connect(
                "example.org",
                9,
                is_permitted=lambda address: address.startswith("127."),
                deadline=ErrandDeadline(5.0),
                code=ErrorCode.WEB_UNREACHABLE,
                resolve=lambda host, port: addresses,
            )
        return caught.value

    refused = tried(["127.0.0.1", "10.0.0.1"])
    assert (refused.code, refused.message) == (
        ErrorCode.REFUSED,
        "example.org leads to 10.0.0.1, which is not allowed",
    )
    nobody = tried([])
    assert (nobody.code, nobody.message) == (
        ErrorCode.WEB_UNREACHABLE,
        "example.org cannot be reached: it has no address",
    )


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connection = connect(
            "example.org",
            port,
            is_permitted=is_loopback,
            deadline=ErrandDeadline(60.0),
            code=ErrorCode.WEB_UNREACHABLE,
            resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"],
        )
        with connection:
            assert connection.getpeername() == ("127.0.0.1", port)


def test_a_deadline_ends_what_stands_still() -> None:
    over = ErrandDeadline(0.0)
    assert over.is_over
    with pytest.raises(JarvisError) as caught:
        over.left_s()
    assert caught.value.code is ErrorCode.TIMEOUT
    early = ErrandDeadline(1000.0)
    assert not early.is_over
    assert 0 < early.left_s() <= 1000
    one, other = socket.socketpair()
    with one, other:
        timer = ErrandDeadline(0.05).guard(one)
        assert other.recv(1) == b""
        timer.join()
        assert timer.daemon


def test_why_nobody_answers_is_said() -> None:
    with pytest.raises(JarvisError, match=r"^x\.org cannot be reached: Connection refused$"):
        connect(
            "x.org",
            1,
            is_permitted=is_loopback,
            deadline=ErrandDeadline(60.0),
            code=ErrorCode.WEB_UNREACHABLE,
            resolve=lambda host, port: ["127.0.0.2"],
        )
