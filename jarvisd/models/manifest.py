"""The manifest: which models there are, what their files must be, and where these come from.

Pure: text in, frozen values or a list of every mistake out. What lies on the disk is the store's business.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from jarvisd.core.errors import ConfigError, ErrorCode, RequestError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCHEMA = 1

_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
_FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]*(\{n[^{}]*\})?[A-Za-z0-9._-]*==[A-Za-z0-9.]+")

_T = TypeVar("_T", str, int, bool)


class Purpose(str, Enum):
    """What a model is for, as people are shown it."""

    WAKE = "wake"
    WAKE_SPARE = "wake-spare"
    TURN = "turn"
    STT = "stt"
    STT_SPARE = "stt-spare"
    EMBEDDING = "embedding"
    LLM = "llm"
    TTS = "tts"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class WheelSpec:
    """A file inside a wheel, or joined from one member each of several wheels."""

    requirement: str
    """``name==version``, with ``{n}`` for the number of the part if there are several."""
    member: str
    """Path inside the wheel, with ``{n}`` likewise."""
    parts: int = 1
    part_size: int = 0
    """Bytes of every part but the last; 0 with a single part."""

    def part(self, number: int) -> tuple[str, str]:
        """Requirement and member of a part; ``number`` counts from 1."""
        return self.requirement.format(n=number), self.member.format(n=number)


@dataclass(frozen=True, slots=True)
class HttpsSpec:
    """A file at an https address."""

    url: str


SourceSpec = WheelSpec | HttpsSpec


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: its name in the model's folder and what its bytes must be."""

    name: str
    sha256: str
    size: int
    sources: tuple[SourceSpec, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its files and the terms under which they may be used."""

    id: str
    purpose: Purpose
    profiles: tuple[str, ...]
    licence: str
    """SPDX identifier."""
    licence_note: str
    accept: bool
    """Whether a person must accept the licence before the files are fetched."""
    note: str
    files: tuple[ModelFile, ...]

    @property
    def size_bytes(self) -> int:
        """Size of all files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All models that jarvisd knows."""

    models: tuple[Model, ...]

    def get(self, model_id: str) -> Model:
        """The model of that id; RequestError NOT_FOUND names the ones there are."""
        for model in self.models:
            if model.id == model_id:
                return model
        known = ", ".join(model.id for model in self.models)
        raise RequestError(f"there is no model {model_id}; known are {known}", code=ErrorCode.NOT_FOUND)

    def profile(self, name: str) -> tuple[Model, ...]:
        """The models of a profile; RequestError NOT_FOUND names the profiles there are."""
        chosen = tuple(model for model in self.models if name in model.profiles)
        if not chosen:
            known = ", ".join(self.profiles())
            raise RequestError(f"there is no profile {name}; known are {known}", code=ErrorCode.NOT_FOUND)
        return chosen

    def profiles(self) -> tuple[str, ...]:
        """All profile names, sorted."""
        return tuple(sorted({profile for model in self.models for profile in model.profiles}))


def parse_manifest(text: str) -> Manifest:
    """Parse a manifest in TOML; ConfigError lists every mistake with its dotted path."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as mistake:
        raise ConfigError([f"models manifest: {mistake}"]) from mistake
    problems: list[str] = []
    top = _Table(raw, "", problems)
    schema = top.take("schema", int)
    if schema != SCHEMA:
        problems.append(f"schema: {schema} is not {SCHEMA}, the only one known")
    models = tuple(_model(table) for table in top.tables("model"))
    top.finish()
    _unique([model.id for model in models], "model", problems)
    if problems:
        raise ConfigError(problems)
    return Manifest(models)


class _Table:
    """A TOML table that is taken apart key by key; what is wrong or left over becomes a problem."""

    def __init__(self, raw: Mapping[str, object], path: str, problems: list[str]) -> None:
        self._rest = dict(raw)
        self._path = path
        self._problems = problems

    def take(self, key: str, kind: type[_T], default: _T | None = None) -> _T:
        """The value of a key, of exactly that type; a stand-in after a mistake."""
        value = self._rest.pop(key, default)
        if type(value) is kind:
            return value
        self.complain(key, "is missing" if value is None else f"must be {kind.__name__}")
        return kind()

    def match(self, key: str, pattern: re.Pattern[str], what: str) -> str:
        """A text that the pattern matches as a whole."""
        value = self.take(key, str)
        if value and pattern.fullmatch(value) is None:
            self.complain(key, f"{value!r} is no {what}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, not empty."""
        value = self._rest.pop(key, None)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.complain(key, "must be a list of texts")
        return ()

    def tables(self, key: str) -> Iterator[_Table]:
        """The tables of a list, not empty."""
        value = self._rest.pop(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.complain(key, "must be a list of tables")
            return
        for index, item in enumerate(value):
            yield _Table(item, f"{self._path}{key}[{index}].", self._problems)

    def complain(self, key: str, what: str) -> None:
        """Record a mistake."""
        self._problems.append(f"{self._path}{key}: {what}")

    def finish(self) -> None:
        """Complain about every key that nobody took."""
        for key in self._rest:
            self.complain(key, "is not known")


def _unique(names: Sequence[str], path: str, problems: list[str]) -> None:
    problems.extend(f"{path}: {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1)


def _model(table: _Table) -> Model:
    files = tuple(_file(entry) for entry in table.tables("file"))
    model = Model(
        id=table.match("id", _ID, "model id"),
        purpose=_purpose(table),
        profiles=table.texts("profiles"),
        licence=table.take("licence", str),
        licence_note=table.take("licence_note", str),
        accept=table.take("accept", bool, default=False),
        note=table.take("note", str, default=""),
        files=files,
    )
    for name in sorted({file.name for file in files if [other.name for other in files].count(file.name) > 1}):
        table.complain("file", f"{name} is there twice")
    table.finish()
    return model


def _purpose(table: _Table) -> Purpose:
    value = table.take("purpose", str)
    try:
        return Purpose(value)
    except ValueError:
        table.complain("purpose", f"{value!r} is none of {', '.join(Purpose)}")
        return Purpose.WAKE


def _file(table: _Table) -> ModelFile:
    file = ModelFile(
        name=table.match("name", _FILE_NAME, "plain file name"),
        sha256=table.match("sha256", _SHA256, "sha256 in lower-case hex"),
        size=table.take("size", int),
        sources=tuple(_source(entry) for entry in table.tables("sources")),
    )
    if file.size <= 0:
        table.complain("size", "must be above 0")
    for source in file.sources:
        if isinstance(source, WheelSpec) and source.parts > 1 and not _covers(source, file.size):
            table.complain("sources", f"{source.parts} parts of {source.part_size} bytes do not make {file.size}")
    table.finish()
    return file


def _covers(source: WheelSpec, size: int) -> bool:
    return (source.parts - 1) * source.part_size < size <= source.parts * source.part_size


def _source(table: _Table) -> SourceSpec:
    kind = table.take("kind", str)
    source: SourceSpec
    if kind == "https":
        source = HttpsSpec(table.match("url", re.compile(r"https://\S+"), "https address"))
    else:
        if kind != "wheel":
            table.complain("kind", f"{kind!r} is none of wheel, https")
        source = _wheel(table)
    table.finish()
    return source


def _wheel(table: _Table) -> WheelSpec:
    spec = WheelSpec(
        requirement=table.match("requirement", _REQUIREMENT, "requirement of the form name==version"),
        member=table.take("member", str),
        parts=table.take("parts", int, default=1),
        part_size=table.take("part_size", int, default=0),
    )
    if spec.parts < 1:
        table.complain("parts", "must be above 0")
    try:
        spec.part(1)
    except (KeyError, IndexError, ValueError) as mistake:
        table.complain("member", f"cannot be numbered: {mistake}")
    return spec
