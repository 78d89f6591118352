"""Runs a function as a user who may not do everything, also where the tests run as root.

Permissions mean nothing to root, and containers run tests as root.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from pathlib import Path

NOBODY = 65534


def run_unprivileged(function: Callable[[], list[str]], folder: Path) -> list[str]:
    """What the function returns in a child process of an ordinary user, who may enter `folder`."""
    if os.geteuid() == 0:
        for parent in (folder, *folder.parents[:-1]):
            parent.chmod(parent.stat().st_mode | 0o011)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _answer(function, writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    result: list[str] = json.loads(said)
    return result


def _answer(function: Callable[[], list[str]], writing: int) -> None:
    """The child's part: gives up its rights, answers, and leaves without the parent's clean-up."""
    try:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        said = function()
    except BaseException:  # noqa: BLE001  # whatever it is, the parent is to see it and this process must end
        said = [traceback.format_exc()]
    os.write(writing, json.dumps(said).encode())
    os._exit(0)
