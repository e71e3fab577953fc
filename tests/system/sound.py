"""The guest's virtual sound card: what is fed to its microphone, and what its loudspeaker plays.

PulseAudio runs as a system service, and ALSA's ``default`` leads to it, so that the units open an ALSA device
as they would on a machine with a sound card.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.system.guest import Guest
from tests.system.waiting import first_byte

SOCKET = "/run/guest-sound/native"
UNIT = "guest-sound.service"
SETTINGS = "/etc/jarvisd/conf.d/20-sound.toml"

# PulseAudio closes its runtime folder to others, hence the folder below.
SERVICE = """\
[Unit]
Description=Virtual sound card of the guest

[Service]
Type=notify
User=pulse
RuntimeDirectory=guest-sound guest-sound/own
RuntimeDirectoryMode=0755
Environment=HOME=/run/guest-sound/own XDG_RUNTIME_DIR=/run/guest-sound/own PULSE_RUNTIME_PATH=/run/guest-sound/own
ExecStart=/usr/bin/pulseaudio -n --daemonize=no --exit-idle-time=-1 --disallow-exit --use-pid-file=no \
--realtime=no --high-priority=no --log-target=stderr --log-level=notice -F /etc/guest-sound.pa
Restart=on-failure

[Install]
WantedBy=multi-user.target
"""
SCRIPT = f"""\
load-module module-native-protocol-unix auth-anonymous=1 auth-cookie-enabled=0 socket={SOCKET}
load-module module-null-sink sink_name=loudspeaker rate=48000 channels=1 format=s16le
load-module module-null-sink sink_name=feed rate=16000 channels=1 format=s16le
load-module module-remap-source master=feed.monitor source_name=microphone
set-default-sink loudspeaker
set-default-source microphone
"""
ALSA = f"""\
pcm.!default {{ type pulse; server "unix:{SOCKET}" }}
ctl.!default {{ type pulse; server "unix:{SOCKET}" }}
pcm.feed {{ type pulse; server "unix:{SOCKET}"; device "feed" }}
pcm.heard {{ type pulse; server "unix:{SOCKET}"; device "loudspeaker.monitor" }}
"""
STREAM_DEADLINE_S = 60.0
"""Chosen: a stream of the sound server begins within two seconds on a machine that does nothing else."""
RECORD = ("arecord", "-q", "-D", "heard", "-t", "raw", "-f", "S16_LE", "-r", "16000", "-c", "1")


def plug_in(guest: Guest) -> None:
    """Give the guest its sound card."""
    guest.write("/etc/guest-sound.pa", SCRIPT)
    guest.write("/etc/asound.conf", ALSA)
    guest.write(f"/etc/systemd/system/{UNIT}", SERVICE)
    guest.run("systemctl", "daemon-reload")
    guest.run("systemctl", "enable", "--now", UNIT)


def unplug(guest: Guest) -> None:
    """Pull the sound card out."""
    guest.run("systemctl", "stop", UNIT)


def speak(guest: Guest, wav: Path) -> None:
    """Play a WAV file to the microphone, in real time; returns when it has been played."""
    target = f"/root/{wav.name}"
    (guest.root / target.lstrip("/")).write_bytes(wav.read_bytes())
    guest.run("aplay", "-q", "-D", "feed", target)


def recording(guest: Guest) -> subprocess.Popen[bytes]:
    """What the loudspeaker plays from now on, as raw 16 kHz 16-bit mono on the process's standard output."""
    process = guest.start(*RECORD)
    assert process.stdout is not None
    # The stream runs once its first samples arrive; they stay readable in order after this.
    try:
        first_byte(process.stdout, STREAM_DEADLINE_S)
    except TimeoutError:
        process.kill()
        process.wait()
        raise
    return process
