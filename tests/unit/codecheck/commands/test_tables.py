"""Every command in the tables does what its table says, and is harmless where it is only a text."""

from __future__ import annotations

import pytest

from jarvisd.codecheck import program
from jarvisd.codecheck.commands import tables
from tests.unit.codecheck.rows import bash

OTHER_INPUT = {
    "env": "A=1 ",
    "timeout": "5 ",
    "flock": "lock ",
    "logsave": "log ",
    "taskset": "0x1 ",
    "chrt": "1 ",
}
"""What some commands take before the one that they start."""


def refuses(rule: str, code: str) -> bool:
    """Whether a program is refused for ``rule``."""
    return any(finding.rule == rule and finding.refuses for finding in program.read("bash", code))


@pytest.mark.parametrize("name", sorted(tables.FORBIDDEN))
def test_forbidden_commands_are_refused_by_their_rule(name: str) -> None:
    rule, why = tables.FORBIDDEN[name]
    found = program.read("bash", f"{name} something")
    assert (rule, why) in [(finding.rule, finding.detail) for finding in found if finding.refuses]
    assert bash(f"echo {name} something") == ""


@pytest.mark.parametrize("name", sorted(tables.WRITERS - tables.SHELLS))
def test_writers_touch_their_paths(name: str) -> None:
    assert refuses("system_path", f"{name} /usr/x")
    assert not refuses("system_path", f"{name} x")


@pytest.mark.parametrize("name", sorted(tables.SHELLS))
def test_shells_are_followed(name: str) -> None:
    assert refuses("destructive", f"{name} -c 'rm -rf /'")
    assert refuses("opaque", name)
    assert bash(f"{name} -c ls") == ""


@pytest.mark.parametrize("name", sorted(tables.SCRIPTING))
def test_other_languages_are_searched(name: str) -> None:
    assert bash(f"{name} 'system(\"ls\")'") == "opaque?"
    assert refuses("destructive", f"{name} 'system(\"rm -rf /\")'")
    assert bash(f"{name} x") == ""


@pytest.mark.parametrize("name", sorted(tables.WRAPPERS))
def test_commands_that_start_others_are_followed(name: str) -> None:
    before = OTHER_INPUT.get(name, "")
    assert refuses("destructive", f"{name} {before}rm -rf /")
    assert not refuses("destructive", f"{name} {before}rm -rf build")


@pytest.mark.parametrize("name", sorted(tables.QUIET))
def test_texts_are_no_paths(name: str) -> None:
    assert bash(f"{name} /etc/shadow") == ""


@pytest.mark.parametrize("name", sorted(tables.INSTALLERS))
def test_installing_is_refused(name: str) -> None:
    assert refuses("system", f"{name} install x")
    assert bash(f"{name} search x") == ""


@pytest.mark.parametrize("name", sorted(tables.PULLERS))
def test_installing_for_one_language_is_asked_about(name: str) -> None:
    assert bash(f"{name} install x") == "system?"
    assert bash(f"{name} version") == ""


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("rm -rf x", "rm -rf"),
        ("mkfs", "mkfs"),
        ("dd if=x", "dd if="),
        ("/etc/shadow", "/etc/shadow"),
        ("base64 -d", "base64 -d"),
        ("base64 --decode", "base64 --d"),
        ("/dev/tcp/x", "/dev/tcp"),
        ("chmod u+s x", "chmod u+s"),
        ("\\x72", "\\x72"),
        ("\\162", "\\162"),
        ("os.system", "os.system"),
        ("${IFS}", "${IFS"),
        ("model.evaluate()", ""),
        ("curly", ""),
        ("rm x", ""),
        ("chmod 644 x", ""),
    ],
)
def test_dangerous_words_are_known(text: str, mentions: str) -> None:
    """What a program that cannot be followed must not even mention."""
    match = tables.SUSPICIOUS.search(text)
    assert (match[0] if match else "") == mentions
