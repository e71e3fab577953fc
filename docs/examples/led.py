#!/usr/bin/python3
"""Show what the assistant does on a light of /sys/class/leds, by the property Activity of org.jarvisd.Tts1.

    led.py NAME        such as: led.py ACT

Needs gdbus (Debian: libglib2.0-bin) and the right to write the light's files: 60-jarvisd-led.rules beside this
file gives it to the group jarvisd, whose members may also hear the suite.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

BLINKS_MS = {"listening": (1000, 0), "thinking": (150, 150), "speaking": (400, 100), "asking": (100, 900)}
"""Milliseconds on and off; what is not here, or has no time on, is dark."""
BLINKS_MS |= {"muted": (50, 2950), "error": (50, 250)}
SERVICE = "org.jarvisd.Tts1"


def show(light: Path, activity: str) -> None:
    """Let the kernel blink, so that nothing here has to wake up for it."""
    on_ms, off_ms = BLINKS_MS.get(activity, (0, 0))
    if not on_ms or not off_ms:
        (light / "trigger").write_text("none")
        (light / "brightness").write_text((light / "max_brightness").read_text() if on_ms else "0")
        return
    (light / "trigger").write_text("timer")
    (light / "delay_on").write_text(str(on_ms))
    (light / "delay_off").write_text(str(off_ms))


def told(output: str) -> str:
    """The activity in a line that gdbus prints; empty in one that tells of something else."""
    found = re.search(r"(?:'Activity': |^\()<'(\w+)'>", output)
    return found[1] if found else ""


def main(name: str) -> None:
    """Show the activity of now, and then every other one."""
    light = Path("/sys/class/leds") / name
    service = ["--system", "--dest", SERVICE, "--object-path", "/" + SERVICE.replace(".", "/")]
    get = ["gdbus", "call", *service, "--method", "org.freedesktop.DBus.Properties.Get", SERVICE, "Activity"]
    show(light, told(subprocess.run(get, capture_output=True, text=True, check=False).stdout) or "error")
    with subprocess.Popen(["gdbus", "monitor", *service], stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            if activity := told(line):
                show(light, activity)


if __name__ == "__main__":
    main(*sys.argv[1:])
