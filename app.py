"""Starts Parameter Playground: settings, backend, page. `python app.py` and a HuggingFace Space both run this."""

from __future__ import annotations

import logging
import sys

from playground import settings
from playground.backend import Backend
from playground.errors import PlaygroundError
from playground.ui.serve import serve


def main() -> int:
    """Serves until interrupted; a failure to start is one sentence and an exit code of 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        backend = Backend(settings.load())
        backend.engine.start_soon()
        page, address = serve(backend)
    except PlaygroundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Parameter Playground is at {address}", flush=True)
    page.block_thread()
    return 0


if __name__ == "__main__":
    sys.exit(main())
