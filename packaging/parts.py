"""Writes the package's copyright file: its head, then a paragraph for every bundled part.

Usage: ``parts.py HEAD SITE-PACKAGES``. A part whose licence is not known stops the build, so that a renewed
lock cannot bring one in unseen.
"""

from __future__ import annotations

import email
import re
import sys
from collections.abc import Iterator
from pathlib import Path

OWN = "jarvisd"
COMMON = {
    "Apache-2.0": "Apache-2.0",
    "CC0-1.0": "CC0-1.0",
    "GPL-2.0-or-later": "GPL-2",
    "GPL-3.0-or-later": "GPL-3",
    "LGPL-2.0-or-later": "LGPL-2",
    "LGPL-2.1-or-later": "LGPL-2.1",
    "LGPL-3.0-or-later": "LGPL-3",
    "MPL-2.0": "MPL-2.0",
}
"""Licence to its text in /usr/share/common-licenses."""

SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License": "Apache-2.0",
    "Apache License Version 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "BSD-2-Clause": "BSD-2-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "GPL-3.0-or-later": "GPL-3.0-or-later",
    "ISC": "ISC",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT": "MIT",
    "MIT License": "MIT",
    "MPL-2.0": "MPL-2.0",
    "MPL-2.0 AND MIT": "MPL-2.0 AND MIT",
    "PSF": "PSF-2.0",
    "PSF-2.0": "PSF-2.0",
}
"""What older metadata call a licence, to its SPDX name."""

BY_HAND = {
    "emoji": "BSD-3-Clause",
    "mpmath": "BSD-3-Clause",
    "numpy": "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "nvidia-ml-py": "BSD-3-Clause",
    "pymicro-features": "Apache-2.0",
    "scipy": "BSD-3-Clause",
    "sympy": "BSD-3-Clause",
    "uvloop": "Apache-2.0 AND MIT",
}
"""Parts whose metadata hold a text, a family or two answers where the name of a licence should be."""

GCC_RUNTIME = "GPL-3.0-or-later WITH GCC-exception-3.1"
LIBRARIES = {
    "libSvtAv1Enc": "BSD-3-Clause-Clear",
    "libXau": "MIT",
    "libasound": "LGPL-2.1-or-later",
    "libavcodec": "GPL-2.0-or-later",
    "libavdevice": "GPL-2.0-or-later",
    "libavfilter": "GPL-2.0-or-later",
    "libavformat": "GPL-2.0-or-later",
    "libavutil": "GPL-2.0-or-later",
    "libctranslate2": "MIT AND Apache-2.0 AND ISSL",
    "libdav1d": "BSD-2-Clause",
    "libdrm": "MIT",
    "libgfortran": GCC_RUNTIME,
    "libgmp": "LGPL-3.0-or-later",
    "libgnutls": "LGPL-2.1-or-later",
    "libgomp": GCC_RUNTIME,
    "libhogweed": "LGPL-3.0-or-later",
    "libmp3lame": "LGPL-2.0-or-later",
    "libnettle": "LGPL-3.0-or-later",
    "libopencore-amrnb": "Apache-2.0",
    "libopencore-amrwb": "Apache-2.0",
    "libopus": "BSD-3-Clause",
    "libquadmath": "LGPL-2.1-or-later",
    "libscipy_openblas": "BSD-3-Clause",
    "libscipy_openblas64_": "BSD-3-Clause",
    "libsharpyuv": "BSD-3-Clause",
    "libstdc++": GCC_RUNTIME,
    "libswresample": "GPL-2.0-or-later",
    "libswscale": "GPL-2.0-or-later",
    "libunistring": "LGPL-3.0-or-later",
    "libvmaf": "BSD-2-Clause-Patent",
    "libvpl": "MIT",
    "libvpx": "BSD-3-Clause",
    "libwebp": "BSD-3-Clause",
    "libwebpmux": "BSD-3-Clause",
    "libx264": "GPL-2.0-or-later",
    "libx265": "GPL-2.0-or-later",
    "libxcb": "MIT",
    "libxcb-shape": "MIT",
    "libxcb-shm": "MIT",
    "libxcb-xfixes": "MIT",
}
"""Libraries that wheels carry in a folder NAME.libs, by their names without version and hash."""

COPYRIGHT = re.compile(r"^\W{0,4}(copyright\s+(?:\(c\)|©|\d{4}).*)$", re.IGNORECASE)
LONGEST_LINE = 200
HOLDER_LINES = re.compile(
    r"^(\W{0,4}copyright\s+(\(c\)|©|\d{4}).*|all rights reserved\.?)\n+", re.IGNORECASE | re.MULTILINE
)
"""Who holds it is said for each part."""
SHORTEST_TEXT = 400
"""A shorter file only says where the text is."""


class UnknownLicence(Exception):
    """A part says nothing that this script understands."""


def licence_of(metadata: email.message.Message) -> str:
    """The SPDX expression of a part, from whichever field of its metadata has it."""
    name = metadata["Name"]
    if expression := metadata["License-Expression"]:
        return str(expression)
    if name in BY_HAND:
        return BY_HAND[name]
    classifiers = metadata.get_all("Classifier", [])
    candidates = [metadata["License"] or ""]
    candidates += [text.split(" :: ")[-1] for text in classifiers if text.startswith("License")]
    for candidate in candidates:
        if candidate.strip() in SPDX:
            return SPDX[candidate.strip()]
    said = [candidate[:40] for candidate in candidates]
    raise UnknownLicence(f"{name}: the licence {said} is not known; look it up and add it")


def holders_of(folder: Path, metadata: email.message.Message) -> list[str]:
    """The lines that name copyright holders, else the authors."""
    lines: list[str] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and re.search("licen[cs]e|copying|notice", path.name, re.IGNORECASE):
            for line in path.read_text("utf-8", "replace").splitlines():
                found = COPYRIGHT.match(line.strip())
                if found and len(line) < LONGEST_LINE and "[yyyy]" not in line and "{yyyy}" not in line:
                    lines.append(found[1].strip())
    authors = metadata["Author"] or metadata["Author-email"] or metadata["Maintainer-email"]
    return list(dict.fromkeys(lines)) or [str(authors or f"the authors of {metadata['Name']}").splitlines()[0]]


def parts(site: Path) -> Iterator[tuple[str, str, list[str], str]]:
    """Files, licence, holders and a remark for each part."""
    for folder in sorted(site.glob("*.dist-info"), key=lambda path: path.name.lower()):
        metadata = email.message_from_string((folder / "METADATA").read_text("utf-8"))
        if metadata["Name"] == OWN:
            continue
        remark = f"{metadata['Name']} {metadata['Version']}, as published on the Python Package Index"
        yield f"{folder.name}/*", licence_of(metadata), holders_of(folder, metadata), remark
    for folder in sorted(site.glob("*.libs")):
        for library in sorted(folder.glob("*.so*")):
            stem = re.sub(r"(-[0-9a-f]{8})+(?=\.so)", "", library.name).split(".so")[0]
            if stem not in LIBRARIES:
                raise UnknownLicence(f"{folder.name}/{library.name}: the licence of {stem} is not known; add it")
            owner = folder.name.removesuffix(".libs")
            yield (
                f"{folder.name}/{library.name}",
                LIBRARIES[stem],
                [f"the authors of {stem}"],
                f"comes with {owner}",
            )


def terms(licence: str) -> list[str]:
    """The single licences of an expression; an exception stays with its licence."""
    return [term.strip("()") for term in re.split(" AND | OR ", licence)]


def texts(site: Path) -> dict[str, str]:
    """Single licence to its text, the shortest that a part under that licence alone brings."""
    found: dict[str, str] = {}
    for folder in sorted(site.glob("*.dist-info")):
        licence = licence_of(email.message_from_string((folder / "METADATA").read_text("utf-8")))
        # What lies deeper is of parts within the part.
        for path in (*folder.glob("*"), *folder.glob("licenses/*")):
            if path.is_file() and re.match("licen[cs]e|copying", path.name, re.IGNORECASE):
                text = HOLDER_LINES.sub("", path.read_text("utf-8", "replace")).strip()
                if SHORTEST_TEXT < len(text) < len(found.get(licence, text + "x")):
                    found[licence] = text
    return found


def text_of(term: str, known: dict[str, str]) -> str:
    """The body of a licence's paragraph: its text, where the distribution has it, or where it is published."""
    name = term.split(" WITH ")[0]
    if name in COMMON:
        where = f" The text is in /usr/share/common-licenses/{COMMON[name]}."
        return (
            where
            if name == term
            else f"{where}\n .\n For the exception see https://spdx.org/licenses/{term.split()[-1]}.html"
        )
    if term not in known:
        return f" No part brings the text alone: https://spdx.org/licenses/{term}.html"
    return "\n".join(f" {line.strip()}" if line.strip() else " ." for line in known[term].splitlines())


def main(head: Path, site: Path) -> None:
    """Write the file to standard output."""
    write = sys.stdout.write
    write(head.read_text("utf-8"))
    licences = {"Apache-2.0"}
    for files, licence, holders, remark in parts(site):
        licences.update(terms(licence))
        lines = "\n ".join(holders)
        write(f"\nFiles: venv/{files}\nCopyright: {lines}\nLicense: {licence}\nComment: {remark}\n")
    known = texts(site)
    for term in sorted(licences):
        write(f"\nLicense: {term}\n{text_of(term, known)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
