"""Fuzzes one target in this process, which ends with it: ``python -m tests.fuzz.one TARGET SECONDS FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

INPUT_LIMIT_BYTES = 16_384
"""Longest input. Chosen: past it each run is slow and finds little more."""
HANG_S = 25
MEMORY_LIMIT_MB = 2048
"""What one input may take; more counts as a crash."""
INSTRUMENTED = ["jarvisd", "dbus_next", "html", "tarfile", "tests.fuzz.targets", "zipfile"]
"""Modules whose branches guide the fuzzer."""

with atheris.instrument_imports(include=INSTRUMENTED):
    from tests.fuzz import targets


def main(target: str, seconds: str, folder: Path) -> None:
    """Fuzz for so long, beginning with the seeds; what crashes is left in ``folder``."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in targets.seeds(target).items():
        (corpus / name).write_bytes(data)
    limits = [f"-max_len={INPUT_LIMIT_BYTES}", f"-timeout={HANG_S}", f"-rss_limit_mb={MEMORY_LIMIT_MB}"]
    run = [f"-max_total_time={seconds}", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, *run, str(corpus)], targets.TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
