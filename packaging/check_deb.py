"""Looks at the tree of a package before it is shipped: is everything there, for the right machine and Python?

Usage: ``check_deb.py --arch ARCH --python X.Y --glibc X.Y TREE``. Prints every fault; exit status 1
if there is one.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MACHINES = {"amd64": "Advanced Micro Devices X86-64", "arm64": "AArch64"}
NEEDED = {
    "ld-linux-aarch64.so.1": "libc6",
    "ld-linux-x86-64.so.2": "libc6",
    "libasound.so.2": "libasound2",
    "libc.so.6": "libc6",
    "libdl.so.2": "libc6",
    "libgcc_s.so.1": "libgcc-s1",
    "libgomp.so.1": "libgomp1",
    "libm.so.6": "libc6",
    "libmvec.so.1": "libc6",
    "libpthread.so.0": "libc6",
    "librt.so.1": "libc6",
    "libstdc++.so.6": "libstdc++6",
    "libutil.so.1": "libc6",
    "libz.so.1": "zlib1g",
}
"""Libraries that the package may take from the system, and the packages in its Depends that have them."""

FORBIDDEN = {
    "models": re.compile(r"\.(gguf|onnx|pt|safetensors|tflite|ckpt)$"),
    "torch": re.compile(r"/site-packages/(torch|nvidia|triton)/"),
}
OBJECT = re.compile(r"\.so(\.\d+)*$")

ENTRY_POINTS = (
    "etc/jarvisd/jarvisd.toml",
    "usr/bin/jarvisctl",
    "usr/lib/jarvisd/venv/bin/python",
    "usr/lib/jarvisd/venv/pyvenv.cfg",
    "usr/lib/sysusers.d/jarvisd.conf",
    "usr/lib/tmpfiles.d/jarvisd.conf",
    "usr/sbin/jarvisd",
    "usr/share/bash-completion/completions/jarvisctl",
    "usr/share/dbus-1/system.d/org.jarvisd.conf",
    "usr/share/doc/jarvisd/copyright",
    "usr/share/polkit-1/actions/org.jarvisd.policy",
)
UNITS = ("audio", "brain", "executor", "tts")


def faults(tree: Path, arch: str, python: str, glibc: str) -> Iterator[str]:
    """Everything that is wrong with the tree."""
    for name in ENTRY_POINTS:
        if not (tree / name).exists() and not (tree / name).is_symlink():
            yield f"{name} is missing"
    units = tree / "lib/systemd/system"
    if not units.is_dir():
        units = tree / "usr/lib/systemd/system"
    for unit in UNITS:
        if not (tree / f"usr/share/dbus-1/interfaces/org.jarvisd.{unit.capitalize()}1.xml").exists():
            yield f"the interface of {unit} is missing"
        if not (units / f"jarvisd-{unit}.service").exists():
            yield f"jarvisd-{unit}.service is missing"
    yield from _commands(tree, units)
    interpreter = (tree / "usr/lib/jarvisd/venv/bin/python").readlink()
    if interpreter.name != f"python{python}":
        yield f"the environment uses {interpreter}, not Python {python}"
    yield from _content(tree)
    yield from _objects(tree, arch, python, glibc)


def _commands(tree: Path, units: Path) -> Iterator[str]:
    """Programs and manual pages that units name, as far as they are this package's."""
    for unit in sorted(units.glob("jarvisd*")):
        text = unit.read_text("utf-8")
        for program in re.findall(
            r"^Exec\w+=[-+!@:]*(/usr/lib/jarvisd/\S+|/usr/s?bin/jarvis\S+)", text, re.MULTILINE
        ):
            if not (tree / program[1:]).exists() and not (tree / program[1:]).is_symlink():
                yield f"{unit.name} runs {program}, which is missing"
        for module in re.findall(r"^Exec\w+=\S+ -I -m (jarvisd\S*)", text, re.MULTILINE):
            site = next((tree / "usr/lib/jarvisd/venv/lib").glob("python*/site-packages"))
            path = site / module.replace(".", "/")
            if not path.with_suffix(".py").exists() and not (path / "__main__.py").exists():
                yield f"{unit.name} runs the module {module}, which is missing"
        for page, section in re.findall(r"man:(jarvis[\w.-]*)\((\d)\)", text):
            if not list((tree / f"usr/share/man/man{section}").glob(f"{page}.{section}*")):
                yield f"{unit.name} names the manual page {page}({section}), which is missing"


def _content(tree: Path) -> Iterator[str]:
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree).as_posix()
        for what, pattern in FORBIDDEN.items():
            if pattern.search(f"/{name}"):
                yield f"{name}: {what} may not be in the package"
        ours = "site-packages/jarvisd/" in name and path.suffix == ".py"
        if ours and not list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc")):
            yield f"{name} has no byte code: units would compile it at every start"


def _objects(tree: Path, arch: str, python: str, glibc: str) -> Iterator[str]:
    objects = [path for path in sorted(tree.rglob("*.so*")) if OBJECT.search(path.name) and not path.is_symlink()]
    bundled = {path.name for path in objects}
    wrong_tag = re.compile(rf"\.cpython-(?!{python.replace('.', '')}-)\d+-")
    for path in objects:
        name = path.relative_to(tree).as_posix()
        done = subprocess.run(["readelf", "-hdV", "-W", path], capture_output=True, text=True, check=True)
        machine = re.search(r"Machine:\s+(.*)", done.stdout)
        if machine is None or machine[1].strip() != MACHINES[arch]:
            yield f"{name} is not for {arch}"
        if wrong_tag.search(path.name):
            yield f"{name} is not for Python {python}"
        for library in re.findall(r"\(NEEDED\).*\[(.*)\]", done.stdout):
            if library not in NEEDED and library not in bundled:
                yield f"{name} needs {library}, which neither the package nor its dependencies have"
        versions = [tuple(map(int, text.split("."))) for text in re.findall(r"\bGLIBC_(2\.\d+)", done.stdout)]
        if versions and max(versions) > tuple(map(int, glibc.split("."))):
            yield f"{name} needs a newer C library than {glibc}"
    sys.stdout.write(f"deb: {len(objects)} shared objects, all for {arch} and Python {python}, looked at\n")


def main() -> int:
    """Print the faults; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--arch", choices=sorted(MACHINES), required=True)
    parser.add_argument("--python", required=True)
    parser.add_argument("--glibc", required=True)
    parser.add_argument("tree", type=Path)
    args = parser.parse_args()
    found = list(faults(args.tree, args.arch, args.python, args.glibc))
    for fault in found:
        sys.stderr.write(f"deb: {fault}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
