"""The page's requests about links: one made of what it is set to, and one looked into before anything is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.chat import ModelRef
from playground.errors import PlaygroundError
from playground.settings import Settings
from playground.share.link import file_of, fragment_of
from playground.share.paste.pasted import pasted
from playground.share.setup import NotASetup, Setup, setup_of
from playground.web.page_request import read_json
from playground.web.responses import refused
from playground.wire.addresses import check_allowed, server_address

TAKE_OUT: Final = "Take it out, or share the settings alone."


def link_routes(settings: Settings) -> list[BaseRoute]:
    """`link`: the request that is posted, packed, with or without what was said; `link/open`: what a text would set."""

    async def link(request: Request) -> Response:
        try:
            return JSONResponse(_handed_on(await read_json(request)))
        except (PlaygroundError, ValueError) as error:
            return refused(error)

    async def look_into(request: Request) -> Response:
        try:
            text = (await read_json(request)).get("text")
            setup, lost = pasted(text if isinstance(text, str) else "")
        except (PlaygroundError, ValueError) as error:
            return refused(error)
        target, why = _target(setup, settings)
        document = replace(setup, base_url="", flavour="").to_json()
        return JSONResponse({**document, "target": target, "lost": [*lost, *why]})

    return [
        Route("/playground/link", link, methods=["POST"]),
        Route("/playground/link/open", look_into, methods=["POST"]),
    ]


def _handed_on(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The fragment of a link, empty where it would be too large, and the same as a file. Raises NotASetup."""
    names = ("model", "base_url", "flavour", "mode", "parameters", "extra_body", "second")
    whole = ("messages", "draft") if sent.get("whole") is True else ()
    setup, lost = setup_of({name: sent[name] for name in (*names, *whole) if name in sent})
    setup, pictures = setup.without_pictures()
    if keyed := setup.holding_keys():
        raise NotASetup(f"Something in {' and '.join(keyed)} looks like a key.", TAKE_OUT)
    said = [f"Not in it: {each}" for each in lost]
    if pictures:
        said.append(
            f"Not in it: {'a picture' if pictures == 1 else f'{pictures} pictures'} of your messages."
        )
    if setup.base_url:
        said.append(f"It names your server: {setup.base_url}.")
    try:
        fragment, why = fragment_of(setup), ""
    except NotASetup as error:
        fragment, why = "", str(error)
    return {"fragment": fragment, "why": why, "said": said, "file": file_of(setup)}


def _target(setup: Setup, settings: Settings) -> tuple[dict[str, str] | None, list[str]]:
    """Where requests would go, or None where it stays as it is, and why."""
    if not setup.base_url:
        known = ModelRef.parse(setup.model) is not None
        return ({"model": setup.model, "base_url": "", "flavour": setup.flavour} if known else None), []
    try:
        check_allowed(server_address(setup.base_url), settings)
    except PlaygroundError as error:
        return None, [f"The model {setup.model}: {error}"]
    return {"model": setup.model, "base_url": setup.base_url, "flavour": setup.flavour}, []
