"""What a path stands for, wherever it is written: secrets, devices, the system, the product itself. Pure.

Used on names in programs, where a path is seen as text only. For the file tools the kernel decides
(:mod:`jarvisd.executor.files.disk`); there these rules add what nobody may approve.
"""

from __future__ import annotations

import fnmatch
import posixpath
import re

from jarvisd.codecheck.finding import Finding, asking, refusing
from jarvisd.codecheck.protected import PlaceClass, place_class, telling_name

UNKNOWN = "\ue000"
"""Stands for text that is only known when a program runs."""
PRIVATE_USE = re.compile("[\ue000-\ue0ff]")
"""Characters that stand for something here; a program that holds one of them is not read at all."""
WORKING_DIRECTORY = "/workspace"
"""Where programs are taken to run."""
WRITABLE = ("/workspace", "/work", "/ws", "/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - places inside of the sandbox
SCRATCH = "/tmp/"  # noqa: S108 - the place that every sandbox has
_STREAMS = frozenset({"null", "stdout", "stderr", "stdin", "tty", "fd", "full"})
_SOURCES = frozenset({"zero", "random", "urandom"})
_PRODUCT = re.compile(
    r"(?:^|/)(?:etc|var/lib|var/log|var/cache|run|usr/lib|usr/share|usr/share/doc|opt|srv)/jarvisd?(?:/|$|[-.])"
    r"|(?:^|/)jarvis(?:d|ctl)(?:/|$)|jarvisd[-.](?:\w+\.)?(?:service|socket|target|slice|timer|toml|conf|sysusers)"
    r"|jarvisd\.(?:toml|conf)|org\.jarvisd\.|jarvisd-(?:audio|brain|executor|tts|sandbox|courier|workspaces|redteam)\b"
)
_PROC_READ = frozenset(
    {"cpuinfo", "meminfo", "loadavg", "uptime", "version", "stat", "filesystems", "diskstats", "vmstat"}
)
_ETC_CLOSED = re.compile(
    r"(?:passwd-?|group-?|ssh|ssl/private|crypttab|pam\.d|security|jarvisd|polkit-1|machine-id)"
)
_SECRET_PATHS = (
    "/etc/shadow",
    "/etc/passwd",
    "/etc/gshadow",
    "/etc/sudoers",
    "/root/.ssh/id_rsa",
    "~/.ssh/id_rsa",
)
_CLOSED_READ = re.compile(r"/(?:root|home|boot|run|srv|media|mnt|lost\+found)(?:/|$)|/var/(?!tmp(?:/|$))")


def secret_or_startup(path: str, *, writing: bool) -> Finding | None:
    """Whether any name in ``path`` is one that holds secrets, or that makes later programs run."""
    parts = path.split("/")
    found = place_class(parts)
    if found is PlaceClass.SECRET:
        return refusing("secret", f"{telling_name(parts)[:40]} holds secrets")
    if writing and found is PlaceClass.STARTUP:
        return refusing("persistence", f"{telling_name(parts)[:40]} makes programs run later")
    return None


def is_product(text: str, workspaces: tuple[str, ...] = ()) -> bool:
    """Whether a text names the product's own programs, files or services; workspaces below its folder do not."""
    for root in (*workspaces, "/srv/jarvisd/documents", "/srv/jarvisd/tmp"):
        text = text.replace(root, "/workspace")
    return _PRODUCT.search(text.casefold()) is not None


def inspect(
    path: str, *, writing: bool, cwd: str = WORKING_DIRECTORY, workspaces: tuple[str, ...] = ()
) -> Finding | None:
    """What is wrong with a program touching ``path``."""
    named = _by_name(path, writing, workspaces)
    if named is not None:
        return named
    known, is_cut = _known(path)
    if known is None:
        return None
    if known.startswith("~"):
        return refusing("system_path", "it reaches for a home")
    full = posixpath.normpath(posixpath.join(cwd, known)) if known else cwd
    full = full.replace("//", "/")
    climbs = ".." in known.split("/")
    if any(full == place or full.startswith(f"{place}/") for place in (*WRITABLE, *workspaces)):
        return None
    if climbs:
        return refusing("path_traversal", "a path climbs out of its folder")
    if full.startswith("/dev/"):
        return _device(full, writing)
    if full == "/proc" or full.startswith("/proc/"):
        return _process(full, writing)
    if writing:
        return refusing("system_path", f"it changes {full[:60]}{'...' if is_cut else ''}")
    return _reading(full)


def _by_name(path: str, writing: bool, workspaces: tuple[str, ...]) -> Finding | None:
    if is_product(path, workspaces):
        return refusing("self_referential", "it reaches for the assistant's own files")
    if writing and "/.Trash-" in f"/{path}":
        return refusing("destructive", "it reaches into the trash")
    if re.search(r"[*?\[]", path) and any(_stands_for(path, secret) for secret in _SECRET_PATHS):
        return refusing("secret", "a pattern stands for files that hold secrets")
    return secret_or_startup(path.replace(UNKNOWN, ""), writing=writing)


def _stands_for(pattern: str, path: str) -> bool:
    """Whether a shell's pattern can mean ``path``: its stars do not cross slashes, except a double one."""
    if "**" in pattern:
        return pattern.startswith(("/", "~")) and fnmatch.fnmatchcase(path, pattern)
    wanted, parts = pattern.split("/"), path.split("/")
    return len(wanted) == len(parts) and all(map(fnmatch.fnmatchcase, parts, wanted))


def _known(path: str) -> tuple[str | None, bool]:
    """The part of a path that is certain, and whether something uncertain follows."""
    known = re.split(rf"[{UNKNOWN}*?\[]", path, maxsplit=1)[0]
    if known == path:
        return path, False
    if not known:
        # A pattern stands for something in the current folder, an unknown word for anything anywhere.
        return (None if path.startswith(UNKNOWN) else ""), True
    return (
        known if known.endswith("/") else known.rpartition("/")[0] or ("/" if known.startswith("/") else "")
    ), True


def _device(full: str, writing: bool) -> Finding | None:
    name = full.split("/")[2]
    if name in ("tcp", "udp"):
        return refusing("network", "it opens a connection")
    if name in _STREAMS or (not writing and name in _SOURCES):
        return None
    return refusing("device", f"it uses the device {name[:20]}")


def _process(full: str, writing: bool) -> Finding | None:
    parts = full.split("/")[2:]
    if not writing and (not parts or parts[0] in _PROC_READ or full in ("/proc/self/status", "/proc/self/stat")):
        return None
    return refusing("system_path", "it looks into processes or changes the kernel")


def _reading(full: str) -> Finding | None:
    if full.startswith("/etc/") and _ETC_CLOSED.match(full[5:]):
        return refusing("secret", f"it reads {full[:40]}")
    if _CLOSED_READ.match(full):
        return refusing("system_path", f"it looks into {full[:40]}")
    if full.startswith("/sys/"):
        return asking("system_path", "it looks at the hardware")
    return None
