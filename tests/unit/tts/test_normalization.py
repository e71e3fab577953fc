"""Written text becomes what a person would say (A13)."""

from __future__ import annotations

import time

import pytest

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.tts.normalization import speakable

SPEECH = ENGLISH.speech


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("It is 3.5 megabytes.", "It is 3.5 megabytes."),
        ("I moved report.txt.", "I moved report dot txt."),
        ("my_file-2.tar.gz", "my underscore file dash 2 dot tar dot gz"),
        ("Saved in /srv/jarvisd/docs/a.md!", "Saved in slash srv slash jarvisd slash docs slash a dot md!"),
        ("~/notes.txt and .bashrc", "home slash notes dot txt and dot bashrc"),
        ("2,347 files (450 MB)", "2347 files (450 megabytes)"),
        ("1,000,000.50 and 1 MB", "1000000.50 and 1 megabyte"),
        ("version 1.2.3 of 24/7", "version 1 point 2 point 3 of 24 7"),
        ("yes and/or no", "yes and or no"),
        ("It's 14:05, 3:00 PM or 15:00.", "It's 14 oh 5, 3 PM or 15 o'clock."),
        ("On 2026-11-22 at 5 p.m.", "On November 22, 2026 at 5 PM."),
        ("2026-99-99", "2026-99-99"),
        ("$5, €1.50 and -3 °C", "5 dollars, 1 euro and 50 cents and minus 3 degrees Celsius"),
        ("100 KB/s & 90%", "100 kilobytes per second and 90 percent"),
        ("3 * 4 = 12, 5 – 10", "3 times 4 equals 12, 5 to 10"),
        ("files, e.g. notes, i.e. text, etc.", "files, for example, notes, that is, text, et cetera."),
        ("Dr. Who vs. Mr. Bean of the U.S. team", "Doctor Who versus Mister Bean of the US team"),
        ("Wait... maybe. Well… Yes?!", "Wait, maybe. Well, Yes?"),
        ("“Quoted” and it’s ‘fine’", "Quoted and it's 'fine'"),
    ],
)
def test_numbers_names_and_abbreviations(written: str, said: str) -> None:
    assert speakable(written, SPEECH) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("**Done!** _really_ `now`", "Done! really now"),
        ("# Title\n- first *item*\n- [x] second\n1. one", "Title.\nfirst item; and done: second.\n1, one"),
        ("See [the docs](https://example.com/a?b=c).", "See the docs."),
        (
            "At https://www.example.org/long/path.html.",
            "At www dot example dot org slash long slash path dot html.",
        ),
        ("Mail bob.smith@example.com!", "Mail bob dot smith at example dot com!"),
        ("to a_b-c+d@x-y.org.", "to a underscore b dash c plus d at x dash y dot org."),
        ("Before\n```python\nprint(1)\n```\nAfter.", "Before.\nprint(1).\nAfter."),
        ("Before\n```\nnever closed", "Before.\nnever closed"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a, b.\n1, 2"),
        ("<b>bold</b> <!-- hidden --> 1 < 2", "bold 1 is less than 2"),
        ("> quoted\n---\n* * *\nend", "quote: quoted.\nend of quote.\nend"),
        ("Great 😀👍🏽 work ❤️", "Great, grinning face, thumbs up medium skin tone, work, red heart"),
        ("[[h@l'oU]] {x}", "h at l'oU x"),
        ("wrapped\nline.\nNext", "wrapped line.\nNext"),
        ("snake_case_name", "snake underscore case underscore name"),
    ],
)
def test_markup_is_not_spoken(written: str, said: str) -> None:
    """Piper speaks markup, calls emoji by other names, and takes double brackets for phonemes."""
    assert speakable(written, SPEECH) == said


@pytest.mark.parametrize("written", ["", "   ", "...", "```\n```", "---", "**", "\n\n", "\N{NULL}"])
def test_nothing_speakable_is_empty(written: str) -> None:
    assert speakable(written, SPEECH) == ""


@pytest.mark.parametrize(
    "unit", ["a.", "a-", "/a", "[", "`", "*", " ", "_a", "1,111", "<a", "a@", "> ", "...a", "\t|"]
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    """Text comes from files and models; no pattern may blow up on it."""
    began_s = time.process_time()
    speakable((unit * 4000)[:4000], SPEECH)
    assert time.process_time() - began_s < 5
