"""Where votes are kept: rows that are written once, counted by their facts, and read back one after the other.

Kept apart as the only place that asks the database anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection, exists, func, insert, select, tuple_, update

from playground.errors import VoteConflict, VoteTakenBack
from playground.votes.pair import Mode
from playground.votes.store.database import Database
from playground.votes.store.tables import PAGE
from playground.votes.store.tables import backups as _backups
from playground.votes.store.tables import facts as _facts
from playground.votes.store.tables import votes as _votes
from playground.votes.store.vote_facts import NO_FACTS, Facts, Tally, facts_of
from playground.votes.store.withdrawals import Withdrawals, keeps_out
from playground.votes.vote import Vote

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_last, _said = _votes.alias("last"), _facts.alias("said")
_LAST_WORD: Final = (
    select(_said.c.publish)
    .join(_last, _last.c.seq == _said.c.seq)
    .where(_last.c.round_id == _votes.c.round_id, _said.c.annotator == _facts.c.annotator)
    .order_by(_last.c.voted_at.desc(), _last.c.vote_id.desc())
    .limit(1)
    .scalar_subquery()
)
"""Whether the voter still agreed to a copy when they last voted on the same pair."""
_known: Final = _facts.join(_votes, _votes.c.seq == _facts.c.seq).outerjoin(
    _backups, _backups.c.seq == _facts.c.seq
)
# A vote that counts is itself its voter's last word, as most are.
_MAY_LEAVE: Final = _facts.c.publish & (_facts.c.counts | _LAST_WORD)
_IS_WAITING: Final = _MAY_LEAVE & _backups.c.seq.is_(None)

Added = Literal["added", "already there", "conflict", "taken back"]


class Stored(NamedTuple):
    """A vote as it lies in the database: its number, its JSON, and whether no later vote on its pair replaced it."""

    seq: int
    body: str
    counts: bool

    @property
    def vote(self) -> Vote:
        """The vote itself."""
        return Vote.from_json(self.body)


@dataclass(frozen=True, slots=True)
class BackupCounts:
    """How many votes are saved here, how many of them may leave and have not yet, and when the last of them did.

    `staying` are those that may not leave.
    """

    saved: int
    waiting: int
    staying: int
    at: datetime | None


class Store:
    """The votes in one database. Nothing is opened before the first call; every call may raise StoreError.

    Safe to use from several threads, and from several processes on the same database.
    """

    def __init__(self, where: str | Path, patience_s: float = 5.0, called: str = "") -> None:
        self._database = Database(where, patience_s, called)
        self._facts_complete = False
        self.withdrawals = Withdrawals(self._database)

    @property
    def name(self) -> str:
        """Where the votes are, as a reader may know it: a path, or a URL without its password."""
        return self._database.name

    @property
    def called(self) -> str:
        """The same for whoever looks at the page: no path or URL on one that strangers see."""
        return self._database.called

    def add(self, vote: Vote) -> bool:
        """Saves a vote; returns after the commit, True if it is new and False if it was there already.

        Raises VoteConflict when another vote has its id, VoteTakenBack when it, or another on its pair, was taken
        back, and StoreError when it cannot be saved: try the same vote again then.
        """
        (outcome,) = self.add_all([vote])
        if outcome == "taken back":
            raise VoteTakenBack(
                "The vote on this pair was taken back, so none on it is saved any more.",
                "Ask again for a new pair.",
            )
        if outcome == "conflict":
            raise VoteConflict(
                f"Another vote is already saved under the id {vote.vote_id}; it stays as it is.",
                "To change your mind, cast a new vote that supersedes it.",
            )
        return outcome == "added"

    def add_all(self, votes: Sequence[Vote]) -> list[Added]:
        """Saves votes together, all or none of the new ones, and says of each what became of it."""
        with self._database.writing() as connection:
            return [_add(connection, vote) for vote in votes]

    def find(self, vote_id: str) -> Vote | None:
        """The vote with this id, or None."""
        with self._database.reading() as connection:
            body = connection.scalar(select(_votes.c.body).where(_votes.c.vote_id == vote_id))
        return None if body is None else Vote.from_json(body)

    def last_of(self, round_id: str) -> Vote | None:
        """The vote that counts on this pair, or None where nobody has voted on it."""
        of_round = select(_votes.c.body).where(_votes.c.round_id == round_id)
        last = of_round.order_by(_votes.c.voted_at.desc(), _votes.c.vote_id.desc()).limit(1)
        with self._database.reading() as connection:
            body = connection.scalar(last)
        return None if body is None else Vote.from_json(body)

    def count(self) -> int:
        """How many votes are stored, superseded ones included."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(_votes)) or 0

    def votes(self) -> Iterator[Stored]:
        """All votes that are stored now, oldest first, in constant memory; later ones do not appear."""
        with self._database.reading() as connection:
            last = connection.scalar(select(func.max(_votes.c.seq))) or 0
        later = _votes.alias("later")
        replaced = exists().where(
            later.c.round_id == _votes.c.round_id,
            tuple_(later.c.voted_at, later.c.vote_id) > tuple_(_votes.c.voted_at, _votes.c.vote_id),
            later.c.seq <= last,
        )
        after = 0
        while True:
            page = (
                select(_votes.c.seq, _votes.c.body, (~replaced).label("counts"))
                .where(_votes.c.seq > after, _votes.c.seq <= last)
                .order_by(_votes.c.seq)
                .limit(PAGE)
            )
            with self._database.reading() as connection:
                rows = [Stored(seq, body, bool(counts)) for seq, body, counts in connection.execute(page)]
            if not rows:
                return
            yield from rows
            after = rows[-1].seq

    def tallies(
        self, by: tuple[str, ...] = Facts._fields, mode: Mode | None = None, annotator: str | None = None
    ) -> list[Tally]:
        """How many votes share these facts; the others read as in `NO_FACTS`. Of each pair the last vote counts.

        `mode` leaves out the votes of the other mode, `annotator` those of everybody else.
        """
        self._complete_facts()
        columns = [_facts.c[name] for name in by]
        query = select(func.count(), *columns).where(_facts.c.counts).group_by(*columns)
        if mode is not None:
            query = query.where(_facts.c.mode == mode)
        if annotator is not None:
            query = query.where(_facts.c.annotator == annotator)
        with self._database.reading() as connection:
            counted = connection.execute(query).all()
        return [
            Tally(NO_FACTS._replace(**dict(zip(by, facts, strict=True))), votes) for votes, *facts in counted
        ]

    def not_backed_up(self, limit: int) -> list[Stored]:
        """The oldest votes that may leave this machine and have not yet.

        Where a voter has withdrawn their consent, none of their votes on that pair may.
        """
        self._complete_facts()
        query = (
            select(_votes.c.seq, _votes.c.body, _facts.c.counts)
            .select_from(_known)
            .where(_IS_WAITING)
            .order_by(_votes.c.seq)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [Stored(*row) for row in connection.execute(query)]

    def backed_up(self, vote_ids: Sequence[str], segment: str, commit_id: str, at: datetime) -> None:
        """Notes that these votes lie in a segment of the Hub's dataset; those noted before stay as they are."""
        with self._database.writing() as connection:
            for start in range(0, len(vote_ids), PAGE):
                wanted = _votes.c.vote_id.in_(vote_ids[start : start + PAGE])
                noted = exists().where(_backups.c.seq == _votes.c.seq)
                seqs = list(connection.scalars(select(_votes.c.seq).where(wanted, ~noted)))
                rows = [
                    {"seq": s, "segment": segment, "commit_id": commit_id, "at": _microseconds(at)}
                    for s in seqs
                ]
                if rows:
                    connection.execute(insert(_backups), rows)

    def has_left(self, round_id: str) -> bool:
        """Whether a vote on this pair lies in the Hub's dataset."""
        copies = select(_backups.c.seq).join(_votes, _votes.c.seq == _backups.c.seq)
        with self._database.reading() as connection:
            return connection.scalar(copies.where(_votes.c.round_id == round_id).limit(1)) is not None

    def backup_counts(self) -> BackupCounts:
        """How far the backup has come."""
        self._complete_facts()
        with self._database.reading() as connection:
            saved = connection.scalar(select(func.count()).select_from(_votes)) or 0
            waiting = connection.scalar(select(func.count()).select_from(_known).where(_IS_WAITING)) or 0
            copied = connection.scalar(select(func.count()).select_from(_backups)) or 0
            at = connection.scalar(select(func.max(_backups.c.at)))
        return BackupCounts(
            saved,
            waiting,
            saved - copied - waiting,
            None if at is None else _EPOCH + timedelta(microseconds=at),
        )

    def _complete_facts(self) -> None:
        """Derives the facts of votes that have none: those of an older version, or of a migration that emptied them."""
        missing = (
            select(_votes.c.seq, _votes.c.body)
            .outerjoin(_facts, _facts.c.seq == _votes.c.seq)
            .where(_facts.c.seq.is_(None))
            .limit(PAGE)
        )
        while not self._facts_complete:
            with self._database.reading() as connection:  # counted: to look for one reads every vote
                votes, facts = (
                    connection.scalar(select(func.count()).select_from(t)) for t in (_votes, _facts)
                )
                self._facts_complete = votes == facts
            if not self._facts_complete:
                with self._database.writing() as connection:
                    for seq, body in connection.execute(missing).all():
                        _derive(connection, seq, Vote.from_json(body))

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
        self._database.close()


def _add(connection: Connection, vote: Vote) -> Added:
    digest = vote.digest
    stored = connection.scalar(select(_votes.c.digest).where(_votes.c.vote_id == vote.vote_id))
    if stored is not None:
        return "already there" if stored == digest else "conflict"
    if keeps_out(connection, vote):
        return "taken back"
    row = {
        "vote_id": vote.vote_id,
        "round_id": vote.round_id,
        "voted_at": _microseconds(vote.voted_at),
        "digest": digest,
        "body": vote.to_json(),
    }
    seq = connection.execute(insert(_votes).returning(_votes.c.seq), row).scalar_one()
    _derive(connection, seq, vote)
    return "added"


def _derive(connection: Connection, seq: int, vote: Vote) -> None:
    """Writes the facts of one vote, and which vote on its pair now counts: the last."""
    row = {"seq": seq, "counts": False, "publish": vote.consent.publish, **facts_of(vote)._asdict()}
    connection.execute(insert(_facts), row)
    of_round = _votes.c.round_id == vote.round_id
    last = (
        select(_votes.c.seq)
        .where(of_round)
        .order_by(_votes.c.voted_at.desc(), _votes.c.vote_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(
        update(_facts)
        .where(_facts.c.seq.in_(select(_votes.c.seq).where(of_round)))
        .values(counts=_facts.c.seq == last)
    )


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
