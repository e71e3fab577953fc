"""The service level follows the health of all parts: down at once, up slowly, with reasons (D2-D4)."""

from __future__ import annotations

import logging

import pytest

from jarvisd.core.audit_chain import HEAD_LOGGER, ChainBreak, head_text
from jarvisd.core.errors import ConfigError, ErrorCode, Unavailable
from jarvisd.core.states import PartStatus, ServiceLevel
from jarvisd.executor.audit.writer import AuditWriter
from jarvisd.executor.health.machine_use import ResourceLimits
from jarvisd.executor.health.monitor import CHAIN_PART, HealthMonitor, sandbox_part
from jarvisd.executor.health.resources import RESOURCE_PARTS, Resources
from jarvisd.executor.health.service_level import LevelHysteresis, LevelStatus, assess
from jarvisd.executor.ports.health import PartStates
from jarvisd.runtime.parts import Parts
from tests.fakes.clock import ScriptedClock
from tests.fakes.executor import ScriptedHealth, ScriptedMachine, ScriptedSandbox, ScriptedSpeech, parsed
from tests.unit.executor.conftest import Bench

TEXTS = {
    "audio": {"microphone": "ready", "stt": "ready"},
    "brain": {"llm": "ready", "memory": "ready"},
    "executor": {"audit": "ready", "journal": "ready", "sandbox": "ready", "disk": "ready"},
    "tts": {"speaker": "ready"},
}
WELL = parsed(TEXTS)
LIMITS = ResourceLimits(disk_percent=95.0, ram_percent=90.0, processor_percent=95.0, processor_for_s=60.0)


def with_part(unit: str, part: str, state: str) -> PartStates:
    return parsed({**TEXTS, unit: {**TEXTS[unit], part: state}})


@pytest.mark.parametrize(
    ("unit", "part", "level"),
    [
        ("brain", "llm", "reduced"),
        ("brain", "memory", "reduced"),
        ("audio", "microphone", "reduced"),
        ("tts", "speaker", "reduced"),
        ("executor", "sandbox", "reduced"),
        ("executor", "workspaces", "reduced"),
        ("audio", "stt", "reduced"),
        ("executor", "audit", "safe"),
        ("executor", "journal", "safe"),
        ("executor", "disk", "safe"),
        ("executor", "audit-chain", "safe"),
        ("executor", "ram", "safe"),
        ("executor", "processor", "reduced"),
        ("executor", "configuration", "safe"),
    ],
)
def test_each_fault_leads_where_the_requirement_says(unit: str, part: str, level: str) -> None:
    """D4."""
    level_status = assess(with_part(unit, part, "failed: Code: reason"))
    assert level_status.level.value == level
    assert len(level_status.reasons) == 1


def test_all_well_is_full() -> None:
    assert assess(WELL) == LevelStatus(ServiceLevel.FULL)


@pytest.mark.parametrize("unit", list(WELL))
def test_a_unit_that_is_not_running_is_reduced(unit: str) -> None:
    without = {name: parts for name, parts in WELL.items() if name != unit}
    assert assess(without) == LevelStatus(ServiceLevel.REDUCED, (f"{unit} is not running",))


@pytest.mark.parametrize("state", ["loading", "degraded: Timeout: slow"])
def test_what_loads_or_works_badly_never_leads_to_safe_mode(state: str) -> None:
    assert assess(with_part("executor", "audit", state)).level is ServiceLevel.REDUCED


def test_the_worst_fault_decides_and_all_are_told() -> None:
    parts = {
        **with_part("executor", "audit", "failed: AuditUnwritable: x"),
        "brain": {"llm": PartStatus.parse("failed: LlmGone: x")},
    }
    level_status = assess(parts)
    assert level_status.level is ServiceLevel.SAFE
    assert level_status.reasons == (
        "no language model: simple requests only",
        "the audit log cannot be written",
    )


def test_the_level_falls_at_once_and_rises_after_a_while() -> None:
    """Hysteresis: a part that comes and goes does not make the level flap."""
    keeper = LevelHysteresis(rise_after_s=3)
    full, safe = LevelStatus(ServiceLevel.FULL), LevelStatus(ServiceLevel.SAFE, ("x",))
    assert not keeper.update(full, 0)
    assert keeper.update(full, 3_000_000)
    assert keeper.update(safe, 3_000_001)
    assert not keeper.update(full, 4_000_000)
    assert not keeper.update(safe, 5_000_000)
    assert not keeper.update(full, 6_000_000)
    assert not keeper.update(full, 8_999_999)
    assert keeper.update(full, 9_000_000)
    assert keeper.level_status == full


class Setting:
    """A watch over a scripted suite."""

    def __init__(self, bench: Bench) -> None:
        self.clock = ScriptedClock()
        self.health = ScriptedHealth(WELL)
        self.parts = Parts()
        self.sandbox = ScriptedSandbox()
        self.speech = ScriptedSpeech(self.clock)
        self.seen: list[LevelStatus] = []
        for part in RESOURCE_PARTS:
            self.parts.declare(part)
        self.machine = ScriptedMachine()
        self.changed: list[str] = []
        self.broken = ""
        self.resources = Resources(
            self.machine,
            self._changed_on_disk,
            limits=LIMITS,
            parts=self.parts,
            workers=bench.workers,
            clock=self.clock,
        )
        self.sandbox_part = sandbox_part(self.sandbox, self.parts)
        self.watch = HealthMonitor(
            health=self.health,
            parts=self.parts,
            sandbox=self.sandbox,
            sandbox_part=self.sandbox_part,
            trail=AuditWriter(bench.audit, bench.journal, bench.workers, self.clock, lambda part, error: None),
            speech=self.speech,
            sentences=bench.language.questions,
            clock=self.clock,
            resources=self.resources,
            on_change=self.seen.append,
        )

    def _changed_on_disk(self) -> list[str]:
        if self.broken:
            raise ConfigError([self.broken])
        return self.changed

    async def look(self, seconds: float) -> dict[str, str]:
        """Time passes, and then the machine is looked at."""
        self.clock.advance(seconds)
        await self.watch.look()
        self.health.set(parsed({**TEXTS, "executor": {**TEXTS["executor"], **self.parts.states()}}))
        return self.parts.states()

    async def later(self, seconds: float) -> None:
        self.clock.advance(seconds)
        await self.watch.update()


async def test_safe_mode_is_spoken_once_and_left_by_itself(bench: Bench) -> None:
    """D4: the notice word for word, and the way back when health returns."""
    setting = Setting(bench)
    await setting.watch.update()
    await setting.later(4)
    setting.health.set(with_part("executor", "journal", "failed: AuditUnwritable: x"))
    await setting.later(1)
    await setting.later(1)
    assert setting.speech.said == ["I'm running in safe mode due to system issues."]
    setting.health.set(WELL)
    await setting.later(1)
    await setting.later(4)
    assert [level_status.level.value for level_status in setting.seen] == ["full", "safe", "full"]


async def test_a_silent_speaker_does_not_stop_the_watch(bench: Bench) -> None:
    setting = Setting(bench)
    setting.speech.error = Unavailable("no loudspeaker", code=ErrorCode.SPEAKER_GONE)
    setting.health.set(with_part("executor", "audit", "failed: AuditUnwritable: x"))
    await setting.watch.update()
    assert setting.watch.level_status.level is ServiceLevel.SAFE


async def test_the_sandbox_is_followed_as_it_goes_and_comes(bench: Bench) -> None:
    setting = Setting(bench)
    await setting.sandbox_part.open()
    assert setting.parts.states()["sandbox"] == "ready"
    setting.sandbox.gone = True
    await setting.watch.look()
    assert setting.parts.states()["sandbox"].startswith("failed: SandboxGone")
    setting.sandbox.gone = False
    await setting.watch.look()
    assert setting.parts.states()["sandbox"] == "ready"


async def test_a_disk_over_its_limit_is_a_fault(bench: Bench) -> None:
    """D2: with hysteresis."""
    setting = Setting(bench)
    seen = []
    for percent in (94.9, 95.0, 94.0, 93.1, 92.9):
        setting.machine.disk_percent = percent
        seen.append((await setting.look(15))["disk"].partition(":")[0])
    assert seen == ["ready", "failed", "failed", "failed", "ready"]


async def test_a_full_working_memory_is_a_fault(bench: Bench) -> None:
    """D2: with hysteresis, and with the level that it leads to and leaves (D4)."""
    setting = Setting(bench)
    await setting.sandbox_part.open()
    seen = []
    for percent in (89.0, 91.0, 88.0, 86.0):
        setting.machine.ram_percent = percent
        seen.append((await setting.look(15))["ram"].partition(":")[0])
        await setting.later(1)
        await setting.later(4)
    assert seen == ["ready", "failed", "failed", "ready"]
    assert [status.level.value for status in setting.seen] == ["full", "safe", "full"]
    assert setting.seen[1].reasons == ("the working memory is almost full",)


async def test_other_programs_that_keep_the_processor_busy_reduce_the_level(bench: Bench) -> None:
    """D2: only after a minute, and never to safe mode."""
    setting = Setting(bench)
    await setting.sandbox_part.open()
    seen = []
    for outside in (0.0, 0.99, 0.99, 0.99, 0.99, 0.9, 0.2):
        setting.machine.work(15, outside=outside)
        seen.append((await setting.look(15))["processor"].partition(":")[0])
        await setting.later(0)
        await setting.later(4)
    assert seen == ["ready", "ready", "ready", "ready", "failed", "failed", "ready"]
    assert [status.level.value for status in setting.seen] == ["full", "reduced", "full"]


async def test_the_own_work_of_the_suite_never_counts(bench: Bench) -> None:
    """D2: a plan on a machine without a graphics card fills every core."""
    setting = Setting(bench)
    for _ in range(20):
        setting.machine.work(15, outside=0.0, own=1.0)
        assert (await setting.look(15))["processor"] == "ready"


async def test_where_the_own_work_is_not_counted_nothing_is_concluded(bench: Bench) -> None:
    setting = Setting(bench)
    setting.machine.counts_own = False
    for _ in range(20):
        setting.machine.work(15, outside=1.0)
        assert (await setting.look(15))["processor"] == "ready"


async def test_a_machine_that_cannot_be_read_is_told_and_lowers_no_further(bench: Bench) -> None:
    setting = Setting(bench)
    setting.machine.error = OSError("no such file")
    states = await setting.look(15)
    assert states["ram"].startswith("degraded: ")
    assert states["processor"].startswith("degraded: ")
    setting.machine.error = None
    states = await setting.look(15)
    assert (states["ram"], states["processor"]) == ("ready", "ready")


async def test_a_configuration_that_nobody_read_leads_to_safe_mode(bench: Bench) -> None:
    """D4: who edits it and reloads is not interrupted; undoing the change ends it, too."""
    setting = Setting(bench)
    await setting.sandbox_part.open()
    await setting.look(15)
    setting.changed = ["consent.window_s"]
    assert (await setting.look(15))["configuration"] == "ready"
    assert (await setting.look(15))["configuration"] == "failed: ConfigChanged: consent.window_s"
    await setting.watch.update()
    assert setting.watch.level_status.level is ServiceLevel.SAFE
    setting.resources.reconfigure(LIMITS)
    assert setting.parts.states()["configuration"] == "ready"
    setting.changed, setting.broken = [], "jarvisd.toml: no such key"
    await setting.look(15)
    assert "jarvisd.toml: no such key" in (await setting.look(15))["configuration"]
    setting.broken = ""
    assert (await setting.look(15))["configuration"] == "ready"


async def test_an_altered_log_leads_to_safe_mode_and_names_the_command(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """D4 and A12: and the head of a log like that is not told to the journal."""
    setting = Setting(bench)
    setting.parts.declare(CHAIN_PART)
    bench.audit.problems.append(ChainBreak("audit.jsonl", 3, "does not follow the record before it"))
    with caplog.at_level(logging.INFO, HEAD_LOGGER):
        await setting.watch.verify_chain()
    state = setting.parts.states()[CHAIN_PART]
    assert state.startswith("failed: AuditBroken: audit.jsonl:3: does not follow")
    setting.health.set(with_part("executor", CHAIN_PART, state))
    await setting.watch.update()
    assert setting.watch.level_status.level is ServiceLevel.SAFE
    assert "sudo jarvisctl audit verify" in setting.watch.level_status.reasons[0]
    assert "audit head" not in caplog.text


async def test_a_whole_log_is_ready_and_its_head_told(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """So that whoever wrote the log anew while the executor was away gives himself away."""
    setting = Setting(bench)
    bench.audit.append({"event": "a"}, durable=True)
    with caplog.at_level(logging.INFO, HEAD_LOGGER):
        await setting.watch.verify_chain()
    assert setting.parts.states()[CHAIN_PART] == "ready"
    assert head_text(*bench.audit.head()) in caplog.text
