"""Models of commands on files. Pure."""

from __future__ import annotations

import itertools
import re

from jarvisd.codecheck import paths
from jarvisd.codecheck.commands.host import CommandHost, Rule
from jarvisd.codecheck.finding import asking, refusing
from jarvisd.codecheck.paths import UNKNOWN

HUGE_BYTES = 2_000_000_000
HUGE_LINES = 100_000_000
"""Both chosen: more fills a disk."""
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "b": 512, "c": 1, "w": 2}


def _remove(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    targets = [word for word in argv[1:] if not word.startswith("-")]
    flags = "".join(word for word in argv[1:] if word.startswith("-"))
    if "--no-preserve-root" in argv:
        host.findings.add(refusing("destructive", "it deletes everything"))
    if any(target and target.rstrip("/") in ("", "/*", "~", "/.", "/..") for target in targets):
        host.findings.add(refusing("destructive", "it deletes everything"))
    if any(target.startswith("/dev/") for target in targets):
        host.findings.add(refusing("device", "it removes a device"))
    if "r" in flags.lower():
        host.findings.add(asking("recursive", "it deletes whole folders"))
    return ""


def _move(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    if any(word.startswith("/dev/") for word in argv[1:]):
        host.findings.add(refusing("device", "it moves files to a device"))
    if argv[0] == "ln":
        for word in argv[1:]:
            if word.startswith("/") and not word.startswith(paths.WRITABLE):
                host.findings.add(refusing("system_path", "it makes a link to the outside"))
    return ""


def _dd(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    options = dict(word.split("=", 1) for word in argv[1:] if "=" in word)
    host.touch(options.get("if", "-"), writing=False)
    host.touch(options.get("of", "-"), writing=True)
    endless = options.get("if", "") in ("/dev/zero", "/dev/urandom", "/dev/random")
    amount = _bytes(options.get("bs", "512")) * _bytes(options.get("count", "0"))
    if (endless and "count" not in options) or amount > HUGE_BYTES:
        host.findings.add(refusing("resource", "it fills the disk"))
    return UNKNOWN


def _bytes(text: str) -> int:
    match = re.fullmatch(r"(\d+)\s*([kmgtbcw]?)i?b?", text.casefold())
    return int(match[1][:15]) * _UNITS[match[2]] if match else HUGE_BYTES + 1 if UNKNOWN in text else 0


def _sized(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    for word in argv[1:]:
        if _bytes(word.lstrip("-=+scnl")) > HUGE_BYTES:
            host.findings.add(refusing("resource", "it fills the disk"))
    return None


def _endless(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    if any(word in ("/dev/zero", "/dev/urandom", "/dev/random") for word in argv[1:]):
        limited = argv[0] == "head" and any(word.startswith(("-c", "-n")) for word in argv)
        if not limited:
            host.findings.add(refusing("resource", "it reads without end"))
    return _sized(argv, stdin, host) if argv[0] == "head" else None


def _install(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    modes = [word for before, word in itertools.pairwise(argv) if before in ("-m", "--mode")]
    if any(_is_setuid(mode) for mode in modes):
        host.findings.add(refusing("privilege", "it makes a program run with another user's rights"))
    return None


def _is_setuid(mode: str) -> bool:
    return bool(re.fullmatch(r"0?[2-7][0-7]{3}", mode) or re.search(r"(?:^|,)[ugoa]*[+=][rwxX]*s", mode))


def _sequence(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    numbers = [int(word[:20]) for word in argv[1:] if re.fullmatch(r"-?\d+", word)]
    if numbers and max(numbers) - min(numbers) > HUGE_LINES:
        host.findings.add(refusing("resource", "it prints without end"))
    return None


def _chmod(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    words = [word for word in argv[1:] if not re.fullmatch(r"-[a-zA-Z]*[Rvcf][a-zA-Z]*|--\S+", word)]
    mode = words[0] if words else ""
    if _is_setuid(mode):
        host.findings.add(refusing("privilege", "it makes a program run with another user's rights"))
    for word in words[1:]:
        host.touch(word, writing=True)
    return ""


def _chown(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    words = [word for word in argv[1:] if not word.startswith("-")]
    if words and re.match(r"(?:root|0)\b", words[0]):
        host.findings.add(refusing("privilege", "it gives files to root"))
    host.findings.add(asking("privilege", "it changes who owns files"))
    return ""


def _find(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    roots = list(itertools.takewhile(lambda word: not word.startswith(("-", "(", "!")), argv[1:])) or ["."]
    for index, word in enumerate(argv):
        if word == "-delete":
            for root in roots:
                host.touch(f"{root.rstrip('/')}/{UNKNOWN}", writing=True)
        elif word in ("-exec", "-execdir", "-ok", "-okdir"):
            inner = list(itertools.takewhile(lambda part: part not in (";", "+", "\\;"), argv[index + 1 :]))
            for root in roots:
                host.argv([part.replace("{}", f"{root.rstrip('/')}/{UNKNOWN}") for part in inner] or [UNKNOWN])
        elif word == "-perm" and re.search(r"[2467]\d{3}|s", "".join(argv[index + 1 : index + 2])):
            host.findings.add(asking("privilege", "it looks for programs that run with other rights"))
        elif word.startswith(("-fprint", "-fls")) and index + 1 < len(argv):
            host.touch(argv[index + 1], writing=True)
    return "\n".join(f"{root.rstrip('/')}/{UNKNOWN}" for root in roots)


def _sed(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    in_place = any(re.match(r"-[a-zA-Z]*i|--in-place", word) for word in argv[1:])
    for word in argv[1:]:
        if re.search(r"(?:^|;|\d|/)\s*e(?:\s+\S|$)|/e[gpw]*$|(?:^|[;}])\s*[wW]\s+/", word) and not word.startswith(
            "-"
        ):
            host.findings.add(refusing("encoded_payload", "it runs a program hidden in a filter"))
        if in_place and "/" in word and not re.match(r"s(.).*\1", word) and not word.startswith("-"):
            host.touch(word, writing=True)
    return None


def _tar(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    text = " ".join(argv[1:])
    if re.search(
        r"--checkpoint-action|--to-command|--use-compress-program|--rsh-command|--info-script|\s-F\s", text
    ) or re.search(r"(?:^|\s)-\w*I\s+\S*[\s/]", " ".join(word for word in argv[1:])):
        host.findings.add(refusing("encoded_payload", "it runs a program hidden in an option"))
    for index, word in enumerate(argv):
        if word in ("-C", "--directory", "-f", "--file") and index + 1 < len(argv):
            host.touch(argv[index + 1], writing=word in ("-C", "--directory"))
        elif re.fullmatch(r"-?[a-zA-Z]*c[a-zA-Z]*f[a-zA-Z]*", word) and index == 1 and len(argv) > 2:
            host.touch(argv[2], writing=True)
    return UNKNOWN


RULES: dict[str, Rule] = {
    **dict.fromkeys(("rm", "rmdir", "unlink"), _remove),
    **dict.fromkeys(("mv", "ln", "link"), _move),
    **dict.fromkeys(("truncate", "fallocate"), _sized),
    **dict.fromkeys(("cat", "head", "tail", "wc", "sort", "cp", "grep"), _endless),
    "chmod": _chmod,
    "install": _install,
    "seq": _sequence,
    "chown": _chown,
    "chgrp": _chown,
    "dd": _dd,
    "find": _find,
    "sed": _sed,
    "tar": _tar,
}
"""Command to its rule."""
