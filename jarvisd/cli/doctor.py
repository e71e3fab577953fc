"""``jarvisctl doctor``: what is wrong with this machine, and the command that mends it. Needs no running unit."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shlex
import shutil
import socket
import stat
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from jarvisd.backup.restore import NOTE
from jarvisd.cli.audit import followed, journal_heads, log_files
from jarvisd.cli.client import linked
from jarvisd.cli.diagnosis import Diagnosis, lost_sound
from jarvisd.cli.hardware import (
    add_simulate,
    graphics_finding,
    measured_finding,
    plan_findings,
    report,
    simulate,
)
from jarvisd.cli.options import add_config
from jarvisd.cli.setup import needed_models
from jarvisd.cli.sound_findings import sound_finding, sound_trials
from jarvisd.cli.wake_words import word_findings
from jarvisd.config.key_file import read_key
from jarvisd.config.loader import load
from jarvisd.config.mail_password import PASSWORD_FILE, require_kept
from jarvisd.config.schema import Config, Mail
from jarvisd.core.audit_chain import KnownHeads
from jarvisd.core.error_texts import EX_UNAVAILABLE, FAULTS
from jarvisd.core.errors import ConfigError, ErrorCode, JarvisError
from jarvisd.core.network.service_url import service_url
from jarvisd.core.states import PartState, PartStatus
from jarvisd.hardware.adapters.this_machine import this_plan
from jarvisd.models.store import ModelStore, load_manifest, raise_for

PROBE_TIMEOUT_S = 3.0
"""Chosen: what is there answers in milliseconds."""


def add_parser(subparsers: Any) -> None:
    """Add ``doctor``."""
    parser = subparsers.add_parser("doctor", help="check configuration, models, devices and services")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--test-sound", action="store_true", help="play a tone and tell which microphone hears it")
    add_simulate(parser)
    add_config(parser)


async def run(args: argparse.Namespace) -> int:
    """Print every finding; 0 when nothing is wrong."""
    if args.simulate is not None:
        return simulate(args.simulate, as_json=args.json)
    findings: list[Diagnosis] = []
    config = Config()
    try:
        config = load(args.config)
        findings.append(Diagnosis("configuration", str(args.config)))
    except ConfigError as error:
        for problem in error.problems:
            findings.append(
                Diagnosis("configuration", problem, ErrorCode.CONFIG_INVALID, mends="man jarvisd.toml")
            )
    findings += _models(config)
    findings += word_findings(config)
    findings += [
        sound_finding(config.audio.microphone, "microphone"),
        sound_finding(config.tts.speaker, "loudspeaker"),
    ]
    if args.test_sound:
        findings += await sound_trials(config)
    findings += [_workspace(workspace.path) for workspace in config.workspaces]
    findings += disk_findings((config.paths.state_dir, config.paths.log_dir), config.executor.disk_percent)
    findings += restore_findings(config.paths.state_dir)
    findings += damaged_findings(config.paths.state_dir)
    findings.append(audit_finding(config.paths.log_dir, *journal_heads(args.config)))
    findings.append(_sandbox(config.sandbox.socket))
    findings.append(_courier(config))
    findings.append(password_finding(config.mail, PASSWORD_FILE))
    findings.append(await asyncio.to_thread(_ollama, config))
    findings.append(await asyncio.to_thread(_openai, config))
    findings += await _units(args.bus)
    plan, graphics = await this_plan()
    measured, told = measured_finding(config.paths.log_dir)
    findings += [graphics_finding(graphics), *plan_findings(plan), told]
    if args.json:
        print(json.dumps(report(plan, measured, findings), ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            finding.show()
    return EX_UNAVAILABLE if any(finding.code for finding in findings) else 0


def _models(config: Config) -> Sequence[Diagnosis]:
    store = ModelStore(config.paths.models_dir, load_manifest())
    return [model_finding(store, model) for model in needed_models(config)]


def model_finding(store: ModelStore, model: str) -> Diagnosis:
    """By the sums of its files: one that was damaged in place has the right size."""
    try:
        known = store.manifest.get(model)
        raise_for(known, store.state(known, full=True), store.root)
        return Diagnosis(f"model {model}", str(store.path(model)))
    except JarvisError as error:
        return Diagnosis(f"model {model}", error.message, error.code)


def _workspace(path: Path) -> Diagnosis:
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            return Diagnosis("workspace", str(path))
        why = "is no folder"
    except PermissionError:
        return Diagnosis(
            "workspace", f"{path} is not for you to see; its state: jarvisctl workspace list", is_note=True
        )
    except OSError as error:
        why = f"cannot be seen: {error.strerror}"
    mends = f"sudo jarvisctl workspace remove {shlex.quote(str(path))}"
    return Diagnosis(
        "workspace", f"{path} {why}; make the folder, or let go of it", ErrorCode.NOT_FOUND, mends=mends
    )


def disk_findings(folders: Sequence[Path], limit_percent: float) -> Sequence[Diagnosis]:
    """One finding for each disk that these folders are on."""
    disks: dict[int, Path] = {}
    hidden: list[Diagnosis] = []
    for folder in folders:
        try:
            there = next(parent for parent in (folder, *folder.parents) if parent.exists())
            disks.setdefault(there.stat().st_dev, there)
        except PermissionError:
            detail = f"{folder} is not for you to see; try: sudo jarvisctl doctor"
            hidden.append(Diagnosis("disk", detail, is_note=True))
    return [*(_disk(folder, limit_percent) for folder in disks.values()), *hidden]


def _disk(folder: Path, limit_percent: float) -> Diagnosis:
    usage = shutil.disk_usage(folder)
    # What is kept for root counts as neither, as in df and as the executor counts.
    percent = 100 * usage.used / (usage.used + usage.free or 1)
    detail = f"{folder}: {percent:.0f} % used, {usage.free / 1e9:.1f} GB free"
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        mends = f"findmnt --target {shlex.quote(str(folder))}"
        return Diagnosis("disk", f"{detail}, mounted read-only", ErrorCode.AUDIT_UNWRITABLE, mends=mends)
    return Diagnosis("disk", detail, ErrorCode.DISK_FULL if percent >= limit_percent else None)


def restore_findings(state_dir: Path) -> Sequence[Diagnosis]:
    """A restore that a power cut has left half-way; the units wait for it."""
    try:
        if not (state_dir / NOTE).exists():
            return []
    except PermissionError:
        # Of a suite that is somebody else's.
        return []
    mends = "sudo jarvisctl backup restore FILE"
    return [Diagnosis("restore", "it was interrupted; run it again", ErrorCode.STATE_DAMAGED, mends=mends)]


def damaged_findings(state_dir: Path) -> Sequence[Diagnosis]:
    """What the units could not read and have kept, as far as the caller may see it."""
    found = sorted(state_dir.glob("*/damaged-*"))
    return [Diagnosis("set aside", f"{path} could not be read and is kept", is_note=True) for path in found]


def audit_finding(folder: Path, heads: KnownHeads, journal: str) -> Diagnosis:
    """By the whole chain, as ``jarvisctl audit verify``: 256 MB take 6 s. The heads are those of ``journal``."""
    what = "audit log"
    try:
        files = log_files(folder)
        log = followed(files, heads)
    except PermissionError:
        return Diagnosis(what, f"{folder} is not for you to see; try: sudo jarvisctl audit verify", is_note=True)
    except JarvisError as error:
        return Diagnosis(what, error.message, ErrorCode.AUDIT_BROKEN)
    if log.problems:
        first = log.problems[0]
        where = f"{first.file}:{first.line}: " if first.line else ""
        detail = f"{folder}: broken in {len(log.problems)} places, first: {where}{first.problem}"
        return Diagnosis(what, detail, ErrorCode.AUDIT_BROKEN)
    if log.newer:
        detail = f"{folder}: {log.newer} records are of a newer format and cannot be verified"
        return Diagnosis(what, detail, ErrorCode.FORMAT_NEWER)
    if not files:
        return Diagnosis(what, f"{folder}: nothing has been recorded yet", is_note=True)
    found = f"{folder}: {log.count} records, intact"
    if not heads.hashes:
        # Nothing is wrong, but nothing outside of the log vouches for its end.
        return Diagnosis(what, f"{found} as far as it goes; its end is not known ({journal})", is_note=True)
    return Diagnosis(what, f"{found}; {len(heads.hashes)} heads of {journal} agree")


def _sandbox(address: str) -> Diagnosis:
    path = urllib.parse.urlparse(address).path
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_TIMEOUT_S)
            probe.connect(path)
    except PermissionError:
        return Diagnosis("sandbox", f"{path} is there, for the executor and root")
    except OSError as error:
        return Diagnosis("sandbox", f"{path}: {error.strerror or error}", ErrorCode.SANDBOX_GONE)
    return Diagnosis("sandbox", path)


def _courier(config: Config) -> Diagnosis:
    """Only whether it is there: its socket is not for everybody. ``jarvisctl email test`` tries it out."""
    wanted = [what for what, is_set in (("mail", config.mail.host), ("web", config.web.allow_hosts)) if is_set]
    if not wanted:
        return Diagnosis("courier", "not used: neither mail.host nor web.allow_hosts is set")
    path = Path(config.courier.socket.removeprefix("unix://"))
    if path.is_socket():
        return Diagnosis("courier", f"{path}, for {' and '.join(wanted)}")
    return Diagnosis("courier", f"{path} is not there", ErrorCode.COURIER_GONE)


def password_finding(mail: Mail, path: Path) -> Diagnosis:
    """Whether others than root can read the mail password, by the mode of its file, if there is one in use."""
    if not mail.host or not mail.user:
        return Diagnosis("mail password", "not used: mail.user is not set")
    try:
        require_kept(path)
    except JarvisError as error:
        return Diagnosis("mail password", error.message, error.code)
    return Diagnosis("mail password", f"nobody else reads {path}")


def _ollama(config: Config) -> Diagnosis:
    if config.llm.backend not in ("auto", "ollama"):
        return Diagnosis("ollama", "not used")
    is_needed = config.llm.backend == "ollama"
    try:
        host = service_url(config.llm.ollama_host)
        # The scheme comes from the administrator's configuration, and nothing but its answering matters.
        with urllib.request.urlopen(f"{host}/api/version", timeout=PROBE_TIMEOUT_S) as answer:  # noqa: S310
            status = answer.status
        with urllib.request.urlopen(f"{host}/api/tags", timeout=PROBE_TIMEOUT_S) as answer:  # noqa: S310
            names = [str(entry["model"]) for entry in json.load(answer)["models"]]
        addresses = _addresses(host)
    except (urllib.error.URLError, OSError, ValueError, LookupError, TypeError) as error:
        detail = f"{config.llm.ollama_host}: {error!r}"
        return Diagnosis("ollama", detail, ErrorCode.LLM_GONE if is_needed else None, is_note=not is_needed)
    if (lacks := pulled_finding(config.llm.ollama_model, names, is_needed=is_needed)) is not None:
        return lacks
    return reach_finding(f"{host} answers {status}", addresses, _brain_networks())


def _openai(config: Config) -> Diagnosis:
    if config.llm.backend != "openai":
        return Diagnosis("model server", "not used")
    url = config.llm.openai_url
    try:
        host = service_url(url)
        headers = {}
        if config.llm.openai_key_file:
            headers["Authorization"] = f"Bearer {read_key(Path(config.llm.openai_key_file))}"
        request = urllib.request.Request(f"{host.removesuffix('/v1')}/v1/models", headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=PROBE_TIMEOUT_S) as answer:  # noqa: S310 - as for Ollama
            names = [str(entry["id"]) for entry in json.load(answer)["data"]]
        addresses = _addresses(host)
    except JarvisError as error:
        return Diagnosis("model server", error.message, error.code)
    except (urllib.error.URLError, OSError, ValueError, LookupError, TypeError) as error:
        return Diagnosis("model server", f"{url}: {error!r}", ErrorCode.LLM_GONE)
    if not names or config.llm.openai_model not in ("", *names):
        detail = f"it has no model {config.llm.openai_model or 'at all'}, but: {', '.join(names)}"
        return Diagnosis("model server", detail, ErrorCode.MODEL_MISSING, mends="man jarvisd.toml")
    answered = f"{host} serves {config.llm.openai_model or names[0]}"
    return reach_finding(answered, addresses, _brain_networks(), what="model server")


def _addresses(url: str) -> list[str]:
    parts = urllib.parse.urlsplit(url)
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(parts.hostname, parts.port or 80)})


def pulled_finding(model: str, names: Sequence[str], *, is_needed: bool) -> Diagnosis | None:
    """That Ollama, which has ``names``, lacks the model that it should serve."""
    if {model, f"{model}:latest"} & set(names):
        return None
    pull = f"ollama pull {shlex.quote(model)}"
    code = ErrorCode.MODEL_MISSING if is_needed else None
    return Diagnosis("ollama", f"it has no model {model}", code, is_note=not is_needed, mends=pull if code else "")


def reach_finding(answered: str, addresses: Sequence[str], allowed: str | None, what: str = "ollama") -> Diagnosis:
    """What an answer to this command says of the brain, which has a wall of its own.

    ``allowed`` is its ``IPAddressAllow``, as the service manager shows it; ``None`` when that is not known.
    """
    found = [ip_address(address.partition("%")[0]) for address in addresses]
    if all(address.is_loopback for address in found):
        return Diagnosis(what, answered)
    mends = f"sudo systemctl edit jarvisd-brain  # [Service] IPAddressAllow={' '.join(addresses)}"
    if allowed is None:
        detail = f"{answered} to this command; whether jarvisd-brain may reach it is not known"
        return Diagnosis(what, detail, is_note=True)
    networks = [ip_network(part, strict=False) for part in allowed.split()]
    if all(any(address in network for network in networks) for address in found):
        return Diagnosis(what, f"{answered}, and jarvisd-brain may reach it")
    detail = f"{answered} to this command, but jarvisd-brain may not reach it"
    return Diagnosis(what, detail, ErrorCode.LLM_GONE, mends=mends)


def _brain_networks() -> str | None:
    command = ["systemctl", "show", "--property=IPAddressAllow", "--value", "jarvisd-brain.service"]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return shown.stdout.strip() or None


async def _units(address: str) -> Sequence[Diagnosis]:
    try:
        async with linked(address) as link:
            found = [(unit.unit.value, await link.properties(unit)) for unit in link.units]
    except JarvisError as error:
        return [Diagnosis("bus", error.message, error.code)]
    return [finding for name, values in found for finding in unit_findings(name, values)]


def unit_findings(name: str, values: Mapping[str, Any] | None) -> Sequence[Diagnosis]:
    """A finding for each part that is not as it should be, or one for the whole unit."""
    unit = f"jarvisd-{name}"
    why = f"journalctl -u {unit} -n 20"
    if values is None:
        return [Diagnosis(unit, f"not running; why: {why}", ErrorCode.UNIT_DOWN)]
    if not values:
        return [Diagnosis(unit, "does not answer", ErrorCode.TIMEOUT, mends=f"systemctl restart {unit}")]
    bad = {part: state for part, state in values["Parts"].items() if state != PartState.READY.value}
    missing = lost_sound(values)
    notes = [Diagnosis(f"{unit} sound", f"{missing}: this machine is too busy", is_note=True)] if missing else []
    parts = [_part(f"{unit} {part}", state, why) for part, state in bad.items()] or [Diagnosis(unit, "ready")]
    return [*parts, *notes]


def _part(what: str, state: str, why: str) -> Diagnosis:
    """A part that is still loading has no code, and nothing to mend. ``why`` shows more of the others."""
    name = PartStatus.parse(state).code
    if not name:
        return Diagnosis(what, state, is_note=True)
    code = ErrorCode.named(name)
    return Diagnosis(what, state, code, mends=why if FAULTS[code].remedy == "jarvisctl doctor" else "")
