"""For port tests: an authority that certifies servers, and sound.

Sound is a private PulseAudio with a loudspeaker and a virtual microphone, reached through ALSA.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.authority import Authority
from tests.system.sound import STREAM_DEADLINE_S
from tests.system.waiting import first_byte

START_DEADLINE_S = 60
SERVER_SCRIPT = """\
load-module module-null-sink sink_name=speaker rate=48000 channels=1
load-module module-null-sink sink_name=virtmic rate=16000 channels=1 format=s16le
load-module module-remap-source source_name=mic master=virtmic.monitor
set-default-sink speaker
set-default-source mic
load-module module-native-protocol-unix auth-anonymous=1 socket={socket}
"""
ALSA_CONFIG = """\
</usr/share/alsa/alsa.conf>
pcm.jarvis_mic { type pulse; device "mic"; hint.show on }
pcm.jarvis_spk { type pulse; device "speaker"; hint.show on }
pcm.!default   { type asym; playback.pcm "jarvis_spk"; capture.pcm "jarvis_mic" }
"""


@dataclass(frozen=True)
class Pulse:
    """A running sound server; the environment of this process points ALSA and the ``pa`` tools to it."""

    folder: Path
    server: subprocess.Popen[bytes]

    def speak(self, wav: Path) -> subprocess.Popen[bytes]:
        """Play ``wav`` into the virtual microphone in real time; the caller waits for the process."""
        return subprocess.Popen(["paplay", "--device=virtmic", str(wav)])

    @contextmanager
    def recording(self, rate_hz: int) -> Iterator[subprocess.Popen[bytes]]:
        """What the loudspeaker plays, as raw 16-bit mono on the process's standard output."""
        process = subprocess.Popen(
            [
                "parec",
                "--device=speaker.monitor",
                f"--rate={rate_hz}",
                "--channels=1",
                "--format=s16le",
                "--raw",
                "--latency-msec=20",
            ],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            # The stream runs once its first samples arrive; they stay readable in order after this.
            first_byte(process.stdout, STREAM_DEADLINE_S)
            yield process
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()

    def unplug(self) -> None:
        """End the server, as if every sound device were pulled out."""
        self.server.terminate()
        self.server.wait(30)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the servers of a module."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    """A sound server of its own for one test; ALSA's ``default`` device is its loudspeaker and microphone."""
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        pytest.skip("pulseaudio is not installed")
    # A socket path has room for about 100 characters, which pytest's own folders exceed.
    folder = Path(tempfile.mkdtemp(prefix="jarvisd-pulse-"))
    for name in ("run", "run/pulse", "home"):
        (folder / name).mkdir(mode=0o700)
    socket = folder / "run" / "pulse" / "native"
    (folder / "server.pa").write_text(SERVER_SCRIPT.format(socket=socket))
    (folder / "asoundrc").write_text(ALSA_CONFIG)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{socket}")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(folder / "asoundrc"))
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit=1"),
                *("--use-pid-file=yes", "--high-priority=no", "--realtime=no", "-F", str(folder / "server.pa")),
            ],
            stdout=log,
            stderr=log,
            env=dict(os.environ),
        )
    try:
        _wait_for(server, folder)
        yield Pulse(folder, server)
    finally:
        server.kill()
        server.wait(30)
        shutil.rmtree(folder)


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    while subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise AssertionError("pulseaudio did not start:\n" + (folder / "server.log").read_text())
