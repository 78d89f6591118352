"""Whether to ask again, and when.

It is arithmetic on a header and a clock, which can be tested without waiting.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import uniform
from typing import Final

MAX_RETRIES: Final = 2
RETRIED_STATUSES: Final = frozenset({408, 429, 502, 503, 504})
LONGEST_WAIT_S: Final = 60.0
_FIRST_WAIT_S: Final = 0.5
_FOR_EVER_S: Final = 1e9
"""Longer waits are all alike, and some are longer than a number can be."""


def delay_before_retry(attempt: int, retry_after: str | None, now: datetime | None = None) -> float | None:
    """Seconds before attempt number `attempt` + 1 (from 0), or None when asking again makes no sense.

    Retry-After is obeyed up to a minute; a server that wants longer is not asked again. Without it, half a
    second that doubles, drawn between half and the whole of it so that many clients do not return together.

    >>> delay_before_retry(0, "7"), delay_before_retry(0, "3600"), delay_before_retry(2, "7")
    (7.0, None, None)
    """
    if attempt >= MAX_RETRIES:
        return None
    asked = seconds_of(retry_after, now)
    if asked is not None:
        return asked if asked <= LONGEST_WAIT_S else None
    longest = _FIRST_WAIT_S * 2**attempt
    return uniform(longest / 2, longest)


def seconds_of(retry_after: str | None, now: datetime | None = None) -> float | None:
    """Retry-After as seconds from `now`; it is a number or an HTTP date (RFC 9110, 10.2.3)."""
    text = (retry_after or "").strip()
    if text.replace(".", "", 1).isdecimal() and text.isascii():
        return min(float(text), _FOR_EVER_S)
    date = date_of(text)
    return None if date is None else max(0.0, (date - (now or datetime.now(UTC))).total_seconds())


def date_of(text: str | None) -> datetime | None:
    """An HTTP date. What a server says of the time of its answer is what its Retry-After counts from: our clock may be
    a day off.
    """
    try:
        date = parsedate_to_datetime(text or "")
    except (ValueError, OverflowError):  # a year that no clock has
        return None
    return date.replace(tzinfo=date.tzinfo or UTC)
