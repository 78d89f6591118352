"""How large a request with pictures may be, and how many such requests are answered at once.

Kept apart from reading them because it bounds memory: one holds its pictures until its answer has ended, and anybody
on a Space could send a hundred.
"""

from __future__ import annotations

from collections import Counter
from types import TracebackType
from typing import Final, Self

PICTURES_LIMIT: Final = 40 * 1024 * 1024
"""Bytes of a request that asks for an answer; all other routes keep `BODY_LIMIT`."""

ROOM_FOR_WORDS: Final = 4 * 1024 * 1024
"""Bytes of these that the page leaves to all that is no picture."""

AT_ONCE: Final = 8
AT_ONCE_OF_ONE: Final = 2
"""Of one visitor of a public page: as many as may have answers under way."""

_FULL: Final = (
    "{} other requests with pictures are being answered, and no more fit in. Send it again in a moment."
)
_FULL_OF_YOURS: Final = (
    "{} requests of yours with pictures are being answered. Send it again when one has ended."
)


class LargeRequests:
    """Counts the requests beyond the usual limit, from the bytes that make one large to the end of its answer."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self.held: Counter[str] = Counter()

    def place(self, visitor: str) -> Place:
        """A place for one request of a visitor, who is empty on a local page; not taken yet."""
        return Place(self, visitor)


class Place:
    """That of one request, given to others at the end of the `with`; one that stays small never takes it."""

    def __init__(self, among: LargeRequests, visitor: str) -> None:
        self._among = among
        self._visitor = visitor
        self._taken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._among.held[self._visitor] -= self._taken
        self._taken = False

    def take(self) -> None:
        """Takes it. Raises ValueError where all are taken, or all of this visitor's."""
        among = self._among
        if among.held.total() >= among.at_once:
            raise ValueError(_FULL.format(among.at_once))
        if self._visitor and among.held[self._visitor] >= AT_ONCE_OF_ONE:
            raise ValueError(_FULL_OF_YOURS.format(AT_ONCE_OF_ONE))
        among.held[self._visitor] += 1
        self._taken = True
