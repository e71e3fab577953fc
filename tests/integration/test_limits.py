"""What the machine has left and what is written in its settings decide the level of live daemons (D2, D4)."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from jarvisd.bus.names import UnitName
from tests.integration.conftest import SCRIPTED, WAIT_S, Home, housed

SETTINGS = {
    **SCRIPTED,
    "machine": {
        "reader": "tests.fakes.executor:machine",
        "ram_percent": 90,
        "processor_percent": 95,
        "processor_for_s": 1,
    },
}


async def level_becomes(home: Home, wanted: str, reasons: set[str]) -> None:
    async def is_so() -> bool:
        executor = await home.link.properties(home.link.executor)
        assert executor is not None
        return executor["ServiceLevel"] == wanted and set(executor["Reasons"]) == reasons

    await home.suite.until(is_so, f"the level {wanted}", WAIT_S)


async def test_a_full_machine_and_settings_that_nobody_read_lower_the_level_and_it_rises_again(
    tmp_path: Path,
) -> None:
    """Each is told with its reason; only the settings of the unit that looks count."""
    async with housed(tmp_path, SETTINGS) as home:
        told = tmp_path / "machine.json"
        others = home.suite.config.parent / "conf.d"
        others.mkdir()
        (others / "ear.toml").write_text("[wake]\nthreshold = 0.9\n", "utf-8")
        (others / "hands.toml").write_text("[consent]\nwindow_s = 12.0\n", "utf-8")
        told.write_text(json.dumps({"ram": 97.0, "outside": 1.0}), "utf-8")
        await level_becomes(
            home,
            "safe",
            {
                "the working memory is almost full",
                "other programs keep the processor busy",
                "the configuration was changed on disk; see: sudo systemctl reload jarvisd-executor",
            },
        )
        [listed] = await home.link.executor.call("ListTools")
        assert {tool["name"] for tool in json.loads(listed)} == {"file_read", "search_files", "system_info"}
        executor = await home.link.properties(home.link.executor)
        assert executor is not None
        assert executor["Parts"]["configuration"] == "failed: ConfigChanged: consent.window_s"
        told.unlink()
        home.suite.process(UnitName.EXECUTOR.value).send_signal(signal.SIGHUP)
        await level_becomes(home, "full", set())
