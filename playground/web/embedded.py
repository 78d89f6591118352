"""The page's requests about embedded models: which there are, fetching one of the Hub, loading it, removing it.

Kept apart from the lists of models because here something is done to this machine. Nothing is fetched that a visitor
has not been told the size of.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.backend import Backend
from playground.chat import ModelRef
from playground.engine.download import Progress
from playground.engine.hub_file import HubFile
from playground.engine.library import Kept, Library
from playground.engine.model_file import SMOLLM2
from playground.engine.names import HubName
from playground.engine.offered import OFFERED, READ, Offer
from playground.errors import PlaygroundError
from playground.web.page_request import read_json
from playground.web.responses import refused

_OF_SMOLLM2 = {
    "title": "SmolLM2 135M",
    "licence": "apache-2.0",
    "note": "Comes along; the one to begin with.",
}
SMOLLM2_MEMORY = 1_100_000_000
"""Measured, all four of its contexts full."""

Act = Callable[[str], Awaitable[dict[str, Any]]]
"""Does something with the model whose name stands behind `embedded/`."""


def embedded_routes(backend: Backend) -> list[BaseRoute]:
    """`embedded`, GET: all rows; and by POST, with a `model` each: `about`, `fetch`, `stop`, `load`, `remove`."""
    library = backend.engine.library

    async def rows(request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(listed, backend))

    async def about(model: str) -> dict[str, Any]:
        return await asyncio.to_thread(_found, library, model)

    async def fetch(model: str) -> dict[str, Any]:
        file = await asyncio.to_thread(library.about, model)
        library.begin(file)
        return {}

    async def stop(model: str) -> dict[str, Any]:
        library.stop(model)
        return {}

    async def load(model: str) -> dict[str, Any]:
        async with backend.engine.hold(model):
            return {}

    async def remove(model: str) -> dict[str, Any]:
        await asyncio.to_thread(library.remove, model)
        return {}

    acts: dict[str, Act] = {"about": about, "fetch": fetch, "load": load}
    if (
        not backend.settings.is_public
    ):  # another visitor's download is nobody's to stop, nor the file to remove
        acts |= {"stop": stop, "remove": remove}
    return [
        Route("/playground/embedded", rows),
        *(Route(f"/playground/embedded/{n}", _post(act), methods=["POST"]) for n, act in acts.items()),
    ]


def _post(act: Act) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        try:
            sent = await read_json(request)
            name = sent.get("model")
            model = ModelRef.parse(name) if isinstance(name, str) else None
            if model is None or model.provider != "embedded":
                raise ValueError("This request is not what the page sends: model must name an embedded one.")
            return JSONResponse(await act(model.id))
        except (PlaygroundError, ValueError) as error:
            return refused(error)

    return answer


def listed(backend: Backend) -> dict[str, Any]:
    """Every embedded model that is offered, is here, or is on its way; sizes are bytes, null stands for unknown."""
    library = backend.engine.library
    kept = library.kept()
    offered = [_offer_row(library, offer) for offer in OFFERED]
    taken = {each.path for offer in OFFERED if (each := library.here(offer.name))}
    own = [_kept_row(library, each) for each in kept if each.path not in taken]
    coming = [
        _file_row(file, progress)
        for file, progress in library.under_way()
        if not any(_is_of(offer, file) for offer in OFFERED)
    ]
    is_public = backend.settings.is_public
    return {
        "rows": [_first_row(backend), *offered, *([] if is_public else own), *([] if is_public else coming)],
        "is_public": is_public,
        "free": library.free_bytes(),
        "loaded": _name(backend.engine.loaded),
        "read": READ,
    }


def _found(library: Library, model: str) -> dict[str, Any]:
    """What a name means, as the Hub says; a file that is here already needs no Hub."""
    file = library.find(model) if library.is_here(model) else None
    if file is not None:
        return {
            "model": f"embedded/{model}",
            "title": file.alias,
            "licence": file.header.licence if file.header else "",
            "note": "",
            "size": file.path.stat().st_size,
            "memory": file.needs or None,
            "here": True,
            "own": False,
            "progress": None,
        }
    return _file_row(library.about(model), None)


def _first_row(backend: Backend) -> dict[str, Any]:
    named = backend.settings.model_file
    facts = (
        {"title": "the file of PLAYGROUND_MODEL_FILE", "licence": "", "note": ""} if named else _OF_SMOLLM2
    )
    size, memory = (None, None) if named else (SMOLLM2.size, SMOLLM2_MEMORY)
    return {
        "model": "embedded", **facts, "size": size, "memory": memory, "here": True, "own": False, "progress": None
    }  # fmt: skip


def _offer_row(library: Library, offer: Offer) -> dict[str, Any]:
    kept = library.here(offer.name)
    return {
        "model": f"embedded/{offer.name}",
        "title": offer.title,
        "licence": offer.licence,
        "note": offer.note,
        "size": kept.path.stat().st_size if kept else offer.megabytes * 10**6,
        "memory": offer.memory,
        "here": kept is not None,
        "own": kept is not None and kept.own,
        "progress": None if kept else _progress_row(library.progress(HubName(offer.repository, offer.file))),
    }


def _kept_row(library: Library, kept: Kept) -> dict[str, Any]:
    row: dict[str, Any] = {
        "model": f"embedded/{kept.name}",
        "title": kept.path.stem,
        "licence": "",
        "note": "",
        "memory": None,
    }
    try:
        file = library.find(str(kept.name))
        row |= {"memory": file.needs or None, "licence": file.header.licence if file.header else ""}
    except PlaygroundError as error:
        row["note"] = error.message
    return {**row, "size": kept.path.stat().st_size, "here": True, "own": True, "progress": None}


def _file_row(file: HubFile, progress: Progress | None) -> dict[str, Any]:
    return {
        "model": f"embedded/{HubName(file.repository, file.file)}",
        "title": file.file.removesuffix(".gguf"),
        "licence": file.licence,
        "note": "",
        "size": file.size,
        "memory": None,
        "here": False,
        "own": False,
        "progress": _progress_row(progress),
    }


def _progress_row(progress: Progress | None) -> dict[str, Any] | None:
    return None if progress is None or progress.state == "done" else asdict(progress)


def _is_of(offer: Offer, file: HubFile) -> bool:
    return (offer.repository, offer.file) == (file.repository, file.file)


def _name(model: str | None) -> str | None:
    return model if model is None else f"embedded/{model}" if model else "embedded"
