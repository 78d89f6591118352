"""What a chunk of a stream costs in CPU time: our transport beside the two clients that people use.

Kept apart from the page's cases: no browser, no page, only a client and the upstream.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bench.clients import CLIENTS, SCORED
from bench.pace import BURST
from bench.program import Program
from bench.workbench import Workbench

_ANSWERS_PER_REPEAT = 4
"""An answer takes a twentieth of a second; more of them cost nothing and steady the median."""


_CHUNKS: Final[Mapping[str, Mapping[str, object]]] = {
    "CPU per plain chunk": {},
    "CPU per chunk with five top_logprobs": SCORED,
}


def transport(bench: Workbench) -> None:
    """Every client, plain and with scores, each in a process of its own."""
    for client in CLIENTS:
        note = bench.noting(client)
        for measure, parameters in _CHUNKS.items():
            for value in _spent(bench, client, parameters):
                note(measure, "µs", value)


def _spent(bench: Workbench, client: str, parameters: Mapping[str, object]) -> list[float]:
    arguments = (
        client,
        bench.visits.base_url(BURST),
        json.dumps(parameters),
        str(bench.repeats * _ANSWERS_PER_REPEAT),
    )
    with Program("-m", "bench.clients", *arguments, environment={"HOME": str(bench.home)}) as program:
        spent: list[float] = json.loads(program.line())
        return spent
