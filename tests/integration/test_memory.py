"""``jarvisctl memory`` against a live brain: what is added is listed, mended, carried away and forgotten (A6)."""

from __future__ import annotations

import json

from tests.integration.conftest import Home


async def test_memories_are_added_mended_carried_away_and_forgotten(home: Home) -> None:
    """Nothing is lost on the way: what was replaced comes back as a trail where it is carried to."""

    def memory(*arguments: str, stdin: str = "") -> str:
        done = home.jarvisctl("memory", *arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    bike = memory("add", "my bike is in the shed").strip()
    memory("add", "Mark's e-mail address is mark@example.org", "--kind", "CONTACT", "--importance", "0.8")
    assert "my bike is in the shed" in memory("list")
    assert "CONTACT" not in memory("list", "--kind", "FACT")
    assert json.loads(memory("search", "my bike is in the shed", "--json"))[0]["id"] == bike
    moved = memory("edit", bike[:8], "my bike is in the cellar").strip()
    shown = json.loads(memory("show", moved, "--json"))
    assert (shown["text"], shown["kind"], shown["importance"]) == ("my bike is in the cellar", "FACT", 0.5)
    assert "shed" not in memory("list", "--all")
    told = json.loads(memory("stats", "--json"))
    assert (told["total"], told["kinds"]) == (2, {"CONTACT": 1, "FACT": 1})

    exported = memory("export")
    memory("forget", moved)
    assert "cellar" not in memory("list", "--all")
    assert memory("import", stdin=exported).startswith("2 memories are remembered; 0 outcomes")
    assert json.loads(memory("stats", "--json"))["kinds"] == {"CONTACT": 1, "FACT": 1}

    for arguments, code in ((("show", "0000"), 66), (("add", " "), 64), (("search", "x", "--count", "0"), 64)):
        done = home.jarvisctl("memory", *arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert home.jarvisctl("memory", "import", stdin="nonsense\n").returncode == 64
