"""The engine: keeps one child process with the embedded model alive, says where it listens, and changes the model.

Kept apart from the child so that whatever happens there, this side answers with a sentence and starts it anew.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import weakref
from collections import deque
from collections.abc import AsyncGenerator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import Final

from playground.chat import Endpoint
from playground.engine import memory
from playground.engine.library import Library, Provide
from playground.engine.model_file import ModelFile
from playground.engine.model_lock import ModelLock
from playground.engine.run import MOMENT_S, Loaded, Run, Seating
from playground.engine.turns import Turns
from playground.errors import EngineBusy, EngineClosed, EngineError, ModelFileError
from playground.settings import Settings

DEATHS_ALLOWED: Final = 5
DEATH_WINDOW_S: Final = 60.0
DEATHS_WAITED_FOR: Final = 1
"""How many deaths an answer that only waits for its turn outlasts: it is asked of the process that is started next."""
TURN_WITHIN_S: Final = 120.0
"""How long an answer waits for those of another model to end, before it is refused."""


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


class Engine:
    """The embedded model, started when first needed; safe to use from any thread and any event loop.

    One model is loaded at a time. `provide` says how its file is had: fetched where it is missing, or not. With a
    `seating` the model that comes along is set up for a class.
    Its process ends with `close`, when the engine is forgotten, when this process exits, and when it is killed.
    """

    def __init__(
        self,
        settings: Settings,
        provide: Provide = Library.find,
        library: Library | None = None,
        seating: Seating | None = None,
    ) -> None:
        self.library = library or Library(settings)
        self._provide = provide
        self._seating = seating
        self._turns = ModelLock()
        self._lock = threading.Lock()
        self._starting: Future[Loaded] | None = None
        self._closed = False
        self._run: Run | None = None
        self._queue: tuple[str, Turns] | None = None  # of which model, kept when its process dies
        self._end_run: weakref.finalize[..., Engine] | None = None
        self._deaths: deque[tuple[float, Endpoint, EngineError]] = deque(maxlen=DEATHS_ALLOWED)

    @asynccontextmanager
    async def hold(self, model: str = "") -> AsyncGenerator[Loaded]:
        """What runs, kept loaded for as long as this is held; empty is the model that comes along.

        Starts it, starts it anew, or loads it in place of another one, whose answers are waited for.
        Raises ModelFileError, EngineError.
        """
        await self._turn(model)
        try:
            run = self._run
            if run is not None and run.loaded is not None and run.model == model and run.alive:
                yield run.loaded
            else:
                yield await asyncio.wrap_future(self._begin(model))
        finally:
            self._turns.release()

    async def endpoint(self, model: str = "") -> Endpoint:
        """Where the running model listens, for as long as nobody asks for another one. Raises as `hold` does."""
        async with self.hold(model) as loaded:
            return loaded.endpoint

    @property
    def loaded(self) -> str | None:
        """The model that runs now; None where none does."""
        run = self._run
        return run.model if run is not None and run.loaded is not None and run.alive else None

    @property
    def turns(self) -> Turns | None:
        """Whose turn it is at the model that ran last; None where none has."""
        return self._queue[1] if self._queue else None

    def delay(self, model: str = "") -> str:
        """Why this model cannot answer at once, in a sentence; empty where it can."""
        loaded = self.loaded
        if loaded == model:
            return ""
        if loaded is None:
            return f"{_name(model)} is being loaded."
        if self._turns.holders:
            return f"{_name(loaded)} still answers: {_name(model)} is loaded in its place when it has ended."
        return f"{_name(model)} is being loaded in place of {_name(loaded)}."

    def description(self, model: str = "") -> str:
        """What runs here: the library with its version, and the model's file."""
        library = _library()
        return f"{library}, {self.library.described(model)}" if library else ""

    def start_soon(self, model: str = "") -> None:
        """Begins to start it in the background; what goes wrong is said on the terminal, and again when used."""

        def start() -> None:
            self._turns.acquire(model).result()
            try:
                self._begin(model).result()
            except EngineClosed:
                pass
            except Exception as error:  # noqa: BLE001 - a thread ends with a line
                _say(str(error))
            finally:
                self._turns.release()

        threading.Thread(target=start, name="engine-start-soon", daemon=True).start()

    async def death(self, endpoint: Endpoint) -> EngineError | None:
        """How the process that listened at `endpoint` died, to explain an answer that broke off; None if it lives.

        Waits up to half a second, since a dying process closes its connections before it can be seen to be dead.
        """
        run = self._run
        if run is not None and run.loaded is not None and run.loaded.endpoint == endpoint:
            return await asyncio.to_thread(run.death, MOMENT_S)
        return next((error for _, of, error in self._deaths if of == endpoint), None)

    async def renewed(self, endpoint: Endpoint, model: str = "") -> Loaded:
        """What runs now, for whoever holds the model and has waited for a turn at `endpoint`: started anew where that
        process has died meanwhile, once.

        Raises EngineError where the next one has died as well, and whatever a start raises.
        """
        run = self._run
        if run is not None and run.loaded is not None:
            if run.alive and run.loaded.endpoint == endpoint:
                return run.loaded
            if not run.alive:
                self._note_death(run, run.loaded.endpoint)
        died = [of for _, of, _ in self._deaths]
        if len(died[died.index(endpoint) :] if endpoint in died else died) > DEATHS_WAITED_FOR:
            raise EngineError(
                "The embedded model's process died twice while this answer waited for its turn.",
                "Ask again in a minute; if it goes on, choose another model.",
            )
        return await asyncio.wrap_future(self._begin(model))

    async def close(self) -> None:
        """Ends the process and all downloads; the engine cannot be used any more."""
        self._closed = True
        self.library.close()
        if self._end_run is not None:
            await asyncio.to_thread(self._end_run)

    async def _turn(self, model: str) -> None:
        """Waits until this model may be used. Raises EngineBusy."""
        place = self._turns.acquire(model)
        try:
            if not place.done():
                await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(place)), TURN_WITHIN_S)
        except TimeoutError as error:
            self._turns.give_up(place)
            raise EngineBusy(
                f"{_name(model)} has waited {TURN_WITHIN_S:.0f} s for the answers of another embedded model to end: "
                "one is loaded at a time.",
                "Stop them, or ask again when they are done.",
            ) from error
        except BaseException:
            self._turns.give_up(place)
            raise

    def _begin(self, model: str) -> Future[Loaded]:
        """The start that is under way, or else a new one: all who wait for it share it, and none can cancel it.

        Whoever calls this has the turn for `model`, so that no other one is being started.
        """
        with self._lock:
            if (under_way := self._starting) is not None:
                return under_way
            started = self._starting = Future()
            started.set_running_or_notify_cancel()
        threading.Thread(target=self._fulfil, args=(model, started), name="engine-start", daemon=True).start()
        return started

    def _fulfil(self, model: str, starting: Future[Loaded]) -> None:
        try:
            loaded = self._ensure(model)
        except BaseException as error:  # noqa: BLE001 - handed on to all who wait
            self._starting = None
            starting.set_exception(error)
        else:
            self._starting = None
            starting.set_result(loaded)

    def _ensure(self, model: str) -> Loaded:
        if self._closed:
            raise EngineClosed("The embedded model has been closed.", "Make a new client.")
        run = self._run
        if run is not None and run.loaded is not None and run.model == model:
            if run.alive:
                return run.loaded
            self._note_death(run, run.loaded.endpoint)
        file = self._provide(self.library, model, _say)
        before = self.loaded
        if model:
            self._need_memory(model, file)
        try:
            return self._start(model, file)
        except EngineError as error:
            if before is None or before == model or isinstance(error, EngineClosed):
                raise
            self.start_soon(before)  # the model of before goes on
            error.message += f" {_name(before)} goes on."
            raise

    def _need_memory(self, model: str, file: ModelFile) -> None:
        """Raises ModelFileError where there is too little, counting what the model that runs now gives back."""
        free = memory.available()
        if free is None or not file.needs:
            return
        free += self._run.held_bytes if self._run is not None else 0
        if file.needs > free:
            raise ModelFileError(
                f"{_name(model)} needs about {_gb(file.needs)} of memory, and {_gb(free)} can be had.",
                "End other programs, or choose a smaller model or quantisation.",
            )

    def _note_death(self, run: Run, endpoint: Endpoint) -> None:
        """Gives up for a while when it keeps dying: a loop of restarts would only hide the cause."""
        with self._lock:
            if (error := run.death()) and not any(of == endpoint for _, of, _ in self._deaths):
                self._deaths.append((monotonic(), endpoint, error))
        recent = [at for at, _, _ in self._deaths if monotonic() - at < DEATH_WINDOW_S]
        if len(recent) == DEATHS_ALLOWED:
            raise EngineError(
                f"The embedded model's process died {DEATHS_ALLOWED} times within {DEATH_WINDOW_S:.0f} s, "
                f"the last time of {run.cause}. Its last words: {run.last_words()}.",
                "Wait a minute and try again without what was sent last; if it goes on, choose another model.",
            )

    def _start(self, model: str, file: ModelFile) -> Loaded:
        if self._run is not None:
            self._run.stop()
        queue = self._queue[1] if self._queue and self._queue[0] == model else None
        self._run = run = Run(model, file, self._seating if file.released else None, queue)
        if self._end_run is not None:
            self._end_run.detach()
        self._end_run = weakref.finalize(self, run.stop)
        if self._closed:  # while the file was looked for
            run.stop()
        loaded = run.wait_until_ready()
        self._queue = model, loaded.turns
        return loaded


@cache  # metadata is a file that is parsed anew each time, and every answer asks for it
def _library() -> str:
    """llama.cpp's package and its version; empty where it is not there: nothing runs then, which is said when asked."""
    try:
        return f"xllamacpp {version('xllamacpp')}"
    except PackageNotFoundError:
        return ""


def _name(model: str) -> str:
    return f"embedded/{model}" if model else "embedded"


def _gb(size: int) -> str:
    return f"{size / 10**9:.1f} GB"
