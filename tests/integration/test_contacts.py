"""People out of a vCard file in a running suite with the real store: found by name, told apart, removed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.conftest import SCRIPTED, Home, housed

SETTINGS = {**SCRIPTED, "memory": {"store": "chroma", "embedder": "tests.fakes.memory:embedder"}}
PEOPLE = """BEGIN:VCARD
VERSION:3.0
FN:Mark Wilson
EMAIL:mark@example.org
TEL;TYPE=CELL:555 0142
END:VCARD
BEGIN:VCARD
VERSION:3.0
FN:Mark Twain
EMAIL:twain@example.org
END:VCARD
"""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    """A suite with memories on the disk."""
    async with housed(tmp_path, SETTINGS) as house:
        yield house


@pytest.mark.real
async def test_people_are_imported_found_and_removed(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "people.vcf"
    file.write_text(PEOPLE)
    for _ in range(2):
        imported = home.jarvisctl("contacts", "import", str(file))
        assert (imported.returncode, imported.stdout.split(",")[0]) == (0, "3 addresses")
    known = json.loads(home.jarvisctl("contacts", "list", "--json").stdout)
    assert [each["name"] for each in known] == ["Mark Twain", "Mark Wilson", "Mark Wilson"]

    async def addresses(name: str) -> list[str]:
        [text] = await home.link.brain.call("Contacts", "s", [name])
        return [str(each["address"]) for each in json.loads(text)]

    assert sorted(await addresses("Mark")) == ["mark@example.org", "twain@example.org"]
    assert await addresses("Mark Wilson") == ["mark@example.org"]
    refused = home.jarvisctl("contacts", "remove", "Mark")
    assert refused.returncode
    assert "Mark Twain, Mark Wilson" in refused.stderr
    assert home.jarvisctl("contacts", "remove", "Mark Wilson").returncode == 0
    assert await addresses("Mark") == ["twain@example.org"]
