"""How large a request with pictures may be, and how many such requests are answered at once.

Kept apart from reading them because it bounds memory: one holds its pictures until its answer has ended, and anybody
on a Space could send a hundred.
"""

from __future__ import annotations

from typing import Final

PICTURES_LIMIT: Final = 40 * 1024 * 1024
"""Bytes of a request that asks for an answer; all other routes keep `BODY_LIMIT`."""

ROOM_FOR_WORDS: Final = 4 * 1024 * 1024
"""Bytes of these that the page leaves to all that is no picture."""

AT_ONCE: Final = 8

_FULL: Final = (
    "{} other requests with pictures are being answered, and no more fit in. Send it again in a moment."
)


class LargeRequests:
    """Counts the requests beyond the usual limit, from the bytes that make one large to the end of its answer."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self.held = 0

    def place(self) -> Place:
        """A place for one request, not taken yet."""
        return Place(self)


class Place:
    """That of one request; one that stays small never takes it."""

    def __init__(self, among: LargeRequests) -> None:
        self._among = among
        self._taken = False

    def take(self) -> None:
        """Takes it. Raises ValueError where all are taken."""
        if self._among.held >= self._among.at_once:
            raise ValueError(_FULL.format(self._among.at_once))
        self._among.held += 1
        self._taken = True

    def leave(self) -> None:
        """Gives it to others, once; nothing where it was not taken."""
        self._among.held -= self._taken
        self._taken = False
