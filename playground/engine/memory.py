"""Whether there is memory for a model: what it needs, by its file's header, and what is free.

Kept apart from the process because it is said before anything is fetched or loaded, also of models that are not here.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

SLOTS: Final = 2
"""Answers at the same time, of every model but the one that comes along: a pair."""
CONTEXT_TOKENS: Final = 4096
"""Tokens of prompt and answer that each of them can hold, if the model was trained for as many."""
SCORED_TOKENS: Final = 512
"""Tokens for each of which a score of every token has room: llama.cpp's own n_ubatch. Ours reads fewer in one go
(`child.BATCH_TOKENS`), and the estimate stays on the high side."""
REST: Final = 300_000_000
"""The program itself, its buffers, and conversations that have lost their slot (256 MiB at most)."""
GRAMMAR_ROOM: Final = 2 * 1024**3
"""What a process may take beside what its model needs: a grammar without bounds ends it then, and not the machine."""

_CGROUP: Final = Path("/sys/fs/cgroup")


def needed(file_bytes: int, cache_bytes: int, vocabulary: int, context: int = CONTEXT_TOKENS) -> int:
    """Bytes of memory that a model takes when its whole context is in use; an estimate, rather high than low.

    >>> needed(639_000_000, 28 * 8 * 256 * 2, 151_936) // 10**6  # Qwen3-0.6B, Q8_0
    2189
    """
    tokens = SLOTS * min(context or CONTEXT_TOKENS, CONTEXT_TOKENS)
    return file_bytes + cache_bytes * tokens + vocabulary * SCORED_TOKENS * 4 + REST


def available(meminfo: Path = Path("/proc/meminfo"), cgroup: Path = _CGROUP) -> int | None:
    """Bytes that may be taken without others being pushed out; None where the system does not say."""
    with suppress(OSError):
        found = re.search(r"^MemAvailable:\s+(\d+) kB", meminfo.read_text(encoding="ascii"), re.MULTILINE)
        if found:
            return min(int(found[1]) * 1024, _left_in(cgroup))
    return None


def _left_in(cgroup: Path) -> int:
    """What a container's limit leaves; pages of files that it holds are given up when others want them."""
    with suppress(OSError, ValueError):
        limit = int((cgroup / "memory.max").read_text(encoding="ascii"))
        used = int((cgroup / "memory.current").read_text(encoding="ascii"))
        files = re.search(r"^file (\d+)", (cgroup / "memory.stat").read_text(encoding="ascii"), re.MULTILINE)
        return max(0, limit - used + (int(files[1]) if files else 0))
    return 2**63 - 1


def held_by(pid: int) -> int:
    """Bytes that a process gives back when it ends; 0 where the system does not say."""
    with suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
        found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0
