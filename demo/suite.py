"""Starts the real daemons on a private bus, each with its log, and ends exactly what it started."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

UNITS = ("executor", "tts", "brain", "audio")
READY_S = 600.0
"""Longest start, models and the first evaluation of the prompt included."""
STOP_S = 20.0


class SuiteError(Exception):
    """The suite could not be started or has died; the message names the log to read."""


class Suite:
    """The message bus, the sandbox service, the courier if it has errands, and the four units in one folder."""

    units: Sequence[str] = UNITS
    bus_option = "--session"
    module = "jarvisd"
    """What runs a unit."""
    code: Path | None = None
    """The folder that the units are taken from; by default the one that this runs from."""
    more_settings = ""
    """TOML that is put behind the settings."""

    def __init__(self, folder: Path, models: Path, settings: Mapping[str, Mapping[str, Any]]) -> None:
        self.folder = folder
        self.models = models
        self.pipe = folder / "microphone"
        self.spoken = folder / "spoken"
        self.config = folder / "jarvisd.toml"
        self.address = ""
        # The path of a socket may have 107 bytes at most, so sockets cannot lie in any folder.
        self._sockets = Path(tempfile.mkdtemp(prefix="jarvisd-"))
        self._settings = settings
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def __enter__(self) -> Suite:
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def dead(self) -> list[str]:
        """Names of the processes that have ended on their own."""
        return [name for name, process in self._processes.items() if process.poll() is not None]

    def process(self, name: str) -> subprocess.Popen[str]:
        """The process of a unit, of "bus" or of "sandbox"."""
        return self._processes[name]

    def require_alive(self) -> None:
        """Raise :class:`SuiteError` if a process has ended."""
        if dead := self.dead():
            raise SuiteError(f"{', '.join(dead)} ended; see {self.folder / 'logs'}")

    async def until(self, condition: Any, what: str, limit_s: float = READY_S) -> Any:
        """Await ``condition()`` until it gives something true, looking twice a second."""
        deadline = time.monotonic() + limit_s
        while True:
            self.require_alive()
            value = await condition()
            if value:
                return value
            if time.monotonic() > deadline:
                raise SuiteError(f"{what} did not happen within {limit_s:.0f} s; see {self.folder / 'logs'}")
            await asyncio.sleep(0.5)

    def _start(self) -> None:
        for name in ("logs", "state", "spoken"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self._write_config()
        self.start_bus()
        if self._settings.get("sandbox", {}).get("engine", "podman") == "podman":
            module = "jarvisd.executor.adapters.podman.dev_service"
            self._spawn("sandbox", [sys.executable, "-m", module, str(self._sandbox_socket)])
        if "mail" in self._settings or "web" in self._settings:
            self._start_courier()
        for unit in self.units:
            self.start_unit(unit)

    def _start_courier(self) -> None:
        command = [sys.executable, "-m", "jarvisd.courier", "--config", str(self.config)]
        courier = self._spawn("courier", [*command, "--listen", str(self._courier_socket)], stdout=subprocess.PIPE)
        if courier.stdout is None or not courier.stdout.readline():
            raise SuiteError(f"the courier did not start; see {self.folder / 'logs'}")

    def start_bus(self) -> None:
        """Start the message bus, for the first time or again at the same address after its end."""
        command = ["dbus-daemon", self.bus_option, "--nofork", "--nopidfile", "--print-address=1"]
        if (ended := self._processes.get("bus")) is not None and ended.stdout is not None:
            ended.stdout.close()
        bus = self._spawn("bus", [*command, f"--address=unix:path={self._sockets}/bus"], stdout=subprocess.PIPE)
        if bus.stdout is None or not (address := bus.stdout.readline().strip()):
            raise SuiteError(f"dbus-daemon did not start; see {self.folder / 'logs'}")
        self.address = address

    def start_unit(self, unit: str) -> subprocess.Popen[str]:
        """Start one unit, for the first time or again after its end."""
        arguments = ["--config", str(self.config), "--bus", self.address]
        return self._spawn(unit, [sys.executable, "-m", self.module, unit, *arguments])

    @property
    def _sandbox_socket(self) -> Path:
        return self._sockets / "sandbox.sock"

    @property
    def _courier_socket(self) -> Path:
        return self._sockets / "courier.sock"

    def _spawn(self, name: str, command: list[str], stdout: int | None = None) -> subprocess.Popen[str]:
        log = (self.folder / "logs" / f"{name}.log").open("a", encoding="utf-8")
        with log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                text=True,
                start_new_session=True,
                cwd=self.code,
                env=None if self.code is None else {**os.environ, "PYTHONPATH": str(self.code)},
            )
        self._processes[name] = process
        return process

    def _end(self) -> None:
        # The units say farewell to each other, so the bus goes last. It has nothing to save, and now and then a
        # dbus-daemon does not hear that it should end.
        term, kill = signal.SIGTERM, signal.SIGKILL
        for names, how in ((UNITS, term), (("sandbox", "courier"), term), (("bus",), kill)):
            processes = [self._processes[name] for name in names if name in self._processes]
            for process in processes:
                if process.poll() is None:
                    process.send_signal(how)
            for process in processes:
                try:
                    process.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                if process.stdout is not None:
                    process.stdout.close()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def _write_config(self) -> None:
        state = self.folder / "state"
        sections: dict[str, dict[str, Any]] = {
            "general": {"log_content": True},
            "paths": {
                "state_dir": str(state),
                "cache_dir": str(self.models.parent),
                "models_dir": str(self.models),
                "log_dir": str(state / "log"),
            },
            "audio": {"microphone": "file", "file_path": str(self.pipe)},
            "tts": {"speaker": "file", "file_path": str(self.spoken)},
            "sandbox": {"socket": f"unix://{self._sandbox_socket}"},
            "courier": {"socket": f"unix://{self._courier_socket}"},
            # Other work on this machine must not decide what a demo or a test sees.
            "executor": {"disk_percent": 100},
            "machine": {"ram_percent": 100, "processor_percent": 100},
        }
        for name, values in self._settings.items():
            sections.setdefault(name, {}).update(values)
        workspaces = self.folder / "workspaces"
        lines = [
            f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
            for name, values in sections.items()
        ]
        for name, kind in (("documents", "documents"), ("tmp", "temp")):
            (workspaces / name).mkdir(parents=True, exist_ok=True)
            path = json.dumps(str((workspaces / name).resolve()))
            lines.append(f'[[workspaces]]\nname = "{name}"\nkind = "{kind}"\npath = {path}\n')
        self.config.write_text("\n".join([*lines, self.more_settings]), "utf-8")
