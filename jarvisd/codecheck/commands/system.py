"""Models of commands on the machine and the network. Pure."""

from __future__ import annotations

import re

from jarvisd.codecheck.commands import tables
from jarvisd.codecheck.commands.host import CommandHost, Rule
from jarvisd.codecheck.finding import asking, refusing
from jarvisd.codecheck.paths import UNKNOWN
from jarvisd.core.network.web_url import is_internal

LISTING = re.compile(r"-l|--list|--version|--help|-V|-h|list|status|show")
"""Options and verbs that only ask."""


def _fetch(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    text = " ".join(argv[1:])
    host.has_fetched = True
    if re.search(
        r"(?:^|\s)(?:-d|-F|-T|--data\S*|--form\S*|--upload-file|--post-\S+|--body-\S+|--json|-X\s*P\S+)", text
    ):
        host.findings.add(refusing("exfiltration", "it sends data away"))
    if UNKNOWN in text or (stdin is not None and "-" in argv[1:]):
        host.findings.add(refusing("exfiltration", "it puts data into an address"))
    if re.search(r"(?:file|gopher|dict|ldap|telnet)://", text, re.I):
        host.findings.add(refusing("network", "it uses an unusual protocol"))
    places = [word for word in argv[1:] if "://" in word or re.match(r"[\w.-]+(?::\d+)?(?:/|$)", word)]
    if any(is_internal(word) for word in places if UNKNOWN not in word) or "--unix-socket" in argv:
        host.findings.add(refusing("network", "it reaches for this machine's own services"))
    if re.search(r"\.(?:sh|bash|py|pl|elf|bin|exe|so|deb|rpm|run)\b", text):
        host.findings.add(refusing("network", "it fetches a program"))
    if not LISTING.search(text):
        host.findings.add(asking("network", "it asks for the network"))
    return UNKNOWN


def _lookup(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if any(UNKNOWN in word or len(word) > 60 for word in argv[1:]):
        host.findings.add(refusing("exfiltration", "it puts data into a name that is looked up"))
    host.findings.add(asking("network", "it asks for the network"))
    return UNKNOWN


def _service(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    verbs = [word for word in argv[1:] if not word.startswith("-")]
    reading = {
        "status",
        "is-active",
        "is-enabled",
        "is-failed",
        "list-units",
        "list-unit-files",
        "show",
        "cat",
        "list-timers",
    }
    if verbs and not (set(verbs) & reading):
        host.findings.add(refusing("persistence", "it changes services"))
    return UNKNOWN


def _kill(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    targets = [word for word in argv[1:] if not re.fullmatch(r"-(?:\d\d?|[A-Z]+|s|n)", word) or word == "-1"]
    if argv[0] in ("killall", "pkill") or "1" in targets or argv[-1] == "-1":
        host.findings.add(refusing("destructive", "it stops other programs"))
    return ""


def _processes(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if any("jarvis" in word.casefold() for word in argv[1:]):
        host.findings.add(refusing("self_referential", "it looks for the assistant's own parts"))
    return UNKNOWN


def _keys(argv: list[str], stdin: str | None, host: CommandHost) -> None:
    if any(re.match(r"--export-secret|--export-ssh|--delete-secret|--edit-key", word) for word in argv[1:]):
        host.findings.add(refusing("secret", "it takes out secret keys"))


def _ip(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if {"add", "del", "delete", "set", "flush", "replace", "change", "down", "up", "netns"} & set(argv[1:]):
        host.findings.add(refusing("network", "it changes the network"))
    return UNKNOWN


def _journal(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if any(word.startswith(("--vacuum", "--rotate", "--flush", "-C", "--clear", "-c")) for word in argv[1:]):
        host.findings.add(refusing("destructive", "it removes logs"))
    return UNKNOWN


def install(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    """Installers of programs."""
    changing = {
        "install",
        "remove",
        "purge",
        "autoremove",
        "upgrade",
        "dist-upgrade",
        "-i",
        "-r",
        "-P",
        "-e",
        "-U",
        "-S",
    }
    changing |= {
        "-R",
        "add",
        "del",
        "erase",
        "--install",
        "--remove",
        "--purge",
        "-Rns",
        "full-upgrade",
        "--unpack",
    }
    if changing & set(argv[1:]):
        name = argv[0].rpartition("/")[2]
        found = refusing if name in tables.INSTALLERS else asking
        host.findings.add(found("system", "it installs or removes programs"))
    return UNKNOWN


def _git(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    text = " ".join(argv[1:])
    if re.search(
        r"core\.(?:pager|editor|sshCommand|fsmonitor|hooksPath)|ext::|alias\.\w+\s*=?\s*!|--upload-pack", text
    ):
        host.findings.add(refusing("encoded_payload", "it runs a program hidden in an option"))
    if {"push"} & set(argv[1:]):
        host.findings.add(refusing("exfiltration", "it sends data away"))
    if {"clone", "fetch", "pull"} & set(argv[1:]):
        host.has_fetched = True
        host.findings.add(asking("network", "it asks for the network"))
    return UNKNOWN


def _editor(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    hidden = {"man": "-P", "less": "+!", "zip": "-TT", "make": "/dev/stdin"}.get(argv[0])
    if hidden and any(word.startswith(hidden) for word in argv[1:]):
        host.findings.add(refusing("encoded_payload", "it runs a program hidden in an option"))
    if any("!" in word or "system(" in word for word in argv[1:]) or (stdin and "!" in stdin):
        host.findings.add(refusing("encoded_payload", "it runs a program hidden in an editor"))
    return UNKNOWN


def _history(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if {"-c", "-d", "-w"} & set(argv[1:]):
        host.findings.add(refusing("destructive", "it hides what was done"))
    return UNKNOWN


def _openssl(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if {"s_client", "s_server"} & set(argv[1:]):
        host.findings.add(refusing("network", "it opens a connection"))
    return UNKNOWN


def _rsync(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if any(re.match(r"[\w.@-]+::?", word) or word.startswith("-e") or "://" in word for word in argv[1:]):
        host.findings.add(refusing("exfiltration", "it sends data away"))
    return UNKNOWN


def _enable(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    if "-f" in argv:
        host.findings.add(refusing("privilege", "it loads foreign code into the shell"))
    return ""


def _yes(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    host.findings.add(asking("resource", "it prints without end"))
    return UNKNOWN


RULES: dict[str, Rule] = {
    **dict.fromkeys(("curl", "wget", "fetch", "lynx", "links", "w3m", "elinks"), _fetch),
    **dict.fromkeys(("dig", "nslookup", "host", "ping", "ping6", "traceroute", "whois", "getent"), _lookup),
    **dict.fromkeys(("systemctl", "service", "rc-service", "supervisorctl"), _service),
    **dict.fromkeys(("kill", "killall", "pkill"), _kill),
    **dict.fromkeys(("ip", "ifconfig"), _ip),
    **dict.fromkeys(("journalctl", "dmesg"), _journal),
    **dict.fromkeys(
        ("vi", "vim", "nvim", "view", "ed", "ex", "emacs", "nano", "less", "more", "man", "zip", "make"), _editor
    ),
    **dict.fromkeys(("pgrep", "pidof"), _processes),
    **dict.fromkeys(("gpg", "gpg2"), _keys),
    "enable": _enable,
    "git": _git,
    "history": _history,
    "openssl": _openssl,
    "rsync": _rsync,
    "yes": _yes,
}
"""Command to its rule."""
