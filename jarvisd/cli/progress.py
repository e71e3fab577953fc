"""How a fetch is shown: a moving bar on a terminal, a plain line every ten percent elsewhere."""

from __future__ import annotations

import shutil
from typing import TextIO

from jarvisd.models.fetch import FetchProgress

_BAR_CELLS = 24
_STEP_PERCENT = 10
_WORTH_STEPS_BYTES = 20_000_000
"""Below this size a file gets one plain line when it is complete."""


class ProgressPrinter:
    """Prints the progress of one file after the other to a stream."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._moving = stream.isatty()
        self._file: tuple[str, str] | None = None
        self._shown_percent = 0

    def report(self, progress: FetchProgress) -> None:
        """Show how far a file has come."""
        if self._file != (progress.model_id, progress.file):
            self.close()
            self._file = (progress.model_id, progress.file)
            self._shown_percent = 0
        percent = progress.done_bytes * 100 // progress.total_bytes
        if self._moving:
            self._draw(progress, percent)
        elif percent == 100 or self._is_due(progress, percent):
            print(f"{_title(progress)}: {percent} % of {_megabytes(progress)} MB", file=self._stream, flush=True)
            self._shown_percent = percent

    def _is_due(self, progress: FetchProgress, percent: int) -> bool:
        worth = progress.total_bytes >= _WORTH_STEPS_BYTES
        return worth and percent // _STEP_PERCENT > self._shown_percent // _STEP_PERCENT

    def close(self) -> None:
        """End the line of a bar."""
        if self._moving and self._file is not None:
            print(file=self._stream)
        self._file = None

    def _draw(self, progress: FetchProgress, percent: int) -> None:
        bar = ("#" * (percent * _BAR_CELLS // 100)).ljust(_BAR_CELLS, ".")
        line = f"[{bar}] {percent:3d} % of {_megabytes(progress)} MB  {_title(progress)}"
        # A line as wide as the terminal would wrap and leave its start behind.
        width = shutil.get_terminal_size().columns - 1
        print("\r" + line[:width].ljust(width), end="", file=self._stream, flush=True)


def _title(progress: FetchProgress) -> str:
    return f"{progress.model_id} {progress.file}"


def _megabytes(progress: FetchProgress) -> str:
    return f"{progress.total_bytes / 1e6:.1f}"
