"""Programs that are hidden in the arguments of other commands: ``make --eval``, ``sqlite3 .shell``. Pure.

What follows known wrappers (``nice``, ``xargs``, ``find -exec``) is followed by their own rules. This looks at the
arguments of every other command, because almost any program can be told to start another one.
"""

from __future__ import annotations

import re

from jarvisd.codecheck.commands import tables
from jarvisd.codecheck.commands.host import CommandHost
from jarvisd.codecheck.finding import refusing

_TEXT_TAKERS = tables.QUIET | {"grep", "egrep", "fgrep", "zgrep", "rg", "ag", "sed", "cut", "tr", "logger", "wall"}
"""Commands whose arguments are patterns and texts."""
_FOLLOWED = tables.WRAPPERS | tables.SHELLS | tables.SCRIPTING | {"find", "python", "pypy", "git"}
"""Commands whose arguments are followed."""
_LOOKERS = frozenset(
    {
        "ls",
        "file",
        "stat",
        "readlink",
        "realpath",
        "which",
        "type",
        "whereis",
        "md5sum",
        "sha1sum",
        "sha256sum",
        "du",
    }
    | {
        "wc",
        "cat",
        "head",
        "tail",
        "strings",
        "ldd",
        "cp",
        "diff",
        "cmp",
        "basename",
        "dirname",
        "dpkg",
        "man",
        "rm",
    }
)
"""Commands for which a program is a file like any other."""
_LEFT_ALONE = _TEXT_TAKERS | _FOLLOWED | _LOOKERS
_PROGRAM = re.compile(
    r"\brm\s+-\w*[rf]|(?:^|[\s\"'`(=!,])/(?:usr/)?bin/(?:[bdkz]|ba|da)?sh\b|\bmkfs|\bdd\s+if="
    r"|os\.(?:execute|system|exec)|\bsystem\(|^\\?!|^\\! |^\.(?:shell|system|load)\b|load_extension\("
    r"|^:?(?:py3?|python3?|lua|perl|ruby|tcl)\b\s"
)
_FILTERS = re.compile(r"--(?:filter|eval|command|exec|compress-program|use-askpass|pager|editor|rsh)(?:=|$)")
_OUTPUTS = frozenset({"-o", "-O", "--output", "--output-document", "-out"})
_WRITING = frozenset(
    {"sort", "shuf", "uniq", "gcc", "cc", "g++", "clang", "curl", "wget", "pandoc", "openssl", "gpg"}
)


def inspect(name: str, argv: list[str], host: CommandHost) -> None:
    """Note programs and outputs that the arguments of a command name."""
    for index, word in enumerate(argv[1:-1], 1):
        if word in _OUTPUTS and name in _WRITING:
            host.touch(argv[index + 1], writing=True)
    if name in _LEFT_ALONE:
        return
    for index, word in enumerate(argv[1:], 1):
        if re.fullmatch(r"/(?:usr/)?bin/\w+", word) and word.rpartition("/")[2] in tables.SHELLS | {"rm", "dd"}:
            host.argv(argv[index:])
            return
        option = _FILTERS.match(word)
        text = word[option.end() :] if option and word[option.end() - 1] == "=" else word
        if option and text and text is not word and name != "git":
            host.shell(text)
        if _PROGRAM.search(text):
            host.findings.add(refusing("encoded_payload", "it runs a program hidden in an option"))
            return
