"""Starts the page: one address, no question asked.

Kept apart from the page so that tests and benchmarks start it as `app.py` does.
"""

from __future__ import annotations

import io
from contextlib import redirect_stdout, suppress
from typing import Final

import gradio as gr
from gradio import blocks, http_server
from starlette.middleware import Middleware

from playground.backend import Backend
from playground.limits.limiter import Limiter
from playground.posture import check
from playground.settings import trust_no_forwarded_address
from playground.votes.backup.vote_service import Keeper
from playground.web.api import answer_in_json, refuse_in_words
from playground.web.assets import ASSETS, ASSETS_URL
from playground.web.bodies import Bodies
from playground.web.guard import Guard, own_names
from playground.web.holder import Holders
from playground.web.page import build
from playground.web.ports import free_ports
from playground.web.routes import routes
from playground.web.visits import Visits
from playground.web.watch import Watch, abouts

QUEUE_LOOKS_S: Final = 0.02
"""How long a call to an endpoint or a tool may wait for Gradio's queue to look; the page's own stream goes by no queue.
Gradio's own pause, a thousandth of a second, takes a tenth of a core for as long as the app runs."""

# System fonts: the page must look right without a network.
_THEME = gr.themes.Base(
    primary_hue="blue",
    neutral_hue="slate",
    font=["system-ui", "sans-serif"],
    font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
)

# Linked, not given as `css`: Gradio rewrites that text, and breaks selectors that hold a comma within brackets.
_STYLES = f'<link rel="stylesheet" href="{ASSETS_URL}/page.css">'
# What the handlers in page.py call; each custom component takes its own module from it.
_SCRIPT = f'<script type="module" src="{ASSETS_URL}/page.js"></script>'


def serve(backend: Backend, port: int | None = None, keeper: Keeper | None = None) -> tuple[gr.Blocks, str]:
    """Starts serving in the background; returns the page and its address. Raises CannotListen, SettingsError."""
    check(backend.settings)
    keeper = keeper or Keeper.of(backend.settings)
    limiter = Limiter.of(backend.settings)
    if limiter is not None:
        trust_no_forwarded_address()
    blocks.App = _NoAppYet  # type: ignore[attr-defined,assignment]  # `launch` imports its own
    page = build(backend, keeper, limiter)
    refuse_in_words(page)
    page.queue(default_concurrency_limit=None, max_size=200)
    page._queue.sleep_when_free = page._queue.progress_update_sleep_when_free = QUEUE_LOOKS_S
    http_server.watchfn_spaces = _watches_nothing  # type: ignore[attr-defined]  # looked up there, imported elsewhere
    ports = free_ports(backend.settings.server_name, port or backend.settings.port)
    while True:
        with suppress(OSError):  # another program has taken the port meanwhile
            address = _launch(page, backend, next(ports), keeper, limiter)
            answer_in_json(page)
            return page, address


class _NoAppYet:
    """In place of Gradio's app while the page is put together: three are made by then, each with all its routes, and
    thrown away for the one that is served. They are half of the time from `build` to the address."""

    @staticmethod
    def create_app(*_: object, **__: object) -> None: ...


def _watches_nothing(reloader: object) -> None:
    """In place of Gradio's reloading of code on a Space: no page of ours is made anew while it runs, and without the
    package `spaces` that thread would end in a traceback."""


def _launch(page: gr.Blocks, backend: Backend, port: int, keeper: Keeper, limiter: Limiter | None) -> str:
    """The address of the page once it is served on this port. Raises OSError where it cannot be."""
    names = own_names(backend.settings)
    own = routes(backend, keeper, limiter)
    # Gradio announces its MCP server on several lines; we print one address.
    with redirect_stdout(io.StringIO()):
        _, address, _ = page.launch(
            server_name=backend.settings.server_name,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            run_history=False,
            show_error=False,
            enable_monitoring=False,
            mcp_server=True,
            footer_links=[],
            favicon_path=ASSETS / "icon.svg",
            theme=_THEME,
            head=_STYLES + _SCRIPT,
            max_file_size="1mb",
            app_kwargs={
                "routes": own,
                "middleware": [
                    Middleware(Watch, backend.metrics, abouts(own)),
                    Middleware(Guard, names),
                    Middleware(Bodies),
                    Middleware(Visits, backend.settings, limiter),
                    Middleware(Holders, backend.settings),
                ],
            },
        )
    return str(address)
