"""What stops the start is one sentence with the next step, and no traceback; and an end closes the page.

Kept apart from the tests of the running page: here it does not come to run, or no longer.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from gradio import http_server
from gradio.exceptions import ServerFailedToStartError

from playground.backend import Backend
from playground.engine.process import Engine
from playground.errors import StoreError
from playground.limits.counters import Counters
from playground.limits.quotas import DAY, Quota
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, Stall, streamed, text
from playground.votes.backup.vote_service import Keeper
from playground.web.serve import serve
from playground.web.start import end
from tests.documented import HELLO
from tests.votes.making import vote
from tests.web.serving import close, hang_up

ROOT = Path(__file__).parents[2]


def start(home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python app.py`, which ends by itself."""
    environment = {**os.environ, "PLAYGROUND_DATA_DIR": str(home), **variables}
    command = [sys.executable, str(ROOT / "app.py")]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("port", ["abc", "70000"])
def test_a_port_that_is_none(port: str, tmp_path: Path) -> None:
    """Gradio itself would fail with a traceback, already when it is imported."""
    ended = start(tmp_path, GRADIO_SERVER_PORT=port)
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr.splitlines() == [
        f"GRADIO_SERVER_PORT is '{port}', which is not a port. "
        "Set it to a whole number from 1 to 65535, or remove it."
    ]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    """The line names the port and what to do, and nothing else is said, not even of the model that is let go."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = start(tmp_path, GRADIO_SERVER_PORT=str(port))
    assert ended.returncode == 1 and ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert f"port {port} of 127.0.0.1" in line and "GRADIO_SERVER_PORT" in line


@pytest.mark.parametrize("name", ["999.1.1.1", "192.0.2.1"])
def test_an_address_that_is_not_here(name: str, tmp_path: Path) -> None:
    """The line blames the address, not the port. (192.0.2.1 is kept for documentation: RFC 5737.)"""
    ended = start(tmp_path, GRADIO_SERVER_NAME=name, PLAYGROUND_POSTURE="local")
    assert ended.returncode == 1 and ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert f"GRADIO_SERVER_NAME is '{name}'" in line and "port" not in line


def test_a_port_that_is_taken_at_the_last_moment(
    own_settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program listens there after the port was seen to be free: the page comes up on the next one."""
    start_server: Callable[[http_server.Server], None] = http_server.Server.run_in_thread
    others: list[socket.socket] = []

    def beaten_once(server: http_server.Server) -> None:
        if others:
            start_server(server)
            return
        others.append(socket.create_server(("127.0.0.1", server.config.port)))
        with ThreadPoolExecutor() as pool, suppress(SystemExit):
            pool.submit(server.run).result()
        raise ServerFailedToStartError

    monkeypatch.setattr(http_server.Server, "run_in_thread", beaten_once)
    backend = Backend(own_settings)
    backend.engine = engine
    page, address = serve(backend)
    with others[0]:
        assert httpx.get(address, trust_env=False).status_code == 200
        close(page, backend)


def test_an_end_closes_the_page(own_settings: Settings, engine: Engine) -> None:
    """Nobody comes in any more while the interpreter ends: a vote of then would meet a fault of ours, and no words."""
    backend = Backend(own_settings)
    backend.engine = engine
    keeper = Keeper.of(own_settings)
    page, address = serve(backend, keeper=keeper)
    assert httpx.get(address, trust_env=False).status_code == 200
    hang_up(backend, page.server)
    end(page, keeper)
    page.server.thread.join(60)
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)
    with pytest.raises(StoreError, match="being stopped"):
        keeper.add(vote())
    page.close()


def test_an_end_counts_what_is_being_answered(tmp_path: Path) -> None:
    """An answer in mid-stream on the owner's key is left as by its reader, and counted as far as it came."""
    asked = {"model": "server/m", "messages": HELLO, "flavour": "openai", "parameters": {"stream": True}}
    with ScriptedServer(streamed(text("Hi"), text("there"), Stall())) as slow:
        settings = Settings(
            posture="public",
            share_owner_key="1",
            base_url=slow.base_url,
            api_key="sk-0123456789",
            data_dir=str(tmp_path),
        )
        backend, keeper = Backend(settings), Keeper.of(settings)
        page, address = serve(backend, keeper=keeper)
        with (
            httpx.Client(base_url=address, timeout=60, trust_env=False) as http,
            http.stream("POST", "/playground/stream", json=asked) as answer,
        ):
            lines = answer.iter_lines()
            while "there" not in next(lines):
                pass
            end(page, keeper)
            assert not page.server.thread.is_alive()
            with suppress(httpx.HTTPError):
                assert "ended" not in "".join(lines)
        page.close()
        asyncio.run(backend.aclose())
    spent = asyncio.run(Counters.of(settings).look(Quota(1, DAY), "owner-tokens", "everybody"))
    assert spent.used > 0
