"""A unit that says nothing loads nothing of how things are said."""

from __future__ import annotations

import subprocess
import sys


def test_the_tables_of_speech_are_loaded_by_who_speaks() -> None:
    code = (
        "import sys\n"
        "from jarvisd.lang.en.pack import ENGLISH\n"
        "tables = {'anyascii', 'babel', 'emoji'}\n"
        "before = tables & set(sys.modules)\n"
        "ENGLISH.speech.said('5 km')\n"
        "print(len(before), len(tables & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "3"]
