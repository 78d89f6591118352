"""Copies votes into a private dataset on the HuggingFace Hub, and fetches them back where the disk was lost.

The Hub is slow, limited and sometimes away: a vote is saved without it, and the page says "saved here" and "backed up
at" apart.

Every running program writes segments of its own (`votes/<replica>/<boot>-<number>.jsonl`, lines of the lossless
export) and never touches another's. A segment grows until it is large. Where the outcome of a commit is unknown,
the next one goes to a new segment, so that a commit that arrives late cannot overwrite a newer one; votes that are
then there twice are told by their ids.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import uniform
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError
from pydantic_core import to_json

from playground.errors import BackupError, PlaygroundError
from playground.votes.files.importing import import_rows
from playground.votes.store.store import Added, Store, Stored
from playground.votes.vote import Vote, to_row

log = logging.getLogger(__name__)

INTERVAL_S: Final = 300.0
"""Twelve commits an hour: the Hub limits commits per hour and answers 429 past that."""

_SEGMENT_BYTES: Final = 4_000_000
_PER_COMMIT: Final = 500
_ATTEMPT_S: Final = 120.0
_RESTORE_S: Final = 600.0
_LONGEST_WAIT_S: Final = 900.0
_FIRST_WAIT_S: Final = 0.25

_AGAIN: Final = "The votes are saved here; it is tried again."
_NOT_AGAIN: Final = "The votes are saved here; no time was left to try again."

CARD: Final = """---
pretty_name: Votes of a Parameter Playground
tags:
- preference
- parameter-playground
configs:
- config_name: default
  data_files: votes/*/*.jsonl
---

# Votes of a Parameter Playground

One line per vote: two answers of language models to one conversation, and which of them a person preferred.
`record` holds the whole vote as JSON: the conversation, both answers, both sets of parameters as they were sent,
what the servers reported, the sides, the choice and its reasons. `choice` and `model_first` speak of slots, not of
positions: `first` used the person's own settings; where it stood says `shown_left` in the record.

The same `vote_id` can occur twice; the lines are then equal. A vote whose record names another one in `supersedes`
replaces it. The playground reads these files back and exports them for training.
"""


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """How far the backup is: votes saved here, votes that wait, when the last were copied, and what is wrong.

    `staying` are the votes that stay here because their voters have not agreed to a copy.
    """

    saved: int
    waiting: int
    staying: int
    backed_up_at: datetime | None
    problem: str

    def __str__(self) -> str:
        when = f"{self.backed_up_at:%Y-%m-%d %H:%M} UTC" if self.backed_up_at else "never yet"
        waiting = f"; {self.waiting:,} not backed up" if self.waiting else ""
        staying = f"; {self.staying:,} stay here, as their voters asked" if self.staying else ""
        saved = f"{self.saved:,} vote{'' if self.saved == 1 else 's'}"
        return f"{saved} saved here; backed up: {when}{waiting}{staying}. {self.problem}".strip()


@dataclass(slots=True)
class _Segment:
    """A file that only this program writes, and the lines that are known to be in it."""

    number: int
    lines: list[bytes] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return sum(map(len, self.lines)) > _SEGMENT_BYTES

    @property
    def next(self) -> _Segment:
        return _Segment(self.number + 1)


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back from the Hub: new votes, known ones, and lines that could not be used."""

    added: int
    known: int
    unusable: int


class HubBackup:
    """The backup of one store into one dataset. `api` carries the token and, for tests, the endpoint."""

    def __init__(
        self, store: Store, dataset: str, api: HfApi, *, replica: str = "", interval_s: float = INTERVAL_S
    ) -> None:
        self.dataset = dataset
        self._store, self._api = store, api
        self._interval_s = interval_s
        self._prefix = f"votes/{replica or secrets.token_hex(4)}/{_boot()}"
        self._segment = _Segment(0)
        self._prepared = False
        self._pushing = threading.Lock()
        self._choosing = threading.Lock()
        self._leaving: frozenset[str] = frozenset()
        self._problem = ""
        self._to_restore = False
        self._not_restored = ""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def restore(self) -> Restored:
        """Adds all votes in the dataset to the store: to be called once, before the first vote.

        Raises BackupError, StoreError.
        """
        added = known = unusable = 0
        with _said_in_words(self.dataset), TemporaryDirectory() as folder:
            self._prepare()
            self._api.snapshot_download(
                self.dataset, repo_type="dataset", allow_patterns="votes/**", local_dir=folder
            )
            for file in sorted(Path(folder).glob("votes/*/*.jsonl")):
                safe: list[str] = []

                def seen(vote: Vote, outcome: Added, safe: list[str] = safe) -> None:
                    if outcome != "conflict":
                        safe.append(vote.vote_id)

                with file.open("rb") as lines:
                    imported = import_rows(self._store, lines, seen)
                self._store.backed_up(
                    safe, file.relative_to(folder).as_posix(), "restored", datetime.now(UTC)
                )
                added, known = added + imported.added, known + imported.duplicates
                unusable += imported.conflicts + imported.unreadable
        return Restored(added, known, unusable)

    def push(self) -> int:
        """Copies the votes that wait, a few hundred at most, in one commit; returns how many.

        Raises BackupError, StoreError.
        """
        with self._pushing:
            with _said_in_words(self.dataset):
                self._prepare()
            waiting, pairs = self._choose()
            if waiting:
                if self._segment.full:
                    self._segment = self._segment.next
                self._commit(waiting, pairs, self._segment)
            return len(waiting)

    def has_left(self, round_id: str) -> bool:
        """Whether a vote on this pair lies in the dataset, or may: it is on its way, or its commit's outcome unknown.

        Of a withdrawal this is to be asked once it is saved. Raises StoreError.
        """
        with self._choosing:
            return round_id in self._leaving or self._store.has_left(round_id)

    def _choose(self) -> tuple[list[Stored], frozenset[str]]:
        """The votes of the next commit, and those of their pairs that were not leaving before.

        One step, so that a withdrawal either keeps its vote from being chosen or is told that it leaves.
        """
        with self._choosing:
            waiting = self._store.not_backed_up(_PER_COMMIT)
            pairs = frozenset(stored.vote.round_id for stored in waiting) - self._leaving
            self._leaving |= pairs
        return waiting, pairs

    def _settle(self, pairs: frozenset[str]) -> None:
        """It is known again of these pairs what has left: the store has it, or nothing has."""
        with self._choosing:
            self._leaving -= pairs

    def _commit(self, waiting: list[Stored], pairs: frozenset[str], segment: _Segment) -> None:
        path = f"{self._prefix}-{segment.number:05}.jsonl"
        lines = [to_json(to_row(stored.vote, stored.body)) + b"\n" for stored in waiting]
        try:
            with _said_in_words(self.dataset):
                commit = self._api.create_commit(
                    self.dataset,
                    [CommitOperationAdd(path, b"".join([*segment.lines, *lines]))],
                    commit_message=f"{len(waiting)} votes",
                    repo_type="dataset",
                )
        except BackupError as error:
            given_up = self._segment is not segment  # and has been replaced already
            if not error.certain and not given_up:
                self._segment = segment.next
            if error.certain:
                self._settle(pairs)
            raise
        segment.lines += lines
        self._store.backed_up([s.vote.vote_id for s in waiting], path, commit.oid, datetime.now(UTC))
        self._settle(frozenset(s.vote.round_id for s in waiting))

    def _prepare(self) -> None:
        """Makes the dataset, private, where it is missing; refuses one that others can read."""
        if self._prepared:
            return
        self._api.create_repo(self.dataset, repo_type="dataset", private=True, exist_ok=True)
        if self._api.repo_info(self.dataset, repo_type="dataset").private is not True:
            raise BackupError(
                f"The dataset {self.dataset} is public, so no vote is copied to it.",
                "Make it private on the Hub, or name another one.",
                certain=True,
            )
        if not self._api.file_exists(self.dataset, "README.md", repo_type="dataset"):
            self._api.create_commit(
                self.dataset,
                [CommitOperationAdd("README.md", CARD.encode())],
                commit_message="Say what these votes are",
                repo_type="dataset",
            )
        self._prepared = True

    def start(self, *, restoring: bool = False) -> None:
        """Pushes from now on, every few minutes, in a thread of its own; before that it restores, if asked to.

        A restore that fails is tried again before every push: votes are pushed all the same.
        """
        self._to_restore = restoring
        self._thread = threading.Thread(target=self._run, name="backup of votes", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        failures, wait = 0, 0.0
        while not self._stop.wait(wait):
            try:
                self._restore_at_last()
                pushed = self._within(_ATTEMPT_S, self.push)
            except PlaygroundError as error:
                failures += 1
                log.warning("votes were not backed up: %s", error)
                asked = getattr(error, "retry_after_s", None)
                wait = asked or min(_LONGEST_WAIT_S, self._interval_s, 2**failures) * uniform(0.75, 1.25)
            else:
                failures, wait = 0, 0.0 if pushed == _PER_COMMIT else self._interval_s

    def _restore_at_last(self) -> None:
        """Fetches the votes of before, once; a failure is said, and stops no push."""
        if not self._to_restore:
            return
        try:
            self._within(_RESTORE_S, lambda: self.restore().added)
        except PlaygroundError as error:
            log.warning("votes were not fetched back: %s", error)
            self._not_restored = f"The votes of before are not back yet. {error}"
        else:
            self._to_restore, self._not_restored = False, ""

    def flush(self, within_s: float) -> BackupStatus:
        """Ends the regular pushes and copies what waits, for so many seconds at most: for a program told to stop.

        Never raises: what was not copied is in the status.
        """
        self._stop.set()
        deadline, wait, pushed = monotonic() + within_s, _FIRST_WAIT_S, 1
        while pushed and (left := deadline - monotonic()) > 0:
            try:
                pushed = self._within(left, self.push)
            except PlaygroundError as error:
                log.warning("votes were not backed up before the end: %s", error.message)
                pause = getattr(error, "retry_after_s", None) or wait
                if error.next_step != _AGAIN or monotonic() + pause >= deadline:
                    break  # a person has to mend it first, or no time is left
                sleep(pause)
                wait *= 2
        status = self.status()
        return replace(status, problem=status.problem.replace(_AGAIN, _NOT_AGAIN))

    def _within(self, seconds: float, work: Callable[[], int]) -> int:
        """One call to the Hub that is not waited for longer than this: the Hub's client would wait for ever."""
        outcome: list[int | PlaygroundError] = []

        def run() -> None:
            try:
                outcome.append(work())
            except PlaygroundError as error:
                outcome.append(error)

        thread = threading.Thread(target=run, name="push of votes", daemon=True)
        thread.start()
        thread.join(seconds)
        result = outcome[0] if outcome else self._given_up(seconds)
        self._problem = "" if isinstance(result, int) else str(result)
        if isinstance(result, PlaygroundError):
            raise result
        return result

    def _given_up(self, seconds: float) -> BackupError:
        """Leaves a push that hangs to itself: it keeps its lock and its segment, the next one gets others."""
        self._pushing = threading.Lock()
        self._segment = self._segment.next
        return BackupError(f"The Hub has not answered for {seconds:.0f} s.", _AGAIN)

    def status(self) -> BackupStatus:
        """How far the backup is. Never raises: a store that cannot be read is named as the problem."""
        try:
            counts = self._store.backup_counts()
        except PlaygroundError as error:
            return BackupStatus(0, 0, 0, None, str(error))
        problem = self._not_restored or self._problem
        return BackupStatus(counts.saved, counts.waiting, counts.staying, counts.at, problem)


@contextmanager
def _said_in_words(dataset: str) -> Iterator[None]:
    try:
        yield
    except PlaygroundError:
        raise
    except Exception as error:  # the Hub's client lets through whatever its HTTP library raises
        raise _in_words(error, dataset) from error


def _in_words(error: Exception, dataset: str) -> BackupError:
    """What a failed call means. Only an answer below 500 says for certain that nothing was changed."""
    if not isinstance(error, HfHubHTTPError) or error.response is None:
        return BackupError(
            f"The Hub could not be reached, or answered oddly ({type(error).__name__}).",
            _AGAIN,
        )
    status = error.response.status_code
    if status in (401, 403):
        message = f"The Hub refused the token for {dataset} (status {status})."
        return BackupError(message, "Give a token that may write to this dataset.", certain=True)
    if status == 429:
        return BackupError(
            "The Hub takes no more commits for now.",
            _AGAIN,
            retry_after_s=_seconds(error.response.headers.get("retry-after")),
            certain=True,
        )
    return BackupError(
        f"The Hub answered with status {status}.",
        _AGAIN,
        retry_after_s=_seconds(error.response.headers.get("retry-after")),
        certain=status < 500,
    )


def _seconds(header: str | None) -> float | None:
    return min(float(header), _LONGEST_WAIT_S) if header and header.isdecimal() else None


def _boot() -> str:
    """When this program started, and a few random characters: two that start at once differ."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
