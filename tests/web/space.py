"""The app as it runs on a Space, with HuggingFace's router where a stand-in is: `python -m tests.web.space URL`.

Gradio reads what a Space tells it when it is imported, so that this needs a process of its own.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from playground import settings
from playground.backend import Backend
from playground.web.serve import serve
from playground.wire.kinds.huggingface import HUGGINGFACE
from playground.wire.profiles import PROFILES


def main() -> None:
    """Serves until its input ends; prints the address when it does."""
    router = replace(HUGGINGFACE, base_url=sys.argv[1], key_hosts=("127.0.0.1",))
    backend = Backend(settings.load(), {**PROFILES, "huggingface": router})
    page, address = serve(backend)
    print(f"ready {address}", flush=True)
    sys.stdin.read()
    page.close()


if __name__ == "__main__":
    main()
