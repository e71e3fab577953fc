"""TensorFlow Lite by its C interface (tensorflow/lite/c/c_api.h), from the library in microWakeWord's wheel.

Every result is looked at here: the wheel's own class goes on with the null pointer that it gets for a damaged
file, which ends the process. A file whose structure is sound may still lead the library astray, so each is first
tried in a process of its own.
"""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jarvisd.core.errors import EngineError, ErrorCode, Unavailable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAGIC, MAGIC_AT = b"TFL3", slice(4, 8)
"""Name of the format in every file, from the schema of TensorFlow Lite."""
TRIAL_LIMIT_S = 30.0
"""Chosen: it takes 0.3 s of processor time (measured on 2 cores), on a crowded machine a hundred times as long."""
TRIAL_RUNS = 40
"""Chosen: more than a second of sound, so that what a model remembers goes all the way round."""
_TRIAL = "jarvisd.audio.adapters.wake.tflite_trial"
_TYPES = {1: "float32", 3: "uint8", 9: "int8"}
"""TfLiteType of c_api_types.h to the name of numpy."""
_MOST_DIMENSIONS = 8
"""Chosen: models of sound have two to four."""


class _Quantization(ctypes.Structure):
    _fields_ = (("scale", ctypes.c_float), ("zero_point", ctypes.c_int32))


@dataclass(frozen=True, slots=True)
class Tensor:
    """What goes in or comes out: ``value = (stored - zero_point) * scale``, where ``stored`` is a whole number."""

    handle: int
    shape: tuple[int, ...]
    type_name: str
    scale: float
    zero_point: int

    @property
    def is_float(self) -> bool:
        """Whether values are stored as they are."""
        return self.type_name == "float32"


class TfLiteModel:
    """One input, one output. Raises MODEL_MISSING or MODEL_CORRUPT; :meth:`close` releases it, also twice."""

    def __init__(self, library: Path, path: Path) -> None:
        check_format(path)
        self._path = path
        self._library = _opened(library)
        self._interpreter: int | None = None
        self._model: int | None = self._library.TfLiteModelCreateFromFile(bytes(path.resolve()))
        self._demand(self._model, "it is damaged")
        self.reset()

    def reset(self) -> None:
        """Forget what it remembers of its inputs: what resource variables hold goes with the interpreter only."""
        self._release()
        library = self._library
        self._interpreter = library.TfLiteInterpreterCreate(self._model, None)
        self._demand(self._interpreter, "it cannot be run")
        self._demand(not library.TfLiteInterpreterAllocateTensors(self._interpreter), "it cannot be run")
        self.input = self._tensor(library.TfLiteInterpreterGetInputTensor, "input")
        self.output = self._tensor(library.TfLiteInterpreterGetOutputTensor, "output")

    def run(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The output for ``values``, which have the input's shape, or as many numbers; EngineError if it fails."""
        import numpy as np

        given, wanted = self.input, self.output
        if not given.is_float:
            values = np.round(values / given.scale + given.zero_point)
        stored = np.ascontiguousarray(values.astype(given.type_name))
        taken = np.empty(wanted.shape, wanted.type_name)
        library = self._library
        failed = (
            library.TfLiteTensorCopyFromBuffer(given.handle, stored.ctypes.data, stored.nbytes)
            or library.TfLiteInterpreterInvoke(self._interpreter)
            or library.TfLiteTensorCopyToBuffer(wanted.handle, taken.ctypes.data, taken.nbytes)
        )
        self._demand(not failed, "it fails while it runs")
        result = taken.astype(np.float32)
        return result if wanted.is_float else (result - wanted.zero_point) * np.float32(wanted.scale)

    def close(self) -> None:
        """Release it."""
        self._release()
        if self._model is not None:
            self._library.TfLiteModelDelete(self._model)
            self._model = None

    def __del__(self) -> None:
        if hasattr(self, "_model"):
            self.close()

    def _release(self) -> None:
        if self._interpreter is not None:
            self._library.TfLiteInterpreterDelete(self._interpreter)
            self._interpreter = None

    def _tensor(self, get: Any, which: str) -> Tensor:
        library, handle = self._library, get(self._interpreter, 0)
        self._demand(handle, f"it has no {which}")
        count = library.TfLiteTensorNumDims(handle)
        name = _TYPES.get(library.TfLiteTensorType(handle), "")
        self._demand(name and 0 < count <= _MOST_DIMENSIONS, f"its {which} is of a kind that is not known")
        shape = tuple(library.TfLiteTensorDim(handle, axis) for axis in range(count))
        self._demand(all(size > 0 for size in shape), f"its {which} has no size")
        stored = library.TfLiteTensorQuantizationParams(handle)
        self._demand(name == "float32" or stored.scale > 0, f"its {which} has no scale")
        return Tensor(handle, shape, name, stored.scale, stored.zero_point)

    def _demand(self, is_so: object, otherwise: str) -> None:
        if not is_so:
            raise EngineError(f"the model {self._path} cannot be used: {otherwise}", code=ErrorCode.MODEL_CORRUPT)


def library_path() -> Path:
    """Where the library is; EngineError without it."""
    try:
        import pymicro_wakeword
    except ImportError as error:
        raise EngineError(f"the wake-word engine cannot be loaded: {error}") from error
    found = next((Path(pymicro_wakeword.__file__).parent / "lib").glob("*tensorflowlite_c.*"), None)
    if found is None:
        raise EngineError("the wake-word engine cannot be loaded: its wheel holds no library")
    return found


def load_tried(path: Path, command: Sequence[str] = (sys.executable, "-m", _TRIAL)) -> TfLiteModel:
    """The model in ``path``, once another process has run it: MODEL_MISSING, MODEL_CORRUPT, or EngineError."""
    library = library_path()
    check_format(path)
    try:
        done = subprocess.run(
            [*command, str(library), str(path)], capture_output=True, timeout=TRIAL_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        text = f"the model {path} was not done within {TRIAL_LIMIT_S:g} s when it was tried"
        raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error
    except OSError as error:
        raise EngineError(f"the model {path} cannot be tried: {error}") from error
    if done.returncode:
        why = signal.Signals(-done.returncode).name if done.returncode < 0 else f"status {done.returncode}"
        told = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        text = f"the model {path} cannot be used: trying it ended with {why}{told and f': {told}'}"
        raise EngineError(text, code=ErrorCode.MODEL_CORRUPT)
    return TfLiteModel(library, path)


def check_format(path: Path) -> None:
    """Whether it looks like a model: MODEL_MISSING or MODEL_CORRUPT if not."""
    try:
        with path.open("rb") as stream:
            head = stream.read(MAGIC_AT.stop)
    except OSError as error:
        text = f"there is no model {path}: {error.strerror}"
        raise Unavailable(text, code=ErrorCode.MODEL_MISSING) from error
    if head[MAGIC_AT] != MAGIC:
        raise EngineError(f"{path} is no TFLite model", code=ErrorCode.MODEL_CORRUPT)


def _opened(path: Path) -> Any:
    try:
        library: Any = ctypes.CDLL(str(path))
    except OSError as error:
        raise EngineError(f"the wake-word engine cannot be loaded: {error}") from error
    pointer, text, number, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_size_t
    signatures: dict[str, tuple[Any, ...]] = {
        "ModelCreateFromFile": (pointer, text),
        "ModelDelete": (None, pointer),
        "InterpreterCreate": (pointer, pointer, pointer),
        "InterpreterDelete": (None, pointer),
        "InterpreterAllocateTensors": (ctypes.c_int, pointer),
        "InterpreterInvoke": (ctypes.c_int, pointer),
        "InterpreterGetInputTensor": (pointer, pointer, number),
        "InterpreterGetOutputTensor": (pointer, pointer, number),
        "TensorNumDims": (number, pointer),
        "TensorDim": (number, pointer, number),
        "TensorType": (ctypes.c_int, pointer),
        "TensorQuantizationParams": (_Quantization, pointer),
        "TensorCopyFromBuffer": (ctypes.c_int, pointer, pointer, size),
        "TensorCopyToBuffer": (ctypes.c_int, pointer, pointer, size),
    }
    for name, (result, *arguments) in signatures.items():
        function = getattr(library, f"TfLite{name}")
        function.restype, function.argtypes = result, arguments
    return library
