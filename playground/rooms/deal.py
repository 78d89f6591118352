"""How the values of a parameter are dealt out over a class, as evenly as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def dealt(values: int, students: int) -> tuple[int, ...]:
    """Which of so many values each student has: with fewer students than values both ends and evenly between them,
    with more each value as often as any other, give or take one.

    >>> dealt(5, 3)
    (0, 2, 4)
    >>> dealt(2, 5)
    (0, 1, 0, 1, 0)
    """
    if not values:
        return ()
    if students >= values:
        return tuple(student % values for student in range(students))
    if students == 1:
        return (values // 2,)
    return tuple(round(student * (values - 1) / (students - 1)) for student in range(students))


def for_a_late_one(values: int, held: Sequence[int]) -> int | None:
    """The value for one who comes when the others have theirs: one that few have, and far from what others have.

    >>> for_a_late_one(5, (0, 4))
    2
    """
    if not values:
        return None
    times = Counter(held)
    rarest = min(times[value] for value in range(values))
    rare = [value for value in range(values) if times[value] == rarest]
    return max(rare, key=lambda value: min((abs(value - other) for other in held), default=0))
