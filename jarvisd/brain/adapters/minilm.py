"""The embedder: all-MiniLM-L6-v2 as ONNX, on one processor thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, Unavailable
from jarvisd.models.adapters.onnx_errors import onnx_errors
from jarvisd.runtime.workers import Workers

LANE = "embedding"
MAX_TOKENS = 256
"""What the model was trained on; the rest of a longer text does not count."""
BATCH = 32
"""Chosen: 32 short texts take 0.1 s on one thread (measured)."""


class MiniLmEmbedder:
    """:class:`~jarvisd.brain.ports.Embedder` from ``folder``, which holds ``model.onnx`` and ``tokenizer.json``.

    Errors carry MODEL_MISSING or MODEL_CORRUPT.
    """

    def __init__(self, folder: Path, workers: Workers) -> None:
        self._folder = folder
        self._workers = workers
        self._session: Any = None
        self._tokenizer: Any = None
        self._engine = f"onnxruntime {folder.name}"

    @property
    def engine(self) -> str:
        """Runtime, its version and the model: ``"onnxruntime 1.31.1 minilm-l6-v2"``."""
        return self._engine

    async def start(self) -> None:
        """Load the model and embed a word, so that a damaged file is found now."""
        await self._workers.run(LANE, self._load)
        await self.embed(["ready"])

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of length 1 and 384 numbers for each text, in order."""
        if self._session is None:
            raise Unavailable("the embedder has not started", code=ErrorCode.MEMORY_GONE)
        vectors: list[list[float]] = []
        for begin in range(0, len(texts), BATCH):
            vectors += await self._workers.run(LANE, self._embed, list(texts[begin : begin + BATCH]))
        return vectors

    def _load(self) -> None:
        model, tokens = self._folder / "model.onnx", self._folder / "tokenizer.json"
        for path in (model, tokens):
            if not path.is_file():
                raise Unavailable(f"{path} is missing", code=ErrorCode.MODEL_MISSING)
        import onnxruntime
        from tokenizers import Tokenizer

        failures: tuple[type[Exception], ...] = (*onnx_errors(), OSError)
        try:
            # Of the constructors this is the one that raises something narrower than Exception.
            tokenizer = Tokenizer.from_buffer(tokens.read_bytes())
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except failures as error:
            raise self._corrupt(error) from error
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.enable_padding()
        self._tokenizer, self._session = tokenizer, session
        self._engine = f"onnxruntime {onnxruntime.__version__} {self._folder.name}"

    def _embed(self, texts: list[str]) -> list[list[float]]:
        import numpy as np

        encoded = self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode("utf-8") for text in texts])
        ids = np.array([item.ids for item in encoded], dtype=np.int64)
        mask = np.array([item.attention_mask for item in encoded], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        try:
            hidden = self._session.run(None, inputs)[0]
        except onnx_errors() as error:
            raise self._corrupt(error) from error
        if hidden.ndim != 3 or hidden.shape[:2] != ids.shape:
            raise self._corrupt(ValueError(f"output has shape {hidden.shape}"))
        pooled = (hidden * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        vectors: list[list[float]] = unit.astype(float).tolist()
        return vectors

    def _corrupt(self, error: Exception) -> JarvisError:
        reason = " ".join(str(error).split())[:200]
        return EngineError(f"{self._folder} cannot be used: {reason}", code=ErrorCode.MODEL_CORRUPT)
