"""Finds the model of a command by its name, and follows commands that start others. Pure; never blesses."""

from __future__ import annotations

import re

from jarvisd.codecheck import paths
from jarvisd.codecheck.commands import embedded, tables
from jarvisd.codecheck.commands.files import RULES as FILE_RULES
from jarvisd.codecheck.commands.host import CommandHost, Rule
from jarvisd.codecheck.commands.system import LISTING, install
from jarvisd.codecheck.commands.system import RULES as MACHINE_RULES
from jarvisd.codecheck.finding import Finding, asking, refusing
from jarvisd.codecheck.paths import UNKNOWN, is_product

_ENDLESS = re.compile(r"while\s*\(?\s*(?:1|true)\b|for\s*\(\s*;\s*;\s*\)|\bloop\s+do")
IN_SCRIPTS = (
    ("network", "it opens a connection", re.compile(r"[Ss]ock|TCP|/inet/|Net::|net\.|http")),
    (
        "encoded_payload",
        "it hides what it runs",
        re.compile(r"pack\b|unpack|chr\(|fromCharCode|base64|\\x[0-9a-f]{2}|atob|decode|rot13", re.I),
    ),
    (
        "destructive",
        "it deletes or multiplies",
        re.compile(r"\b(?:unlink|rmtree|rmSync|rm_rf|remove_tree|FileUtils|rimraf|fork|os\.remove)\b"),
    ),
)
_CODE_TAKERS = frozenset({"su", "runuser", "script", "flock", "sg", "watch"})


def inspect(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    """Note what is wrong with a command. Returns what it prints where that follows from programs inside of it."""
    word = argv[0]
    odd = _odd_name(word)
    if odd is not None:
        host.findings.add(odd)
        return UNKNOWN
    name = _known_as(word)
    if word.startswith(("/dev/fd/", paths.SCRATCH, "./")) or word in host.files:
        return _own_file(word, host)
    if name in tables.FORBIDDEN or name.startswith(("mkfs", "jarvisd-")):
        _forbidden(name, argv, stdin, host)
        return UNKNOWN
    handler = _HANDLERS.get(name)
    if handler is None and name in tables.SHELLS:
        handler = _run_shell
    if handler is None and name in tables.SCRIPTING:
        handler = _run_script
    if handler is None and name in tables.WRAPPERS:
        handler = _run_wrapped
    if handler is None and name in (tables.INSTALLERS | tables.PULLERS):
        handler = install
    result = handler(argv, stdin, host) if handler else None
    _touch_arguments(name, argv, host)
    embedded.inspect(name, argv, host)
    return result


def _known_as(word: str) -> str:
    """The name of a command without its folder, and without a version that no table has: ``python3.11``."""
    name = word.rpartition("/")[2] or word
    if name in tables.FORBIDDEN or name in tables.WRITERS | tables.WRAPPERS:
        return name
    return re.sub(r"(?<=[a-z])[\d.]+$", "", name)


def suspicious_words(code: str) -> tuple[Finding, ...]:
    """Refusals for a program that cannot be followed and mentions something dangerous."""
    match = tables.SUSPICIOUS.search(code)
    return (refusing("encoded_payload", f"it cannot be followed, and mentions {match[0][:20]}"),) if match else ()


def foreign_file(host: CommandHost) -> None:
    """Note that a file is run whose text is not in the program."""
    if host.has_fetched:
        host.findings.add(refusing("network", "it runs what it fetched"))
    host.findings.add(asking("opaque", "it runs another file"))


def _odd_name(word: str) -> Finding | None:
    if UNKNOWN in word:
        return refusing("encoded_payload", "the name of a command is computed")
    if re.search(r"[*?]|\[.", word) and word != "[[":
        return refusing("encoded_payload", "the name of a command is a pattern")
    if not word.isascii():
        return refusing("deceptive_text", "the name of a command only looks like one")
    if re.search(r"[\s;|&<>$`]", word):
        return refusing("encoded_payload", "the name of a command is not a name")
    return None


def _own_file(word: str, host: CommandHost) -> str:
    text = host.files.get(word, host.files.get(word.rpartition("/")[2]))
    host.touch(word, writing=False)
    if text is None:
        foreign_file(host)
        return UNKNOWN
    return _run_text(text, host)


def _run_text(text: str, host: CommandHost) -> str:
    first = text.lstrip().partition("\n")[0]
    if first.startswith("#!") and "python" in first:
        host.python(text)
        return UNKNOWN
    return host.shell(text)


def _touch_arguments(name: str, argv: list[str], host: CommandHost) -> None:
    if name in tables.QUIET:
        return
    writing = name in tables.WRITERS
    for word in argv[1:]:
        if "://" in word:
            continue
        path = word.partition("=")[2] if word.startswith("--") and "=" in word else word
        if path.startswith("-"):
            continue
        is_path = "/" in path or path.startswith(("~", ".")) or writing
        if name == "csplit" and re.fullmatch(r"[/%].*[/%][+-]?\d*", path):
            continue
        if is_path or is_product(path):
            host.touch(path, writing=writing)
        elif re.fullmatch(r"id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys|shadow", path):
            host.touch(path, writing=False)


def _forbidden(name: str, argv: list[str], stdin: str | None, host: CommandHost) -> None:
    rule, why = tables.FORBIDDEN.get(name, ("destructive", "it destroys data for good"))
    if name in ("crontab", "passwd", "sysctl", "mount", "docker") and any(LISTING.fullmatch(w) for w in argv[1:2]):
        host.findings.add(asking("system", f"it asks {name}"))
        return
    if name.startswith("jarvisd-"):
        rule, why = "self_referential", "it reaches for the assistant's own parts"
    if name in ("mount", "route", "arp") and len(argv) == 1:
        return
    host.findings.add(refusing(rule, why))
    _run_wrapped(argv, stdin, host)


# --- programs ------------------------------------------------------------------------------------------------


def _run_shell(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    words = argv[1:]
    while words:
        word = words[0]
        if re.fullmatch(r"[-+][a-zA-Z]*c", word):
            return host.shell(words[1] if len(words) > 1 else "", None, words[2:])
        if word in ("-s", "-", "/dev/stdin", "/proc/self/fd/0"):
            words = []
        elif word in ("-o", "-O", "+o", "+O", "--rcfile", "--init-file"):
            words = words[2:]
        elif word.startswith(("-", "+")):
            words = words[1:]
        else:
            return _script_file(word, host)
    if stdin is None:
        host.findings.add(refusing("opaque", "it opens another shell"))
        return UNKNOWN
    return host.shell(stdin)


def _script_file(path: str, host: CommandHost) -> str:
    if UNKNOWN in path and path.startswith(UNKNOWN):
        host.findings.add(refusing("encoded_payload", "it runs a file whose name is computed"))
        return UNKNOWN
    host.touch(path, writing=False)
    text = host.files.get(path, host.files.get(path.rpartition("/")[2]))
    if text is not None:
        return host.shell(text)
    foreign_file(host)
    return UNKNOWN


def _run_python(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    words = argv[1:]
    while words:
        word = words[0]
        if re.fullmatch(r"-[a-zA-Z]*c", word):
            host.python(words[1] if len(words) > 1 else "")
            return UNKNOWN
        if word == "-m":
            _module(words[1] if len(words) > 1 else "", host)
            return UNKNOWN
        if word == "-":
            words = []
        elif word.startswith("-"):
            words = words[2:] if word in ("-W", "-X") else words[1:]
        else:
            text = host.files.get(word, host.files.get(word.rpartition("/")[2]))
            if text is None:
                foreign_file(host)
            else:
                host.python(text)
            return UNKNOWN
    if stdin is not None:
        host.python(stdin)
    return UNKNOWN


def _module(name: str, host: CommandHost) -> None:
    root = name.partition(".")[0]
    if root in ("http", "smtpd", "aiosmtpd", "ftplib", "telnetlib", "pty", "pdb", "code", "socketserver"):
        host.findings.add(refusing("network", f"it starts {name[:20]}"))
    elif root in ("pip", "ensurepip", "venv"):
        host.findings.add(asking("network", "it installs programs"))


def _run_script(argv: list[str], stdin: str | None, host: CommandHost) -> str:
    name = argv[0].rpartition("/")[2]
    code = [word for word in argv[1:] if not word.startswith("-") or len(word) > 20]
    text = " ".join(code)
    if stdin is not None and UNKNOWN in stdin and len(argv) == 1:
        host.findings.add(refusing("encoded_payload", "it runs text that it computes"))
        return UNKNOWN
    if name == "php" and "-S" in argv[1:]:
        host.findings.add(refusing("network", "it serves other machines"))
    if not name.endswith("awk") and len(argv) == 1 and stdin is not None:
        text = stdin
    _quoted_programs(text, host)
    if re.search(
        r"\bsystem\b|\bexec\b|popen|`|child_process|spawn|os\.execute|\bqx\b|%x|\beval\b|getline|\|\s*\"|require",
        text,
    ):
        host.findings.add(asking("opaque", f"it starts programs from {name[:12]}"))
    for rule, why, pattern in IN_SCRIPTS:
        if pattern.search(text):
            host.findings.add(refusing(rule, why))
    if _ENDLESS.search(text) and not re.search(r"\b(?:break|last|exit|return|getline)\b", text):
        host.findings.add(refusing("resource", "it never ends"))
    for path in re.findall(r"[~./\w-]*/[\w./-]*", text):
        host.touch(path, writing=bool(re.search(r">|open|write", text)) and len(path) > 1)
    return UNKNOWN


def _quoted_programs(text: str, host: CommandHost) -> None:
    for inner in re.findall(r"'([^']*)'|\"([^\"]*)\"|`([^`]*)`|qx\{([^}]*)\}|%x\(([^)]*)\)", text):
        quoted = next((part for part in inner if part), "")
        if re.search(r"system|exec|popen|`|spawn|%x|qx|child_process|getline|\|", text) and quoted:
            host.shell(quoted)


def _run_wrapped(argv: list[str], stdin: str | None, host: CommandHost) -> str | None:
    """Follow the command that another one starts."""
    words = argv[1:]
    name = argv[0].rpartition("/")[2]
    for index, word in enumerate(words):
        takes_code = (
            word in ("-S", "--split-string")
            if name == "env"
            else name in _CODE_TAKERS and word in ("-c", "--command")
        )
        if takes_code and index + 1 < len(words):
            return host.shell(words[index + 1], stdin)
        if name == "env" and re.match(r"(?:LD_PRELOAD|LD_LIBRARY_PATH|BASH_ENV|PYTHONSTARTUP)=", word):
            host.findings.add(refusing("privilege", "it steers other programs"))
        if name == "env" and tables.EXPORTED_FUNCTION.match(word.partition("=")[2]):
            host.findings.add(refusing("encoded_payload", "it hides a program in a variable"))
    inner = _after_options(name, words)
    if not inner:
        return UNKNOWN if name == "xargs" else None
    if name == "xargs":
        return _each_line(inner, words, stdin, host)
    if name == "watch" or name == "parallel":
        return host.shell(" ".join(inner), None)
    return host.argv(inner, stdin)


def _after_options(name: str, words: list[str]) -> list[str]:
    taking = {
        "env": "-u",
        "nice": "-n",
        "ionice": "-c-n-p",
        "timeout": "-s-k",
        "xargs": "-I-n-P-L-d-a-E",
        "watch": "-n",
    }
    takes = taking.get(name, "")
    index = 0
    while index < len(words):
        word = words[index]
        if word.startswith("-") and word != "-":
            index += 2 if len(word) == 2 and word in takes else 1
        elif (
            (re.fullmatch(r"[A-Za-z_]\w*=.*", word, re.S) and name in ("env", "sudo", "doas"))
            or (
                re.fullmatch(r"[\d.]+[smhd]?|0x[0-9a-f]+|[\d,-]+", word)
                and name
                in (
                    "timeout",
                    "nice",
                    "taskset",
                    "chrt",
                )
            )
            or (name in ("flock", "logsave", "chroot") and index == 0)
            or (name in ("su", "runuser") and index == 0)
        ):
            index += 1
        else:
            break
    return words[index:]


def _each_line(inner: list[str], words: list[str], stdin: str | None, host: CommandHost) -> str:
    text = stdin or UNKNOWN
    lines = list(dict.fromkeys([*text.split(), UNKNOWN])) if UNKNOWN in text else text.split()
    option = next((word for word in words if word.startswith("-I")), None)
    if option is not None:
        following = words[words.index(option) + 1] if words.index(option) + 1 < len(words) else "{}"
        mark = option[2:] or following
        for line in text.splitlines()[:50]:
            host.argv([word.replace(mark, line) for word in inner])
        return UNKNOWN
    if any(re.fullmatch(r"[-+][a-zA-Z]*c", word) for word in inner) and inner[-1] in ("-c",):
        return host.argv([*inner, " ".join(lines)])
    return host.argv([*inner, *lines[:50]])


_HANDLERS: dict[str, Rule] = {
    **FILE_RULES,
    **MACHINE_RULES,
    "python": _run_python,
    "pypy": _run_python,
}
