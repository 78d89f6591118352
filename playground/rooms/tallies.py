"""What a room comes to, in numbers: predictions, votes, and one measure over the values that were dealt out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from playground.rooms.room import Room, Sampler
from playground.rooms.rules import value_of


@dataclass(frozen=True, slots=True)
class Point:
    """One answer in the plot of the class: whose, at which value, and what was measured."""

    number: int
    place: int
    value: Any
    measured: float


def histogram(room: Room) -> tuple[int, ...]:
    """How many have predicted each choice."""
    return _counts(len(room.plan.choices), (member.prediction for member in room.members.values()))


def wall_votes(room: Room) -> Mapping[int, int]:
    """How many chose each answer on the wall, by the number of its student; the most chosen first."""
    found: dict[int, int] = {}
    for member in room.members.values():
        if member.vote is not None:
            found[member.vote] = found.get(member.vote, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def points(room: Room) -> tuple[Point, ...]:
    """One for each answer that has this room's measure."""
    found = []
    for member in room.members.values():
        measured = member.said.metrics.get(room.plan.metric) if member.said else None
        if measured is not None:
            found.append(Point(member.number, member.place or 0, value_of(room, member), measured))
    return tuple(found)


def means(room: Room) -> Mapping[int, float]:
    """The mean of the measure at each value, by the value's place in the plan."""
    by_place: dict[int, list[float]] = {}
    for point in points(room):
        by_place.setdefault(point.place, []).append(point.measured)
    return {place: fmean(found) for place, found in sorted(by_place.items())}


def word_votes(sampler: Sampler) -> tuple[int, ...]:
    """How many vote for each word that can come next."""
    return _counts(len(sampler.candidates), sampler.votes.values())


def _counts(length: int, chosen: Iterable[int | None]) -> tuple[int, ...]:
    found = [0] * length
    for choice in chosen:
        if choice is not None:
            found[choice] += 1
    return tuple(found)
