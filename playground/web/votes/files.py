"""Votes as files: make an export and fetch it, and bring an earlier one back.

Kept apart from casting votes because files are large, are made in two steps (first they are counted, then fetched),
and hold everybody's votes: on a public page none of this is for visitors unless the owner says so.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.errors import PlaygroundError, StoreError
from playground.passing_folder import folder_of
from playground.settings import Settings
from playground.votes.files.export import CONTAINERS, SUFFIXES, Exported, export
from playground.votes.files.importing import import_file
from playground.votes.files.trl_rows import ON_REQUEST
from playground.votes.store.store import Store
from playground.web.chat.frames import error_row
from playground.web.page_request import read_json

FILES_KEPT: Final = 4
IMPORT_LIMIT: Final = 2 * 1024**3
NOT_FOR_VISITORS: Final = (
    "This page is public, and the votes are other people's too: only its owner can have them as files."
)


class Shelf:
    """Exports that wait to be fetched, each under an id that cannot be guessed, in a folder of this user alone."""

    def __init__(self) -> None:
        self.folder = folder_of(self, "playground-votes-")
        self._kept: OrderedDict[str, Path] = OrderedDict()

    def place(self, name: str) -> tuple[str, Path]:
        """An id and a path for a new file of this name; the oldest file goes where there are too many."""
        file_id = secrets.token_urlsafe(18)
        path = self.folder / file_id / name
        path.parent.mkdir()
        self._kept[file_id] = path
        while len(self._kept) > FILES_KEPT:
            self._kept.popitem(last=False)[1].unlink(missing_ok=True)
        return file_id, path

    def clear(self) -> None:
        """Deletes all of them: a vote was taken back that may be in one."""
        while self._kept:
            self._kept.popitem()[1].unlink(missing_ok=True)

    def get(self, file_id: str) -> Path | None:
        """The file of this id, or None when it is not here (any more)."""
        path = self._kept.get(file_id)
        return path if path is not None and path.is_file() else None


def file_routes(store: Store, settings: Settings, shelf: Shelf) -> list[BaseRoute]:
    """The routes over one store; the settings say who may use them."""
    one_at_a_time = asyncio.Lock()

    async def make(request: Request) -> Response:
        if not settings.lends_votes:
            return _refused(NOT_FOR_VISITORS, 403)
        try:
            said = await read_json(request)
            async with one_at_a_time:
                return JSONResponse(await asyncio.to_thread(_made, store, shelf, said))
        except PlaygroundError as error:
            return JSONResponse({"error": error_row(error)}, 503)
        except ValueError as error:
            return _refused(str(error), 400)

    async def fetch(request: Request) -> Response:
        path = shelf.get(request.path_params["file_id"])
        if path is None:
            return _refused("This file is not kept any more: make it again.", 404)
        return FileResponse(path, filename=path.name, headers={"cache-control": "no-store"})

    async def bring_back(request: Request) -> Response:
        if settings.is_public:
            return _refused(NOT_FOR_VISITORS, 403)
        name = request.query_params.get("name", "")
        suffix = ".parquet" if name.lower().endswith(".parquet") else ".jsonl"
        with TemporaryDirectory(dir=shelf.folder) as folder:
            path = Path(folder) / f"import{suffix}"
            try:
                await _received(request, path)
                done = await asyncio.to_thread(import_file, store, path, name)
            except PlaygroundError as error:
                return JSONResponse({"error": error_row(error)}, 422)
            except (OSError, ValueError) as error:
                return _refused(f"The file did not arrive: {error}.", 400)
        return JSONResponse({"summary": str(done), "faults": list(done.faults)})

    return [
        Route("/playground/exports", make, methods=["POST"]),
        Route("/playground/exports/{file_id}", fetch),
        Route("/playground/import", bring_back, methods=["POST"]),
    ]


def _made(store: Store, shelf: Shelf, said: Mapping[str, Any]) -> dict[str, Any]:
    """Writes one export and says what became of every vote. Raises StoreError, ValueError."""
    content = next((c for c in CONTAINERS if c == said.get("content")), None)
    container = (
        next((c for c in CONTAINERS[content] if c == said.get("container")), None) if content else None
    )
    keep = said.get("keep") or []
    if content is None or container is None or not isinstance(keep, list):
        raise ValueError("There is no such export.")
    name = f"votes-{content}-{datetime.now(UTC):%Y-%m-%d}{SUFFIXES[container]}"
    file_id, path = shelf.place(name)
    asked_for = frozenset(reason for reason in ON_REQUEST if reason in keep)
    done = export(store.votes(), path, content, container, asked_for)
    if shelf.get(file_id) is None:
        path.unlink(missing_ok=True)
        raise StoreError("A vote was taken back while this file was written.", "Export again.")
    return _told(file_id, done)


def _told(file_id: str, done: Exported) -> dict[str, Any]:
    return {
        "id": file_id,
        "name": done.path.name,
        "bytes": done.path.stat().st_size,
        "votes": done.votes,
        "rows": done.rows,
        "summary": str(done),
        "dropped": done.reasons,
    }


async def _received(request: Request, path: Path) -> None:
    """Writes the request's body to a file. Raises StoreError when it is too large, OSError."""
    size = 0
    with path.open("wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > IMPORT_LIMIT:
                raise StoreError(
                    f"This file is larger than {IMPORT_LIMIT // 1024**3} GB.",
                    "Split it (JSONL can be cut between lines), and import the parts.",
                )
            await asyncio.to_thread(file.write, piece)


def _refused(sentence: str, status: int) -> Response:
    return JSONResponse({"error": {"message": sentence, "next_step": ""}}, status)
