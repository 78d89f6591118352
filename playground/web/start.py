"""Starts Parameter Playground: settings, backend, page; the console script and `app.py` both run this.

Kept apart from `serve` because this is the whole program: its signals, its exit code, its garbage.
"""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import suppress
from threading import Timer
from time import sleep
from typing import TYPE_CHECKING, Final

from playground import settings
from playground.backend import Backend
from playground.errors import PlaygroundError
from playground.operations import logs
from playground.posture import check
from playground.votes.backup.vote_service import Keeper
from playground.web.ports import free_ports

if TYPE_CHECKING:
    from gradio import Blocks  # slow to import
    from uvicorn import Server  # slow to import

LAST_ANSWERS_S: Final = 1.0
"""Time for answers under way as the page ends; what was to be saved is by then, and said."""
COUNTED_S: Final = 1.0
"""Time for answers that were left to be counted, which takes some milliseconds."""


def main() -> int:
    """Serves until interrupted; a failure to start is one sentence and an exit code of 1."""
    gc.disable()  # what is made while starting stays: looking through it for garbage is a fifth of the start
    try:
        said = settings.load()
        logs.set_up(said)
        backend = Backend(said)
        keeper = Keeper.of(backend.settings)
        check(said)
        next(free_ports(said.server_name, said.port))  # who cannot listen hears so before seconds of imports
        # Gradio reads the environment when it is imported: a port that is none would be a traceback of its own.
        from playground.web.self_check import self_check  # slow to import
        from playground.web.serve import serve  # slow to import

        page, address = serve(backend, keeper=keeper)
        gc.freeze()
        gc.enable()
        # Not earlier: on two cores, loading the model beside the imports makes the page half a second later.
        backend.engine.start_soon()
    except PlaygroundError as error:
        print(error, file=sys.stderr)
        return 1
    # Sent by whatever stops a service: votes that wait can still be copied then, and what answers cost be counted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        keeper.start()
        print(f"Parameter Playground is at {address}", flush=True)
        print(*(f"  {line}" for line in self_check(said, keeper)), sep="\n", flush=True)
        while True:  # a signal that comes just before a wait is heard at its end: no wait is long
            sleep(0.5)
    end(page, keeper)
    return 0


def end(page: Blocks, keeper: Keeper) -> None:
    """Saves what is being saved, copies what waits, says so, and then closes the page.

    The interpreter ends its threads before its server: who came in between would meet a fault in place of an end.
    An answer that goes on is left, as if its reader had gone: what it came to so far is counted then.
    """
    server = page.server
    leaving = Timer(
        LAST_ANSWERS_S, _hang_up, [server]
    )  # beside the copying, which may take all the time there is
    leaving.start()
    stopped = keeper.stop()
    if stopped:
        print(stopped, flush=True)
    server.should_exit = True
    server.thread.join(LAST_ANSWERS_S)
    leaving.cancel()
    if server.thread.is_alive():
        _hang_up(server)
        server.thread.join(COUNTED_S)


def _hang_up(server: Server) -> None:
    """Closes all connections, from any thread."""

    def close() -> None:
        for connection in list(server.server_state.connections):
            connection.transport.abort()

    with suppress(RuntimeError):  # its loop has ended: nobody is connected
        server.servers[0].get_loop().call_soon_threadsafe(close)
