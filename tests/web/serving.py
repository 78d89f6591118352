"""The page over a backend, and after the test neither is left: nor are the connections that they opened.

Kept apart from the fixtures because most of them serve a backend of their own.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from gradio import Blocks
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from playground.backend import Backend
from playground.settings import Settings
from playground.web.routes import StreamingLines
from playground.web.serve import serve


@contextmanager
def served(backend: Backend) -> Iterator[str]:
    """The address of the page over this backend, without a slash at its end."""
    with opened(backend) as (_, address):
        yield address


@contextmanager
def opened(backend: Backend) -> Iterator[tuple[Blocks, str]]:
    """The page over this backend, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page, address = serve(backend, port)
    try:
        yield page, address.rstrip("/")
    finally:
        close(page, backend)


@contextmanager
def alone(
    routes: Callable[[Backend, type[StreamingLines]], list[BaseRoute]], settings: Settings
) -> Iterator[httpx.Client]:
    """A client of a server with these routes alone, over a backend of its own."""
    backend = Backend(settings)
    app = Starlette(routes=routes(backend, StreamingLines))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with plain_client(f"http://127.0.0.1:{port}/playground") as client:
        yield client
    hang_up(backend, server)
    server.should_exit = True
    thread.join()


def plain_client(address: str) -> httpx.Client:
    """A client of a server on loopback, by no proxy; and without certificates, which take longer to read than most
    tests take."""
    return httpx.Client(base_url=address, timeout=60, trust_env=False, verify=False)


def close(page: Blocks, backend: Backend) -> None:
    """Ends a page that was served over this backend."""
    hang_up(backend, page.server)
    page.close()


def hang_up(backend: Backend, server: uvicorn.Server) -> None:
    """Closes what the backend has opened, on the server's event loop, where it was opened."""
    loop = server.servers[0].get_loop()
    asyncio.run_coroutine_threadsafe(backend.transport.aclose(), loop).result(10)
