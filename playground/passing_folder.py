"""Folders that are there for as long as what they belong to, and go with the next start where that was killed.

Kept apart from what lies in them: what a class has read and exports that wait to be fetched are given up alike.
"""

from __future__ import annotations

import os
import shutil
import weakref
from pathlib import Path
from tempfile import gettempdir, mkdtemp


def folder_of(owner: object, prefix: str) -> Path:
    """A new folder of this user alone, which goes with its owner; those of dead processes go now."""
    _clear_after_the_dead(prefix)
    folder = Path(mkdtemp(prefix=f"{prefix}{os.getpid()}-"))
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder


def _clear_after_the_dead(prefix: str) -> None:
    """Deletes what processes have left that were killed, and could not do it themselves."""
    for folder in Path(gettempdir()).glob(f"{prefix}*-*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
