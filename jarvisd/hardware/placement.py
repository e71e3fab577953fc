"""Where each model computes, by the memory of the graphics card (B4, §14.4 of the design). Pure.

| memory of the card | llm | stt | embeddings | vad, wake_word, tts |
|---|---|---|---|---|
| 8 GB and more | gpu | gpu | gpu | cpu |
| 4 to 8 GB | gpu | cpu | cpu | cpu |
| less, or none | cpu | cpu | cpu | cpu |

The small ones stay on the processor wherever it is: a voice detector and a wake word are too small to gain from a
card, and must answer at once; Piper has no build for one. What the rows leave of the card is the language model's:
as many of its layers as fit, and the rest of them on the processor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.hardware.footprints import (
    EMBEDDER_MB,
    LLAMA,
    RESERVE_MB,
    SMALL_QWEN,
    TINY_QWEN,
    WHISPER_MB,
    LanguageModelShape,
)
from jarvisd.hardware.machine import MachineSize, mb_of_gb
from jarvisd.systemd import affinity

ALL_ON_CARD_MB, MODEL_ON_CARD_MB = mb_of_gb(8), mb_of_gb(4)
"""§14.4: the rows begin at 8 GB and at 4 GB."""
LARGE_MODEL_RAM_MB, LARGE_MODEL_CORES = mb_of_gb(16), 8
"""§15.1: the least machine for an 8B model on processors."""
SMALL_MODEL_RAM_MB = 3072
"""As ``jarvisctl setup`` chooses: with less memory the 0.5B model plans."""
STT_CORES = 2
"""§14.5: transcription gets two cores; more bring Whisper base little."""
PARTS = ("llm", "stt", "embeddings", "vad", "wake_word", "tts")


class Device(str, Enum):
    """What a model computes on."""

    GPU = "gpu"
    CPU = "cpu"


@dataclass(frozen=True, slots=True)
class PartPlacement:
    """Where one part computes, and how. What does not apply is empty or 0."""

    device: Device
    model: str = ""
    backend: str = ""
    """Of the language model: what runs it, as ``llm.backend`` says it."""
    compute_type: str = ""
    """In what numbers: as CTranslate2 calls them, or the quantization of the file."""
    layers: int = 0
    """How many of ``layers_in_all`` are on the card."""
    layers_in_all: int = 0
    threads: int = 0
    """Of the processor, for what is computed there."""
    vram_mb: int = 0
    """What it is reckoned to need of the card."""

    def to_json(self) -> JsonObject:
        """With what applies; what is on a card is marked, as nobody has tried it."""
        found: dict[str, JsonValue] = {"device": self.device.value}
        texts = {"model": self.model, "backend": self.backend, "compute_type": self.compute_type}
        found.update({key: text for key, text in texts.items() if text})
        if self.layers_in_all:
            found.update(layers=self.layers, layers_in_all=self.layers_in_all)
        found.update(
            {key: value for key, value in (("threads", self.threads), ("vram_mb", self.vram_mb)) if value}
        )
        if self.device is Device.GPU:
            found["untested_on_hardware"] = True
        return found


def place(machine: MachineSize) -> Mapping[str, PartPlacement]:
    """Each of :data:`PARTS` to its place."""
    small_are_on_card = machine.vram_mb >= ALL_ON_CARD_MB
    free_mb = machine.vram_mb - RESERVE_MB - (WHISPER_MB + EMBEDDER_MB if small_are_on_card else 0)
    shares = affinity.placement(range(machine.cores))
    whisper = PartPlacement(
        Device.CPU, "whisper-base", compute_type="int8", threads=min(STT_CORES, len(shares.stt))
    )
    embedder = PartPlacement(Device.CPU, "minilm-l6-v2", compute_type="int8")
    if small_are_on_card:
        whisper = PartPlacement(Device.GPU, "whisper-base", compute_type="int8_float16", vram_mb=WHISPER_MB)
        embedder = PartPlacement(Device.GPU, "minilm-l6-v2", compute_type="float32", vram_mb=EMBEDDER_MB)
    on_card_mb = free_mb if machine.vram_mb >= MODEL_ON_CARD_MB else 0
    on_cpu = PartPlacement(Device.CPU)
    return MappingProxyType(
        {
            "llm": _language_model(_model_for(machine, on_card_mb), on_card_mb, len(shares.llm)),
            "stt": whisper,
            "embeddings": embedder,
            "vad": on_cpu,
            "wake_word": on_cpu,
            "tts": on_cpu,
        }
    )


def _model_for(machine: MachineSize, on_card_mb: int) -> LanguageModelShape:
    """The 8B model where a card holds all of it or the processor alone would do, else a smaller one."""
    bears_large = machine.cores >= LARGE_MODEL_CORES and machine.ram_mb >= LARGE_MODEL_RAM_MB
    if bears_large or on_card_mb >= LLAMA.whole_mb:
        return LLAMA
    if machine.ram_mb >= SMALL_MODEL_RAM_MB or on_card_mb >= SMALL_QWEN.whole_mb:
        return SMALL_QWEN
    return TINY_QWEN


def _language_model(model: LanguageModelShape, on_card_mb: int, threads: int) -> PartPlacement:
    if on_card_mb:
        layers = min(model.layers, (on_card_mb - model.fixed_mb) // model.layer_mb)
        return PartPlacement(
            Device.GPU,
            model.ollama_name,
            backend="ollama",
            compute_type="q4_k_m",
            layers=layers,
            layers_in_all=model.layers,
            threads=threads if layers < model.layers else 0,
            vram_mb=model.fixed_mb + layers * model.layer_mb,
        )
    name, backend = (model.embedded_name, "embedded") if model.embedded_name else (model.ollama_name, "ollama")
    return PartPlacement(
        Device.CPU, name, backend=backend, compute_type="q4_k_m", layers_in_all=model.layers, threads=threads
    )
