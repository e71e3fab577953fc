"""Prints every socket of the processes listed in a file, as JSON; run inside the guest as root."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_UNIX_LISTENS = 0x10000
_TCP_LISTENS = "0A"
_INET = ("tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet", "netlink")


def of(process: str) -> Iterator[dict[str, object]]:
    """The sockets of one process, found by inode in the tables of its own network."""
    inodes = set()
    for entry in Path("/proc", process, "fd").iterdir():
        try:
            place = os.readlink(entry)
        except OSError:
            continue
        if place.startswith("socket:["):
            inodes.add(place[8:-1])
    paths = dict(_unix_paths("/proc/1/net/unix"))
    for row in _rows(f"/proc/{process}/net/unix"):
        if row[6] in inodes:
            listens = bool(int(row[3], 16) & _UNIX_LISTENS)
            path = row[7] if len(row) > 7 else ""
            yield {"family": "unix", "listens": listens, "path": path, "peer": _peer(process, row[6], paths)}
    for family in _INET:
        for row in _rows(f"/proc/{process}/net/{family}"):
            if inodes & set(row[8:10]):
                yield {"family": family, "listens": row[3] == _TCP_LISTENS, "path": "", "peer": ""}


def _unix_paths(table: str) -> Iterator[tuple[str, str]]:
    for row in _rows(table):
        yield row[6], row[7] if len(row) > 7 else ""


def _peer(process: str, inode: str, paths: dict[str, str]) -> str:
    """The path at the other end, from ss(8), which asks the kernel for it."""
    for line in (
        os.popen(f"nsenter --target={process} --net ss --unix --all --numeric --no-header").read().splitlines()
    ):
        fields = line.split()
        if fields[5] == inode:
            return paths.get(fields[7], "")
    return ""


def _rows(table: str) -> list[list[str]]:
    try:
        return [line.split() for line in Path(table).read_text("utf-8").splitlines()[1:]]
    except OSError:
        return []


processes = Path(sys.argv[1]).read_text("ascii").split()
json.dump([row for process in processes for row in of(process)], sys.stdout)
