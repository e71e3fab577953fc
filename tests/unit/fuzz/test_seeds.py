"""What the fuzzer begins with and what it once crashed at, and random changes of that, on every Python."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.figures import IS_FULL
from tests.fuzz.targets import SEEDS, TARGETS, as_hex, seed_bytes, seeds

ROOT = Path(__file__).parents[3]
LOADED = """
import json, sys
from importlib.metadata import packages_distributions
before = set(sys.modules)
from tests.fuzz import targets
for name, target in targets.TARGETS.items():
    for data in targets.seeds(name).values():
        target(data)
top = {module.partition(".")[0] for module in set(sys.modules) - before}
homes = packages_distributions()
print(json.dumps(sorted({home for module in top for home in homes.get(module, [])} - {"jarvisd"})))
"""
"""Tells the distributions that the targets load, without ours."""
CHANGED = 20_000 if IS_FULL else 1000
"""Changed seeds for each target."""
CHUNKS = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\x7f",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"$(",
    b"<",
    b"=?",
    b"\r\n",
    b"../",
    "ä".encode(),
)
CASES = [(target, name) for target in TARGETS for name in seeds(target)]


def test_each_target_has_seeds_and_each_seed_a_target() -> None:
    assert {path.name for path in SEEDS.iterdir()} == set(TARGETS)
    assert {target for target, _ in CASES} == set(TARGETS)


@pytest.mark.parametrize(("target", "name"), CASES)
def test_a_seed_is_read_or_refused(target: str, name: str) -> None:
    TARGETS[target](seeds(target)[name])


@pytest.mark.parametrize("target", TARGETS)
def test_a_changed_seed_is_read_or_refused(target: str) -> None:
    chance = random.Random(f"fuzz {target}")
    for data in islice(cycle(seeds(target).values()), CHANGED):
        changed = mutated(data, chance)
        try:
            TARGETS[target](changed)
        except Exception as error:
            raise AssertionError(f"crashed at this, a seed to add as .hex:\n{as_hex(changed)}") from error


def mutated(data: bytes, chance: random.Random) -> bytes:
    """``data`` with up to eight changes: a bit, a piece more, less, or from elsewhere in it."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(changed))
        kind = chance.randrange(4)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at:at] = chance.choice(CHUNKS)
        elif kind == 2:
            del changed[at : at + chance.randint(1, 8)]
        else:
            start = chance.randint(0, len(changed))
            changed[at:at] = changed[start : start + chance.randint(1, 32)]
    return bytes(changed)


def test_a_seed_is_text_or_spells_its_bytes(tmp_path: Path) -> None:
    data = bytes(range(256))
    spelled, plain, other = (tmp_path / f"a.{ending}" for ending in ("hex", "txt", "bin"))
    spelled.write_text(as_hex(data), "ascii")
    assert seed_bytes(spelled) == data
    plain.write_text("a\n", "ascii")
    assert seed_bytes(plain) == b"a\n"
    with pytest.raises(ValueError, match="neither"):
        seed_bytes(other)


def test_the_fuzzer_has_what_its_targets_load() -> None:
    """It runs in an environment of its own, with what ``requirements/fuzz.in`` names and nothing else of ours."""
    told = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    wanted = (ROOT / "requirements" / "fuzz.in").read_text("utf-8").splitlines()
    named = {line.partition(">")[0].strip() for line in wanted if not line.startswith("#")}
    assert set(json.loads(told)) <= named
    for lock in (ROOT / "requirements").glob("fuzz-*.lock"):
        locked = {line.partition("==")[0] for line in lock.read_text("utf-8").splitlines() if "==" in line}
        assert named <= locked, lock.name
