"""One child process with one model, from its start to its end.

Kept apart from the engine, which starts one after the other: here one is started, watched, and explained when it dies.
"""

from __future__ import annotations

import json
import re
import secrets
import signal
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from playground.chat import Endpoint
from playground.engine import memory
from playground.engine.model_file import ModelFile
from playground.engine.tokenizer import vocabulary_of
from playground.engine.turns import Turns
from playground.errors import EngineClosed, EngineError, ModelFileError
from playground.wire.chat_template import ChatTemplate

READY_WITHIN_S: Final = 120.0
MOMENT_S: Final = 0.5
MOST_WAITING: Final = 200
"""How many may wait for an answer at once; more are told to come back."""
_LOG_LINES: Final = 50
_LOG_COLUMNS: Final = 300
_CHILD: Final = Path(__file__).with_name("child.py")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that runs: where it listens, how many tokens it has (None: it does not say), what its template knows,
    whose turn it is where more ask than it answers at once, and whose long prompt is read."""

    endpoint: Endpoint
    vocabulary: int | None
    template: ChatTemplate
    turns: Turns
    readers: Turns = field(default_factory=lambda: Turns(1))


@dataclass(frozen=True, slots=True)
class Seating:
    """How the model that comes along is set up for a class: many slots, each with less room, and `states`, the folder
    in which what one slot has read is kept for all others.
    """

    slots: int
    context: int
    states: Path
    most_data: int = 3 * 1024**3

    @property
    def room(self) -> dict[str, int]:
        """The same, as the child process takes it."""
        return {"slots": self.slots, "context": self.context, "most_data": self.most_data}


class Run:
    """One child process, from its start to its end; `loaded` is known once it is ready.

    `turns` are those of the process of before, where this one takes its place: who waits there waits on.
    """

    def __init__(
        self, model: str, file: ModelFile, seating: Seating | None = None, turns: Turns | None = None
    ) -> None:
        self.model = model
        self.loaded: Loaded | None = None
        self._turns = turns
        self._file = file
        self._seating = seating
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

    @property
    def held_bytes(self) -> int:
        """The memory that it gives back when it ends, as far as the system says."""
        return memory.held_by(self._process.pid)

    def wait_until_ready(self) -> Loaded:
        """What runs and where, as soon as it does. Raises ModelFileError, EngineError."""
        api_key = "~" + secrets.token_urlsafe(
            24
        )  # what looks like a key's beginning is held back: make that rare
        options: dict[str, Any] = {
            "model": str(self._file.path.resolve()),
            "alias": self._file.alias,
            "api_key": api_key,
            "room": self._seating.room if self._seating else self._file.room,
            "states": f"{self._seating.states}/" if self._seating else "",
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
        ready = json.loads(line)
        endpoint = Endpoint(ready["address"] + "/v1", api_key, {"Connection": "close"})
        self._turns = self._turns or Turns(ready["slots"], room=MOST_WAITING)
        self.loaded = Loaded(endpoint, vocabulary_of(endpoint), self._file.template, self._turns)
        return self.loaded

    def _failure(self) -> EngineError:
        """Why it did not get ready."""
        self._process.wait()
        self._reader.join(MOMENT_S)
        if self._stopped:
            return EngineClosed("The embedded model was closed while it was starting.", "Make a new client.")
        if any("failed to load model" in line for line in self._log):
            return ModelFileError(
                f"The model file {self._file.path} cannot be loaded: {self._first_error()}.",
                self._file.way_out,
            )
        if fault := self._template_fault():
            return ModelFileError(
                f"The chat template in the model file {self._file.path} cannot be read: {fault}.",
                f"Take another file of this model, whose template is whole. {self._file.way_out}",
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

    def _template_fault(self) -> str:
        """What llama.cpp cannot make of the file's own template; empty where that is not why it ended.

        It says so over several lines, each error's own words behind the last "error:".
        """
        if not any("chat template parsing error" in line for line in self._log):
            return ""
        errors = (re.fullmatch(r".*\berror: (?!std::)(.*[^:])", line, re.IGNORECASE) for line in self._log)
        return next((match[1].rstrip(".") for match in errors if match), "llama.cpp does not say why")

    def stop(self) -> None:
        """Ends it at once; may be called again."""
        self._stopped = True
        if self.alive:
            self._process.kill()
        self._process.wait()
        self.hang_up()

    def hang_up(self) -> None:
        """Closes our end of its input, which it reads nothing more from; may be called again."""
        with suppress(OSError):  # it died before it had read what was written
            self._stdin.close()


def _drain(stream: IO[str], log: deque[str]) -> None:
    """Keeps the last lines of llama.cpp's log for the day it dies; they are never shown otherwise."""
    with stream:
        for line in stream:
            if line := line.strip()[:_LOG_COLUMNS]:
                log.append(line)
