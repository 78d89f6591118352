"""A database of any age is brought up to date, and one of the future is left alone."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, text

from playground.errors import StoreError
from playground.votes.store import tables
from playground.votes.store.database import Database, migrate
from playground.votes.store.migrations import MIGRATIONS
from playground.votes.store.store import Store
from playground.votes.store.vote_facts import facts_of
from playground.votes.vote import Vote
from tests.votes.making import NOON, pending, tallies_of, vote


def old_database(place: str, steps: int, votes: list[Vote]) -> None:
    """A database as the first so many steps left it, holding votes as they were kept then."""
    database = Database(place)
    if database.path is not None:
        database.path.parent.mkdir()
    with database.engine.begin() as connection:
        migrate(connection, up_to=steps)
        for each in votes:
            connection.execute(
                text(
                    "INSERT INTO votes (vote_id, round_id, voted_at, digest, body) "
                    "VALUES (:vote_id, :round_id, :voted_at, :digest, :body)"
                ),
                {
                    "vote_id": each.vote_id,
                    "round_id": each.round_id,
                    "voted_at": int(each.voted_at.timestamp() * 1_000_000),
                    "digest": each.digest,
                    "body": each.to_json(),
                },
            )
    database.close()


@pytest.mark.parametrize("steps", range(1, len(MIGRATIONS) + 1))
def test_every_earlier_schema_is_brought_up_to_date(place: str, steps: int) -> None:
    """From the first schema on, old votes are found, counted and backed up like new ones, and come once."""
    old = [vote() for _ in range(3)]
    old_database(place, steps, old)
    store, new = Store(place), vote(said="tie")
    assert store.find(old[1].vote_id) == old[1]
    store.add(new)
    assert store.add(old[0]) is False
    assert [stored.vote for stored in store.votes()] == [*old, new]
    assert sorted(store.tallies()) == sorted(tallies_of(map(facts_of, [*old, new])))
    assert len(store.not_backed_up(10)) == 4
    store.backed_up([old[0].vote_id], "s", "c", NOON)
    assert store.backup_counts().waiting == 3
    store.close()


def test_facts_of_an_earlier_definition_are_derived_anew(place: str) -> None:
    """A stopped answer once counted as the shorter one; what an older version had derived so is forgotten."""
    stopped = vote(pending("Blue", "Green, like the", ended=("done", "cancelled")))
    old_database(place, 3, [stopped])
    later = ("annotator", "preset_first", "preset_second")
    database, wrong = Database(place), facts_of(stopped)._replace(longer="first")
    known = {name: value for name, value in wrong._asdict().items() if name not in later}
    with database.engine.begin() as connection:
        connection.execute(tables.facts.insert().values(seq=1, counts=True, publish=True, **known))
    database.close()
    store = Store(place)
    assert store.tallies() == tallies_of([facts_of(stopped)])
    store.close()


def test_the_steps_lead_to_the_tables_that_the_store_asks(place: str) -> None:
    """All tables and columns that the queries name exist, with the same nullability, and no others."""
    store = Store(place)
    store.count()
    found = inspect(store._database.engine)
    wanted = tables.metadata.tables
    assert set(found.get_table_names()) == {*wanted, "migrations"}
    for name, table in wanted.items():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
        assert columns.keys() == set(table.columns.keys())
        assert not [n for n, nullable in columns.items() if nullable and not table.columns[n].primary_key]
    assert {i["name"] for i in found.get_indexes("votes")} >= {"votes_by_round"}
    store.close()


def test_each_step_runs_once(place: str) -> None:
    """Opening again changes nothing: the record of steps stays as the first opening wrote it."""

    def record() -> list[tuple[str, int]]:
        store = Store(place)
        with store._database.reading() as connection:
            rows = connection.execute(text("SELECT name, at FROM migrations ORDER BY name"))
            steps = [(name, at) for name, at in rows]
        store.close()
        return steps

    first = record()
    assert [name for name, _ in first] == [step.name for step in MIGRATIONS]
    assert record() == first


def test_a_database_of_the_future_is_left_alone(place: str) -> None:
    """Where a newer version has been at work this one says so, and writes nothing."""
    database = Database(place)
    with database.writing() as connection:
        connection.execute(text("INSERT INTO migrations VALUES ('999_future', 0)"))
    database.close()
    store = Store(place)
    with pytest.raises(StoreError, match=r"999_future.*Update this program"):
        store.add(vote())
    store.close()


def test_names_sort_in_the_order_of_the_steps() -> None:
    """The list is append-only: its names are numbered, unique and in order."""
    names = [step.name for step in MIGRATIONS]
    assert names == sorted(set(names))
