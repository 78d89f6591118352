"""What a room comes to, in numbers: predictions, votes, and one measure over the values that were dealt out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from playground.rooms.room import Room, Sampler

CHANGED: Final = "changed"
"""The one measure that an answer does not have by itself: whether it is another than the first arm's first one."""


@dataclass(frozen=True, slots=True)
class Point:
    """One answer in the plot of the class: whose, of which arm, and what was measured."""

    number: int
    place: int
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
    """One for each answer that has this room's measure; a prompt of one's own is another experiment."""
    said = [(m, m.said) for m in room.members.values() if m.said and m.said.is_good and not m.said.prompt]
    if room.plan.measure.name == CHANGED:
        first = next((said.text for member, said in said if not member.place), None)
        found = [(m, None if first is None else float(each.text != first)) for m, each in said]
    else:
        found = [(m, each.measured) for m, each in said]
    return tuple(Point(m.number, m.place or 0, value) for m, value in found if value is not None)


def means(room: Room) -> Mapping[int, float]:
    """The mean of the measure of each arm, by its place in the plan."""
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
