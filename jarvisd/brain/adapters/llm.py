"""Which language model serves: Ollama, the embedded one, whichever is there, or an OpenAI-compatible server
(decision 15).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from jarvisd.brain.adapters.embedded import EmbeddedModel
from jarvisd.brain.adapters.ollama import OllamaModel
from jarvisd.brain.adapters.openai_server import OpenAiModel
from jarvisd.brain.adapters.preferred_model import PreferredModel
from jarvisd.brain.ports import LanguageModel
from jarvisd.runtime.tasks import Tasks


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
    is_lean: bool = False,
    on_progress: Callable[[int, int], None] = lambda tokens, of: None,
    openai_url: str = "",
    openai_model: str = "",
    openai_key_file: str = "",
) -> LanguageModel:
    """The language model for ``backend`` ("ollama", "embedded", "openai" or "auto"), started.

    "auto" takes Ollama if it answers within a second and has the model. ``model_path`` is a GGUF file or the
    folder that holds one; evaluated prompt prefixes are kept below ``cache_dir``, and
    ``on_progress`` hears of their evaluation. Errors are those of ``start``.
    """
    if backend == "openai":
        key_file = Path(openai_key_file) if openai_key_file else None
        return await _started(OpenAiModel(url=openai_url, model=openai_model, key_file=key_file))
    remote = OllamaModel(
        host=ollama_host, model=ollama_model, context_tokens=context_tokens, keep_alive_s=keep_alive_s
    )
    if backend == "ollama":
        return await _started(remote)
    embedded = EmbeddedModel(
        model_path=model_path,
        cache_dir=cache_dir,
        tasks=tasks,
        context_tokens=context_tokens,
        threads=threads,
        cores=cores,
        is_lean=is_lean,
        on_progress=on_progress,
    )
    if backend == "auto":
        return await _started(PreferredModel(remote, embedded, tasks))
    return await _started(embedded)


async def _started(model: LanguageModel) -> LanguageModel:
    try:
        await model.start()
    except BaseException:
        await model.close()
        raise
    return model
