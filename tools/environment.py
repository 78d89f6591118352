"""Makes a virtual environment, also where Python comes without ensurepip.

It runs before anything is installed: standard library only, and no syntax younger than Python 3.6, so that an old
Python can read it and say what is wrong.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Sequence, Tuple  # noqa: UP035  # what a Python 3.6 has

NEEDED = (3, 11)


def version_problem(version: Tuple[int, ...], name: str) -> str:  # noqa: UP006  # what a Python 3.6 has
    """One sentence when a Python of this version is too old, else an empty text."""
    if version[:2] >= NEEDED:
        return ""
    found = ".".join(map(str, version[:2]))
    return f"Python 3.11 or newer is needed and {name} is {found}: install it, or name one with PYTHON=python3.12."


def make(folder: Path) -> str:
    """Make the environment with pip in it; the sentence to show when that cannot be done, else empty.

    Debian splits ensurepip from Python, into python3-venv. Without it, the pip that is there fills the
    environment.
    """
    python = [sys.executable, "-m"]
    inside = str(folder / "bin" / "python")
    if not _fails([*python, "venv", "--clear", str(folder)]):
        return ""
    bare = _fails([*python, "venv", "--clear", "--without-pip", str(folder)])
    if not bare and not _fails([*python, "pip", "--python", inside, "install", "--quiet", "pip"]):
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    if bare:
        return f"The environment {folder} cannot be made: {bare}"
    return (
        f"{sys.executable} can make no environment with pip in it: install its venv module"
        " (on Debian: apt-get install python3-venv) and run the same command again."
    )


def _fails(command: Sequence[str]) -> str:
    """The last line that a failing command printed; empty when it succeeds."""
    ended = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    lines = ended.stdout.decode(errors="replace").split("\n")
    return "" if ended.returncode == 0 else next((x for x in reversed(lines) if x.strip()), "no reason given")


if __name__ == "__main__":
    sys.exit(version_problem(sys.version_info[:2], sys.executable) or make(Path(sys.argv[1])) or 0)
