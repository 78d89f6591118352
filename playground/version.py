"""The version of this program: its number, and in a checkout the commit that runs.

Kept apart so that a release changes one line, and since votes are looked at long after the program has changed.
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

VERSION: Final = "1.0.0"
_ROOT: Final = Path(__file__).parents[1]


@cache
def exact_version(root: Path = _ROOT) -> str:
    """The version and, in a checkout, git's name for its commit, which says "dirty" where files have been changed."""
    if not (root / ".git").exists():  # git would look further up, and find the repository of something else
        return VERSION
    describe = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        commit = subprocess.run(
            describe, capture_output=True, text=True, timeout=5, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return VERSION
    return f"{VERSION}+{commit}"
