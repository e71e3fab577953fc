"""Kind 8: the structure of a text is heard: lists, check boxes, tables, lines, quotes and code (issue 12)."""

from __future__ import annotations

import pytest

from jarvisd.lang.en.pack import ENGLISH
from jarvisd.tts.utterance import engine_chunks

CASES = (
    ("20\n5", ["20, 5"]),
    ("milk\neggs\nbread", ["milk, eggs, bread"]),
    ("- milk\n- eggs\n- bread", ["milk, eggs, and bread"]),
    ("- [x] pay rent\n- [ ] call Anna", ["done: pay rent; and open: call Anna"]),
    ("1. Open the door.\n2. Go in.\n3. Close it.", ["1, Open the door.", "2, Go in.", "3, Close it."]),
    ("1. flour\n2. eggs\n3. milk", ["1, flour; 2, eggs; and 3, milk"]),
    ("| Day | Temp |\n|-----|------|\n| Mon | 12 |\n| Tue | |", ["Day, Temp.", "Mon, 12.", "Tue, empty"]),
    ("Mon\t12\nTue\t14", ["Mon, 12.", "Tue, 14"]),
    ("Mon   12\nTue   14", ["Mon, 12.", "Tue, 14"]),
    (
        "<table><tr><th>Day</th><th>Temp</th></tr><tr><td>Mon</td><td>12</td></tr></table>",
        ["Day, Temp.", "Mon, 12"],
    ),
    (
        "# Title\nSome text here.\n\n## Next\n- fruit\n  - apples\n  - pears\n- bread",
        ["Title.", "Some text here.", "Next.", "fruit: apples and pears; and bread"],
    ),
    ("> quoted text\n> more\n\nThen me.", ["quote: quoted text, more.", "end of quote.", "Then me."]),
    ("See [the docs](https://example.com/a?b=c) and ![a cat](cat.png).", ["See the docs and a cat."]),
    ("Run this:\n```bash\nls -la\ncd /tmp\n```", ["Run this.", "ls dash l a, cd slash tmp"]),
    ("```python\na\nb\nc\nd\ne\nf\n```\nDone.", ["6 lines of Python code,", "which I do not read out.", "Done."]),
    (
        "I moved the file to the\ndocuments folder, and then I\ndeleted the rest.",
        ["I moved the file to the documents folder,", "and then I deleted the rest."],
    ),
    ("wrapped\nline.\nNext", ["wrapped line.", "Next"]),
    ("**Done!** _really_ `now`", ["Done!", "really now"]),
    ("<b>bold</b> <!-- hidden --> 1 < 2", ["bold 1 is less than 2"]),
    ("name: Anna\nage: 5", ["name: Anna, age: 5"]),
    ("Mon,12\nTue,14", ["Mon, 12; Tue, 14"]),
    ("Title\n=====\ntext", ["Title.", "text"]),
    ("John Smith\n12 Main Street\n10115 Berlin", ["John Smith, 12 Main Street, 10115 Berlin"]),
    ("groceries.txt says:\nmilk\neggs", ["groceries dot txt says: milk, eggs"]),
    (
        "* one thing that is quite long and that goes on and on until nobody listens\n* another thing",
        [
            "one thing that is quite long,",
            "and that goes on and on until nobody listens.",
            "another thing",
        ],
    ),
    ("a\n---\nb", ["a.", "b"]),
    ("5 &lt; 6 &amp; 7", ["5 is less than 6 and 7"]),
    ("x", ["x"]),
)


@pytest.mark.parametrize(("written", "chunks"), CASES)
def test_structure_is_heard(written: str, chunks: list[str]) -> None:
    assert list(engine_chunks(written, ENGLISH.speech)) == chunks
