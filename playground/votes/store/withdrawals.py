"""Votes that are taken back: their rows go, and the ids that stay behind keep every copy of them from coming again.

Kept apart from the store because what is gone has rules of its own: a file that is imported, a replica's copy and a
page that tries once more all bring the same vote, at any time after. A vote goes with all votes on its pair, since
they are what one voter said of it, one version after the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, delete, func, insert, or_, select, tuple_, update

from playground.votes.store.database import Database
from playground.votes.store.tables import PAGE, backups, copies, facts, taken_back, votes
from playground.votes.vote import Vote

_Each = TypeVar("_Each")


class Outstanding(NamedTuple):
    """What the Hub has not been told yet: ids for its list, and in which files lines of them may lie."""

    ids: tuple[str, ...]
    lines: Mapping[str, frozenset[str]]


class Withdrawals:
    """What was taken back of the votes in one database. Every call may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_back(self, vote_ids: Sequence[str]) -> int:
        """Deletes these votes and all others on their pairs; returns how many were there, 0 where none was.

        From then on none of them is saved any more, whether it was there or not.
        """
        with self._database.writing() as connection:
            gone = _bury(connection, vote_ids)
        if gone:
            self._database.scrub()
        return gone

    def learn(self, ids: Sequence[str]) -> None:
        """The same for what another program has taken back, as the list on the Hub says."""
        gone = 0
        for some in _pages(ids):
            with self._database.writing() as connection:
                gone += _bury(connection, some)
                connection.execute(update(taken_back).where(taken_back.c.id.in_(some)).values(told=True))
        if gone:
            self._database.scrub()

    def note(self, vote_ids: Sequence[str], segment: str) -> frozenset[str]:
        """Notes that these votes may lie in this file of the dataset from now on; returns those that are taken back."""
        taken: set[str] = set()
        with self._database.writing() as connection:
            for some in _pages(vote_ids):
                known = set(
                    connection.scalars(
                        select(copies.c.vote_id).where(
                            copies.c.segment == segment, copies.c.vote_id.in_(some)
                        )
                    )
                )
                new = [
                    {"vote_id": each, "segment": segment} for each in dict.fromkeys(some) if each not in known
                ]
                if new:
                    connection.execute(insert(copies), new)
                taken.update(connection.scalars(select(taken_back.c.id).where(taken_back.c.id.in_(some))))
        return frozenset(taken)

    def among(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of these are taken back."""
        with self._database.reading() as connection:
            return frozenset(
                found
                for some in _pages(ids)
                for found in connection.scalars(select(taken_back.c.id).where(taken_back.c.id.in_(some)))
            )

    def outstanding(self, files: int) -> Outstanding:
        """What is to be told to the Hub, of so many files at most."""
        untold = select(taken_back.c.id).where(~taken_back.c.told).order_by(taken_back.c.at, taken_back.c.id)
        taken = taken_back.c.id == copies.c.vote_id
        named = (
            select(copies.c.segment)
            .join(taken_back, taken)
            .distinct()
            .order_by(copies.c.segment)
            .limit(files)
        )
        with self._database.reading() as connection:
            ids = tuple(connection.scalars(untold))
            segments = list(connection.scalars(named))
            lying = select(copies.c.segment, copies.c.vote_id).join(taken_back, taken)
            rows = connection.execute(lying.where(copies.c.segment.in_(segments))).all()
        return Outstanding(
            ids, {each: frozenset(vote_id for where, vote_id in rows if where == each) for each in segments}
        )

    def lying(self) -> int:
        """How many of the votes that were taken back may still lie in the dataset."""
        taken = select(func.count(copies.c.vote_id.distinct())).join(
            taken_back, taken_back.c.id == copies.c.vote_id
        )
        with self._database.reading() as connection:
            return connection.scalar(taken) or 0

    def told(self, done: Outstanding) -> None:
        """Notes that the Hub has this in its list, and none of these lines in these files any more."""
        with self._database.writing() as connection:
            for some in _pages(done.ids):
                connection.execute(update(taken_back).where(taken_back.c.id.in_(some)).values(told=True))
            pairs = [(vote_id, segment) for segment, ids in done.lines.items() for vote_id in ids]
            for start in range(0, len(pairs), PAGE):
                lay = tuple_(copies.c.vote_id, copies.c.segment).in_(pairs[start : start + PAGE])
                connection.execute(delete(copies).where(lay))

    def wait_for_the_hub(self, ids: Sequence[str]) -> bool:
        """Whether the Hub is still to be told of one of these, which are taken back, or a line of it may lie there."""
        with self._database.reading() as connection:
            untold = select(taken_back.c.id).where(taken_back.c.id.in_(ids), ~taken_back.c.told)
            lying = select(copies.c.vote_id).where(copies.c.vote_id.in_(ids))
            return any(connection.scalar(query.limit(1)) is not None for query in (untold, lying))


def keeps_out(connection: Connection, vote: Vote) -> bool:
    """Whether this vote, or another on its pair, was taken back: then all on that pair go, wherever it comes from.

    Its own id is not added to what is taken back: whoever brings it could name any other vote with it.
    """
    ids = (vote.vote_id, vote.round_id)
    taken = connection.scalar(select(taken_back.c.id).where(taken_back.c.id.in_(ids)).limit(1))
    if taken is None:
        return False
    _bury(connection, (vote.round_id,))
    return True


def _bury(connection: Connection, ids: Iterable[str]) -> int:
    """Deletes all votes on the pairs of these, by the ids of either; the ids alone stay."""
    given = list(dict.fromkeys(ids))
    named = or_(votes.c.vote_id.in_(given), votes.c.round_id.in_(given))
    rounds = list(connection.scalars(select(votes.c.round_id).where(named).distinct()))
    rows = connection.execute(select(votes.c.seq, votes.c.vote_id).where(votes.c.round_id.in_(rounds))).all()
    all_ids = dict.fromkeys([*given, *rounds, *(vote_id for _, vote_id in rows)])
    known = {
        found
        for some in _pages(list(all_ids))
        for found in connection.scalars(select(taken_back.c.id).where(taken_back.c.id.in_(some)))
    }
    at = time.time_ns() // 1000
    new = [{"id": each, "at": at, "told": False} for each in all_ids if each not in known]
    if new:
        connection.execute(insert(taken_back), new)
    for some in _pages([seq for seq, _ in rows]):
        for table in (facts, backups, votes):
            connection.execute(delete(table).where(table.c.seq.in_(some)))
    return len(rows)


def _pages(of: Sequence[_Each]) -> Iterator[Sequence[_Each]]:
    return (of[start : start + PAGE] for start in range(0, len(of), PAGE))
