"""The packaging against the tree it packages: names, versions, files, scripts, parts (E5, E6)."""

from __future__ import annotations

import email.message
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jarvisd import __version__
from jarvisd.cli.main import _OFFLINE, _parser
from jarvisd.config.schema import sections
from jarvisd.core.audit_chain import REMOVED

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
DEBIAN = PACKAGING / "debian"
SCRIPTS = sorted(
    path
    for path in PACKAGING.rglob("*")
    if path.is_file() and re.match(rb"#!\S*/(env )?(ba)?sh\n", path.read_bytes())
)
MAINTAINER_SCRIPTS = sorted(
    path for path in DEBIAN.iterdir() if path.suffix in {".preinst", ".postinst", ".prerm", ".postrm"}
)
DISTRIBUTIONS = {"bookworm": "3.11", "jammy": "3.10", "noble": "3.12"}


def text(name: str) -> str:
    return (DEBIAN / name).read_text("utf-8")


def paragraphs() -> dict[str, email.message.Message]:
    """The binary packages of debian/control by name."""
    found = [email.message_from_string(part) for part in text("control").strip().split("\n\n")[1:]]
    return {part["Package"]: part for part in found}


def test_the_changelog_has_the_version_of_the_project() -> None:
    first = re.match(r"jarvisd \(([^)]+)\) ", text("changelog"))
    assert first is not None
    assert first[1] == __version__


@pytest.mark.parametrize("line", text("jarvisd.install").splitlines())
def test_what_is_installed_is_in_the_tree(line: str) -> None:
    pattern, folder = line.split()
    assert list(ROOT.glob(pattern)), f"nothing matches {pattern}"
    assert not folder.startswith("/")


def test_every_unit_and_bus_file_is_installed() -> None:
    """A file that is added to the tree and not to the package would be missed only on a user's machine."""
    patterns = [line.split()[0] for line in text("jarvisd.install").splitlines()]
    installed = {path for pattern in patterns for path in ROOT.glob(pattern)}
    elsewhere = {ROOT / "systemd/jarvisd.sysusers", ROOT / "systemd/jarvisd.tmpfiles"}
    there = {path for folder in ("systemd", "dbus", "packaging/polkit") for path in (ROOT / folder).iterdir()}
    assert there - installed - elsewhere == set()


def test_the_settings_file_is_empty_so_that_an_upgrade_never_asks() -> None:
    """dpkg asks only about a settings file that both sides changed; this one has nothing to change."""
    lines = text("jarvisd.toml").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_parse(path: Path) -> None:
    shell = "bash" if b"bash" in path.read_bytes().splitlines()[0] else "dash"
    assert subprocess.run([shell, "-n", path], capture_output=True, text=True).stderr == ""


def test_all_scripts_are_looked_at() -> None:
    assert {path.name for path in (*MAINTAINER_SCRIPTS, PACKAGING / "build-deb.sh")} <= {
        path.name for path in SCRIPTS
    }


@pytest.mark.parametrize("path", MAINTAINER_SCRIPTS, ids=lambda path: path.name)
def test_maintainer_scripts_need_no_network_and_no_answer(path: Path) -> None:
    code = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    words = r"\b(curl|wget|pip|apt-get|apt|https?:|podman (?:pull|run|--)|jarvisctl|read|debconf)\b"
    assert re.findall(words, code) == []
    assert "#DEBHELPER#" in path.read_text("utf-8")
    assert "set -e" in code


def test_the_bus_is_told_of_the_users_before_the_units_start() -> None:
    """Else the units may not own their names, and the installation hangs (recipe, section 3)."""
    script = text("jarvisd.postinst")
    order = [script.index(words) for words in ("systemd-sysusers", "reload dbus.service", "#DEBHELPER#")]
    assert order == sorted(order)


def test_every_unit_is_stopped_before_its_files_go() -> None:
    """Stopping the target returns before its parts have stopped, so each is named, or stops before one that is."""
    rule = text("rules").split("override_dh_installsystemd")[1]
    named = set(re.findall(r"jarvisd[\w-]*\.(?:service|socket|target|timer)", rule))
    units = {
        path.name: path.read_text("utf-8")
        for path in (ROOT / "systemd").glob("jarvisd*.*")
        # A process of a template runs for one errand and ends by itself.
        if path.suffix in (".service", ".socket", ".target", ".timer") and "@" not in path.name
    }
    assert named <= set(units)
    for name in set(units) - named:
        # Both stop, and in the opposite of the order in which they start.
        bound = re.findall(r"^(?:Requires|Requisite)=(\S+)$", units[name], re.MULTILINE)
        after = re.findall(r"^After=(.*)$", units[name], re.MULTILINE)
        assert set(bound) & set(" ".join(after).split()) & named, name


def test_a_purge_removes_every_folder_of_the_units_and_no_document() -> None:
    """Folders that tmpfiles.d and the units make are removed; workspaces only when they are empty."""
    script = text("jarvisd.postrm")
    wiped = re.search(r"for folder in (/etc.*); do\n\s*wipe", script)
    assert wiped is not None
    roots = set(wiped[1].split())
    tmpfiles = (ROOT / "systemd/jarvisd.tmpfiles").read_text("utf-8")
    for folder in re.findall(r"^d\S* (\S+)", tmpfiles, re.MULTILINE):
        in_wiped = any(folder == root or folder.startswith(f"{root}/") for root in roots)
        assert in_wiped or folder.startswith(("/run/", "/srv/jarvisd"))
    assert not any("/srv" in root or "/run" in root for root in roots)
    for folder in re.findall(r"^d\S* (/srv\S+)", tmpfiles, re.MULTILINE):
        assert re.search(rf"for folder in .*{folder}[ ;].*\n\s*rmdir ", script)


def test_a_purge_tells_the_journal_in_the_words_that_are_looked_for() -> None:
    """And before the log goes, under the unit whose entries are read."""
    script = text("jarvisd.postrm")
    entry = re.search(r"logger --journald <<EOF[^\n]*\n(.*?)\nEOF", script, re.DOTALL)
    assert entry is not None
    fields = dict(line.split("=", 1) for line in entry[1].splitlines())
    assert (fields["MESSAGE"], fields["OBJECT_SYSTEMD_UNIT"]) == (REMOVED, "jarvisd-executor.service")
    assert entry.start() < script.index("for folder in /etc")


def test_a_purge_removes_every_user() -> None:
    sysusers = (ROOT / "systemd/jarvisd.sysusers").read_text("utf-8")
    script = text("jarvisd.postrm")
    users = re.findall(r"^u (\S+)", sysusers, re.MULTILINE)
    removed = re.search(r"for user in (.*); do", script)
    assert removed is not None
    assert sorted(removed[1].split()) == sorted(users)
    for group in re.findall(r"^g (\S+)", sysusers, re.MULTILINE):
        assert f"groupdel {group}" in script


@pytest.mark.parametrize(("distribution", "python"), DISTRIBUTIONS.items())
def test_there_is_a_lock_for_each_distribution(distribution: str, python: str) -> None:
    build = (PACKAGING / "build-deb.sh").read_text("utf-8")
    assert re.search(rf"\b{distribution}\) python={re.escape(python)} ", build)
    lock = (ROOT / f"requirements/run-{python}.lock").read_text("utf-8")
    entries = re.findall(r"^[\w.-]+==", lock, re.MULTILINE)
    assert entries
    assert len(re.findall(r"^[\w.-]+==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE)) == len(entries)
    assert "torch==" not in lock


def test_both_packages_belong_together() -> None:
    packages = paragraphs()
    assert set(packages) == {"jarvisd", "jarvisd-sandbox-image"}
    assert "jarvisd-sandbox-image" in packages["jarvisd"]["Recommends"]
    assert "jarvisd (= ${binary:Version})" in packages["jarvisd-sandbox-image"]["Depends"]


def test_the_tree_check_knows_a_package_for_each_library() -> None:
    check = runpy.run_path(str(PACKAGING / "check_deb.py"))
    depends = paragraphs()["jarvisd"]["Depends"]
    assert {package for package in check["NEEDED"].values() if package not in depends} == set()


@pytest.mark.parametrize("name", ["jarvisd.lintian-overrides", "jarvisd-sandbox-image.lintian-overrides"])
def test_every_override_has_a_reason(name: str) -> None:
    reasoned = False
    for line in text(name).splitlines():
        reasoned = line.startswith("#") or (reasoned and bool(line))
        assert reasoned or not line, line


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The manual pages as the package has them."""
    folder = tmp_path_factory.mktemp("man")
    subprocess.run(
        [sys.executable, PACKAGING / "manual.py", "1.2.3", folder], check=True, cwd=ROOT, env=environment()
    )
    return {path.name: path.read_text("utf-8") for path in folder.rglob("*.[1-8]")}


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}


def children(parser: Any) -> list[tuple[str, Any]]:
    """The commands below a command, by name."""
    tables = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
    return [item for table in tables for item in table.items()]


def parsers(parser: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every command and the words that lead to it."""
    yield path, parser
    for name, child in children(parser):
        yield from parsers(child, f"{path} {name}".strip())


def test_every_command_is_in_the_manual(manual: dict[str, str]) -> None:
    page = manual["jarvisctl.1"].replace("\\-", "-")
    names = [path for path, _ in parsers(_parser()) if path]
    assert [name for name in names if not re.search(rf"^\.B {name}\b", page, re.MULTILINE)] == []
    assert "@" not in "".join(manual.values()).replace("\\@", "")


def test_every_option_of_a_unit_is_in_the_manual(manual: dict[str, str]) -> None:
    asked = [sys.executable, "-m", "jarvisd", "--help"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, env=environment()).stdout
    page = manual["jarvisd.8"].replace("\\-", "-")
    options = set(re.findall(r"--[a-z-]+", said)) - {"--help"}
    assert options == set(re.findall(r"^(?:\.B |\\fB)(--[a-z-]+)", page, re.MULTILINE))


def test_the_manual_says_what_needs_no_running_unit(manual: dict[str, str]) -> None:
    said = re.search(r"The commands\n(.*)\nneed no running unit", manual["jarvisctl.1"], re.DOTALL)
    assert said is not None
    tried = {"policy", "redteam", "tools"}
    assert set(re.findall(r"[a-z]+", said[1])) - {"and"} == {*_OFFLINE, "setup", "doctor"} - tried
    for name in tried:
        helps = [parser.format_help() for path, parser in parsers(_parser()) if path.startswith(f"{name} ")]
        assert "--offline" in "".join(helps), name


def test_every_setting_is_in_the_manual(manual: dict[str, str]) -> None:
    page = manual["jarvisd.toml.5"].replace("\\-", "-")
    assert [name for name in sections() if f"[{name}]" not in page] == []


def test_units_name_manual_pages_that_exist(manual: dict[str, str]) -> None:
    texts = "".join(unit.read_text("utf-8") for unit in (ROOT / "systemd").glob("jarvisd*"))
    named = {".".join(found) for found in re.findall(r"man:(jarvis[\w.-]*)\((\d)\)", texts)}
    assert "jarvisd.7" in named
    assert named - set(manual) == set()


@pytest.fixture(scope="module")
def completion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The completion as the package has it."""
    script = tmp_path_factory.mktemp("completion") / "jarvisctl"
    write = [sys.executable, PACKAGING / "completion.py"]
    script.write_text(subprocess.run(write, check=True, capture_output=True, text=True, env=environment()).stdout)
    return script


FILES = "files"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("mod", ["models"]),
        ("models ex", ["export"]),
        ("models import FILE --rep", ["--repair"]),
        ("setup --acc", ["--accept-licence"]),
        ("setup --profile ", ["default", "large", "tiny"]),
        ("setup --profile t", ["tiny"]),
        ("setup --models ", [FILES]),
        ("--bus ADDRESS stat", ["status"]),
        ("submit pla", [FILES]),
    ],
)
def test_completion_offers_what_the_parser_knows(completion: Path, line: str, expected: list[str]) -> None:
    assert offered(completion, line) == expected


def test_completion_knows_every_command(completion: Path) -> None:
    for path, parser in parsers(_parser()):
        names = [name for name, _ in children(parser)]
        if names:
            assert set(names) <= set(offered(completion, f"{path} ".lstrip())), path


def offered(completion: Path, line: str) -> list[str]:
    """What bash offers for the last word of ``line``."""
    words = " ".join(f"'{word}'" for word in ["jarvisctl", *line.split(" ")])
    code = f". {completion}; compopt() {{ COMPREPLY+=({FILES}); }}; COMP_WORDS=({words})"
    code += "; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _jarvisctl; printf '%s\\n' \"${COMPREPLY[@]}\""
    return subprocess.run(["bash", "-c", code], check=True, capture_output=True, text=True).stdout.split()


def test_an_unknown_licence_stops_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "thing-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Name: thing\nVersion: 1\nLicense: Ask Bob\n")
    run = [sys.executable, PACKAGING / "parts.py", DEBIAN / "copyright.head", tmp_path]
    assert "thing" in subprocess.run(run, capture_output=True, text=True).stderr
    (folder / "METADATA").write_text("Name: thing\nVersion: 1\nLicense: MIT\nAuthor: Bob\n")
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "Files: venv/thing-1.dist-info/*\nCopyright: Bob\nLicense: MIT\n" in done.stdout


MIT = "Permission is hereby granted, free of charge, to any person.\n" + "\nTHE SOFTWARE IS PROVIDED AS IS." * 20


def test_the_text_of_every_licence_is_in_the_copyright_file(tmp_path: Path) -> None:
    """Once for each single licence, whoever holds the copyright of the part that it was taken from."""
    for name, licence, file in (
        ("one", "MIT", f"Copyright (c) 2020 Ann\n\n{MIT}"),
        ("other", "MPL-2.0 AND (Apache-2.0 OR MIT)", "see elsewhere"),
    ):
        folder = tmp_path / f"{name}-1.dist-info"
        (folder / "licenses").mkdir(parents=True)
        (folder / "METADATA").write_text(f"Name: {name}\nVersion: 1\nLicense-Expression: {licence}\n")
        (folder / "licenses/LICENSE").write_text(file)
    run = [sys.executable, PACKAGING / "parts.py", DEBIAN / "copyright.head", tmp_path]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    paragraphs = dict(re.findall(r"^License: (.*)\n (.*(?:\n .*)*)", said, re.MULTILINE))
    assert {"Apache-2.0", "MIT", "MPL-2.0"} <= set(paragraphs)
    assert paragraphs["MIT"].startswith("Permission is hereby granted")
    assert "Ann" not in paragraphs["MIT"]
    assert paragraphs["MPL-2.0"] == "The text is in /usr/share/common-licenses/MPL-2.0."
