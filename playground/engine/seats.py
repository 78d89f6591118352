"""The seats of a class: an engine with a slot for everybody, where what all are asked is read once.

Reading thirty prompts of 46 tokens takes a core 7 s before anybody sees a word; read once, and laid into every slot,
a third of a second, with the same answers (docs/class.md).
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import httpx
from pydantic_core import to_json

from playground.chat import Endpoint, JsonObject
from playground.engine.library import Library, Provide
from playground.engine.process import Engine
from playground.engine.run import Seating
from playground.engine.turns import Turns
from playground.errors import PlaygroundError
from playground.passing_folder import folder_of
from playground.settings import Settings
from playground.wire.addresses import root_of

STUDENTS: Final = 30
TEACHERS: Final = 1
"""Seats that are kept free for the teacher."""
_READER: Final = STUDENTS + TEACHERS
"""The slot that reads what others shall find read."""
CONTEXT_TOKENS: Final = 1024
"""Of prompt and answer: with 32 slots as much memory in all as the chat's four have."""
_MOST_READ: Final = 32
"""What was asked last, each some megabytes on the disk."""
_PATIENCE_S: Final = 60.0


class Seats:
    """An engine of its own, which starts with the first question; `turns` says who sits where."""

    def __init__(self, settings: Settings, library: Library, provide: Provide = Library.find) -> None:
        self._folder = folder_of(self, "playground-class-")
        seating = Seating(_READER + 1, CONTEXT_TOKENS, self._folder)
        self.engine = Engine(settings, provide, library, seating)
        self.turns = Turns(STUDENTS, TEACHERS)
        self._client: httpx.AsyncClient | None = None
        self._reader = asyncio.Lock()
        self._laid: dict[int, str] = {}
        self._run: Endpoint | None = None
        self._read: OrderedDict[str, asyncio.Task[bool]] = OrderedDict()

    async def read(self, messages: Sequence[JsonObject]) -> None:
        """Has these messages read, and laid into the seats that are free. Where that fails, each reads by itself."""
        if await self._has_read(messages):
            for seat in self.turns.free:
                await self.lay(seat, messages)

    async def lay(self, seat: int, messages: Sequence[JsonObject]) -> bool:
        """Lays into a seat what has been read of these messages, now or before; False where that fails.

        Raises EngineError.
        """
        key = _key(messages)
        if not await self._has_read(messages):
            return False
        async with self.engine.hold() as loaded:
            if self._run != loaded.endpoint:  # another process, whose seats are empty
                self._run, self._laid = loaded.endpoint, {}
            if self._laid.get(seat) == key:
                return True
            if not await self._told(loaded.endpoint, f"/slots/{seat}?action=restore", {"filename": key}):
                return False
        self._laid[seat] = key
        return True

    def unlay(self, seat: int) -> None:
        """Something else is asked at this seat: it is laid anew before what the class shares is."""
        self._laid.pop(seat, None)

    def clear(self) -> None:
        """Something else has been read at seats, nobody knows which: they are laid anew before they are asked."""
        self._laid.clear()

    async def _has_read(self, messages: Sequence[JsonObject]) -> bool:
        """Whether they have been read, once for all who ask at the same time; a failure is tried again next time."""
        key = _key(messages)
        if key not in self._read:
            self._read[key] = asyncio.create_task(self._reading(messages, key))
            while len(self._read) > _MOST_READ:
                gone, _ = self._read.popitem(last=False)
                (self._folder / gone).unlink(missing_ok=True)
        self._read.move_to_end(key)
        reading = self._read[key]
        if await asyncio.shield(reading):
            return True
        if self._read.get(key) is reading:
            del self._read[key]
        return False

    async def _reading(self, messages: Sequence[JsonObject], key: str) -> bool:
        with suppress(PlaygroundError):
            return await self._read_by_engine(messages, key)
        return False

    async def _read_by_engine(self, messages: Sequence[JsonObject], key: str) -> bool:
        body = {"messages": list(messages), "max_tokens": 1, "id_slot": _READER}
        async with self._reader, self.engine.hold() as loaded:
            read = await self._told(loaded.endpoint, "/v1/chat/completions", body)
            save = f"/slots/{_READER}?action=save"
            return read and await self._told(loaded.endpoint, save, {"filename": key})

    async def _told(self, endpoint: Endpoint, path: str, body: JsonObject) -> bool:
        """Whether the engine did it: a model that is set up otherwise does not know how."""
        self._client = self._client or httpx.AsyncClient(timeout=_PATIENCE_S, trust_env=False)
        headers = {"authorization": f"Bearer {endpoint.api_key}", **endpoint.headers}
        with suppress(httpx.HTTPError):
            told = await self._client.post(f"{root_of(endpoint.base_url)}{path}", json=body, headers=headers)
            return told.is_success
        return False


def _key(messages: Sequence[JsonObject]) -> str:
    return hashlib.sha256(to_json(list(messages))).hexdigest()
