"""What a chunk of a stream costs in CPU time: our transport beside the two clients that people use.

Kept apart from the page's cases: no browser, no page, only a client and the upstream.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from bench.clients import CLIENTS, SCORED
from bench.figures import Figure
from bench.pace import BURST
from bench.program import Program
from bench.workbench import Values, Workbench, figures

_ANSWERS_PER_REPEAT = 4
"""An answer takes a twentieth of a second; more of them cost nothing and steady the median."""


def transport(bench: Workbench) -> list[Figure]:
    """Every client, plain and with scores, each in a process of its own."""
    found: list[Figure] = []
    for client in CLIENTS:
        values: Values = {
            ("CPU per plain chunk", "µs"): _spent(bench, client, {}),
            ("CPU per chunk with five top_logprobs", "µs"): _spent(bench, client, SCORED),
        }
        found += figures("transport", client, values)
    return found


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
