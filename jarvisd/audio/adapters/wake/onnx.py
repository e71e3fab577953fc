"""ONNX models of the wake word: one thread each, and every failure of the runtime as an error of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.models.adapters.onnx_errors import onnx_errors


class OnnxModel:
    """One input and one output; EngineError MODEL_CORRUPT when ``path`` holds no such model."""

    def __init__(self, path: Path) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineError(f"the wake-word engine cannot be loaded: {error}") from error
        self._failures = onnx_errors()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # What is wrong is told by the error; the runtime would print it as well.
        options.log_severity_level = 4
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except self._failures as error:
            text = f"the model {path} cannot be used: {str(error).splitlines()[0]}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error
        self._path = path
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise EngineError(f"the model {path} takes {len(inputs)} inputs", code=ErrorCode.MODEL_CORRUPT)
        self._input = inputs[0].name
        self.shape: tuple[Any, ...] = tuple(inputs[0].shape)
        """Of the input; a name where any size will do."""

    def run(self, values: Any) -> Any:
        """The first output for ``values``; EngineError if that fails."""
        try:
            return self._session.run(None, {self._input: values})[0]
        except self._failures as error:
            text = f"the model {self._path} failed: {str(error).splitlines()[0]}"
            raise EngineError(text, code=ErrorCode.MODEL_CORRUPT) from error
