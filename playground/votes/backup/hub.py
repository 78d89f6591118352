"""Copies votes into a private dataset on the HuggingFace Hub, and fetches them back where the disk was lost.

The Hub is slow, limited and sometimes away: a vote is saved without it, and the page says "saved here" and "backed up
at" apart.

Every running program writes segments of its own (`votes/<replica>/<boot>-<number>.jsonl`, lines of the lossless
export), and touches another's only to take out what was taken back. A segment grows until it is large. Every commit
names the one that it builds on, and the Hub refuses it where another came first: so none overwrites what another
program has changed, and none that arrives late brings back what has gone meanwhile. Where the outcome of a commit is
unknown, the next one goes to a new segment; votes that are then there twice are told by their ids.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import uniform
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from huggingface_hub import CommitOperationAdd, HfApi
from pydantic_core import to_json

from playground.errors import BackupError, PlaygroundError
from playground.votes.backup.hub_errors import AGAIN, LONGEST_WAIT_S, said_in_words
from playground.votes.backup.lines import TAKEN, ids_in, lines_of
from playground.votes.backup.remote import Remote
from playground.votes.files.importing import import_rows
from playground.votes.store.store import Added, Store, Stored
from playground.votes.store.withdrawals import Outstanding
from playground.votes.vote import Vote, to_row

log = logging.getLogger(__name__)

INTERVAL_S: Final = 300.0
"""Twelve commits an hour: the Hub limits commits per hour and answers 429 past that."""

_SEGMENT_BYTES: Final = 4_000_000
_PER_COMMIT: Final = 500
_FILES_PER_COMMIT: Final = 10
_ATTEMPT_S: Final = 120.0
_RESTORE_S: Final = 600.0
_FIRST_WAIT_S: Final = 0.25

_NOT_AGAIN: Final = "The votes are saved here; no time was left to try again."


@dataclass(frozen=True, slots=True)
class BackupStatus:
    """How far the backup is: votes saved here, votes that wait, when the last were copied, and what is wrong.

    `staying` are the votes that stay here because their voters have not agreed to a copy, `going` those that were
    taken back and still lie in the dataset.
    """

    saved: int
    waiting: int
    staying: int
    going: int
    backed_up_at: datetime | None
    problem: str

    def __str__(self) -> str:
        when = f"{self.backed_up_at:%Y-%m-%d %H:%M} UTC" if self.backed_up_at else "never yet"
        waiting = f"; {self.waiting:,} not backed up" if self.waiting else ""
        staying = f"; {self.staying:,} stay here, as their voters asked" if self.staying else ""
        saved = f"{self.saved:,} vote{'' if self.saved == 1 else 's'}"
        going = f"; {self.going:,} taken back, not yet out of the dataset" if self.going else ""
        return f"{saved} saved here; backed up: {when}{waiting}{staying}{going}. {self.problem}".strip()


@dataclass(frozen=True, slots=True)
class _Segment:
    """A file that this program alone adds to, and the lines that are known to be in it, by their votes' ids."""

    number: int
    lines: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return sum(map(len, self.lines.values())) > _SEGMENT_BYTES

    @property
    def next(self) -> _Segment:
        return _Segment(self.number + 1)


@dataclass(frozen=True, slots=True)
class _Known:
    """The newest commit that was looked at, and the list of what is taken back as it stands there."""

    head: str
    taken: bytes


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
        self._store, self._remote = store, Remote(dataset, api)
        self._interval_s = interval_s
        self._prefix = f"votes/{replica or secrets.token_hex(4)}/{_boot()}"
        self._segment = _Segment(0)
        self._known = _Known("", b"")
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
        with said_in_words(self.dataset), TemporaryDirectory() as folder:
            self._remote.prepare()
            self._remote.fetch(["votes/**", TAKEN], folder)
            if (listed := Path(folder) / TAKEN).is_file():
                self._store.withdrawals.learn(ids_in(listed.read_bytes()))
            for file in sorted(Path(folder).glob("votes/*/*.jsonl")):
                lying: dict[str, Added] = {}

                def seen(vote: Vote, outcome: Added, lying: dict[str, Added] = lying) -> None:
                    lying[vote.vote_id] = outcome

                with file.open("rb") as lines:
                    imported = import_rows(self._store, lines, seen)
                path = file.relative_to(folder).as_posix()
                self._store.withdrawals.note(list(lying), path)
                taken = [vote_id for vote_id, outcome in lying.items() if outcome == "taken back"]
                self._store.withdrawals.take_back(taken)  # so that their lines go from there
                safe = [vote_id for vote_id, outcome in lying.items() if outcome != "conflict"]
                self._store.backed_up(safe, path, "restored", datetime.now(UTC))
                added, known = added + imported.added, known + imported.duplicates
                unusable += imported.conflicts + imported.unreadable
        return Restored(added, known, unusable)

    def push(self) -> int:
        """Copies the votes that wait, a few hundred at most, and takes out what was taken back, in one commit; returns
        how many lines that adds and takes.

        Raises BackupError, StoreError.
        """
        with self._pushing:
            with said_in_words(self.dataset):
                self._remote.prepare()
                known = self._look()
            waiting, pairs = self._choose()
            outstanding = self._store.withdrawals.outstanding(_FILES_PER_COMMIT)
            if not (waiting or outstanding.ids or outstanding.lines):
                return 0
            if self._segment.full:
                self._segment = self._segment.next
            return self._commit(waiting, pairs, outstanding, known, self._segment)

    def _look(self) -> _Known:
        """The dataset as it is now; what another program has taken back goes here too."""
        head = self._remote.head()
        known = self._known
        if known.head != head:
            taken = self._remote.read(TAKEN, head) or b""
            before = frozenset(ids_in(known.taken))
            self._store.withdrawals.learn([each for each in ids_in(taken) if each not in before])
            self._known = known = _Known(head, taken)
        return known

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

    def _commit(
        self,
        waiting: list[Stored],
        pairs: frozenset[str],
        outstanding: Outstanding,
        known: _Known,
        segment: _Segment,
    ) -> int:
        withdrawals = self._store.withdrawals
        path = f"{self._prefix}-{segment.number:05}.jsonl"
        lines = {(vote := each.vote).vote_id: to_json(to_row(vote, each.body)) + b"\n" for each in waiting}
        gone = withdrawals.note(list(lines), path) | withdrawals.among(list(segment.lines))
        new = {vote_id: line for vote_id, line in lines.items() if vote_id not in gone}
        all_lines = {**{each: line for each, line in segment.lines.items() if each not in gone}, **new}
        taken = known.taken + lines_of(outstanding.ids)
        try:
            with said_in_words(self.dataset):
                changes, fewer = self._remote.without(outstanding, known.head, path if new else "")
                if new:
                    changes.append(CommitOperationAdd(path, b"".join(all_lines.values())))
                if outstanding.ids:
                    changes.append(CommitOperationAdd(TAKEN, taken))
                oid = (
                    self._remote.change(changes, _title(len(new), fewer), known.head)
                    if changes
                    else known.head
                )
        except BackupError as error:
            given_up = self._segment is not segment  # and has been replaced already
            if not error.certain and not given_up:
                self._segment = segment.next
            if error.certain:
                self._settle(pairs)
            raise
        if self._segment is segment:
            self._segment = replace(segment, lines=all_lines) if new else segment
        self._known = _Known(oid, taken)
        self._store.backed_up(list(new), path, oid, datetime.now(UTC))
        withdrawals.told(outstanding)
        self._settle(frozenset(each.vote.round_id for each in waiting))
        return len(new) + fewer

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
                wait = asked or min(LONGEST_WAIT_S, self._interval_s, 2**failures) * uniform(0.75, 1.25)
            else:
                failures, wait = 0, 0.0 if pushed >= _PER_COMMIT else self._interval_s

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
                if error.next_step != AGAIN or monotonic() + pause >= deadline:
                    break  # a person has to mend it first, or no time is left
                sleep(pause)
                wait *= 2
        status = self.status()
        return replace(status, problem=status.problem.replace(AGAIN, _NOT_AGAIN))

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
        return BackupError(f"The Hub has not answered for {seconds:.0f} s.", AGAIN)

    def status(self) -> BackupStatus:
        """How far the backup is. Never raises: a store that cannot be read is named as the problem."""
        try:
            counts, going = self._store.backup_counts(), self._store.withdrawals.lying()
        except PlaygroundError as error:
            return BackupStatus(0, 0, 0, 0, None, str(error))
        problem = self._not_restored or self._problem
        return BackupStatus(counts.saved, counts.waiting, counts.staying, going, counts.at, problem)


def _title(more: int, fewer: int) -> str:
    return f"{more} votes" if not fewer else f"{more} votes, {fewer} taken back"


def _boot() -> str:
    """When this program started, and a few random characters: two that start at once differ."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
