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
    ("a\n---\nb", ["a.", "b"]),
    ("5 &lt; 6 &amp; 7", ["5 is less than 6 and 7"]),
    ("x", ["x"]),
    ("Shopping:\n- milk\n- eggs", ["Shopping.", "milk and eggs"]),
    (
        "Here is the list:\n\n* apples\n* pears\n\nThat is all.",
        ["Here is the list.", "apples and pears.", "That is all."],
    ),
    ("1) one\n2) two", ["1, one; and 2, two"]),
    (
        "- [ ] write report\n- [x] send mail\n- [ ] call mum",
        ["open: write report; done: send mail; and open: call mum"],
    ),
    (
        "* [x] Task A: finish the report by Friday.\n* [ ] Task B: send it to the whole team, please.",
        ["done: Task A: finish the report by Friday.", "open: Task B: send it to the whole team, please."],
    ),
    ("☑ paid\n☐ open bill", ["done: paid; and open: open bill"]),
    ("TODO:\n[x] pay rent\n[ ] buy milk", ["TODO.", "done: pay rent; and open: buy milk"]),
    (
        "| Name | Age | City |\n|:-----|----:|:----:|\n| Anna | 31 | Berlin |\n| Bob | 7 | |",
        ["Name, Age, City.", "Anna, 31, Berlin.", "Bob, 7, empty"],
    ),
    ("a | b\n--|--\n1 | 2", ["a, b.", "1, 2"]),
    (
        "Name\tQty\tPrice\nApple\t3\t$1.50\nPear\t10\t$2",
        ["Name, Qty, Price.", "Apple, 3, 1 dollar and 50 cents.", "Pear, 10, 2 dollars"],
    ),
    (
        "NAME       READY   STATUS\nweb-1      1/1     Running\ndb-0       0/1     Pending",
        ["NAME, READY, STATUS.", "web-1, 1 over 1, Running.", "db-0, 0 over 1, Pending"],
    ),
    ("<ul><li>one</li><li>two</li></ul>", ["one and two"]),
    ("<p>Hello <b>world</b></p><p>Bye</p>", ["Hello world.", "Bye"]),
    ("<table><tr><td>Mon</td><td>12</td></tr><tr><td>Tue</td><td>15</td></tr></table>", ["Mon, 12.", "Tue, 15"]),
    ("# Report\n## Summary\nAll good.", ["Report.", "Summary.", "All good."]),
    ("Setext\n------\nText", ["Setext.", "Text"]),
    ("> To be or not to be.", ["quote: To be or not to be."]),
    ("> Anna wrote:\n>> nested\n> back", ["quote: Anna wrote.", "quote: nested.", "end of quote.", "back"]),
    ("Use `pip install x` and `ls -la`.", ["Use pip install x and ls dash l a."]),
    ("```\n20\n5\n```", ["20, 5"]),
    ('```json\n{"a": 1, "b": [1, 2]}\n```', ['"a": 1, "b": 1, 2']),
    (
        "```python\nimport os\nimport sys\nimport re\nprint(os)\nprint(sys)\nprint(re)\n```",
        ["6 lines of Python code,", "which I do not read out"],
    ),
    (
        "Steps:\n1. Preheat to 180 °C.\n2. Bake for 20–25 min.",
        ["Steps.", "1, Preheat to 180 degrees Celsius.", "2, Bake for 20 to 25 minutes."],
    ),
    (
        "- Fruit\n    - Apple\n    - Pear\n        - Williams\n- Bread",
        ["Fruit: Apple; and Pear: Williams; and Bread"],
    ),
    (
        "Dear Anna,\n\nthank you for your letter of 3 May.\n\nBest regards,\nBob",
        ["Dear Anna.", "thank you for your letter of 3 May.", "Best regards, Bob"],
    ),
    ("1\n2\n3\n4", ["1, 2, 3, 4"]),
    ("10", ["10"]),
    ("alice\nbob\ncarol", ["alice, bob, carol"]),
    ("Monday: 12 °C\nTuesday: 15 °C", ["Monday: 12 degrees Celsius, Tuesday: 15 degrees Celsius"]),
    ("a,b,c\n1,2,3", ["a, b, c; 1, 2, 3"]),
    (
        "line one is rather long so that it had to be wrapped by the editor at\nsome column, and goes on here",
        [
            "line one is rather long,",
            "so that it had to be wrapped by the editor at some column, and goes on here",
        ],
    ),
    ("First paragraph.\n\nSecond paragraph.", ["First paragraph.", "Second paragraph."]),
    (
        "Text with a footnote[^1].\n\n[^1]: The note.",
        ["Text with a footnote, footnote 1.", "footnote 1, The note."],
    ),
    ("[Link](https://example.com) and <https://example.org/x>", ["Link and example dot org slash x"]),
    ("**Bold:** value", ["Bold: value"]),
    ("- **Name**: Anna\n- **Age**: 31", ["Name: Anna; and Age: 31"]),
    ("Term\n: Definition", ["Term, Definition"]),
    ("key=value\nother=2", ["key equals value, other equals 2"]),
    ("[20, 5]", ["20, 5"]),
    ("True\nFalse", ["True, False"]),
    ("-5\n-3", ["minus 5, minus 3"]),
    ("+ one\n+ two", ["one and two"]),
    ("– eins\n– zwei", ["eins and zwei"]),
    ("- one\n- two\n- three\n- four\n- five\n- six", ["one, two, three, four, five, and six"]),
    ("• milk\n• eggs", ["milk and eggs"]),
    ("a) first\nb) second", ["a, first; and b, second"]),
    ("README.md  notes.txt  docs", ["README dot md, notes dot txt, docs"]),
    ("README.md\nnotes.txt\ndocs/", ["README dot md, notes dot txt, docs slash"]),
    ("Total: 3 files, 1.2 GB", ["Total: 3 files, 1.2 gigabytes"]),
    (
        "Roses are red,\nviolets are blue,\nsugar is sweet.",
        ["Roses are red, violets are blue.", "sugar is sweet."],
    ),
    ("Q: How many?\nA: 5.", ["Q: How many?", "A: 5."]),
    ("- [x] ~~done thing~~\n- [ ] *next* thing", ["done: done thing; and open: next thing"]),
    ("1. Wash\n   - hands\n   - face\n2. Eat", ["1, Wash: hands and face; and 2, Eat"]),
    (
        "  2024-01-01  open  3\n  2024-01-02  closed  4",
        ["January 1, 2024; open; 3.", "January 2, 2024; closed; 4"],
    ),
    ("| a | b\n| c | d", ["a, b.", "c, d"]),
    ("+---+---+\n| a | b |\n+---+---+\n| 1 | 2 |\n+---+---+", ["a, b.", "1, 2"]),
    (
        "Ingredients:\n\n- 200 g flour\n- 2 eggs\n- ½ tsp salt\n\nMix well.",
        ["Ingredients.", "200 grams flour, 2 eggs, and one half teaspoon salt.", "Mix well."],
    ),
    (
        "1. **Open** the app\n2. Tap *Settings*\n3. Choose `Wi-Fi`",
        ["1, Open the app; 2, Tap Settings;", "and 3, Choose Wi-Fi"],
    ),
    ("- a\n- b\n\n- c", ["a, b, and c"]),
    (
        "Item\tPrice\nMilk\t€1.20\nBread\t€2.50",
        ["Item, Price.", "Milk, 1 euro and 20 cents.", "Bread, 2 euros and 50 cents"],
    ),
    (
        "| Item | Price |\n| --- | ---: |\n| Milk | €1.20 |\n| Bread | €2.50 |",
        ["Item, Price.", "Milk, 1 euro and 20 cents.", "Bread, 2 euros and 50 cents"],
    ),
    ("Tasks\n[x] one\n[ ] two", ["Tasks.", "done: one; and open: two"]),
    ("- [X] Pay rent", ["done: Pay rent"]),
    ("* [ ] Buy milk", ["open: Buy milk"]),
    ("✅ Done\n❌ Failed", ["check mark button, Done; cross mark, Failed"]),
    ("✓ milk\n✗ eggs", ["check mark milk, cross mark eggs"]),
    (
        "Name: Anna\nPhone: 555-1234\nEmail: anna@example.com",
        ["Name: Anna; Phone: 5 5 5,", "1 2 3 4; Email: anna at example dot com"],
    ),
    ("20\n5\n13", ["20, 5, 13"]),
    ("3.5\n4.5", ["3.5, 4.5"]),
    ("hello world", ["hello world"]),
    ("apple, pear\nbanana", ["apple, pear; banana"]),
    ('"one"\n"two"', ['"one", "two"']),
    (
        "2024-01-01 12:00:00 INFO start\n2024-01-01 12:00:05 ERROR stop",
        ["January 1, 2024, 12 o'clock INFO start;", "January 1, 2024, 12 o'clock and 5 seconds ERROR stop"],
    ),
    ("<h1>Title</h1><p>Text</p>", ["Title.", "Text"]),
    ("<ol><li>one</li><li>two</li></ol>", ["one and two"]),
    ("line 1<br>line 2", ["line 1, line 2"]),
    ("> quote line one\n> quote line two", ["quote: quote line one, quote line two"]),
    ("Text\n\n---\n\nMore", ["Text.", "More"]),
    (
        "- item with a very long description that exceeds sixty characters for sure, yes\n- second\n- third",
        ["item with a very long description,", "that exceeds sixty characters for sure, yes; second; and third"],
    ),
    (
        "# To do\n\n- [ ] a\n- [x] b\n\n## Notes\n\nSome *notes*.",
        ["To do.", "open: a; and done: b.", "Notes.", "Some notes."],
    ),
    (
        "See https://example.com.\n\n- https://a.com\n- https://b.com",
        ["See example dot com.", "a dot com and b dot com"],
    ),
    ("```\n$ ls\na.txt\n```", ["dollars ls, a dot txt"]),
    ("Here is code: `x = 1`", ["Here is code: x equals 1"]),
    ("Anna's list: milk, eggs", ["Anna's list: milk, eggs"]),
    ("A\nB", ["A, B"]),
    ("one\n\ntwo\n\nthree", ["one.", "two.", "three"]),
    ("Header1 | Header2\n------- | -------\nv1 | v2", ["Header1, Header2.", "v1, v2"]),
    ("1", ["1"]),
    ("- one\n  continued here\n- two", ["one continued here and two"]),
    (
        "1. first\n   1. inner\n   2. inner two\n2. second",
        ["1, first: 1, inner; and 2, inner two;", "and 2, second"],
    ),
    ("(1) alpha\n(2) beta", ["(1) alpha, (2) beta"]),
    ("The answer is 42.\nSo long.", ["The answer is 42.", "So long."]),
    ('"I came,\nI saw."', ['"I came, I saw."']),
    ("Dear all,\nthe meeting is at 10:30.\nBest,\nTom", ["Dear all.", "the meeting is at 10 30.", "Best, Tom"]),
    (
        "- one thing that is quite long and that goes on and on until nobody listens\n- another thing",
        ["one thing that is quite long,", "and that goes on and on until nobody listens; and another thing"],
    ),
)


@pytest.mark.parametrize(("written", "chunks"), CASES)
def test_structure_is_heard(written: str, chunks: list[str]) -> None:
    assert list(engine_chunks(written, ENGLISH.speech)) == chunks
