"""A short list of good small models of the Hub, which the page offers; on a public page no others run.

Kept apart because it is facts alone, each with where it was read, and grows old. What is fetched is looked up on the
Hub again before it is: size and licence that are shown then are the Hub's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.engine.memory import needed
from playground.engine.names import HubName

READ: Final = "November 2026"
"""When these facts were put together, most from the repositories' own lists of files; memory is an estimate."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A model of the Hub. `cache`: (heads of keys and values over all layers, size of one head)."""

    title: str
    repository: str
    file: str
    quantisation: str
    megabytes: int
    licence: str
    vocabulary: int
    cache: tuple[int, int]
    note: str

    @property
    def name(self) -> HubName:
        """What stands behind `embedded/`."""
        return HubName(self.repository, self.quantisation)

    @property
    def memory(self) -> int:
        """Bytes of memory that it takes with its context full."""
        heads, size = self.cache
        return needed(self.megabytes * 10**6, heads * size * 2 * 2, self.vocabulary)


OFFERED: Final = (
    Offer(
        "LFM2 350M",
        "LiquidAI/LFM2-350M-GGUF",
        "LFM2-350M-Q4_K_M.gguf",
        "Q4_K_M",
        229,
        "lfm1.0",
        65_536,
        (6 * 8, 64),
        "Fast; calls functions.",
    ),
    Offer(
        "SmolLM2 360M",
        "HuggingFaceTB/SmolLM2-360M-Instruct-GGUF",
        "smollm2-360m-instruct-q8_0.gguf",
        "Q8_0",
        386,
        "apache-2.0",
        49_152,
        (32 * 5, 64),
        "The next larger one of the family that comes along.",
    ),
    Offer(
        "Qwen2.5 0.5B",
        "bartowski/Qwen2.5-0.5B-Instruct-GGUF",
        "Qwen2.5-0.5B-Instruct-Q4_K_M.gguf",
        "Q4_K_M",
        398,
        "apache-2.0",
        151_936,
        (24 * 2, 64),
        "Many languages; calls functions.",
    ),
    Offer(
        "Qwen3 0.6B",
        "ggml-org/Qwen3-0.6B-GGUF",
        "Qwen3-0.6B-Q8_0.gguf",
        "Q8_0",
        805,
        "apache-2.0",
        151_936,
        (28 * 8, 128),
        "Thinks before it answers; calls functions.",
    ),
    Offer(
        "Gemma 3 1B",
        "unsloth/gemma-3-1b-it-GGUF",
        "gemma-3-1b-it-Q4_K_M.gguf",
        "Q4_K_M",
        806,
        "gemma",
        262_144,
        (26 * 1, 256),
        "Writes well for its size.",
    ),
    Offer(
        "Llama 3.2 1B",
        "bartowski/Llama-3.2-1B-Instruct-GGUF",
        "Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        "Q4_K_M",
        808,
        "llama3.2",
        128_256,
        (16 * 8, 64),
        "Calls functions.",
    ),
    Offer(
        "SmolLM2 1.7B",
        "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
        "smollm2-1.7b-instruct-q4_k_m.gguf",
        "Q4_K_M",
        1060,
        "apache-2.0",
        49_152,
        (24 * 32, 64),
        "The largest of the family that comes along.",
    ),
    Offer(
        "Qwen3 1.7B",
        "ggml-org/Qwen3-1.7B-GGUF",
        "Qwen3-1.7B-Q4_K_M.gguf",
        "Q4_K_M",
        1280,
        "apache-2.0",
        151_936,
        (28 * 8, 128),
        "Thinks before it answers; calls functions.",
    ),
)
"""By size."""
