"""Documents that cannot rot: generated blocks are current, and what they promise is true."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from jarvisd.core.error_texts import FAULTS
from jarvisd.core.errors import ErrorCode
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.lang.en.sentences import errors

ROOT = Path(__file__).resolve().parents[2]
render = runpy.run_path(str(ROOT / "docs" / "render.py"))


def test_generated_blocks_are_current() -> None:
    for name in render["BLOCKS"]:
        assert (ROOT / "docs" / name).read_text("utf-8") == render["rendered"](name)


def test_every_code_tells_people_what_happened_and_what_to_do() -> None:
    assert set(FAULTS) == set(ErrorCode)
    for fault in FAULTS.values():
        assert fault.cause
        assert fault.remedy
        assert 64 <= fault.exit_code <= 78


def test_every_code_has_a_sentence_that_a_user_hears() -> None:
    assert set(errors.SPOKEN) == set(ErrorCode)
    for code in ErrorCode:
        spoken = ENGLISH.replies.error(code)
        assert spoken[0].isupper()
        assert spoken[-1] in ".!"


def test_links_in_documents_lead_somewhere() -> None:
    broken = []
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
            if "://" not in link and not (path.parent / link).exists():
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_the_map_of_the_code_names_what_is_there() -> None:
    """Whoever looks for a thing goes by the map first."""
    table = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("| unit | theme | modules |")[2]
    missing, unit = [], ""
    for row in re.findall(r"^\| (\w*) ?\| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE):
        unit = row[0] or unit
        places = [ROOT / "jarvisd" / unit / name for name in re.findall(r"`([^`]+)`", row[1])]
        missing += [str(place) for place in places if not (place.is_dir() or place.with_suffix(".py").is_file())]
    assert unit == "tts"
    assert missing == []


def test_every_number_that_a_comment_names_is_explained() -> None:
    """A reader who meets "decision 18" or "(A10)" finds in one document what it says."""
    rows = set(re.findall(r"^\| (\w+) \|", (ROOT / "docs" / "decisions.md").read_text("utf-8"), re.MULTILINE))
    named: set[str] = set()
    for path in [*ROOT.glob("jarvisd/**/*.py"), *ROOT.glob("tests/**/*.py")]:
        text = path.read_text("utf-8")
        for numbers in re.findall(r"\b[Dd]ecisions? (\d+(?:(?:, | and )\d+)*)", text):
            named.update(re.findall(r"\d+", numbers))
        for inside in re.findall(r"(?:\(|[Rr]equirements? )((?:[ABD]\d+)(?:(?:, | to | and |-)[ABD]\d+)*)", text):
            named.update(re.findall(r"[ABD]\d+", inside))
    assert named - rows == set()
    assert {"2", "A10", "D5"} <= named
