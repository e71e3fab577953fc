"""What the service manager runs before it reads the units: cores and workspaces of this machine as drop-ins.

``python -m jarvisd.systemd.generator FOLDER`` writes ``FOLDER/jarvisd-UNIT.service.d/*.conf``. It runs early at
boot and at every ``daemon-reload``, so it uses the standard library alone, talks to nobody, never fails: what it
cannot use, it says and leaves out (systemd.generator(7)).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from jarvisd.core.workspace_mounts import EXECUTOR, TOP
from jarvisd.systemd.affinity import parse_cores, placement, unit_cores

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAIN_FILE = Path("/etc/jarvisd/jarvisd.toml")
CORES_FILE, WORKSPACES_FILE = "50-cores.conf", "50-workspaces.conf"
NETWORKS_FILE = "50-networks.conf"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")

Complain = Callable[[str], None]


def dropins(settings: Mapping[str, Any], cores: Sequence[int], complain: Complain) -> dict[str, str]:
    """Relative path to text of every drop-in for these settings on a machine with these usable cores."""
    found = {}
    for unit, share in _cores(settings.get("cores", {}), cores, complain).items():
        text = f"[Service]\nCPUAffinity={' '.join(str(core) for core in share)}\n"
        found[f"jarvisd-{unit}.service.d/{CORES_FILE}"] = text
    if networks := _networks(settings, complain):
        found[f"jarvisd-courier@.service.d/{NETWORKS_FILE}"] = "[Service]\n" + "".join(networks)
    if binds := _binds(settings.get("workspaces", []), complain):
        found[f"jarvisd-executor.service.d/{WORKSPACES_FILE}"] = "[Service]\n" + "".join(binds)
    return found


def read_settings(main_file: Path, complain: Complain) -> dict[str, Any]:
    """The main file and its ``conf.d``, later files winning key by key. A file with a mistake counts as empty."""
    merged: dict[str, Any] = {}
    for path in (main_file, *sorted((main_file.parent / "conf.d").glob("*.toml"))):
        try:
            document = tomllib.loads(path.read_text("utf-8-sig"))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, RecursionError) as error:
            complain(f"{path}: {error}")
            continue
        for name, value in document.items():
            known = merged.get(name)
            both = isinstance(value, dict) and isinstance(known, dict)
            merged[name] = {**(known or {}), **value} if both else value
    return merged


def main(arguments: Sequence[str] | None = None, main_file: Path = MAIN_FILE) -> int:
    """Write the drop-ins below the folder that the service manager names."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if not given:
        _complain("usage: jarvisd-generator FOLDER")
        return 1
    settings = read_settings(main_file, _complain)
    for name, text in dropins(settings, sorted(os.sched_getaffinity(0)), _complain).items():
        path = Path(given[0]) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return 0


def _cores(section: Any, cores: Sequence[int], complain: Complain) -> dict[str, tuple[int, ...]]:
    if not isinstance(section, dict):
        complain("cores: must be a section")
        section = {}
    if section.get("pin", True) is False:
        return {}
    shares = unit_cores(placement(cores))
    for unit in shares:
        if not (wanted := section.get(unit)):
            continue
        try:
            chosen = tuple(core for core in parse_cores(str(wanted)) if core in cores)
        except ValueError as error:
            complain(f"cores.{unit}: {error}")
            continue
        if chosen:
            shares[unit] = chosen
        else:
            complain(f"cores.{unit}: this machine has none of {wanted}")
    return shares


def _binds(workspaces: Any, complain: Complain) -> list[str]:
    lines = []
    for workspace in workspaces if isinstance(workspaces, list) else []:
        name, path = (
            (workspace.get(key) for key in ("name", "path")) if isinstance(workspace, dict) else (None, None)
        )
        if not (isinstance(name, str) and isinstance(path, str) and _is_plain(name, path)):
            complain(f"workspaces: {name} at {path} cannot be bound")
            continue
        # The same place is made writable, which ProtectSystem=strict made it not.
        option = "BindReadOnlyPaths" if workspace.get("read_only") is True else "BindPaths"
        lines.append(f"{option}={_quoted(f'-{TOP / EXECUTOR / name}', path)}\n")
    return lines


def _networks(settings: Mapping[str, Any], complain: Complain) -> list[str]:
    """What the courier may reach although it is not public: allowed networks, a mail server on this machine."""
    sections = {name: settings.get(name) for name in ("web", "mail")}
    web, mail = (value if isinstance(value, dict) else {} for value in sections.values())
    wanted = str(web.get("allow_networks", "")).split(",")
    if mail.get("host") in THIS_MACHINE:
        wanted += ["127.0.0.0/8", "::1/128"]
    lines = []
    for part in filter(None, map(str.strip, wanted)):
        try:
            lines.append(f"IPAddressAllow={ip_network(part)}\n")
        except ValueError as error:
            complain(f"web.allow_networks: {error}")
    return lines


def _is_plain(name: str, path: str) -> bool:
    """Whether both can be written into a unit file without a second meaning."""
    parts = path.split("/")
    is_path = path.startswith("/") and len(path) > 1 and "." not in parts and ".." not in parts
    is_name = name.replace("-", "").replace("_", "").isalnum()
    return is_path and is_name and path.isprintable() and not set(path) & set('"\\')


def _quoted(*places: str) -> str:
    # A colon outside of quotes separates source and target, a percent sign begins a specifier.
    return ":".join('"{}"'.format(place.replace("%", "%%")) for place in places)


def _complain(text: str) -> None:
    sys.stderr.write(f"jarvisd-generator: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
