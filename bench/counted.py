"""`python -m bench.counted`: the app as `app.py` starts it, which says when asked what it has open.

Kept apart because the tasks of asyncio can only be counted from within; threads and descriptors go with them, so that
all three are of one moment. It answers each line of its input by one line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import threading
from pathlib import Path

from playground.web.start import main


def _answer() -> None:
    for _ in sys.stdin:
        gc.collect()
        loops = [found for found in gc.get_objects() if isinstance(found, asyncio.AbstractEventLoop)]
        print(
            json.dumps(
                {
                    "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
                    "threads": threading.active_count(),
                    "tasks": sum(len(asyncio.all_tasks(loop)) for loop in loops),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    threading.Thread(target=_answer, name="counted", daemon=True).start()
    sys.exit(main())
