"""``jarvisctl doctor`` tells the truth, and a command that mends it, without any unit running."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from jarvisd.cli import doctor
from jarvisd.cli.main import main
from jarvisd.config.schema import Mail
from jarvisd.core.audit_chain import KnownHeads, head_text, heads_in
from jarvisd.core.errors import ErrorCode
from jarvisd.executor.adapters.audit_log import AuditFile
from jarvisd.models.manifest import HttpsSpec, Manifest, Model, ModelFile, Purpose
from jarvisd.models.store import ModelStore
from tests.fakes.auditor import journal_entry, known


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Nothing is there but a folder of state and one workspace."""
    (tmp_path / "here").mkdir()
    path = tmp_path / "jarvisd.toml"
    path.write_text(
        f"""
[paths]
models_dir = "{tmp_path}/models"
state_dir = "{tmp_path}/state"
log_dir = "{tmp_path}/log"
[[workspaces]]
name = "here"
path = "{tmp_path}/here"
[[workspaces]]
name = "gone"
path = "{tmp_path}/gone away"
"""
    )
    return path


def findings(config: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    code = main(["--bus", f"unix:path={config.parent}/none", "doctor", "--json", "--config", str(config)])
    assert code == 69
    found = json.loads(capsys.readouterr().out)["findings"]
    return {f"{one['what']} {one['detail']}": one for one in found}


def test_what_is_wrong_comes_with_what_mends_it(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(config, capsys)
    assert all((one["state"] == "fail") == bool(one["code"]) == bool(one["remedy"]) for one in found.values())
    assert found[f"workspace {config.parent}/here"]["state"] == "ok"
    [gone] = [one for what, one in found.items() if what.startswith(f"workspace {config.parent}/gone away")]
    assert gone["remedy"] == f"sudo jarvisctl workspace remove '{config.parent}/gone away'"
    [bus] = [one for what, one in found.items() if what.startswith("bus ")]
    assert bus["code"] == "BusGone"


def test_nothing_that_doctor_finds_is_mended_by_doctor(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(config.read_text() + "[wake]\nnope = 1\n")
    found = findings(config, capsys)
    [wrong] = [one for one in found.values() if one["code"] == "ConfigInvalid"]
    assert ("wake.nope" in wrong["detail"], wrong["remedy"]) == (True, "man jarvisd.toml")
    for code in ErrorCode:
        [part] = doctor.unit_findings("brain", {"Parts": {"llm": f"failed: {code}: a: b"}})
        assert part.code is code
        assert part.remedy != "jarvisctl doctor"


def test_a_part_that_failed_is_a_fault_and_one_that_loads_is_none() -> None:
    states = {
        "vad": "ready",
        "stt": "loading",
        "wake": "failed: ModelMissing: x",
        "microphone": "degraded: MicrophoneGone: y",
    }
    found = doctor.unit_findings("audio", {"Parts": states})
    assert [(one.what, one.code, one.is_note) for one in found] == [
        ("jarvisd-audio stt", None, True),
        ("jarvisd-audio wake", ErrorCode.MODEL_MISSING, False),
        ("jarvisd-audio microphone", ErrorCode.MICROPHONE_GONE, False),
    ]
    [whole] = doctor.unit_findings("audio", {"Parts": {"vad": "ready"}})
    assert (whole.detail, whole.remedy) == ("ready", "")
    [down] = doctor.unit_findings("audio", None)
    assert (down.code, "journalctl -u jarvisd-audio" in down.detail) == (ErrorCode.UNIT_DOWN, True)
    [silent] = doctor.unit_findings("audio", {})
    assert (silent.code, silent.remedy) == (ErrorCode.TIMEOUT, "systemctl restart jarvisd-audio")


@pytest.fixture
def log(tmp_path: Path) -> AuditFile:
    log = AuditFile(tmp_path / "log" / "audit.jsonl")
    log.open()
    for number in range(4):
        log.append({"event": "step", "step": number}, durable=False)
    log.close()
    return log


def test_an_audit_log_that_was_altered_is_found(
    log: AuditFile, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = config.parent / "log"
    [whole] = [one for one in findings(config, capsys).values() if one["what"] == "audit log"]
    assert (whole["state"], "4 records, intact" in whole["detail"]) == ("note", True)
    assert "the journal was not asked" in whole["detail"]
    path = folder / "audit.jsonl"
    path.write_text(path.read_text().replace('"step":2', '"step":7'))
    [broken] = [one for one in findings(config, capsys).values() if one["what"] == "audit log"]
    assert "audit.jsonl:3: does not follow the record before it" in broken["detail"]
    assert (broken["code"], broken["remedy"]) == ("AuditBroken", "sudo jarvisctl audit verify")


def test_an_audit_log_whose_end_or_all_is_gone_is_found(log: AuditFile, tmp_path: Path) -> None:
    heads = known(dict([log.head()]))
    folder = tmp_path / "log"
    assert doctor.audit_finding(folder, heads, "the system journal").to_json()["state"] == "ok"
    path = folder / "audit.jsonl"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:3]))
    cut = doctor.audit_finding(folder, heads, "the system journal")
    assert (cut.code, "the last 1 of 4 records are missing" in cut.detail) == (ErrorCode.AUDIT_BROKEN, True)
    path.unlink()
    assert doctor.audit_finding(folder, heads, "the system journal").code is ErrorCode.AUDIT_BROKEN
    assert doctor.audit_finding(folder, KnownHeads(), "the system journal").is_note
    os.mkfifo(path)
    assert doctor.audit_finding(folder, heads, "the system journal").code is ErrorCode.AUDIT_BROKEN


def test_what_may_not_be_seen_is_a_note_and_not_the_end(tmp_path: Path) -> None:
    """As for a member of the group, when the state lies in somebody's private folder."""
    private = tmp_path / "private"
    private.mkdir(mode=0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        found = [
            *doctor.disk_findings((private / "state",), 90),
            doctor.audit_finding(private / "log", KnownHeads(), ""),
        ]
    finally:
        if is_root:
            os.seteuid(0)
    assert [(one.is_note, one.code, "sudo jarvisctl" in one.detail) for one in found] == [(True, None, True)] * 2


def test_a_model_that_was_damaged_in_place_is_found(tmp_path: Path) -> None:
    """It has the right size, which is all that the units look at."""
    file = ModelFile("a.bin", hashlib.sha256(b"weights").hexdigest(), 7, (HttpsSpec("https://x.test/a"),))
    model = Model("m", Purpose.LLM, ("default",), "MIT", "", False, "", (file,))
    store = ModelStore(tmp_path, Manifest((model,)))
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "a.bin").write_bytes(b"weights")
    assert doctor.model_finding(store, "m").code is None
    (tmp_path / "m" / "a.bin").write_bytes(b"Weights")
    assert doctor.model_finding(store, "m").code is ErrorCode.MODEL_CORRUPT


@pytest.mark.parametrize("harm", ["none", "altered", "cut", "doubled"])
def test_doctor_and_audit_verify_say_the_same(
    log: AuditFile, config: Path, capsys: pytest.CaptureFixture[str], harm: str
) -> None:
    path, (count, link) = config.parent / "log" / "audit.jsonl", log.head()
    told = [(count, link), *([(count, "f" * 64)] if harm == "doubled" else [])]
    journal = config.parent / "journal"
    journal.write_text("".join(f"{journal_entry(head_text(*head))}\n" for head in told))
    if harm == "altered":
        path.write_text(path.read_text().replace('"step":2', '"step":7'))
    if harm == "cut":
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    said = main(["audit", "verify", "--json", "--config", str(config), "--journal", str(journal)])
    found = doctor.audit_finding(path.parent, heads_in(journal.read_text().splitlines()), "the journal")
    assert (said == 65, found.code is ErrorCode.AUDIT_BROKEN) == (harm != "none", harm != "none")
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert harm == "none" or problems[0]["problem"] in found.detail


@pytest.mark.parametrize(
    ("names", "is_needed", "state"),
    [
        (["other:latest"], True, "fail"),
        ([], False, "note"),
        (["m:latest"], True, None),
        (["m", "other"], True, None),
    ],
)
def test_a_model_that_was_not_pulled_is_found(names: list[str], is_needed: bool, state: str | None) -> None:
    found = doctor.pulled_finding("m", names, is_needed=is_needed)
    assert (found and found.to_json()["state"]) == state
    if state == "fail":
        assert found is not None
        assert (found.code, found.remedy) == (ErrorCode.MODEL_MISSING, "ollama pull m")


@pytest.mark.parametrize(
    ("user", "mode", "code"),
    [("jarvis", 0o600, None), ("jarvis", 0o644, ErrorCode.MAIL_PASSWORD_EXPOSED), ("", 0o644, None)],
)
def test_a_mail_password_that_others_can_read_is_found(
    tmp_path: Path, user: str, mode: int, code: ErrorCode | None
) -> None:
    file = tmp_path / "mail-password"
    file.write_text("secret")
    file.chmod(mode)
    mail = Mail(host="mail.example.org", user=user)
    found = doctor.password_finding(mail, file)
    assert found.code is code
    assert found.remedy == ("sudo chmod 600 /etc/jarvisd/mail-password" if code else "")
    assert doctor.password_finding(mail, tmp_path / "none").code is None
