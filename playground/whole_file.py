"""Files that are there whole or not at all.

Kept apart from what is in them: tables of verdicts and presets are written alike.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write(path: Path, text: str) -> None:
    """Writes a text, and makes the folder, for this user alone. It is on the disk when this returns. Raises OSError.

    Under another name first: who reads meanwhile sees the old file or the new one, never half of one.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False
    ) as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def begin(path: Path) -> None:
    """Makes an empty file, and its folder, for this user alone, where there is none. Raises OSError.

    What SQLite puts beside a database has the mode of its file.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
