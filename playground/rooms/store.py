"""Rooms in the data folder, a file each, so that they outlive a restart: without names, and gone when they end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from playground.rooms.room import Room
from playground.rooms.rules import without_names
from playground.whole_file import write

FOLDER: Final = "rooms"
_LARGEST: Final = 8 * 1024 * 1024
_ROOM: Final = TypeAdapter(Room)


class RoomStore:
    """The rooms in one folder. Raises OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, room: Room) -> None:
        """Keeps a room as it is now."""
        write(self._path(room.code), _ROOM.dump_json(without_names(room)).decode())

    def forget(self, code: str) -> None:
        """Deletes what is kept of a room."""
        self._path(code).unlink(missing_ok=True)

    def rooms(self) -> Iterator[Room]:
        """All of them; a file that cannot be read is no room."""
        for path in sorted(self._folder.glob("*.json")):
            with suppress(OSError, ValidationError):
                if path.stat().st_size <= _LARGEST:
                    yield _ROOM.validate_json(path.read_bytes())

    def _path(self, code: str) -> Path:
        return self._folder / f"{code}.json"
