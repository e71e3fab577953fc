"""Every name in the tables of functions does what its table says, and is harmless where it is only a text."""

from __future__ import annotations

import pytest

from jarvisd.codecheck import program
from jarvisd.codecheck.python import tables
from tests.unit.codecheck.rows import python


def imported(name: str) -> str:
    """A program that begins with the import of the module in ``name``."""
    module = name.rpartition(".")[0] if name.islower() and name.count(".") > 1 else name.partition(".")[0]
    return f"import {module}\n" if "." in name else ""


def refuses(rule: str, code: str) -> bool:
    """Whether a program is refused for ``rule``."""
    return any(finding.rule == rule and finding.refuses for finding in program.read("python", code))


@pytest.mark.parametrize("name", sorted(tables.SHELL))
def test_shells_are_followed(name: str) -> None:
    assert refuses("destructive", f"{imported(name)}{name}('rm -rf /')")
    assert python(f"{imported(name)}{name}('ls')") == ""


@pytest.mark.parametrize("name", sorted(tables.PROGRAMS))
def test_programs_are_followed(name: str) -> None:
    listed = "'/bin/rm', " if ".exec" in name or ".posix_spawn" in name else ""
    listed = "0, '/bin/rm', " if ".spawnv" in name or "spawnl" in name else listed
    spread = "execl" in name or "spawnl" in name or name.startswith("asyncio")
    words = "'rm', '-rf', '/'" if spread else "['rm', '-rf', '/']"
    assert refuses("destructive", f"{imported(name)}{name}({listed}{words})")
    assert not refuses("destructive", f"{imported(name)}{name}({listed}{words.replace('/', 'build')})")


@pytest.mark.parametrize("name", sorted(tables.EVALUATE))
def test_text_as_a_program_is_read(name: str) -> None:
    assert refuses("encoded_payload", f"{imported(name)}{name}(input())")
    assert python(f"{imported(name)}{name}('1')") == "opaque?"


@pytest.mark.parametrize("name", sorted(tables.IMPORT))
def test_hidden_imports_are_seen(name: str) -> None:
    assert refuses("encoded_payload", f"{imported(name)}{name}('os')")
    assert refuses("destructive", f"{imported(name)}{name}('os').system('rm -rf /')")
    assert python(f"print('{name}')") == ""


@pytest.mark.parametrize("module", sorted(tables.RISKY_MODULES))
def test_risky_modules_are_not_imported_in_a_hidden_way(module: str) -> None:
    assert refuses("encoded_payload", f"__import__('{module}')")
    assert refuses("encoded_payload", f"getattr({module}, x)")
    assert not refuses("encoded_payload", f"print('{module}')")


@pytest.mark.parametrize("name", sorted(tables.FORBIDDEN))
def test_forbidden_names_are_refused_by_their_rule(name: str) -> None:
    rule, why = tables.FORBIDDEN[name]
    found = program.read("python", f"{imported(name) or f'import {name}'}\n{name}")
    assert (rule, why) in [(finding.rule, finding.detail) for finding in found if finding.refuses]
    assert python(f"print('about {name} here')") == ""


@pytest.mark.parametrize("name", sorted(tables.READS))
def test_reading_touches_its_path(name: str) -> None:
    for index in tables.READS[name]:
        before = "x, " * index
        assert refuses("secret", f"{imported(name)}{name}({before}'/etc/shadow')")
        assert not refuses("secret", f"{imported(name)}{name}({before}'shadows')")


@pytest.mark.parametrize("name", sorted(tables.WRITES))
def test_writing_touches_its_paths(name: str) -> None:
    for index in tables.WRITES[name]:
        before = "'x', " * index
        assert refuses("system_path", f"{imported(name)}{name}({before}'/usr/x')")
        assert python(f"{imported(name)}{name}({before}'x')") == ""


@pytest.mark.parametrize("name", sorted(tables.COPIES))
def test_copying_reads_its_source(name: str) -> None:
    assert refuses("secret", f"{imported(name)}{name}('/etc/shadow', 'x')")
    assert python(f"{imported(name)}{name}('shadows', 'x')") == ""


@pytest.mark.parametrize("name", sorted(tables.OPENERS))
def test_opening_touches_its_path(name: str) -> None:
    assert refuses("secret", f"{imported(name)}{name}('/etc/shadow')")
    assert python(f"{imported(name)}{name}('shadows')") == ""


@pytest.mark.parametrize("method", sorted(tables.PATH_READS | tables.PATH_WRITES))
def test_methods_of_paths_touch_them(method: str) -> None:
    writing = method in tables.PATH_WRITES
    rule, path = ("system_path", "/usr/x") if writing else ("secret", "/etc/shadow")
    code = "from pathlib import Path\nPath('{}').{}()"
    assert refuses(rule, code.format(path, method))
    assert python(code.format("x", method)) == ""


@pytest.mark.parametrize("name", sorted(tables.FETCH))
def test_fetching_asks_for_the_network(name: str) -> None:
    assert python(f"{imported(name)}{name}('http://example.com/')") == "network?"
    assert refuses("exfiltration", f"{imported(name)}{name}(input())")


@pytest.mark.parametrize("name", sorted(tables.SEND))
def test_sending_is_refused(name: str) -> None:
    assert refuses("exfiltration", f"{imported(name)}{name}('http://example.com/')")
    assert python(f"print('{name}')") == ""


@pytest.mark.parametrize("name", sorted(tables.COLLECTING))
def test_collecting_what_has_no_end_is_refused(name: str) -> None:
    for source in sorted(tables.UNENDING):
        assert refuses("resource", f"import itertools, collections\n{name}({source}('ab'))")
    assert python(f"import itertools, collections\n{name}('ab')") == ""


@pytest.mark.parametrize("attribute", sorted(tables.INSIDES))
def test_the_inside_of_the_interpreter_is_closed(attribute: str) -> None:
    assert refuses("encoded_payload", f"x.{attribute}")
    assert refuses("encoded_payload", f"getattr(x, '{attribute}')")
    assert python(f"print('{attribute}')") == ""
