"""`probe`: whether a server honours parameters, one verdict after the other as it is found."""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import aclosing
from typing import Any, Final

from playground.backend import Backend
from playground.command.parameters import add_server
from playground.engine.library import Library
from playground.errors import InvalidRequest, Problem
from playground.evidence.probes.asking import over_backend
from playground.evidence.probes.examiner import STORY
from playground.evidence.probes.suite import PROBES, Subject, examine
from playground.evidence.probes.table import Verdict
from playground.servers import Target
from playground.value_types import shown

DOES: Final = "Asks a model a few short questions per parameter, and says whether its server honours it."


def arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `probe`."""
    parser.add_argument("parameters", nargs="*", metavar="parameter", help="all, where none is named")
    parser.add_argument(
        "--json", action="store_true", help="prints one JSON object a line, with the exchanges"
    )
    add_server(parser)


def run(said: argparse.Namespace) -> int:
    """1 where a parameter has no visible effect, or is rejected. Raises PlaygroundError, OSError."""
    if unknown := set(said.parameters) - PROBES.keys():
        raise InvalidRequest([Problem("parameter", shown(min(unknown)), f"one of {', '.join(PROBES)}")])
    verdicts = asyncio.run(_examined(said))
    return int(any(verdict.outcome in ("no visible effect", "rejected") for verdict in verdicts))


async def _examined(said: argparse.Namespace) -> list[Verdict]:
    backend = Backend(provide=Library.fetch)
    found = []
    try:
        values: dict[str, Any] = {"model": said.model, "messages": list(STORY)}
        asked, target = await backend.request(values, "create", Target(base_url=said.base_url))
        async with backend.reached(asked.model, target):
            pass  # says at once if a key is missing, or a model that is not here
        subject = Subject(asked.model, backend.known_profile(asked.model, target))
        wanted = [name for name in PROBES if not said.parameters or name in said.parameters]
        async with aclosing(examine(subject, over_backend(backend, target), wanted)) as steps:
            async for step in steps:
                if step.verdict is not None:
                    found.append(step.verdict)
                    print(_line(step.verdict, said.json), flush=True)
    finally:
        await backend.aclose()
    return found


def _line(verdict: Verdict, as_json: bool) -> str:
    if as_json:
        return json.dumps(verdict.to_dict(), ensure_ascii=False)
    return f"{verdict.parameter:22} {verdict.outcome:18} {verdict.why}"
