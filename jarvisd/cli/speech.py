"""``jarvisctl say --dry-run``: what the engine would get for a text, without a unit."""

from __future__ import annotations

import argparse
import json

from jarvisd.cli.terminal import harmless
from jarvisd.lang.en.pack import ENGLISH
from jarvisd.tts.utterance import engine_chunks


def run(args: argparse.Namespace) -> int:
    """Print the chunks, by the code that the voice runs."""
    chunks = engine_chunks(" ".join(args.text), ENGLISH.speech)
    if args.json:
        print(json.dumps({"chunks": chunks}, ensure_ascii=False))
    else:
        print("".join(f"{harmless(chunk)}\n" for chunk in chunks), end="")
    return 0
