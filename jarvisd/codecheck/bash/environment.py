"""Environment variables by which a program steers other programs, or hides what was done. Pure."""

from __future__ import annotations

import re

from jarvisd.codecheck.commands.tables import EXPORTED_FUNCTION
from jarvisd.codecheck.finding import Finding, refusing
from jarvisd.codecheck.paths import UNKNOWN, WORKING_DIRECTORY

HIDING = frozenset({"HISTFILE", "HISTCONTROL", "HISTSIZE"})
_STEERING = re.compile(
    r"LD_(?:PRELOAD|LIBRARY_PATH|AUDIT)|BASH_ENV|ENV|PROMPT_COMMAND|PS4|SHELLOPTS|BASHOPTS|GCONV_PATH|BROWSER"
    r"|PYTHON(?:STARTUP|PATH|HOME|INSPECT|WARNINGS)|PERL5(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|NODE_OPTIONS|TAR_OPTIONS"
    r"|LESS(?:OPEN|CLOSE)|(?:\w+_)?(?:PAGER|EDITOR|ASKPASS)|VISUAL|MANPAGER|GIT_(?:\w+_COMMAND|EXTERNAL_DIFF|SSH)"
)
_PLAIN = re.compile(r"\s*|cat|less|more|true|:|vi|vim|nano")
"""Values by which a pager or editor is what it always is."""
_OWN_PLACES = (".", "/tmp", "/dev", WORKING_DIRECTORY, UNKNOWN)  # noqa: S108 - not ours


def steered(name: str, value: str) -> Finding | None:
    """Why a variable may not be set to ``value``."""
    if name == "PATH" and value.startswith(_OWN_PLACES):
        return refusing("privilege", "it puts its own programs before those of the system")
    if EXPORTED_FUNCTION.match(value):
        return refusing("encoded_payload", "it hides a program in a variable")
    if name in HIDING:
        return refusing("destructive", "it hides what was done")
    if _STEERING.fullmatch(name) and not _PLAIN.fullmatch(value):
        return refusing("privilege", f"it sets {name}, which steers other programs")
    return None
