"""The pages that are measured: how each is started, and the names of what is clicked and read in it.

Kept apart from the browser so that a new yardstick is one more value.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.program import Program

NOTHING_MORE: Final[Mapping[str, str]] = {}
QUIET: Final = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


@dataclass(frozen=True, slots=True)
class Site:
    """A page: CSS selectors of its parts, one answer per pane, and whatever must be there before it can be used."""

    title: str
    module: tuple[str, ...]
    composer: str
    send: str
    stop: str
    answers: tuple[str, ...]
    mounted: tuple[str, ...]


PLAYGROUND: Final = Site(
    title="playground",
    module=("app.py",),
    composer="#composer textarea",
    send="#send",
    stop="#stop",
    answers=("#pane-a .turn.assistant .text", "#pane-b .turn.assistant .text"),
    mounted=("#param-temperature input", "#param-extra_body textarea", "#pane-a .turns", "#pane-b .turns"),
)
LOAD_CHAT: Final = Site(
    title="gr.load_chat",
    module=("-m", "bench.yardstick"),
    composer="textarea[data-testid=textbox]",
    send="button[data-testid=submit-button]",
    stop="button[data-testid=stop-button]",
    answers=("[data-testid=bot] .message-content",),
    mounted=(),
)


def start(site: Site, home: Path, base_url: str, more: Mapping[str, str] = NOTHING_MORE) -> Program:
    """The program that serves `site`; `home` takes all that it saves, `base_url` is the yardstick's upstream, `more`
    are further settings."""
    environment = {
        **QUIET,
        "HOME": str(home),
        "PLAYGROUND_DATA_DIR": str(home / "data"),
        "PLAYGROUND_MODEL_FILE": "",
        "GRADIO_TEMP_DIR": str(home / "tmp"),
        "GRADIO_SERVER_NAME": "127.0.0.1",
        "GRADIO_SERVER_PORT": str(_free_port()),
        "BENCH_BASE_URL": base_url,
        **more,
    }
    return Program(*site.module, environment=environment)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
