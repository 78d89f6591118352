"""Where the page may listen: the ports that are free for it.

Kept apart from `serve` because Gradio's own search reuses an app that can be started only once: where another
program takes the port just before it, each of the ports that follow is tried for five seconds, in vain.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator

from playground.errors import CannotListen

FIRST_PORTS = range(7860, 7960)
"""Where a port is looked for if none is set: Gradio's own range."""


def free_ports(name: str, port: int | None) -> Iterator[int]:
    """The ports of the address `name` that nothing listens on: `port` alone, or those from 7860.

    Another program may take one before it is used: then ask for the next. Raises CannotListen at the end.
    """
    ports = FIRST_PORTS if port is None else (port,)
    yield from (candidate for candidate in ports if _is_free(name, candidate))
    tried = f"port {port}" if port else f"any port from {FIRST_PORTS[0]} to {FIRST_PORTS[-1]}"
    raise CannotListen(
        f"The page cannot listen on {tried} of {name}: another program does, or it is not allowed.",
        "Stop the other program, or set GRADIO_SERVER_PORT to a free port.",
    )


def _is_free(name: str, port: int) -> bool:
    """Whether a program could listen there now."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            name.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the page will
            trial.bind(address)
            trial.listen()
    except (socket.gaierror, UnicodeError) as error:
        raise _no_address(name) from error
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise _no_address(name) from error
        return False
    return True


def _no_address(name: str) -> CannotListen:
    return CannotListen(
        f"GRADIO_SERVER_NAME is {name!r}, which is no address of this machine.",
        "Remove it to serve this machine alone, or set it to 0.0.0.0 to serve its whole network.",
    )
