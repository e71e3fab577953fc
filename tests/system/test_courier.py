"""The courier on the installed system: a process for each errand, and who may send it on one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.suite import Suite

SOCKET, PATH = "jarvisd-courier.socket", "/run/jarvisd/courier.sock"
ANY = "jarvisd-courier@any.service"
ON_ERRANDS = "systemctl list-units --plain --no-legend --state=active,activating 'jarvisd-courier@*.service'"
PYTHON = "/usr/lib/jarvisd/venv/bin/python"
CONNECT = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({PATH!r}); print('connected')"
SETTINGS, PASSWORD = "/etc/jarvisd/conf.d/98-courier.toml", "/etc/jarvisd/mail-password"
MAIL = '[mail]\nhost = "127.0.0.1"\nport = 9\nsecurity = "plain"\nsender = "jarvis@example.org"\n'


@pytest.fixture
def mail(suite: Suite) -> Iterator[Suite]:
    """Mail settings for a server on this machine that nobody runs."""
    suite.guest.write(SETTINGS, MAIL)
    suite.guest.write(PASSWORD, "secret\n", 0o600)
    suite.guest.run("systemctl", "daemon-reload")
    yield suite
    suite.guest.run("rm", SETTINGS, PASSWORD)
    suite.guest.run("systemctl", "daemon-reload")


@pytest.fixture(autouse=True)
def nobody_is_out(suite: Suite) -> None:
    """Only a few errands are taken at once, and those of the test before may not have ended."""
    suite.until(f'test -z "$({ON_ERRANDS})"')


def test_an_errand_starts_a_process_which_answers_and_ends(suite: Suite) -> None:
    """Also without a password file, as on a fresh machine."""
    assert suite.guest.output("systemctl", "is-active", SOCKET).strip() == "active"
    done = suite.guest.run("jarvisctl", "email", "test", check=False)
    assert (done.returncode, "MailNotConfigured" in done.stderr) == (78, True), done.stderr
    suite.until(f'test -z "$({ON_ERRANDS})"')


@pytest.mark.parametrize("user", ["jarvisd-brain", "jarvisd-audio", "jarvisd-tts", "jarvisd-sandbox", "nobody"])
def test_nobody_else_reaches_it(user: str, suite: Suite) -> None:
    done = suite.guest.run(PYTHON, "-I", "-c", CONNECT, user=user, check=False)
    assert "PermissionError" in done.stderr
    assert suite.guest.run(PYTHON, "-I", "-c", CONNECT, user="jarvisd-executor").stdout == "connected\n"


def test_it_reads_the_settings_and_reaches_this_machine_only_when_told(mail: Suite) -> None:
    done = mail.guest.run("jarvisctl", "email", "test", check=False)
    assert (done.returncode, "MailUnreachable" in done.stderr) == (69, True), done.stderr
    assert "127.0.0.0/8" in mail.guest.show(ANY, "IPAddressAllow")["IPAddressAllow"]


def test_this_machine_is_shut_by_default(suite: Suite) -> None:
    shown = suite.guest.show(ANY, "IPAddressAllow", "IPAddressDeny", "DynamicUser")
    assert "127.0.0.0/8" in shown["IPAddressDeny"]
    assert "127.0.0.0/8" not in shown["IPAddressAllow"]
    assert shown["DynamicUser"] == "yes"


def test_no_page_is_fetched_until_a_host_is_allowed(ready: Suite) -> None:
    ready.settle()
    step = ready.submit("web_fetch", url="example.org")
    assert (step["outcome"], step["consent"]) == ("refused", "not_asked")
    assert "web.allow_hosts" in step["spoken"]
