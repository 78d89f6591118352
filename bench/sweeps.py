"""What a sweep costs the embedded model: its tokens per second in one, and when asked directly as many at once.

No page and no browser: a sweep is made of answers that nobody reads as they stream.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any, Final

from bench.figures import OURS
from bench.model import Model
from bench.workbench import Workbench
from playground.backend import Backend
from playground.engine.process import Engine
from playground.engine.slots import slots_of
from playground.servers import NOWHERE
from playground.settings import Settings
from playground.sweeps.asked import sweep_of
from playground.sweeps.plan import Sweep
from playground.sweeps.run import Limits, run
from playground.wire.body import build

_QUESTION: Final = "Tell me a long story about a lighthouse keeper and the sea, with many details."
_TOKENS: Final = 48


def sweeps(bench: Workbench) -> None:
    """The same calls in a sweep, straight to the engine with as many at once, and one after the other."""
    swept, direct, singly = (bench.noting(name) for name in (OURS, "asked directly", "one after the other"))
    with Model() as model:
        for repeat in range(bench.repeats + 1):
            sweep = _sweep(first_seed=10 * repeat)
            bodies, slots = model.run(_bodies(model.engine, sweep))
            in_sweep = model.run(_tokens_per_second(model.engine, sweep, Limits()))
            asked = model.tokens_per_second(bodies, slots)
            alone = model.run(_tokens_per_second(model.engine, sweep, Limits(at_once=1)))
            if not repeat:
                continue  # the first round warms up
            swept("speed", "tokens/s", in_sweep)
            direct("speed", "tokens/s", asked)
            singly("speed", "tokens/s", alone)
            swept("speed kept", "%", in_sweep / asked * 100)
            swept("speed against one after the other", "%", in_sweep / alone * 100)


def _sweep(first_seed: int) -> Sweep:
    """16 calls that write to their limit, nearly all of them."""
    values = {"model": "embedded", "max_tokens": _TOKENS}
    seeds = range(first_seed, first_seed + 8)
    return sweep_of(values, {"temperature": [0.5, 1.0]}, prompts=[_QUESTION], seeds=seeds)


async def _bodies(engine: Engine, sweep: Sweep) -> tuple[Sequence[Any], int]:
    """The bodies that the sweep sends, and how many answers the engine generates at once."""
    backend = Backend(Settings())
    backend.engine = engine
    bodies = []
    for call in sweep.calls():
        request, _ = await backend.request(sweep.values_of(call), "create", NOWHERE)
        async with backend.reached(request.model, NOWHERE) as (profile, endpoint):
            bodies.append(build(request, profile)[0])
            slots = await slots_of(endpoint)
    await backend.transport.aclose()
    return bodies, slots


async def _tokens_per_second(engine: Engine, sweep: Sweep, limits: Limits) -> float:
    """All tokens over all the time of a sweep."""
    backend = Backend(Settings())
    backend.engine = engine
    start = monotonic()
    tokens = [row.metrics["tokens"] or 0.0 async for row in run(backend, sweep, NOWHERE, (), limits)]
    took = monotonic() - start
    await backend.transport.aclose()
    return sum(tokens) / took
