"""The courier as its callers see it: the executor's port and ``jarvisctl email test``."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.mail_server import Habits, MailServer
from jarvisd.cli.main import main
from jarvisd.config.loader import load
from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.core.network.letter import Letter
from jarvisd.courier.__main__ import answer
from jarvisd.courier.email import CREDENTIALS_VARIABLE, PASSWORD_NAME
from jarvisd.executor.adapters.courier import SocketCourier
from tests.fakes.authority import Authority
from tests.fakes.website import Answer, Website

LETTER = Letter("mark@example.org", "Lunch", "At noon?", "p1.0", "jarvis@home.example.org", 1_790_000_000)


@dataclass
class House:
    """A running courier with its servers."""

    config: Path
    mail: MailServer
    site: Website
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("courier")
    authority = Authority(folder / "authority")
    (folder / "credentials").mkdir()
    (folder / "credentials" / PASSWORD_NAME).write_text("secret\n")
    tls = authority.context("localhost")
    with MailServer(tls, Habits(login=("jarvis", "secret"))) as mail, Website(tls) as site:
        config = folder / "jarvisd.toml"
        config.write_text(
            f'[courier]\nsocket = "unix://{folder}/courier.sock"\n'
            f'[mail]\nhost = "localhost"\nport = {mail.port}\nuser = "jarvis"\nsender = "{LETTER.sender}"\n'
            f'ca_file = "{authority.certificate}"\n'
            f'[web]\nallow_hosts = "localhost:{site.port}"\nallow_networks = "127.0.0.0/8, ::1/128"\n'
            f'ca_file = "{authority.certificate}"\n'
            f'[weather]\nurl = "https://localhost:{site.port}/sky?lat={{latitude}}&at={{place}}"\n'
            'place = "St. Ives & more"\nlatitude = 50.2\n'
        )
        command = [sys.executable, "-m", "jarvisd.courier", "--config", str(config)]
        environment = {**os.environ, CREDENTIALS_VARIABLE: str(folder / "credentials")}
        process = subprocess.Popen(
            [*command, "--listen", str(folder / "courier.sock")],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            assert process.stdout.readline().strip() == "listening"
            yield House(config, mail, site, process)
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def test_the_mail_settings_are_tried_out(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    before = len(house.mail.letters)
    assert main(["email", "test", "--json", "--config", str(house.config)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["login"], found["sender"]) == ("jarvis", LETTER.sender)
    assert found["encryption"].startswith("TLS")
    assert len(house.mail.letters) == before, "nothing is sent"


def test_a_test_letter_is_sent_when_that_is_wanted(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["email", "test", "--send", "ann@x.org", "--config", str(house.config)]) == 0
    assert "sent        ann@x.org" in capsys.readouterr().out
    assert house.mail.letters[-1].recipients == ["ann@x.org"]


def test_what_is_wrong_is_said_with_its_code(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["email", "test", "--send", "ann@x.org\r\nb", "--config", str(house.config)]) == 64
    assert "no plain e-mail address" in capsys.readouterr().err
    lost = tmp_path / "jarvisd.toml"
    lost.write_text(f'[courier]\nsocket = "unix://{tmp_path}/none.sock"\n')
    assert main(["email", "test", "--config", str(lost)]) == 69
    assert "CourierGone" in capsys.readouterr().err


async def test_the_executor_has_letters_sent_and_pages_fetched(house: House) -> None:
    courier = SocketCourier(load(house.config))
    await courier.send(LETTER)
    assert house.mail.letters[-1].message["Message-ID"] == "<p1.0@home.example.org>"
    house.site.pages["/"] = Answer(b"<title>News</title><p>Rain.</p>")
    page = await courier.fetch(f"https://localhost:{house.site.port}/")
    assert (page.title, page.text) == ("News", "Rain.")
    with pytest.raises(JarvisError) as refused:
        await courier.fetch("https://evil.example.net/")
    assert refused.value.code is ErrorCode.REFUSED


async def test_the_executor_has_the_weather_asked(house: House) -> None:
    """At the source of the configuration alone, which need not be a site that pages may be fetched from."""
    courier = SocketCourier(load(house.config))
    told = json.dumps({"current": {"temperature_2m": -3.5, "weather_code": 71}, "daily": {"time": ["2026-11-22"]}})
    house.site.pages["/sky"] = Answer(told.encode(), "application/json")
    report = await courier.weather()
    assert (report.temperature, report.condition, len(report.days)) == (-3.5, 71, 1)
    assert house.site.requests[-1][0] == "/sky?lat=50.2&at=St.%20Ives%20%26%20more"
    for wrong, code in (
        (Answer(b"<p>Rain.</p>"), ErrorCode.WEB_UNREADABLE),
        (Answer(b'{"current": {"temperature_2m": "warm"}}'), ErrorCode.WEB_UNREADABLE),
        (Answer(b"[" * 100_000), ErrorCode.WEB_UNREADABLE),
        (Answer(b"{}" + b" " * 600_000), ErrorCode.WEB_UNREADABLE),
        (Answer(status=500), ErrorCode.WEB_UNREADABLE),
        (Answer(status=302, headers={"Location": "https://evil.example.net/"}), ErrorCode.REFUSED),
    ):
        house.site.pages["/sky"] = wrong
        with pytest.raises(JarvisError) as failed:
            await courier.weather()
        assert failed.value.code is code


Handler = Callable[[socket.socket], None]


def hang_up(connection: socket.socket) -> None:
    connection.recv(100_000)


def talk_nonsense(connection: socket.socket) -> None:
    connection.recv(100_000)
    connection.sendall(b"yes\n")


def never_end(connection: socket.socket) -> None:
    connection.recv(100_000)
    connection.sendall(b"{" * 1_000_000)


@pytest.mark.parametrize("behave", [hang_up, talk_nonsense, never_end])
async def test_after_the_letter_left_only_a_clear_answer_counts(tmp_path: Path, behave: Handler) -> None:
    """Whoever cannot say that it was not sent says that nobody knows."""
    config = tmp_path / "jarvisd.toml"
    config.write_text(f'[courier]\nsocket = "unix://{tmp_path}/c.sock"\n')

    def serve(door: socket.socket) -> None:
        connection, _ = door.accept()
        with connection:
            try:
                behave(connection)
            except OSError:
                return

    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"{tmp_path}/c.sock")
        door.listen()
        served = asyncio.get_running_loop().run_in_executor(None, serve, door)
        with pytest.raises(JarvisError) as unsure:
            await SocketCourier(load(config)).send(LETTER)
        await served
    assert unsure.value.code is ErrorCode.MAIL_UNSURE


async def test_without_a_courier_nothing_was_handed_over(tmp_path: Path) -> None:
    config = tmp_path / "jarvisd.toml"
    config.write_text(f'[courier]\nsocket = "unix://{tmp_path}/c.sock"\n')
    for call in (SocketCourier(load(config)).send(LETTER), SocketCourier(load(config)).fetch("https://x.org/")):
        with pytest.raises(JarvisError) as gone:
            await call
        assert gone.value.code is ErrorCode.COURIER_GONE


def test_whoever_goes_away_before_the_answer_ends_nothing(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.close()
        answer(theirs, house.config)
        assert theirs.gettimeout() == 10
    assert capsys.readouterr().err == "jarvisd-courier: the other side went away: Broken pipe\n"
