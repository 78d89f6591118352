"""The page's requests about presets: the list in the data folder, saving, renaming, deleting, and reading a file.

A preset is judged here in any case, and kept here by a local page alone: else it belongs to a visitor's own browser.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.errors import PlaygroundError
from playground.preset import cleaned_name
from playground.settings import Settings
from playground.share.preset_file import NotAPreset, preset_of, presets_in, to_json
from playground.share.preset_store import FOLDER, PresetStore
from playground.share.values import bounded
from playground.web.page_request import read_json
from playground.web.responses import telling

MOST_REMEMBERED: Final = 50
"""Of so many models a browser remembers what was last set."""


def preset_routes(settings: Settings) -> list[BaseRoute]:
    """`presets`: what is kept in the data folder; `save` (with `was`, rename), `delete`, and `read` for a file."""
    store = None if settings.is_public else PresetStore(settings.data_path / FOLDER)

    async def listed(_: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(listing, store))

    async def save(request: Request) -> Response:
        sent = await read_json(request)
        preset, lost = preset_of(sent.get("preset"))
        was = cleaned_name(str(sent.get("was") or ""))
        why = ""
        if store is not None:
            try:
                if was and was != preset.name:
                    await asyncio.to_thread(store.rename, was, preset)
                else:
                    await asyncio.to_thread(store.save, preset)
            except NotAPreset:
                raise
            except PlaygroundError as error:  # the disk refuses: the browser keeps it
                why = str(error)
        told: dict[str, Any] = {"preset": to_json(preset), "lost": bounded(lost)}
        return JSONResponse({**told, "kept": store is not None and not why, "why": why})

    async def delete(request: Request) -> Response:
        name = (await read_json(request)).get("name")
        if store is not None and isinstance(name, str):
            await asyncio.to_thread(store.delete, name)
        return JSONResponse({})

    async def read(request: Request) -> Response:
        text = (await read_json(request)).get("text")
        presets, lost = presets_in(text if isinstance(text, str) else "")
        return JSONResponse({"presets": [to_json(preset) for preset in presets], "lost": lost})

    return [
        Route("/playground/presets", listed),
        Route("/playground/presets/save", telling(save), methods=["POST"]),
        Route("/playground/presets/delete", telling(delete), methods=["POST"]),
        Route("/playground/presets/read", telling(read), methods=["POST"]),
    ]


def listing(store: PresetStore | None) -> dict[str, Any]:
    """What the data folder holds; its `mark` is empty where there is none, or none that can be written."""
    if store is None:
        return {"mark": "", "presets": [], "problems": []}
    kept = store.kept()
    presets = [to_json(preset) for preset in kept.presets]
    return {"mark": store.mark(), "presets": presets, "problems": bounded(kept.problems)}
