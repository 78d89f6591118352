"""The page's requests about sweeps: what one would come to, running it, its cells and answers, files, and the list.

Kept apart from the plan and the run, which Python uses too. A run ends the moment its reader goes away, since it costs
tokens; what came is kept, and it can go on later.
"""

from __future__ import annotations

import asyncio
import shutil
import weakref
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any, Final

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.errors import InvalidRequest, PlaygroundError
from playground.servers import Target
from playground.sweeps.files import csv_of, parquet_of
from playground.sweeps.row import Row
from playground.sweeps.run import Limits, checked
from playground.sweeps.saved_run import go_on
from playground.sweeps.store import FOLDER, Saved, SweepStore
from playground.web.chat.frames import problem_rows
from playground.web.credentials import flavour_of, target_of
from playground.web.holder import Seal
from playground.web.page_request import read_json
from playground.web.responses import telling
from playground.web.sweeps.asking import AskedSweep, plan_row, prices_of
from playground.web.sweeps.rows import Board, cell_row, list_rows

TOLD_EVERY_S: Final = 0.3
MOST_RUNNING: Final = 4
MOST_RUNNING_IN_PUBLIC: Final = 1
"""All visitors share one embedded model, and chat with it."""
MOST_OF_VISITORS: Final = 50
"""Sweeps that a public page holds on to, without a list of them: each visitor knows the ids of their own."""

Streaming = Callable[[AsyncGenerator[bytes], Callable[[], None]], Response]
"""A response of lines that ends the moment its reader goes away; then it calls the function."""

Begun = tuple[Saved, Target, Limits]
"""A sweep that is kept, where it goes, and how fast."""


def store_of(backend: Backend) -> SweepStore:
    """Where the page's sweeps are kept: in the data folder; of a public page in one that goes with the program."""
    if not backend.settings.is_public:
        return SweepStore(backend.settings.data_path / FOLDER)
    folder = Path(mkdtemp(prefix="sweeps-"))
    store = SweepStore(folder)
    weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
    return store


def sweep_routes(backend: Backend, streaming: Streaming, seal: Seal | None = None) -> list[BaseRoute]:
    """What a sweep would come to, a new one, the list, and of one that is kept: going on, cells, files, its name."""
    desk = _Desk(backend, store_of(backend), streaming, seal or Seal(backend.settings))
    of_one = "/playground/sweep/{sweep_id}"
    return [
        Route("/playground/sweep/plan", telling(desk.plan), methods=["POST"]),
        Route("/playground/sweep", telling(desk.start), methods=["POST"]),
        Route("/playground/sweeps", telling(desk.listed)),
        Route(of_one, telling(desk.shown)),
        Route(f"{of_one}/go-on", telling(desk.go_on), methods=["POST"]),
        Route(f"{of_one}/again", telling(desk.again), methods=["POST"]),
        Route(f"{of_one}/cell", telling(desk.cell)),
        Route(f"{of_one}/file", telling(desk.file)),
        Route(f"{of_one}/name", telling(desk.rename), methods=["POST"]),
        Route(f"{of_one}/delete", telling(desk.delete), methods=["POST"]),
    ]


class _Desk:
    """What is asked of sweeps, over one backend and one store."""

    def __init__(self, backend: Backend, store: SweepStore, streaming: Streaming, seal: Seal) -> None:
        self._seal = seal
        self._backend = backend
        self._store = store
        self._streaming = streaming
        self._running = 0

    async def plan(self, request: Request) -> Response:
        try:
            row = await plan_row(await AskedSweep.read(request, self._backend), self._backend)
        except InvalidRequest as error:
            return JSONResponse({"problems": problem_rows(error)})
        return JSONResponse({**row, "problems": []})

    async def start(self, request: Request) -> Response:
        asked = await AskedSweep.read(request, self._backend)

        async def begun() -> Begun:
            target = await checked(self._backend, asked.sweep, asked.target)
            if self._backend.settings.is_public:
                self._store.make_room(MOST_OF_VISITORS - 1)
            saved = self._store.read(self._store.begin(asked.sweep, asked.name, asked.where))
            return saved, target, asked.limits

        return await self._running_one(request, begun())

    async def go_on(self, request: Request) -> Response:
        saved = await self._saved(request)

        async def begun() -> Begun:
            return saved, await self._target(request, saved), _limits(saved)

        return await self._running_one(request, begun())

    async def again(self, request: Request) -> Response:
        before = await self._saved(request)

        async def begun() -> Begun:
            target = await self._target(request, before)
            saved = self._store.read(self._store.begin(before.sweep, before.name, before.where))
            return saved, target, _limits(saved)

        return await self._running_one(request, begun())

    async def listed(self, request: Request) -> Response:
        if self._backend.settings.is_public:
            return JSONResponse({"sweeps": []})
        return JSONResponse({"sweeps": list_rows(await asyncio.to_thread(self._store.listed))})

    async def shown(self, request: Request) -> Response:
        saved = await self._saved(request)
        whole = await asyncio.to_thread(Board(saved, saved.rows()).whole)
        prices = await prices_of(saved.sweep, _where(saved), self._backend)
        return _json({**whole, "id": self._told_id(request, saved), "prices": prices})

    async def cell(self, request: Request) -> Response:
        saved = await self._saved(request)
        at = tuple(int(place) for place in request.query_params.get("at", "").split(",") if place.isdecimal())
        if len(at) != len(saved.sweep.shape) or any(
            p >= n for p, n in zip(at, saved.sweep.shape, strict=True)
        ):
            raise ValueError("This sweep has no such cell.")
        return _json(await asyncio.to_thread(cell_row, saved, at))

    async def file(self, request: Request) -> Response:
        saved = await self._saved(request)
        kind = request.query_params.get("as", "")
        made = {"csv": csv_of, "parquet": parquet_of}.get(kind)
        if made is None:
            raise ValueError("A sweep is exported as csv or parquet.")
        content = await asyncio.to_thread(made, saved.rows())
        headers = {"content-disposition": f'attachment; filename="sweep-{saved.created_at[:10]}.{kind}"'}
        media = "text/csv" if kind == "csv" else "application/vnd.apache.parquet"
        return Response(content, media_type=media, headers=headers)

    async def rename(self, request: Request) -> Response:
        name = (await read_json(request)).get("name")
        self._store.rename(self._id(request), name if isinstance(name, str) else "")
        return await self.listed(request)

    async def delete(self, request: Request) -> Response:
        self._store.delete(self._id(request))
        return await self.listed(request)

    async def _running_one(self, request: Request, begun: Coroutine[Any, Any, Begun]) -> Response:
        """The lines of a run, whose place is taken before anything is waited for: no two take the last one."""
        most = MOST_RUNNING_IN_PUBLIC if self._backend.settings.is_public else MOST_RUNNING
        if self._running >= most:
            begun.close()
            runs = "sweep runs" if most == 1 else "sweeps run"
            raise PlaygroundError(f"{most} {runs} here already.", "Try again when it has ended.")
        self._running += 1
        try:
            saved, target, limits = await begun
        except BaseException:
            self._ended()
            raise
        return self._streaming(self._lines(self._told_id(request, saved), saved, target, limits), self._ended)

    def _ended(self) -> None:
        self._running -= 1

    async def _saved(self, request: Request) -> Saved:
        return await asyncio.to_thread(self._store.read, self._id(request))

    def _id(self, request: Request) -> str:
        """Which sweep is meant; empty where it is another browser's."""
        return self._seal.take(request, request.path_params["sweep_id"])

    def _told_id(self, request: Request, saved: Saved) -> str:
        return self._seal.give(request, saved.id)

    async def _target(self, request: Request, saved: Saved) -> Target:
        """Where a kept sweep goes: to the server that it was asked of, with the keys that come now."""
        target = target_of(request, saved.where, self._backend.settings)
        return await checked(self._backend, saved.sweep, target)

    async def _lines(
        self, told_id: str, saved: Saved, target: Target, limits: Limits
    ) -> AsyncGenerator[bytes]:
        """A line with all that is there, then one with what has changed a few times a second, and a last one."""
        board = Board(saved, (row for row in saved.rows() if row.call in saved.done))
        prices = await prices_of(saved.sweep, target, self._backend)
        yield _line({**await asyncio.to_thread(board.whole), "id": told_id, "prices": prices})
        try:
            async with (
                aclosing(go_on(self._backend, self._store, saved, target, limits)) as rows,
                aclosing(_paced(rows, board)) as news,
            ):
                async for told in news:
                    yield _line(told)
            yield _line({"ended": "done"})
        except PlaygroundError as error:
            yield _line({"ended": "error", "message": str(error)})


async def _paced(rows: AsyncGenerator[Row], board: Board) -> AsyncGenerator[dict[str, Any]]:
    """What has changed, at most every so often; a row waits for no later one."""
    told_at = 0.0
    waiting: asyncio.Task[Row] | None = None
    try:
        while True:
            waiting = waiting or asyncio.ensure_future(anext(rows))
            due = told_at + TOLD_EVERY_S - monotonic()
            await asyncio.wait([waiting], timeout=max(0.0, due) if board.has_news else None)
            if waiting.done():
                try:
                    board.add(waiting.result())
                except StopAsyncIteration:
                    break
                finally:
                    waiting = None
            if board.has_news and monotonic() - told_at >= TOLD_EVERY_S:
                yield board.news()
                told_at = monotonic()
        yield board.news()
    finally:
        if waiting is not None:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)


def _where(saved: Saved) -> Target:
    """The server that a kept sweep was asked of."""
    flavour = flavour_of(saved.where.get("flavour"))
    return Target(base_url=saved.where.get("base_url", ""), flavour=flavour)


def _limits(saved: Saved) -> Limits:
    """How fast it was asked."""
    return Limits(saved.where.get("at_once"))


def _json(told: Mapping[str, Any]) -> Response:
    return Response(to_json(told, inf_nan_mode="null"), media_type="application/json")


def _line(told: Mapping[str, Any]) -> bytes:
    return to_json(told, inf_nan_mode="null") + b"\n"
