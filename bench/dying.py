"""The embedded model's process killed in the middle of its answers, beside an answer of another server.

Fifty times, paced: a process that dies five times within a minute is not started again for a while.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

from bench.crowd import exchange
from bench.figures import NEVER, OURS
from bench.pace import Pace
from bench.program import NOT_COUNTED, Program
from bench.site import PLAYGROUND
from bench.workbench import Workbench

KILLS: Final = 50
SIGNALS: Final = (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT)
BESIDE: Final = Pace(120, 50)

_APART_S: Final = 15.5
_LONG: Final = [{"role": "user", "content": "Tell me a long story about a lighthouse keeper and the sea."}]
_PAIR: Final = {
    "model": "embedded",
    "messages": _LONG,
    "parameters": {"max_tokens": 900, "temperature": 0.8, "stream": True},
    "extra_body": {"ignore_eos": True},  # else some answers end before they can be broken off
    "second": {"model": "server/words", "max_tokens": None},
    "mode": "open",
}
_AGAIN: Final = {"model": "embedded", "messages": _LONG, "parameters": {"max_tokens": 4, "stream": True}}

Panes = dict[str, dict[str, Any]]


def dying(bench: Workbench) -> None:
    """Of each kill: whether the text is kept and its end explained, the other side whole, and how soon it goes on."""
    note = bench.noting(OURS)
    own = {"PLAYGROUND_BASE_URL": bench.visits.base_url(BESIDE)}
    kept = beside = 0
    with bench.serving(PLAYGROUND, BESIDE, own) as (program, address), ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _asked(address, _AGAIN, lambda: None)).result()
        for number in range(KILLS):
            begun, engine = monotonic(), _engine(program)  # to look for it takes longer than some answers

            def kill(engine: int = engine, number: int = number) -> None:
                os.kill(engine, SIGNALS[number % len(SIGNALS)])

            panes = thread.submit(asyncio.run, _asked(address, _PAIR, kill)).result()
            died, other = _of(panes, "server/words", False), _of(panes, "server/words", True)
            message = (died["end"].get("error") or {}).get("message", "")
            kept += bool(died["text"] and died["end"]["ended"] == "cut off" and "died" in message)
            beside += other["end"]["ended"] == "done" and len(other["text"].split()) == BESIDE.words
            asked = monotonic()
            again = thread.submit(asyncio.run, _asked(address, _AGAIN, lambda: None)).result()
            answered = again["left"]["text"] and not again["left"]["end"].get("error")
            note("next answer after a kill", "s", monotonic() - asked if answered else NEVER)
            sleep(max(0.0, begun + _APART_S - monotonic()))
    note("kills", "", KILLS)
    note("texts kept and their end explained", "", kept)
    note("answers of the other server that are whole", "", beside)


def _engine(program: Program) -> int:
    """The process that the embedded model runs in."""
    return next(pid for pid in program.family() if NOT_COUNTED in Path(f"/proc/{pid}/cmdline").read_text())


def _of(panes: Panes, model: str, is_it: bool) -> dict[str, Any]:
    """The pane of this model, or the other one; whose is whose is told of an open pair."""
    whose = panes["pair"]["whose"]
    position = next(at for at in ("left", "right") if (whose[at]["model"] == model) == is_it)
    return panes[position]


async def _asked(address: str, asked: Any, once_both_speak: Callable[[], None]) -> Panes:
    """What a page is told: each side's text and end, and of a pair whose is whose."""
    sides = [{"text": "", "end": {}}, {"text": "", "end": {}}]
    told: Panes = {"left": sides[0]}
    is_told = False
    async with exchange(address, "POST", "/playground/stream", asked) as (_, lines):
        async for line in lines:
            for pane, kind, data, *_rest in json.loads(line):
                if kind == "pair":
                    told = {"left": sides[0], "right": sides[1], "pair": data}
                elif kind == "text":
                    sides[pane]["text"] += data
                elif kind == "ended":
                    sides[pane]["end"] = data
            if not is_told and "pair" in told and all(side["text"] for side in sides):
                is_told = True
                once_both_speak()
    return told
