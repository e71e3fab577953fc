"""From TOML files to a :class:`~jarvisd.config.schema.Config`, reporting every mistake at once.

Later files win per key: the main file, then ``conf.d/*.toml`` beside it in name order. Unknown keys, wrong
types and values out of bounds are errors that carry the file and the dotted path.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jarvisd.config.keys import Rule
from jarvisd.config.schema import LISTS, Config, Endpoint, Llm, rule_of, sections
from jarvisd.config.wake import bad_words
from jarvisd.core.errors import ConfigError
from jarvisd.core.network.email_address import is_address
from jarvisd.core.network.service_url import is_this_machine, service_url
from jarvisd.core.network.web_url import parse_allowed, parse_networks
from jarvisd.systemd.affinity import parse_cores

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DEFAULT_FILE = Path("/etc/jarvisd/jarvisd.toml")


def load(main_file: Path = DEFAULT_FILE, *, may_be_missing: bool | None = None) -> Config:
    """Read ``main_file`` and the drop-ins in ``conf.d`` beside it.

    Every key has a default, so the file may be missing where it is by default; one that somebody named must be
    there, unless ``may_be_missing``. Raises :class:`ConfigError` with one line for each mistake.
    """
    if may_be_missing is None:
        may_be_missing = main_file == DEFAULT_FILE
    problems: list[str] = []
    merged: dict[str, dict[str, Any]] = {}
    lists: dict[str, tuple[Any, ...]] = {}
    origins: dict[str, Path] = {}
    for path in _files(main_file, may_be_missing, problems):
        document = _read(path, problems)
        origins.update(dict.fromkeys(_keys(document), path))
        lists.update(_check(document, str(path), merged, problems))
    if problems:
        raise ConfigError(problems)
    values = {name: kind(**merged.get(name, {})) for name, kind in sections().items()}
    every: dict[str, Any] = {**values, **lists}
    config = Config(**every)
    problems = contradictions(config)
    if problems:
        raise ConfigError([f"{_origin(problem, origins, main_file)}: {problem}" for problem in problems])
    return config


def _keys(document: Mapping[str, Any]) -> Iterable[str]:
    """Every dotted key of a file; a list of tables is one."""
    for name, table in document.items():
        if isinstance(table, dict):
            yield from (f"{name}.{inner}" for inner in table)
        else:
            yield name


def _origin(problem: str, origins: Mapping[str, Path], main_file: Path) -> str:
    """The files that set what ``problem`` names, the last of each key: who mends it must know where it stands."""
    words = re.findall(r"[a-z_]+(?:\.[a-z_0-9]+)?", problem)
    named = dict.fromkeys(origins[word] for word in words if word in origins)
    if not named:
        # What is missing is set nowhere: then by the section that it is missing in.
        section = problem.partition(".")[0].partition(":")[0]
        named = dict.fromkeys(path for key, path in origins.items() if key.partition(".")[0] == section)
    return " and ".join(map(str, named)) or str(main_file)


def contradictions(config: Config) -> list[str]:
    """Rules between keys; empty when the configuration makes sense."""
    problems: list[str] = []
    names = [workspace.name for workspace in config.workspaces]
    if len(set(names)) != len(names):
        problems.append("workspaces: two have the same name")
    for workspace in config.workspaces:
        if not workspace.path.is_absolute() or workspace.path == Path("/"):
            problems.append(f"workspaces.{workspace.name}.path: {workspace.path} is no absolute folder below /")
        if not workspace.name.replace("-", "").replace("_", "").isalnum():
            problems.append(f"workspaces.{workspace.name}.name: letters, digits, - and _ only")
    if sum(workspace.kind == "temp" for workspace in config.workspaces) > 1:
        problems.append("workspaces: only one may be of kind temp")
    for item in fields(config.paths):
        path = getattr(config.paths, item.name)
        if not path.is_absolute() or "\0" in str(path):
            problems.append(f"paths.{item.name}: {str(path)!r} is no absolute path")
    problems += _bad_cores(config)
    problems += _bad_reach(config)
    problems += _bad_silences(config.endpoint)
    problems += bad_words(config.wake, config.wake_words)
    return problems


def _bad_silences(endpoint: Endpoint) -> Iterable[str]:
    if endpoint.speculate_after_ms >= endpoint.silence_ms:
        yield "endpoint.speculate_after_ms: must be shorter than endpoint.silence_ms"
    if not endpoint.turn_sure_ms <= endpoint.turn_likely_ms <= endpoint.turn_open_ms:
        yield "endpoint: turn_sure_ms, turn_likely_ms and turn_open_ms must not fall"
    if endpoint.turn_likely > endpoint.turn_threshold:
        yield "endpoint.turn_likely: must not be above endpoint.turn_threshold"


def _bad_cores(config: Config) -> Iterable[str]:
    for unit in ("audio", "brain", "executor", "tts"):
        try:
            parse_cores(getattr(config.cores, unit) or "0")
        except ValueError as error:
            yield f"cores.{unit}: {error}"


def _bad_reach(config: Config) -> Iterable[str]:
    mail, web = config.mail, config.web
    if mail.sender and not is_address(mail.sender):
        yield f"mail.sender: {mail.sender} is no e-mail address"
    if mail.host and not mail.sender:
        yield "mail.sender: missing, letters need an address that they come from"
    if "/" in mail.host or mail.host.count(":") == 1:
        yield f"mail.host: {mail.host!r} is no plain name; the port belongs into mail.port"
    try:
        service_url(config.llm.ollama_host)
    except ValueError as error:
        yield f"llm.ollama_host: {error}"
    yield from _bad_model_server(config.llm)
    if not all(text.isprintable() for text in (mail.host, mail.user)):
        yield "mail: a name holds what cannot be printed"
    try:
        parse_allowed(web.allow_hosts)
    except ValueError as error:
        yield f"web.allow_hosts: {error}"
    try:
        parse_networks(web.allow_networks)
    except ValueError as error:
        yield f"web.allow_networks: {error}"


def _bad_model_server(llm: Llm) -> Iterable[str]:
    try:
        url = urlsplit(service_url(llm.openai_url))
    except ValueError as error:
        yield f"llm.openai_url: {error}"
        return
    if llm.openai_key_file and not Path(llm.openai_key_file).is_absolute():
        yield f"llm.openai_key_file: {llm.openai_key_file!r} is no absolute path"
    if llm.openai_key_file and url.scheme == "http" and not is_this_machine(url.hostname or ""):
        yield "llm.openai_url: a key goes over https, or to this machine"


def _files(main_file: Path, may_be_missing: bool, problems: list[str]) -> Iterable[Path]:
    try:
        if main_file.is_file():
            yield main_file
        elif not may_be_missing:
            problems.append(f"{main_file}: no such file")
    except OSError as error:
        problems.append(f"{main_file}: {error.strerror or error}")
    drop_ins = main_file.parent / "conf.d"
    try:
        # Not by glob, which finds nothing in a folder that may not be read: what it holds must not be passed over.
        yield from sorted(path for path in drop_ins.iterdir() if path.suffix == ".toml")
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(f"{drop_ins}: {error.strerror or error}")


def _read(path: Path, problems: list[str]) -> Mapping[str, Any]:
    try:
        # Some editors write a mark of the encoding that nobody sees.
        document: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
        return document
    except RecursionError:
        problems.append(f"{path}: nested too deep")
    except OSError as error:
        problems.append(f"{path}: {error.strerror or error}")
    except ValueError as error:
        problems.append(f"{path}: {error}")
    return {}


def _check(
    document: Mapping[str, Any], where: str, merged: dict[str, dict[str, Any]], problems: list[str]
) -> dict[str, tuple[Any, ...]]:
    known = sections()
    lists: dict[str, tuple[Any, ...]] = {}
    for name, table in document.items():
        if name in LISTS:
            lists[name] = _list(name, table, where, problems)
        elif name not in known:
            problems.append(f"{where}: {name}: unknown section{_nearest(name, [*known, *LISTS])}")
        elif not isinstance(table, dict):
            problems.append(f"{where}: {name}: must be a section")
        else:
            merged.setdefault(name, {}).update(_section(known[name], table, f"{where}: {name}", problems))
    return lists


def _list(name: str, table: object, where: str, problems: list[str]) -> tuple[Any, ...]:
    kind, needed = LISTS[name]
    if not isinstance(table, list) or not all(isinstance(item, dict) for item in table):
        problems.append(f"{where}: {name}: write each as [[{name}]]")
        return ()
    before = len(problems)
    values = [_section(kind, item, f"{where}: {name}[{i}]", problems) for i, item in enumerate(table)]
    for index, item in enumerate(table):
        problems.extend(f"{where}: {name}[{index}].{key}: missing" for key in needed if key not in item)
    return tuple(kind(**value) for value in values) if len(problems) == before else ()


def _section(kind: type[Any], table: Mapping[str, Any], where: str, problems: list[str]) -> dict[str, Any]:
    defaults = {item.name: item.default for item in fields(kind)}
    values: dict[str, Any] = {}
    for name, value in table.items():
        if name not in defaults:
            problems.append(f"{where}.{name}: unknown key{_nearest(name, list(defaults))}")
            continue
        try:
            values[name] = _value(value, defaults[name], rule_of(kind, name))
        except ValueError as error:
            problems.append(f"{where}.{name}: {error}")
    return values


def _value(value: object, default: object, rule: Rule) -> object:
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"{value!r} is not true or false")
        return value
    if isinstance(default, (int, float)):
        return _number(value, default, rule)
    if isinstance(default, tuple):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"{value!r} is not a list of texts")
        return tuple(value)
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")
    if rule.choices and value not in rule.choices and not (rule.engine and ":" in value):
        raise ValueError(f"{value!r} is none of {', '.join(rule.choices)}")
    return Path(value) if isinstance(default, Path) else value


def _number(value: object, default: float, rule: Rule) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        raise ValueError(f"{value!r} is not a number")
    if isinstance(default, int) and not isinstance(value, int):
        raise ValueError(f"{value!r} is not a whole number")
    if (rule.low is not None and value < rule.low) or (rule.high is not None and value > rule.high):
        raise ValueError(f"{value!r} is not between {rule.low:g} and {rule.high:g}")
    return value if isinstance(default, int) else float(value)


def _nearest(name: str, known: list[str]) -> str:
    matches = difflib.get_close_matches(name, known, n=1)
    return f", did you mean {matches[0]}?" if matches else ""
