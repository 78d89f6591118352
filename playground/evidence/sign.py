"""A sign: whether an effect is to be seen, and one sentence of why.

All files that look for signs share it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Seen = Literal["yes", "no", "unknown"]


class Sign(NamedTuple):
    """yes: the effect is there. no: it should be there and is not. unknown: nothing either way."""

    seen: Seen
    why: str


def yes(why: str) -> Sign:
    """The effect is there."""
    return Sign("yes", why)


def no(why: str) -> Sign:
    """The effect should be there, and is not."""
    return Sign("no", why)


def unknown(why: str) -> Sign:
    """Nothing either way."""
    return Sign("unknown", why)
