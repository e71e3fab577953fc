"""Which language model serves: Ollama, the embedded one, or whichever is there (decision 15)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from jarvisd.brain.adapters.embedded import EmbeddedModel
from jarvisd.brain.adapters.ollama import OllamaModel
from jarvisd.brain.ports import LanguageModel
from jarvisd.core.errors import JarvisError
from jarvisd.core.timeout import within
from jarvisd.runtime.tasks import Tasks

logger = logging.getLogger(__name__)

OLLAMA_ANSWERS_IN_S = 1.0
"""How long ``auto`` waits for an Ollama server."""


async def choose_model(
    backend: str,
    *,
    ollama_host: str,
    ollama_model: str,
    model_path: Path,
    cache_dir: Path,
    tasks: Tasks,
    context_tokens: int = 8192,
    threads: int = 2,
    keep_alive_s: int = 1800,
    cores: Sequence[int] = (),
) -> LanguageModel:
    """The language model for ``backend`` ("ollama", "embedded" or "auto"), started.

    "auto" takes Ollama if it answers within a second and has the model. ``model_path`` is a GGUF file or the
    folder that holds one; evaluated prompt prefixes are kept below ``cache_dir``. Errors are those of ``start``.
    """
    remote = OllamaModel(
        host=ollama_host, model=ollama_model, context_tokens=context_tokens, keep_alive_s=keep_alive_s
    )
    if backend == "ollama":
        return await _started(remote)
    if backend == "auto" and await _answers(remote):
        return remote
    embedded = EmbeddedModel(
        model_path=model_path,
        cache_dir=cache_dir,
        tasks=tasks,
        context_tokens=context_tokens,
        threads=threads,
        cores=cores,
    )
    return await _started(embedded)


async def _answers(remote: OllamaModel) -> bool:
    try:
        await within(remote.start(), OLLAMA_ANSWERS_IN_S)
    except (JarvisError, asyncio.TimeoutError) as error:
        logger.info("no Ollama, taking the embedded model reason=%s", error)
        await remote.close()
        return False
    return True


async def _started(model: LanguageModel) -> LanguageModel:
    try:
        await model.start()
    except BaseException:
        await model.close()
        raise
    return model
