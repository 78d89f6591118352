"""Where sweeps are kept: a file each in the data folder, to whose end each row is written as it comes.

Kept apart because a file must survive what happens to the program: one that was killed left whole lines and at most
half of one, and the next run goes on behind them.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from pydantic_core import to_json

from playground.errors import PlaygroundError
from playground.sweeps.plan import Sweep
from playground.sweeps.row import NOT_ASKED, Row, row_from
from playground.votes.redaction import holds_key

FOLDER: Final = "sweeps"
MOST_SAVED: Final = 500
LONGEST_NAME: Final = 100
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,40}")


@dataclass(frozen=True, slots=True)
class Saved:
    """A sweep that is kept: its plan, the server it was asked of (no key), and what its answers were, by call."""

    id: str
    name: str
    created_at: str
    sweep: Sweep
    where: Mapping[str, Any]
    kept: Mapping[int, Mapping[str, Any]] = field(repr=False)

    def rows(self) -> list[Row]:
        """Its rows so far, in the order of their calls."""
        calls = self.sweep.calls()
        return [row_from(self.sweep, calls[number], self.kept[number]) for number in sorted(self.kept)]

    @property
    def done(self) -> frozenset[int]:
        """The calls that need not be made again: those that were answered, or refused by a content filter."""
        again = ("error", "timeout", "cut off")
        return frozenset(number for number, own in self.kept.items() if own["ended"] not in again)


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of what is kept."""

    id: str
    name: str
    created_at: str
    calls: int
    done: int


class Log:
    """The open end of a sweep's file; use it in a `with` block. `add` raises PlaygroundError where it cannot write."""

    def __init__(self, path: Path, opened: set[Path]) -> None:
        self._path = path
        self._opened = opened

    def __enter__(self) -> Self:
        if self._path in self._opened:
            raise PlaygroundError(
                "This sweep is running already.", "Wait for it, or stop it, and then go on."
            )
        with _saying(self._path):
            self._file = self._path.open("ab", buffering=0)
            if not _ends_whole(self._path):
                self._file.write(
                    b"\n"
                )  # half a line of a program that was killed: it stays, and counts as nothing
        self._opened.add(self._path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.discard(self._path)
        self._file.close()

    def add(self, row: Row) -> None:
        """Keeps one row; one of a call that was not made is left for the next run."""
        if row.ended == NOT_ASKED:
            return
        with _saying(self._path):
            self._file.write(_line({"call": row.call, "row": row.own()}))


class SweepStore:
    """The sweeps in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._opened: set[Path] = set()

    def begin(self, sweep: Sweep, name: str = "", where: Mapping[str, Any] | None = None) -> str:
        """Keeps a plan, without answers yet; its id, which cannot be guessed. Raises PlaygroundError."""
        if len(self._paths()) >= MOST_SAVED:
            raise PlaygroundError(
                f"{MOST_SAVED} sweeps are kept already.", "Export and delete some, then start this one."
            )
        plan = sweep.to_dict()
        if holds_key(plan):
            raise PlaygroundError(
                "What looks like a key stands in this sweep, which would be kept in a file.",
                "Take it out of the prompts and the settings; keys have a place of their own.",
            )
        sweep_id = secrets.token_urlsafe(12)
        path = self._path(sweep_id)
        head = {
            "name": name.strip()[:LONGEST_NAME] or name_of(sweep),
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "where": dict(where or {}),
            "sweep": plan,
        }
        with _saying(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_line(head))
        return sweep_id

    def log(self, sweep_id: str) -> Log:
        """Where its rows go. To open it raises PlaygroundError where another run writes there, or the disk refuses."""
        return Log(self._path(sweep_id), self._opened)

    def read(self, sweep_id: str) -> Saved:
        """A sweep as it is kept now. Raises PlaygroundError where there is none, or its plan cannot be read."""
        path = self._path(sweep_id)
        try:
            told = path.stat()
            return _read(path, told.st_mtime_ns, told.st_size)
        except (OSError, ValueError, LookupError, TypeError, PlaygroundError) as error:
            raise PlaygroundError(
                "This sweep is not kept here, or its file cannot be read.", "Start it anew."
            ) from error

    def listed(self) -> list[Listed]:
        """What is kept, the newest first; a file that cannot be read is left out."""
        found = []
        for path in self._paths():
            try:
                saved = self.read(path.stem)
            except PlaygroundError:
                continue
            total = len(saved.sweep.calls())
            found.append(Listed(saved.id, saved.name, saved.created_at, total, len(saved.done)))
        return sorted(found, key=lambda each: each.created_at, reverse=True)

    def find(self, name: str) -> Saved | None:
        """The newest sweep of this name; None where there is none."""
        listed = next((each for each in self.listed() if each.name == name.strip()[:LONGEST_NAME]), None)
        return self.read(listed.id) if listed else None

    def rename(self, sweep_id: str, name: str) -> None:
        """Gives it another name, which is not empty. Raises PlaygroundError."""
        if not name.strip():
            raise PlaygroundError("A sweep needs a name.", "Type one.")
        self.read(sweep_id)
        path = self._path(sweep_id)
        with _saying(path), path.open("ab", buffering=0) as file:
            file.write((b"" if _ends_whole(path) else b"\n") + _line({"name": name.strip()[:LONGEST_NAME]}))

    def delete(self, sweep_id: str) -> None:
        """Forgets it, answers and all. Raises PlaygroundError."""
        path = self._path(sweep_id)
        with _saying(path):
            path.unlink(missing_ok=True)

    def make_room(self, most: int) -> None:
        """Forgets the sweeps that were written to longest ago, but for so many."""
        by_age = sorted(self._paths(), key=lambda path: path.stat().st_mtime)
        for path in by_age[: max(0, len(by_age) - most)]:
            path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return [path for path in self.folder.glob("*.jsonl") if _ID.fullmatch(path.stem)]

    def _path(self, sweep_id: str) -> Path:
        if not _ID.fullmatch(sweep_id):
            raise PlaygroundError("There is no such sweep.", "Choose one of the list.")
        return self.folder / f"{sweep_id}.jsonl"


def name_of(sweep: Sweep) -> str:
    """What a sweep is called while nobody has named it."""
    axes = " \u00d7 ".join(axis.parameter for axis in sweep.axes)
    by_model = any(axis.parameter == "model" for axis in sweep.axes)
    return axes if by_model else f"{axes}, {sweep.values.get('model', '')}"[:LONGEST_NAME]


@lru_cache(maxsize=64)
def _read(path: Path, changed_ns: int, size: int) -> Saved:
    """A sweep in a file as it is now. Later lines win; what is no whole line of ours counts as nothing."""
    lines = _lines(path.read_bytes())
    head = next(lines)
    name, kept = str(head["name"]), dict[int, Mapping[str, Any]]()
    for line in lines:
        if isinstance(line.get("name"), str):
            name = line["name"]
        elif isinstance(line.get("row"), dict) and isinstance(line.get("call"), int):
            kept[line["call"]] = line["row"]
    sweep = Sweep.from_dict(head["sweep"])
    total = len(sweep.calls())
    known = {number: own for number, own in kept.items() if 0 <= number < total}
    return Saved(path.stem, name, str(head["created_at"]), sweep, head["where"], known)


def _lines(raw: bytes) -> Iterator[Mapping[str, Any]]:
    for line in raw.split(b"\n"):
        try:
            read = json.loads(line) if line else None
        except (ValueError, RecursionError):
            continue
        if isinstance(read, dict):
            yield read


def _line(told: Mapping[str, Any]) -> bytes:
    return to_json(told, inf_nan_mode="null") + b"\n"


def _ends_whole(path: Path) -> bool:
    size = path.stat().st_size
    if not size:
        return True
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1) == b"\n"


@contextmanager
def _saying(path: Path) -> Iterator[None]:
    """Turns what the disk says into a sentence."""
    try:
        yield
    except OSError as error:
        raise PlaygroundError(
            f"The sweep could not be kept in {path.parent}: {error.strerror}.",
            "Make room there, or set PLAYGROUND_DATA_DIR to a folder that can be written.",
        ) from error
