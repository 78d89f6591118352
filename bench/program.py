"""A program that is measured or helps to measure: started, asked for its CPU time, and always ended.

Kept apart so that every server, upstream and client runs in the same kind of surroundings: no proxy, no `.env`,
a home of its own.
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Final, Self

ROOT: Final = Path(__file__).parents[1]
NOT_COUNTED: Final = "engine/child.py"
"""The embedded model's process: what it costs is the model's cost, not the page's."""

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


class Program:
    """A Python program and all that it starts; use it in a `with` block."""

    def __init__(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self._process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**inherited, "PYTHONUNBUFFERED": "1", **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def _listen(self, stdout: IO[str]) -> None:
        with stdout:
            for line in stdout:
                self._lines.put(line.rstrip())
        self._lines.put(None)

    def line(self, seconds: float = 60.0) -> str:
        """The next line it prints. Raises queue.Empty when none comes in time, RuntimeError when it has ended."""
        line = self._lines.get(timeout=seconds)
        if line is None:
            raise RuntimeError(f"{self._process.args!r} has ended.")
        return line

    def line_like(self, beginning: str, seconds: float = 60.0) -> str:
        """The next line that begins so; raises as `line` does."""
        until = monotonic() + seconds
        while not (line := self.line(until - monotonic())).startswith(beginning):
            pass
        return line

    def say(self, line: str) -> None:
        """Writes a line to its input."""
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def drop_lines(self) -> None:
        """Forgets what it has printed so far."""
        while not self._lines.empty():
            self._lines.get()

    def address(self, seconds: float = 60.0) -> str:
        """The next web address that it prints; raises as `line` does."""
        until = monotonic() + seconds
        while True:
            if found := re.search(r"http://[\w.:]+", self.line(until - monotonic())):
                return found[0]

    def cpu_seconds(self) -> float:
        """CPU time that it and its children have used so far, without the embedded model's (step: 10 ms)."""
        return sum(_cpu_seconds(pid) for pid in _family(self._process.pid))

    def family(self) -> list[int]:
        """Its process and all that it has started, the embedded model's too."""
        return _family(self._process.pid, lambda pid: True)

    def send_signal(self, number: int) -> None:
        """Sends it a signal."""
        self._process.send_signal(number)

    def memory_mb(self) -> float:
        """Memory that it and its children hold now, without the embedded model's."""
        return sum(_resident_bytes(pid) for pid in _family(self._process.pid)) / 1e6

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; empty when the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_seconds(pid: int) -> float:
    stat = _stat(pid)
    return (int(stat[11]) + int(stat[12])) / _TICKS if stat else 0.0


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _counts(pid: int) -> bool:
    try:
        return NOT_COUNTED not in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def _family(pid: int, counts: Callable[[int], bool] = _counts) -> list[int]:
    """`pid` and all its descendants, but for those that do not count."""
    parents = {int(p.name): stat[1] for p in Path("/proc").glob("[0-9]*") if (stat := _stat(int(p.name)))}
    family = [pid]
    for member in family:
        family += [child for child, parent in parents.items() if int(parent) == member and counts(child)]
    return family
