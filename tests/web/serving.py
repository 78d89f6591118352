"""The page over a backend, and after the test neither is left: nor are the connections that they opened.

Kept apart from the fixtures because most of them serve a backend of their own.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from gradio import Blocks

from playground.backend import Backend
from playground.web.serve import serve


@contextmanager
def served(backend: Backend) -> Iterator[str]:
    """The address of the page over this backend, without a slash at its end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page, address = serve(backend, port)
    try:
        yield address.rstrip("/")
    finally:
        close(page, backend)


def close(page: Blocks, backend: Backend) -> None:
    """Ends a page that was served over this backend."""
    hang_up(backend, page.server)
    page.close()


def hang_up(backend: Backend, server: uvicorn.Server) -> None:
    """Closes what the backend has opened, on the server's event loop, where it was opened."""
    loop = server.servers[0].get_loop()
    asyncio.run_coroutine_threadsafe(backend.transport.aclose(), loop).result(10)
