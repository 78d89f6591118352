"""The engine: keeps one child process with the embedded model alive, and says where it listens.

Kept apart from the child so that whatever happens there, this side answers with a sentence and starts it anew.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import signal
import subprocess
import sys
import threading
import weakref
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import monotonic
from typing import IO, Final

from playground.chat import Endpoint
from playground.engine import model_file
from playground.engine.model_file import ModelFile
from playground.engine.tokenizer import vocabulary_of
from playground.errors import EngineError, ModelFileError
from playground.settings import Settings

READY_WITHIN_S: Final = 120.0
DEATHS_ALLOWED: Final = 5
DEATH_WINDOW_S: Final = 60.0
_MOMENT_S: Final = 0.5
_LOG_LINES: Final = 50
_LOG_COLUMNS: Final = 300
_CHILD: Final = Path(__file__).with_name("child.py")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class EngineClosed(EngineError):
    """It was ended on purpose: nobody needs to be told who has not asked for it."""


class Engine:
    """The embedded model, started when first needed; safe to use from any thread and any event loop.

    Its process ends with `close`, when the engine is forgotten, when this process exits, and when it is killed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._starting: Future[Endpoint] | None = None
        self._closed = False
        self._run: _Run | None = None
        self._end_run: weakref.finalize[..., Engine] | None = None
        self._deaths: deque[tuple[float, Endpoint, EngineError]] = deque(maxlen=DEATHS_ALLOWED)

    async def endpoint(self) -> Endpoint:
        """Where the running model listens; starts it, or starts it anew, if it is not running.

        Raises ModelFileError, EngineError.
        """
        run = self._run
        if run is not None and run.endpoint is not None and run.alive:
            return run.endpoint
        return await asyncio.wrap_future(self._begin())

    @property
    def vocabulary(self) -> int | None:
        """How many tokens the running model has; None where none runs."""
        return self._run.vocabulary if self._run is not None else None

    @property
    def description(self) -> str:
        """What runs here: the library with its version, and the model's file."""
        with suppress(PackageNotFoundError):  # then it runs nothing, and says so when it is asked
            return f"xllamacpp {version('xllamacpp')}, {model_file.described(self._settings)}"
        return ""

    def start_soon(self) -> None:
        """Begins to start it in the background; what goes wrong is said on the terminal, and again when used."""

        def report(started: Future[Endpoint]) -> None:
            error = started.exception()
            if error is not None and not isinstance(error, EngineClosed):
                _say(str(error))

        self._begin().add_done_callback(report)

    async def death(self, endpoint: Endpoint) -> EngineError | None:
        """How the process that listened at `endpoint` died, to explain an answer that broke off; None if it lives.

        Waits up to half a second, since a dying process closes its connections before it can be seen to be dead.
        """
        run = self._run
        if run is not None and run.endpoint == endpoint:
            return await asyncio.to_thread(run.death, _MOMENT_S)
        return next((error for _, of, error in self._deaths if of == endpoint), None)

    async def close(self) -> None:
        """Ends the process; the engine cannot be used any more."""
        self._closed = True
        if self._end_run is not None:
            await asyncio.to_thread(self._end_run)

    def _begin(self) -> Future[Endpoint]:
        """The start that is under way, or else a new one: all who wait for it share it, and none can cancel it."""
        with self._lock:
            if (under_way := self._starting) is not None:
                return under_way
            started = self._starting = Future()
            started.set_running_or_notify_cancel()
        threading.Thread(target=self._fulfil, args=(started,), name="engine-start", daemon=True).start()
        return started

    def _fulfil(self, starting: Future[Endpoint]) -> None:
        try:
            endpoint = self._ensure()
        except BaseException as error:  # noqa: BLE001 - handed on to all who wait
            self._starting = None
            starting.set_exception(error)
        else:
            self._starting = None
            starting.set_result(endpoint)

    def _ensure(self) -> Endpoint:
        if self._closed:
            raise EngineClosed("The embedded model has been closed.", "Make a new client.")
        run = self._run
        if run is not None and run.endpoint is not None:
            if run.alive:
                return run.endpoint
            self._note_death(run, run.endpoint)
        return self._start(model_file.find(self._settings, _say))

    def _note_death(self, run: _Run, endpoint: Endpoint) -> None:
        """Gives up for a while when it keeps dying: a loop of restarts would only hide the cause."""
        if (error := run.death()) and not any(of == endpoint for _, of, _ in self._deaths):
            self._deaths.append((monotonic(), endpoint, error))
        recent = [at for at, _, _ in self._deaths if monotonic() - at < DEATH_WINDOW_S]
        if len(recent) == DEATHS_ALLOWED:
            raise EngineError(
                f"The embedded model's process died {DEATHS_ALLOWED} times within {DEATH_WINDOW_S:.0f} s, "
                f"the last time of {run.cause}. Its last words: {run.last_words()}.",
                "Wait a minute and try again without what was sent last; if it goes on, choose another model.",
            )

    def _start(self, file: ModelFile) -> Endpoint:
        self._run = run = _Run(file)
        if self._end_run is not None:
            self._end_run.detach()
        self._end_run = weakref.finalize(self, run.stop)
        if self._closed:  # while the file was looked for
            run.stop()
        return run.wait_until_ready()


class _Run:
    """One child process, from its start to its end; `endpoint` and `vocabulary` are known once it is ready."""

    def __init__(self, file: ModelFile) -> None:
        self.endpoint: Endpoint | None = None
        self.vocabulary: int | None = None
        self._file = file
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._stopped = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD)],  # -P: its neighbours here are not for it to import
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is for this process, which then ends the child
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        # Not a method: a thread must not keep this run, nor its engine, from being forgotten.
        self._reader = threading.Thread(
            target=_drain, args=(self._process.stderr, self._log), name="engine-log", daemon=True
        )
        self._reader.start()

    @property
    def alive(self) -> bool:
        """Whether the process runs, ready or not."""
        return self._process.poll() is None

    @property
    def cause(self) -> str:
        """Why it ended: a signal's name, or the exit code."""
        code = self._process.returncode
        if code is not None and code < 0:
            with suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit code {code}"

    def wait_until_ready(self) -> Endpoint:
        """Where it listens, as soon as it does. Raises ModelFileError, EngineError."""
        api_key = "~" + secrets.token_urlsafe(
            24
        )  # what looks like a key's beginning is held back: make that rare
        options = {
            "model": str(self._file.path.resolve()),
            "alias": self._file.alias,
            "api_key": api_key,
            "repeatable": self._file.released,
        }
        patience = threading.Timer(READY_WITHIN_S, self._process.kill)
        patience.start()
        with suppress(OSError, ValueError):  # it has died or been stopped; then it has no line for us either
            self._stdin.write(json.dumps(options) + "\n")
            self._stdin.flush()
        with self._stdout:
            line = self._stdout.readline()
        patience.cancel()
        if not line:
            raise self._failure()
        # llama.cpp closes the connection after each stream without having said so, and a request that is just
        # being sent on it would be lost: hence a new connection each time.
        endpoint = Endpoint(json.loads(line)["address"] + "/v1", api_key, {"Connection": "close"})
        self.vocabulary = vocabulary_of(endpoint)
        self.endpoint = endpoint
        return endpoint

    def _failure(self) -> EngineError:
        """Why it did not get ready."""
        self._process.wait()
        self._reader.join(_MOMENT_S)
        if self._stopped:
            return EngineClosed("The embedded model was closed while it was starting.", "Make a new client.")
        if any("failed to load model" in line for line in self._log):
            return ModelFileError(
                f"The model file {self._file.path} cannot be loaded: {self._first_error()}.",
                "Name another GGUF file in PLAYGROUND_MODEL_FILE, or remove that setting.",
            )
        return EngineError(
            f"The embedded model's process did not start ({self.cause}): {self.last_words()}.", self._remedy()
        )

    def _remedy(self) -> str:
        if self.cause == "SIGILL":
            return "This processor is older than xllamacpp supports: use a hosted model or another machine."
        if self.cause == "SIGKILL":
            return "Memory may have run out, or loading took minutes: free some, or choose a smaller model."
        return "Install the requirements again, and check that there is memory for the model."

    def death(self, patience: float = 0.0) -> EngineError | None:
        """How it died, waiting up to `patience` seconds for that; None while it lives or if it was stopped."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        if self._stopped or self.alive:
            return None
        return EngineError(
            f"The embedded model's process died ({self.cause}), and its answers with it.",
            "It starts anew with the next message. A schema or grammar that is too much for it can cause this.",
        )

    def last_words(self) -> str:
        """The last line of its log."""
        return self._log[-1] if self._log else "it said nothing"

    def _first_error(self) -> str:
        """llama.cpp's first complaint, which is the precise one, without its time stamp and function."""
        found = (
            re.fullmatch(r"[\d.]+ E +(?:\w+ +)?\w+: (?:error loading model: )?(.*)", line)
            for line in self._log
        )
        return next((match[1].rstrip(".") for match in found if match), self.last_words())

    def stop(self) -> None:
        """Ends it at once; may be called again."""
        self._stopped = True
        if self.alive:
            self._process.kill()
        self._process.wait()
        with suppress(OSError):
            self._stdin.close()


def _drain(stream: IO[str], log: deque[str]) -> None:
    """Keeps the last lines of llama.cpp's log for the day it dies; they are never shown otherwise."""
    with stream:
        for line in stream:
            if line := line.strip()[:_LOG_COLUMNS]:
                log.append(line)
