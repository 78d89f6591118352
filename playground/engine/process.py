"""The engine: keeps one child process with the embedded model alive, and says where it listens.

Kept apart from the child so that whatever happens there, this side answers with a sentence and starts it anew.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import secrets
import signal
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO, Final

from playground.chat import Endpoint
from playground.engine import model_file
from playground.errors import EngineError, PlaygroundError
from playground.settings import Settings

READY_WITHIN_S: Final = 60.0
CRASHES_ALLOWED: Final = 5
CRASH_WINDOW_S: Final = 60.0

log = logging.getLogger(__name__)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class Engine:
    """The embedded model, started when first needed; safe to use from any thread and any event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._endpoint = Endpoint("")
        self._log: deque[str] = deque(maxlen=50)
        self._crashes: deque[float] = deque(maxlen=CRASHES_ALLOWED)
        self._closed = False
        atexit.register(self._stop)

    async def endpoint(self) -> Endpoint:
        """Where the running model listens; starts it, or starts it anew, if it is not running.

        Raises ModelFileError, EngineError.
        """
        if self._alive() and not self._lock.locked():
            return self._endpoint
        return await asyncio.to_thread(self._ensure)

    def start_soon(self) -> None:
        """Begins to start it in the background; what goes wrong is said when it is first needed."""

        def begin() -> None:
            with suppress(PlaygroundError):
                self._ensure()

        threading.Thread(target=begin, name="engine-start", daemon=True).start()

    def check_file(self) -> Path:
        """The model file that would be used, fetched if need be. Raises ModelFileError."""
        return model_file.find(self._settings, _say)

    def death(self) -> EngineError | None:
        """How the child died, if it is dead; None while it lives or was never started."""
        child = self._child
        if child is None or child.poll() is None or self._closed:
            return None
        return EngineError(
            f"The embedded model's process died ({_cause(child.returncode)}) and its answers with it.",
            "It starts anew with the next message: send again. A very deep schema or grammar can cause this.",
        )

    async def close(self) -> None:
        """Ends the child; the engine cannot be used any more."""
        self._closed = True
        await asyncio.to_thread(self._stop)

    def _alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def _ensure(self) -> Endpoint:
        with self._lock:
            if self._closed:
                raise EngineError("The embedded model has been closed.", "Make a new client.")
            if not self._alive():
                self._count_crash()
                self._start(self.check_file())
            return self._endpoint

    def _count_crash(self) -> None:
        """Gives up when it keeps dying: a loop of restarts would only hide the cause."""
        if self._child is None:
            return
        now = monotonic()
        if len(self._crashes) == CRASHES_ALLOWED and now - self._crashes[0] < CRASH_WINDOW_S:
            raise EngineError(
                f"The embedded model died {CRASHES_ALLOWED} times within a minute. Its last words: {self._last_line()}",
                "Wait a minute and try again; if it goes on, reinstall xllamacpp or choose another model.",
            )
        self._crashes.append(now)

    def _start(self, path: Path) -> None:
        api_key = secrets.token_urlsafe(24)
        self._child = child = subprocess.Popen(
            [sys.executable, "-m", "playground.engine.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            cwd=Path(__file__).parents[2],
        )
        assert child.stdin and child.stdout and child.stderr
        threading.Thread(target=self._drain, args=(child.stderr,), daemon=True).start()
        options = {"model": str(path.resolve()), "alias": path.stem.removesuffix(".Q4_1"), "api_key": api_key}
        with suppress(BrokenPipeError):
            child.stdin.write(json.dumps(options) + "\n")
            child.stdin.flush()
        timer = threading.Timer(READY_WITHIN_S, child.kill)
        timer.start()
        line = child.stdout.readline()
        timer.cancel()
        if not line:
            child.wait()
            raise EngineError(
                f"The embedded model did not start ({_cause(child.returncode)}). Its last words: {self._last_line()}",
                "Check that the model file fits this machine's memory, or choose another model.",
            )
        self._endpoint = Endpoint(json.loads(line)["address"] + "/v1", api_key)

    def _drain(self, stream: IO[str]) -> None:
        """Keeps the last lines of llama.cpp's log, for the day it dies, and never shows them otherwise."""
        for line in stream:
            self._log.append(line.rstrip())

    def _last_line(self) -> str:
        return next((line for line in reversed(self._log) if line), "none")

    def _stop(self) -> None:
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.kill()
        child.wait()


def _cause(returncode: int) -> str:
    """A process's exit in words: the signal's name, or the exit code."""
    if returncode < 0:
        with suppress(ValueError):
            return signal.Signals(-returncode).name
    return f"exit code {returncode}"
