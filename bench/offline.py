"""`python -m bench.offline`: the app as `app.py` starts it, on a machine that has loopback and no other network.

Kept apart because it is a process of its own: no name is found in it, and no address but loopback's is reached.
"""

from __future__ import annotations

import errno
import socket
import sys
from typing import Any, Final

from playground.web.start import main

_HERE: Final = ("127.", "localhost", "::1", "0.0.0.0")
_find, _connect = socket.getaddrinfo, socket.socket.connect


def _found(host: Any, *given: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name and not name.startswith(_HERE):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return _find(host, *given, **named)


def _connected(own: socket.socket, address: Any) -> None:
    if own.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(_HERE):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")
    _connect(own, address)


if __name__ == "__main__":
    socket.getaddrinfo = _found
    socket.socket.connect = _connected  # type: ignore[method-assign, assignment]  # a machine without a network, for this process
    sys.exit(main())
