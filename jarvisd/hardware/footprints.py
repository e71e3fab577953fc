"""How much memory of a graphics card each model needs. Pure.

Reckoned from the models' own shapes, and untested on hardware: no machine that this was made on has a card.
"""

from __future__ import annotations

from dataclasses import dataclass

CONTEXT_TOKENS = 8192
"""The default of ``llm.context_tokens``."""
BATCH_TOKENS = 512
"""llama.cpp evaluates a prompt in pieces of so many (its default ``n_ubatch``)."""
DEVICE_CONTEXT_MB = 300
"""Reckoned: what CUDA or HIP keeps on the card for each process that uses it, before any model."""
RESERVE_MB = 512
"""Chosen: left to the desktop, the driver and what grows; nothing is placed in it."""


@dataclass(frozen=True, slots=True)
class LanguageModelShape:
    """A language model in Q4_K_M, by its publisher's configuration; keys and values are kept in 16 bits."""

    ollama_name: str
    embedded_name: str
    """Its id in the manifest of models; empty where the embedded backend does not run it."""
    weights_mb: int
    """Size of its file."""
    blocks: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary: int

    @property
    def layers(self) -> int:
        """As llama.cpp counts them: the output is one too."""
        return self.blocks + 1

    @property
    def layer_mb(self) -> int:
        """One layer with its share of the context, rounded up."""
        kv_bytes = CONTEXT_TOKENS * self.blocks * 2 * self.kv_heads * self.head_size * 2
        return -(-(self.weights_mb + (kv_bytes >> 20)) // self.layers)

    @property
    def fixed_mb(self) -> int:
        """What a card holds besides layers: attention of a batch or its logits, in 32 bits, whichever is more."""
        widest = max(CONTEXT_TOKENS * self.heads, self.vocabulary)
        return DEVICE_CONTEXT_MB + (BATCH_TOKENS * widest * 4 >> 20)

    @property
    def whole_mb(self) -> int:
        """All of it."""
        return self.fixed_mb + self.layers * self.layer_mb


LLAMA = LanguageModelShape("llama3.1:8b", "", 4693, 32, 32, 8, 128, 128_256)
"""The model of §15's figures (4.92 GB)."""
SMALL_QWEN = LanguageModelShape("qwen2.5-coder:1.5b", "qwen2.5-coder-1.5b", 1066, 28, 12, 2, 128, 151_936)
"""The default of the embedded backend."""
TINY_QWEN = LanguageModelShape("qwen2.5-coder:0.5b", "qwen2.5-coder-0.5b", 469, 24, 14, 2, 64, 151_936)
"""For machines with little memory."""

WHISPER_MB = DEVICE_CONTEXT_MB + 271
"""Reckoned for Whisper base: 74 million weights of 8 bits, and 200 MB to compute in."""
EMBEDDER_MB = DEVICE_CONTEXT_MB + 151
"""Reckoned for MiniLM-L6: 22.7 million weights of 32 bits, and 64 MB to compute in."""
