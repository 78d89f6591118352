"""Votes between two presets: kept by their names, counted apart from one's own settings, rated with an honest limit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.contest import Contest
from playground.preset import Preset
from playground.votes.ballot import Said
from playground.votes.files.export import export
from playground.votes.files.trl_rows import rows_of
from playground.votes.pair import PairSide, PendingPair, Slot, refusal
from playground.votes.recall import pair_of
from playground.votes.statistics.comparisons import findings, presets_that_met
from playground.votes.statistics.ratings import ratings
from playground.votes.store.store import Store
from playground.votes.store.vote_facts import facts_of
from playground.votes.vote import Vote
from tests.votes.making import pending, tallies_of, vote


def met(first: str = "Cold", second: str = "Hot", hot: float = 1.9, **fields: Any) -> PendingPair:
    """A pair of two presets of these names."""
    pair = pending(own={"temperature": 0.1}, other={"temperature": hot}, **fields)

    def named(side: PairSide, name: str) -> PairSide:
        return replace(side, request=replace(side.request, preset=name))

    return replace(pair, first=named(pair.first, first), second=named(pair.second, second))


def test_the_record_names_them(place: str) -> None:
    """Each side's preset is in the record, and comes back; one of no contest is as it was before."""
    one = vote(met())
    again = Vote.from_json(one.to_json())
    assert (again.first.preset, again.second.preset) == ("Cold", "Hot")
    assert pair_of(again).second.request.preset == "Hot"
    assert "preset" not in json.loads(vote().to_json())["first"]
    store = Store(place)
    store.add(one)
    (met_here,) = presets_that_met(store.tallies)
    assert (met_here.first, met_here.second) == ("Cold", "Hot")
    store.close()


def test_they_are_counted_apart() -> None:
    """Votes between presets are none on one's own settings; one changed under its name is another one."""
    cast = [vote(), vote(met(left="first")), vote(met(left="first")), vote(met(hot=1.5, left="first"))]
    tallies = tallies_of(map(facts_of, cast))
    found = findings(lambda by: tallies, lambda by: tallies)
    assert found.overall.counts.total == 1
    assert sum(day.counts.total for day in found.over_time) == 1
    assert sum(c.counts.total for c in found.by_settings) == 1
    assert [c.counts.wins for c in found.by_presets] == [2, 1]
    assert {c.first for c in found.by_presets} == {"Cold"}
    assert len({c.second for c in found.by_presets}) == 2
    assert all(c.second.startswith("Hot [") for c in found.by_presets)
    assert found.mirror.left.total == 4


def test_ratings_say_where_votes_are_too_few() -> None:
    """They have intervals; with fewer than six decided votes it is said, and without any connection there are none."""

    def rated(wins: int, losses: int) -> Any:
        won: Said = "left"
        lost: Said = "right"
        said = [won] * wins + [lost] * losses
        tallies = tallies_of([facts_of(vote(met(left="first"), each)) for each in said])
        return ratings(presets_that_met(lambda by: tallies), "presets")

    few = rated(2, 1)
    assert [(r.model, r.decided, r.too_few) for r in few.ratings] == [("Cold", 3, True), ("Hot", 3, True)]
    assert all(r.low < r.points < r.high for r in few.ratings)
    assert not any(r.too_few for r in rated(4, 2).ratings)
    assert "Hot has never won against Cold" in rated(3, 0).why_not
    assert "two different presets" in ratings([], "presets").why_not


def test_exports_name_them(tmp_path: Path) -> None:
    """A row to train on and a row to look at say which preset each answer is of; empty where none competed."""
    one = vote(met(left="first"))
    rows: Any = rows_of(one, "preference")
    (row,) = rows
    assert (row["preset_chosen"], row["preset_rejected"]) == ("Cold", "Hot")
    unpaired: Any = rows_of(one, "kto")
    assert [r["preset"] for r in unpaired] == ["Cold", "Hot"]
    store = Store(tmp_path / "votes.db")
    store.add_all([one, vote()])
    export(store.votes(), tmp_path / "t.csv", "table", "csv")
    lines = (tmp_path / "t.csv").read_text("utf-8-sig").splitlines()
    assert '"model_first","preset_first"' in lines[0]
    assert '"Cold"' in lines[1] and '"Hot"' in lines[1] and '"Cold"' not in lines[2]
    for content in ("preference", "kto", "reward"):
        export(store.votes(), tmp_path / f"{content}.parquet", content, "parquet")
    store.close()


def test_a_refused_pair_names_no_preset() -> None:
    """Two equal answers are refused without a word on which preset is where: that may be before a blind vote."""
    alike = met("Mint", "Lime")
    slots: tuple[Slot, Slot] = ("first", "second")
    for slot in slots:
        alike = alike.with_ended(slot, replace(alike.side(slot).answer, text="Same."))
    told = str(refusal(alike))
    assert "of two presets" in told
    assert "Mint" not in told and "Lime" not in told


@pytest.mark.parametrize("against", ["", "b"])
def test_who_meets_whom(against: str) -> None:
    """Each meets each, or one all the others; nobody meets themselves."""
    contest = Contest(tuple(map(Preset, "abc")), against)
    pairs = {tuple(preset.name for preset in contest.two()) for _ in range(200)}
    everyone = {(one, other) for one in "abc" for other in "abc" if one != other}
    assert pairs == ({("b", "a"), ("b", "c")} if against else everyone)
