"""The store: the folder that holds the model files, what state they are in, and which licences were accepted.

``<root>/<model id>/<file name>``; whoever needs a model asks ``require`` and gets its folder or an error
that names the command which mends it. Reading never writes.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from jarvisd.core.errors import EngineError, ErrorCode, NotPermitted, Unavailable
from jarvisd.linux.durable import replace_file
from jarvisd.models.manifest import Manifest, Model, ModelFile, parse_manifest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LICENCES_FILE = "licences.toml"
_HASH_BLOCK_BYTES = 1 << 20


class ModelState(str, Enum):
    """What can be said about a model or one of its files."""

    PRESENT = "present"
    MISSING = "missing"
    CORRUPT = "corrupt"
    LICENCE_PENDING = "licence pending"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file that is missing or is not what the manifest says."""

    file: ModelFile
    state: ModelState


def load_manifest() -> Manifest:
    """The manifest that is part of this package."""
    text = importlib.resources.files("jarvisd.models").joinpath("manifest.toml").read_text(encoding="utf-8")
    return parse_manifest(text)


def sha256_of(path: Path, limit: int | None = None) -> hashlib._Hash:
    """The running hash over a file, or over its first ``limit`` bytes."""
    digest = hashlib.sha256()
    left = sys.maxsize if limit is None else limit
    with path.open("rb") as stream:
        while left and (block := stream.read(min(left, _HASH_BLOCK_BYTES))):
            digest.update(block)
            left -= len(block)
    return digest


class ModelStore:
    """The models below one root folder, as the manifest describes them."""

    def __init__(self, root: Path, manifest: Manifest) -> None:
        self.root = root
        self.manifest = manifest

    def path(self, model_id: str) -> Path:
        """The folder of a model, whether or not it is there; RequestError for an unknown id."""
        return self.root / self.manifest.get(model_id).id

    def require(self, model_id: str) -> Path:
        """The folder of a model that is ready for use, judged by file sizes.

        Unavailable MODEL_MISSING, EngineError MODEL_CORRUPT or NotPermitted LICENCE_NOT_ACCEPTED if it is not.
        """
        model = self.manifest.get(model_id)
        raise_for(model, self.state(model), self.root)
        return self.path(model_id)

    def state(self, model: Model, *, full: bool = False) -> ModelState:
        """The state of a model: by sizes, or by checksums with ``full``."""
        return self.judge(model, self.faults(model, full=full))

    def judge(self, model: Model, faults: Iterable[FileFault]) -> ModelState:
        """The state of a model with these faults: what must be mended first."""
        if not self.is_accepted(model):
            return ModelState.LICENCE_PENDING
        states = {fault.state for fault in faults}
        for state in (ModelState.MISSING, ModelState.CORRUPT):
            if state in states:
                return state
        return ModelState.PRESENT

    def faults(self, model: Model, *, full: bool = False) -> Iterator[FileFault]:
        """The files of a model that are not as they must be, by size, or by checksum with ``full``."""
        for file in model.files:
            state = self._file_state(self.root / model.id / file.name, file, full=full)
            if state is not ModelState.PRESENT:
                yield FileFault(file, state)

    def _file_state(self, path: Path, file: ModelFile, *, full: bool) -> ModelState:
        try:
            if path.stat().st_size != file.size:
                return ModelState.CORRUPT
            if full and sha256_of(path).hexdigest() != file.sha256:
                return ModelState.CORRUPT
        except FileNotFoundError:
            return ModelState.MISSING
        except OSError as error:
            raise Unavailable(f"{path}: {error.strerror}", code=ErrorCode.MODEL_MISSING) from error
        return ModelState.PRESENT

    def is_accepted(self, model: Model) -> bool:
        """Whether the model's licence needs no acceptance or was accepted as it stands in the manifest."""
        return not model.accept or self._acceptances().get(model.id, {}).get("licence") == model.licence

    def accept(self, model: Model, now: datetime) -> None:
        """Record that a person accepted the model's licence at ``now``; durable when this returns."""
        acceptances = self._acceptances()
        acceptances[model.id] = {"licence": model.licence, "at": now.isoformat(timespec="seconds")}
        lines = ["# Licences of models that were accepted on this machine."]
        for model_id, entry in sorted(acceptances.items()):
            lines += ["", f'["{model_id}"]', *(f'{key} = "{value}"' for key, value in entry.items())]
        self.root.mkdir(parents=True, exist_ok=True)
        replace_file(self.root / LICENCES_FILE, "\n".join(lines) + "\n", 0o644)

    def _acceptances(self) -> dict[str, dict[str, str]]:
        path = self.root / LICENCES_FILE
        try:
            raw = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            message = f"{path} cannot be read ({error}); remove it and accept again"
            raise NotPermitted(message, code=ErrorCode.LICENCE_NOT_ACCEPTED) from error
        return {
            key: {k: str(v) for k, v in entry.items()} for key, entry in raw.items() if isinstance(entry, dict)
        }


def raise_for(model: Model, state: ModelState, root: Path) -> None:
    """Raise what a state other than present means, with the command that mends it; nothing if present."""
    command = f"jarvisctl models fetch --root {root} {model.id}"
    if state is ModelState.MISSING:
        message = f"model {model.id} is not in {root}; run: {command}"
        raise Unavailable(message, code=ErrorCode.MODEL_MISSING, model=model.id)
    if state is ModelState.CORRUPT:
        message = f"model {model.id} in {root} is damaged; run: {command} --repair"
        raise EngineError(message, code=ErrorCode.MODEL_CORRUPT, model=model.id)
    if state is ModelState.LICENCE_PENDING:
        message = (
            f"the licence {model.licence} of model {model.id} has not been accepted; "
            f"run: {command} --accept-licence {model.id}"
        )
        raise NotPermitted(message, code=ErrorCode.LICENCE_NOT_ACCEPTED, model=model.id)
