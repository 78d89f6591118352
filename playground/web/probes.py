"""The page's requests about probes: what they would cost, running them, and the table remembered last.

Kept apart from the streaming of answers because a run has its own lines, and outlives none of its readers.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend, model_of
from playground.errors import PlaygroundError
from playground.evidence.probes import probe_store
from playground.evidence.probes.asking import over_backend
from playground.evidence.probes.examiner import STORY
from playground.evidence.probes.finding import Cost, Plan
from playground.evidence.probes.measured import holds, remark
from playground.evidence.probes.suite import PROBES, Progress, Subject, examine, plan
from playground.evidence.probes.table import ProbeTable, Verdict, now
from playground.servers import Target, probed_name
from playground.version import VERSION
from playground.web.credentials import target_of
from playground.web.page_request import read_json
from playground.web.responses import refused
from playground.wire.kinds.profile import Profile
from playground.wire.models import ModelInfo
from playground.wire.runs import UNTOLD, Run

MOST_THINKING: Final = 8192
PROMPT_TOKENS: Final = 60
"""What a question of the probes amounts to, on average and rounded up, tools and long messages included."""

_IN_VAIN: Final = "No answer came that says anything of this server, so there is nothing to remember."

Streaming = Callable[[AsyncGenerator[bytes]], Response]
"""A response of lines that ends the moment its reader goes away."""


@dataclass(frozen=True, slots=True)
class Probing:
    """What the page asks to have probed: a model at a server, and which of its parameters."""

    subject: Subject
    target: Target
    server: str
    parameters: tuple[str, ...]

    @classmethod
    async def read(cls, request: Request, backend: Backend) -> Probing:
        """Parses the page's JSON. Raises ValueError, PlaygroundError."""
        sent = await read_json(request)
        wanted = sent.get("parameters") or tuple(PROBES)
        if not isinstance(wanted, list | tuple) or not all(isinstance(name, str) for name in wanted):
            raise ValueError("This request is not what the page sends: parameters must be a list of names.")
        if unknown := set(wanted) - PROBES.keys():
            raise ValueError(f"There is no parameter {min(unknown)!r} to probe.")
        thinking = sent.get("thinking_tokens") or 0
        if not isinstance(thinking, int) or not 0 <= thinking <= MOST_THINKING:
            raise ValueError(f"thinking_tokens must be a whole number from 0 to {MOST_THINKING}.")
        target = target_of(request, sent, backend.settings)
        asked, settled = await backend.request(
            {"model": sent.get("model"), "messages": list(STORY)}, "create", target
        )
        subject = Subject(asked.model, backend.known_profile(asked.model, settled), thinking)
        server = probed_name(asked.model, target, backend.settings)
        return cls(subject, settled, server, tuple(name for name in PROBES if name in wanted))


def probe_routes(backend: Backend, streaming: Streaming) -> list[BaseRoute]:
    """`POST probe/plan`, `POST probe`, and `GET probe/last`, which `?as=json` or `?as=md` turns into a file."""

    async def planned(request: Request) -> Response:
        try:
            probing = await Probing.read(request, backend)
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        info = await backend.servers.known(probing.subject.model, probing.target)
        return JSONResponse(plan_row(probing, info))

    async def run(request: Request) -> Response:
        try:
            probing = await Probing.read(request, backend)
            async with backend.reached(probing.subject.model, probing.target):
                pass  # says at once if a key is missing, or a model that is not here
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        return streaming(_lines(backend, probing))

    async def last(request: Request) -> Response:
        try:
            table, run, own = await _remembered(request, backend)
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        kind = request.query_params.get("as", "")
        if table is None:
            words = {"message": "Nothing is remembered of this model at this server."}
            return JSONResponse(words, 404) if kind else Response(status_code=204)
        if kind == "md":
            return PlainTextResponse(
                table.to_markdown(), media_type="text/markdown", headers=_as_file("probes.md")
            )
        if kind == "json":
            return JSONResponse(table.to_dict(), headers=_as_file("probes.json"))
        rows = [{**verdict_row(v), **standing_row(v, run, own)} for v in table.verdicts]
        return JSONResponse({**table.to_dict(), "verdicts": rows})

    return [
        Route("/playground/probe/plan", planned, methods=["POST"]),
        Route("/playground/probe", run, methods=["POST"]),
        Route("/playground/probe/last", last),
    ]


async def _lines(backend: Backend, probing: Probing) -> AsyncGenerator[bytes]:
    """One line of JSON per step: `{done, total, parameter, verdict or null}`; a last one with the whole table.

    What was found until the reader stopped it has been paid for, and is remembered too.
    """
    table = ProbeTable(probing.subject.model.id or "embedded", probing.server, now(), app_version=VERSION)
    run = await backend.run(probing.subject.model, probing.target)
    verdicts: list[Verdict] = []
    ask = over_backend(backend, probing.target)
    kept: dict[str, Any] | None = None
    try:
        async with aclosing(examine(probing.subject, ask, probing.parameters)) as steps:
            async for step in steps:
                step = step.of_run(run.mark)
                verdicts += [step.verdict] if step.verdict else []
                yield _line(step_row(step))
        kept = _kept(table.with_verdicts(verdicts), backend)
        yield _line({"table": _without_texts(table.with_verdicts(verdicts)).to_dict(), **kept})
    finally:
        if kept is None:
            _kept(table.with_verdicts(verdicts), backend)


def _kept(table: ProbeTable, backend: Backend) -> dict[str, Any]:
    """Remembers a table, or says why not. What strangers asked is kept without its texts."""
    if table.in_vain:
        return {"remembered": False, "message": _IN_VAIN}
    kept = _without_texts(table) if backend.settings.is_public else table
    try:
        probe_store.remember(backend.settings.data_path, kept)
    except PlaygroundError as error:
        return {"remembered": False, "message": str(error)}
    return {"remembered": True}


def _without_texts(table: ProbeTable) -> ProbeTable:
    """The verdicts alone; the page has had the exchanges already."""
    return replace(table, verdicts=tuple(replace(verdict, exchanges=()) for verdict in table.verdicts))


def step_row(step: Progress) -> dict[str, Any]:
    """A step as the page takes it."""
    return {
        "done": step.done,
        "total": step.total,
        "parameter": step.parameter,
        "verdict": verdict_row(step.verdict) if step.verdict else None,
    }


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the page takes it, with its test in words."""
    return {**verdict.to_dict(), "statistics": verdict.statistics}


def plan_row(probing: Probing, model: ModelInfo | None) -> dict[str, Any]:
    """What the run would cost, and which parameters this kind of server is never sent, and why."""
    cost = plan(probing.subject, probing.parameters)
    withheld = {name: probing.subject.withheld(PROBES[name]) for name in probing.parameters}
    return {
        "server": probing.server,
        "usual": _cost_row(cost.usual),
        "most": _cost_row(cost.most),
        "price": price_of(cost, probing.subject.profile, model),
        "withheld": {name: why for name, why in withheld.items() if why},
    }


def price_of(cost: Plan, profile: Profile, model: ModelInfo | None) -> str:
    """In words what the calls may cost in money; prices are US dollars for a million tokens."""
    if not profile.base_url:
        return "Whether it costs money, its owner knows."
    if model is None or model.price_in is None or model.price_out is None:
        return f"{profile.label} charges for them; its price for this model is not known here."
    dollars = [
        (c.calls * PROMPT_TOKENS * model.price_in + c.tokens * model.price_out) / 1e6
        for c in (cost.usual, cost.most)
    ]
    return f"At {profile.label}'s prices about ${dollars[0]:.4f}, at most ${dollars[1]:.4f}."


def _cost_row(cost: Cost) -> dict[str, int]:
    return {"calls": cost.calls, "tokens": cost.tokens}


async def _remembered(request: Request, backend: Backend) -> tuple[ProbeTable | None, Run, bool]:
    """The table, which run of the server it is now, and whether that is somebody's own.

    A server is asked only where there is a table, and for its run alone. Raises InvalidRequest, ValueError.
    """
    target = target_of(request, request.query_params, backend.settings)
    model = model_of(request.query_params.get("model", ""), target)
    if model is None:
        raise ValueError("Which model? Its name is missing.")
    name = probed_name(model, target, backend.settings)
    table = probe_store.recall(backend.settings.data_path, model.id or "embedded", name)
    run = UNTOLD if table is None else await backend.run(model, target)
    return table, run, model.provider == "server"


def standing_row(verdict: Verdict, run: Run, own: bool) -> dict[str, Any]:
    """Whether a verdict holds for this run of the server, and a sentence where that is not plainly so."""
    return {"holds": holds(verdict, run), "remark": remark(verdict, run, own)}


def _line(row: Mapping[str, Any]) -> bytes:
    return to_json(row, inf_nan_mode="null") + b"\n"


def _as_file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}
