"""What every other system test relies upon: the guest is a machine whose limits bite and whose devices work."""

from __future__ import annotations

import array
import math
import time
import wave
from pathlib import Path

import pytest

from tests.system.guest import Guest
from tests.system.sound import recording, speak

RUN = ("systemd-run", "--quiet", "--wait", "--pipe", "--collect")


def test_it_runs_without_a_failed_unit(machine: Guest) -> None:
    assert machine.output("systemctl", "is-system-running") == "running"
    assert machine.output("systemctl", "is-active", "dbus.service") == "active"


def test_memory_is_limited(machine: Guest) -> None:
    code = "x = b'x' * 300_000_000; print(len(x))"
    done = machine.run(*RUN, "-pMemoryMax=50M", "-pMemorySwapMax=0", "python3", "-c", code, check=False)
    assert (done.returncode != 0, done.stdout) == (True, "")


def test_tasks_are_limited(machine: Guest) -> None:
    code = "import threading as t\nend = t.Event()\nfor _ in range(20): t.Thread(target=end.wait).start()"
    guarded = f"import os\ntry:\n exec({code!r})\nexcept RuntimeError:\n os._exit(7)"
    assert machine.run(*RUN, "-pTasksMax=5", "python3", "-c", guarded, check=False).returncode == 7


def test_processor_time_is_limited(machine: Guest) -> None:
    code = "import time\nbegan = time.time()\nwhile time.process_time() < 0.3: pass\nprint(time.time() - began)"
    assert float(machine.output(*RUN, "-pCPUQuota=20%", "python3", "-c", code)) > 1.0


def test_addresses_are_denied(machine: Guest) -> None:
    code = "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"
    assert machine.run(*RUN, "python3", "-c", code, check=False).returncode == 0
    done = machine.run(*RUN, "-pIPAddressDeny=any", "python3", "-c", code, check=False)
    assert "Operation not permitted" in done.stderr


def test_a_container_runs_with_limits(machine: Guest, sandbox_image: str) -> None:
    limits = ["--memory=64m", "--memory-swap=64m", "--pids-limit=16", "--network=none", "--read-only"]
    podman = ["podman", "--runtime=crun", "--cgroup-manager=cgroupfs", "--events-backend=file", "run", "--rm"]
    files = ("memory/memory.limit_in_bytes", "pids/pids.max")
    code = f"for name in {files}: print(open('/sys/fs/cgroup/' + name).read())"
    said = machine.run(*podman, *limits, sandbox_image, "python3", "-c", code).stdout
    assert said.split() == [str(64 << 20), "16"]


def test_sound_goes_through_the_card_both_ways(machine: Guest, tmp_path: Path) -> None:
    """A tone played to the loudspeaker is heard there; one fed to the microphone is recorded from it."""
    tone = tmp_path / "tone.wav"
    samples = array.array("h", (int(16_000 * math.sin(2 * math.pi * 440 * n / 16_000)) for n in range(16_000)))
    with wave.open(str(tone), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    microphone = machine.start("arecord", "-q", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1")
    loudspeaker = recording(machine)
    speak(machine, tone)
    machine.run("aplay", "-q", f"/root/{tone.name}")
    for process in (microphone, loudspeaker):
        assert process.stdout is not None
        assert _reaches(process.stdout, 8_000), "no tone came through"
        process.terminate()
        process.wait(30)
        process.stdout.close()


def _reaches(stream: object, level: int) -> bool:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        samples = array.array("h", stream.read(3200))  # type: ignore[attr-defined]
        if samples and max(samples) > level:
            return True
    return False


@pytest.mark.parametrize("name", ["alice", "bob"])
def test_people_have_accounts(machine: Guest, name: str) -> None:
    assert machine.output("id", "-un", user=name) == name
