"""What an operator does to it: kills, garbage, missing parts. Each ends in a clear error or a degraded state."""

from __future__ import annotations

import json
import signal
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from demo.suite import Suite
from jarvisd.bus.names import UnitName
from jarvisd.cli.client import linked
from jarvisd.core.errors import ErrorCode, JarvisError
from tests.integration.conftest import SCRIPTED, WAIT_S, Home, python


def tracebacks(suite: Suite) -> list[str]:
    logs = [path.read_text("utf-8") for path in (suite.folder / "logs").iterdir()]
    return [line for text in logs for line in text.splitlines() if "Traceback" in line]


def wav(path: Path, samples: Any, rate: int = 16_000, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.asarray(samples, dtype="<i2").tobytes())
    return path


# --- the command line against a healthy suite ---


async def test_status_shows_every_unit(home: Home) -> None:
    done = home.jarvisctl("status")
    assert done.returncode == 0, done.stderr
    for unit in UnitName:
        assert f"{unit.value}: ready" in done.stdout
    assert "separation by user is off" in done.stdout
    told = json.loads(home.jarvisctl("status", "--json").stdout)
    assert told["uid_separation"] is False
    assert told["health"]["overall"] == "healthy"
    checks = told["health"]["checks"]
    assert set(checks) == {"microphone", "llm", "memory", "sandbox", "disk", "audit", "speaker"}
    assert all(check["latency_ms"] >= 0 and not check["error"] for check in checks.values())
    hardware = told["hardware"]
    assert f"hardware: tier {hardware['tier']} ({hardware['cores']} cores, " in done.stdout
    assert "  expected: " in done.stdout
    assert {place["device"] for place in hardware["placement"].values()} <= {"cpu", "gpu"}


async def test_the_log_tells_at_the_start_what_machine_this_is(home: Home) -> None:
    log = home.suite.folder / "logs" / "brain.log"
    shown = json.loads(home.jarvisctl("status", "--json").stdout)["hardware"]

    async def is_told() -> bool:
        return f"hardware tier={shown['tier']} expected=" in log.read_text("utf-8")

    await home.suite.until(is_told, "the log telling the tier", WAIT_S)
    assert f"hardware tier {shown['tier']} (" in log.read_text("utf-8")


async def test_ask_prints_the_report_with_engines(home: Home) -> None:
    done = home.jarvisctl("ask", "what time is it", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["steps"][0]["tool"] == "get_time"
    assert set(report["plan"]) == {"thought", "confidence", "actions"}
    wanted = {"wake", "vad", "stt", "embedding", "llm", "tts", "sandbox", "microphone", "speaker"}
    assert set(report["engines"]) == wanted


@pytest.mark.parametrize(("answer", "is_gone"), [("yes", True), ("no", False)])
async def test_ask_answers_as_it_is_told(home: Home, answer: str, is_gone: bool) -> None:
    target = home.workspace("documents") / "doomed.txt"
    target.write_text("x")
    done = home.jarvisctl("ask", "delete doomed.txt", "--answer", answer)
    assert target.exists() is not is_gone, done.stdout + done.stderr
    target.unlink(missing_ok=True)


async def test_ask_without_a_terminal_says_no(home: Home) -> None:
    target = home.workspace("documents") / "spared.txt"
    target.write_text("x")
    home.jarvisctl("ask", "delete spared.txt")
    assert target.exists()
    target.unlink()


async def test_say_and_stop_and_confirm(home: Home) -> None:
    assert home.jarvisctl("say", "good morning").returncode == 0
    assert home.jarvisctl("stop").returncode == 0
    done = home.jarvisctl("confirm", "no-such-question")
    assert (done.returncode, "NotFound" in done.stderr) == (66, True)


async def test_a_path_outside_the_workspaces_is_refused(home: Home) -> None:
    done = home.jarvisctl("ask", "read ../../../etc/passwd.txt")
    assert done.returncode != 0
    assert "root:" not in done.stdout


async def test_garbage_from_the_model_is_an_error_with_a_command(home: Home) -> None:
    done = home.jarvisctl("ask", "garbage")
    assert done.returncode == 70
    assert "PlanUnreadable" in done.stderr
    assert "try: " in done.stderr


# --- recordings ---


async def test_recordings_that_are_none(home: Home, tmp_path: Path) -> None:
    """Zero bytes, no WAV, no file: each names its cause and a command."""
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("this is no sound")
    for name, code, exit_code in (
        ("empty.wav", "AudioUnreadable", 65),
        ("text.wav", "AudioUnreadable", 65),
        ("none.wav", "NotFound", 66),
    ):
        done = home.jarvisctl("hear", str(tmp_path / name))
        assert (done.returncode, code in done.stderr, "try: " in done.stderr) == (exit_code, True, True), (
            done.stderr
        )


async def test_recordings_without_speech(home: Home, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).normal(0, 300, 48_000)
    for name, samples in (("silence", np.zeros(48_000)), ("noise", noise)):
        done = home.jarvisctl("hear", str(wav(tmp_path / f"{name}.wav", samples)), "--no-wake")
        assert (done.returncode, done.stdout) == (0, "nobody speaks in the recording\n"), (name, done.stderr)


async def test_a_recording_that_is_too_long(home: Home, tmp_path: Path) -> None:
    path = wav(tmp_path / "long.wav", np.zeros(600 * 8000), rate=8000)
    done = home.jarvisctl("hear", str(path))
    assert (done.returncode, "AudioTooLong" in done.stderr) == (65, True), done.stderr


# --- a suite without some of its parts ---


def test_no_bus_is_said(tmp_path: Path) -> None:
    address = f"unix:path={tmp_path}/none"
    done = python("jarvisd.cli.main", "--bus", address, "status")
    assert (done.returncode, "BusGone" in done.stderr) == (69, True)
    (tmp_path / "jarvisd.toml").write_text("")
    done = python("jarvisd", "tts", "--config", str(tmp_path / "jarvisd.toml"), "--bus", address)
    assert (done.returncode, "BusGone" in done.stderr) == (69, True)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
def test_a_broken_configuration_is_said(tmp_path: Path, unit: UnitName) -> None:
    (tmp_path / "jarvisd.toml").write_text("[wake]\ntreshold = 1\n")
    done = python("jarvisd", unit.value, "--config", str(tmp_path / "jarvisd.toml"))
    assert done.returncode == 78
    assert "did you mean threshold" in done.stderr
    assert "jarvisctl doctor" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_second_daemon_on_the_same_name_gives_up(home: Home) -> None:
    done = python("jarvisd", "tts", "--config", str(home.suite.config), "--bus", home.suite.address)
    assert (done.returncode, "NameTaken" in done.stderr) == (69, True)


def test_doctor_needs_no_running_unit(tmp_path: Path) -> None:
    (tmp_path / "jarvisd.toml").write_text(f"[paths]\nmodels_dir = '{tmp_path}'\n[wake]\nnope = 1\n")
    done = python("jarvisd.cli.main", "--bus", f"unix:path={tmp_path}/none", "doctor", "--config",
               str(tmp_path / "jarvisd.toml"))  # fmt: skip
    assert done.returncode == 69
    assert "wake.nope: unknown key" in done.stdout
    assert "Traceback" not in done.stderr


async def test_missing_models_leave_a_degraded_but_working_suite(tmp_path: Path) -> None:
    """Missing model, no microphone, no Ollama, no Podman: everything else works and status explains."""
    settings = {
        **{
            name: dict(values)
            for name, values in SCRIPTED.items()
            if name not in ("wake", "stt", "tts", "sandbox")
        },
        "audio": {"microphone": "alsa", "device": "no-such-device"},
        "tts": {"speaker": "alsa", "device": "no-such-device"},
        "llm": {"backend": "embedded"},
        "memory": {},
        "sandbox": {"engine": "podman", "socket": f"unix://{tmp_path}/none.sock"},
    }
    with Suite(tmp_path / "suite", tmp_path / "models", settings) as suite:
        async with linked(suite.address) as link:
            await degraded(Home(suite, link))


async def degraded(home: Home) -> None:
    """Every part tells its fault, and what does not need them works."""
    suite = home.suite
    models = ("stt", "llm", "embedding", "synthesizer")
    failed = dict.fromkeys(models, "ModelMissing")
    failed |= {"microphone": "MicrophoneGone", "sandbox": "SandboxGone", "wake": "LicenceNotAccepted"}
    await suite.until(lambda: parts_say(home, failed), "every part telling its fault", WAIT_S)
    done = home.jarvisctl("status")
    assert done.returncode == 0
    for code in set(failed.values()):
        assert code in done.stdout
    assert "service level: reduced" in done.stdout
    assert "health: degraded, microphone does not answer, llm does not answer, memory " in done.stdout
    done = home.jarvisctl("ask", "what time is it")
    assert (done.returncode, "get_time: done" in done.stdout) == (0, True), done.stderr
    done = home.jarvisctl("ask", "find the otter files")
    assert (done.returncode, "models fetch" in done.stderr) == (69, True), done.stderr
    assert home.jarvisctl("say", "hello").returncode == 69
    assert tracebacks(suite) == []


# --- kills ---


@pytest.fixture
async def own_home(tmp_path: Path) -> Any:
    """A suite of the test's own, which it may break."""
    with Suite(tmp_path / "suite", tmp_path / "models", SCRIPTED) as suite:
        async with linked(suite.address) as link:
            home = Home(suite, link)
            await home.open()
            yield home


async def test_a_killed_executor_ends_the_turn_with_an_outcome(own_home: Home) -> None:
    """A turn in flight ends clearly, a pending question dies with its executor, the others live on."""
    home = own_home
    target = home.workspace("documents") / "doomed.txt"
    target.write_text("x")
    turn_id = await home.ask("delete doomed.txt")
    _, _, request_id, *_ = await home.event("ConfirmRequested")
    home.suite.process("executor").kill()
    report = await home.report(turn_id)
    assert (report["outcome"], report["code"]) == ("failed", "UnitDown")
    assert target.exists()
    home.suite.process("executor").wait()
    home.suite.start_unit("executor")
    await home.suite.until(home.is_ready, "the executor being back", WAIT_S)
    with pytest.raises(JarvisError) as gone:
        await home.link.executor.call("Confirm", "s", [request_id])
    assert gone.value.code is ErrorCode.NOT_FOUND
    assert (await home.report(await home.ask("what time is it")))["outcome"] == "done"


async def test_a_unit_that_hangs_hides_nothing_and_holds_up_no_stop(own_home: Home) -> None:
    own_home.forget()
    await own_home.link.tts.call("Say", "sa{sv}", ["word " * 700, {}])
    await own_home.event("SpeakingStarted")
    executor = own_home.suite.process("executor")
    executor.send_signal(signal.SIGSTOP)
    try:
        shown = own_home.jarvisctl("status")
        assert (shown.returncode, shown.stderr) == (69, "")
        assert "executor: does not answer; try: systemctl restart jarvisd-executor" in shown.stdout
        assert "tts: ready" in shown.stdout
        assert own_home.jarvisctl("stop").returncode == 75
        assert (await own_home.event("SpeakingFinished"))[3] is False
    finally:
        executor.send_signal(signal.SIGCONT)


async def test_units_come_back_one_by_one(own_home: Home) -> None:
    """Any unit may be killed; the others notice and recover without a restart of their own."""
    home = own_home
    pids = {unit.value: home.suite.process(unit.value).pid for unit in UnitName}
    for unit in ("tts", "audio", "brain"):
        home.suite.process(unit).kill()
        home.suite.process(unit).wait()
        home.suite.start_unit(unit)
        pids[unit] = home.suite.process(unit).pid
        await home.suite.until(home.is_ready, f"{unit} being back", WAIT_S)
    assert pids == {unit.value: home.suite.process(unit.value).pid for unit in UnitName}
    report = await home.report(await home.request("what time is it"))
    assert report["outcome"] == "done"


@pytest.mark.parametrize("unit", list(UnitName), ids=lambda unit: unit.value)
async def test_a_unit_stops_when_it_is_told_to(own_home: Home, unit: UnitName) -> None:
    process = own_home.suite.process(unit.value)
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT_S) == 0
    own_home.suite.start_unit(unit.value)
    assert tracebacks(own_home.suite) == []


async def test_a_reload_refuses_a_bad_configuration_and_keeps_the_old(own_home: Home) -> None:
    suite = own_home.suite
    log = suite.folder / "logs" / "tts.log"
    good = suite.config.read_text("utf-8")

    async def says(text: str) -> bool:
        return text in log.read_text("utf-8")

    suite.config.write_text(good + "\n[wak]\n")
    suite.process("tts").send_signal(signal.SIGHUP)
    await suite.until(lambda: says("reload refused"), "the refusal", WAIT_S)
    assert await says("wak: unknown section, did you mean wake?")
    suite.config.write_text(good.replace("[general]\n", '[general]\nlog_level = "warning"\n'))
    suite.process("tts").send_signal(signal.SIGHUP)
    await suite.until(lambda: says("reloaded applied=general.log_level restart_for=-"), "the reload", WAIT_S)
    assert own_home.jarvisctl("say", "still here").returncode == 0


async def parts_say(home: Home, wanted: dict[str, str]) -> bool:
    states: dict[str, str] = {}
    for unit in home.link.units:
        states.update((await home.link.properties(unit) or {}).get("Parts", {}))
    return all(code in states.get(part, "") for part, code in wanted.items())
