"""The run of a sweep that is kept: it goes on where an earlier one stopped, and each row is kept before it is told.

Kept apart from the run itself, which knows no files.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from playground.backend import Backend
from playground.errors import PlaygroundError
from playground.servers import Target
from playground.sweeps.plan import Sweep
from playground.sweeps.row import Row
from playground.sweeps.run import AS_USUAL, Limits, run
from playground.sweeps.store import Saved, SweepStore


async def go_on(
    backend: Backend, store: SweepStore, saved: Saved, target: Target, limits: Limits = AS_USUAL
) -> AsyncGenerator[Row]:
    """A row for each call of a kept sweep that has no answer yet. Raises PlaygroundError where it cannot be kept."""
    with store.log(saved.id) as log:
        async with aclosing(run(backend, saved.sweep, target, saved.done, limits)) as rows:
            async for row in rows:
                log.add(row)
                yield row


def named(store: SweepStore, name: str, sweep: Sweep, where: Mapping[str, Any]) -> Saved:
    """The sweep that is kept under this name, begun where there is none. Raises PlaygroundError where it is another."""
    found = store.find(name)
    if found is None:
        return store.read(store.begin(sweep, name, where))
    if _as_text(found.sweep) != _as_text(sweep):
        raise PlaygroundError(
            f"Another sweep is kept under the name {name!r}.", "Choose another name, or delete that one."
        )
    return found


def _as_text(sweep: Sweep) -> str:
    return json.dumps(sweep.to_dict(), sort_keys=True)
