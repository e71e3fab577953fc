"""``jarvisctl doctor``: what is wrong with this machine, and the command that mends it. Needs no running unit."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jarvisd.cli.link import linked
from jarvisd.cli.options import add_config
from jarvisd.cli.setup import needed_models
from jarvisd.config.loader import load
from jarvisd.config.schema import Config
from jarvisd.core.errors import EX_UNAVAILABLE, FAULTS, ConfigError, ErrorCode, JarvisError
from jarvisd.models.store import ModelStore, load_manifest

PROBE_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    detail: str
    code: ErrorCode | None = None
    """What is wrong; ``None`` when all is well."""
    is_note: bool = False
    """Something that is missing but not needed."""


def add_parser(subparsers: Any) -> None:
    """Add ``doctor``."""
    parser = subparsers.add_parser("doctor", help="check configuration, models, devices and services")
    add_config(parser)


async def run(args: argparse.Namespace) -> int:
    """Print every finding; 0 when nothing is wrong."""
    findings: list[Finding] = []
    config = Config()
    try:
        config = load(args.config)
        findings.append(Finding("configuration", str(args.config)))
    except ConfigError as error:
        findings += [Finding("configuration", problem, ErrorCode.CONFIG_INVALID) for problem in error.problems]
    findings += _models(config)
    findings += [_sound(config.audio.microphone, "microphone"), _sound(config.tts.speaker, "loudspeaker")]
    findings += [_workspace(str(workspace.path)) for workspace in config.workspaces]
    findings += [_disk(config.paths.state_dir, config.executor.disk_percent), _sandbox(config.sandbox.socket)]
    findings.append(_courier(config))
    findings.append(await asyncio.to_thread(_ollama, config))
    findings += await _units(args.bus)
    for finding in findings:
        _print(finding)
    return EX_UNAVAILABLE if any(finding.code for finding in findings) else 0


def _models(config: Config) -> Sequence[Finding]:
    store = ModelStore(config.paths.models_dir, load_manifest())
    return [_model(store, model) for model in needed_models(config)]


def _model(store: ModelStore, model: str) -> Finding:
    try:
        return Finding(f"model {model}", str(store.require(model)))
    except JarvisError as error:
        return Finding(f"model {model}", error.message, error.code)


def _sound(engine: str, what: str) -> Finding:
    if engine != "alsa":
        return Finding(what, f"not a device: {engine}")
    cards = Path("/proc/asound/cards")
    text = cards.read_text("utf-8") if cards.exists() else ""
    if "[" in text or os.environ.get("ALSA_CONFIG_PATH") or Path("/etc/asound.conf").exists():
        return Finding(what, "a sound card or an ALSA configuration is there")
    code = ErrorCode.MICROPHONE_GONE if what == "microphone" else ErrorCode.SPEAKER_GONE
    return Finding(what, "no sound card", code)


def _workspace(path: str) -> Finding:
    if Path(path).is_dir():
        return Finding("workspace", path)
    return Finding("workspace", f"{path} is no folder", ErrorCode.NOT_FOUND)


def _disk(folder: Path, limit_percent: float) -> Finding:
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    # What is kept for root counts as neither, as in df and as the executor counts.
    percent = 100 * usage.used / (usage.used + usage.free or 1)
    detail = f"{folder}: {percent:.0f} % used, {usage.free / 1e9:.1f} GB free"
    return Finding("disk", detail, ErrorCode.DISK_FULL if percent >= limit_percent else None)


def _sandbox(address: str) -> Finding:
    path = urllib.parse.urlparse(address).path
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_TIMEOUT_S)
            probe.connect(path)
    except PermissionError:
        return Finding("sandbox", f"{path} is there, for the executor and root")
    except OSError as error:
        return Finding("sandbox", f"{path}: {error.strerror or error}", ErrorCode.SANDBOX_GONE)
    return Finding("sandbox", path)


def _courier(config: Config) -> Finding:
    """Only whether it is there: its socket is not for everybody. ``jarvisctl email test`` tries it out."""
    wanted = [what for what, is_set in (("mail", config.mail.host), ("web", config.web.allow_hosts)) if is_set]
    if not wanted:
        return Finding("courier", "not used: neither mail.host nor web.allow_hosts is set")
    path = Path(config.courier.socket.removeprefix("unix://"))
    if path.is_socket():
        return Finding("courier", f"{path}, for {' and '.join(wanted)}")
    return Finding("courier", f"{path} is not there", ErrorCode.COURIER_GONE)


def _ollama(config: Config) -> Finding:
    if config.llm.backend not in ("auto", "ollama"):
        return Finding("ollama", "not used")
    url = f"{config.llm.ollama_host}/api/version"
    is_needed = config.llm.backend == "ollama"
    try:
        # The scheme comes from the administrator's configuration, and nothing but its answering matters.
        with urllib.request.urlopen(url, timeout=PROBE_TIMEOUT_S) as answer:  # noqa: S310
            return Finding("ollama", f"{config.llm.ollama_host} answers {answer.status}")
    except (urllib.error.URLError, OSError, ValueError) as error:
        detail = f"{config.llm.ollama_host}: {error}"
        return Finding("ollama", detail, ErrorCode.LLM_GONE if is_needed else None, is_note=not is_needed)


async def _units(address: str) -> Sequence[Finding]:
    try:
        async with linked(address) as link:
            return [_unit(unit.unit.value, await link.properties(unit)) for unit in link.units]
    except JarvisError as error:
        return [Finding("bus", error.message, error.code)]


def _unit(name: str, values: Mapping[str, Any] | None) -> Finding:
    if values is None:
        return Finding(f"jarvisd-{name}", "not running", ErrorCode.UNIT_DOWN)
    bad = [f"{part}: {state}" for part, state in values["Parts"].items() if state != "ready"]
    return Finding(f"jarvisd-{name}", "; ".join(bad) or "ready", is_note=bool(bad))


def _print(finding: Finding) -> None:
    if finding.code is not None:
        print(f"FAIL  {finding.what}: {finding.detail} ({finding.code}); try: {FAULTS[finding.code].remedy}")
    else:
        print(f"{'note' if finding.is_note else 'ok  '}  {finding.what}: {finding.detail}")
