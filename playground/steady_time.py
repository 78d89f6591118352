"""The time of day by a clock that does not jump: read once, and gone on with by one that only moves forward.

A machine whose clock is put right, back or ahead by a day, must neither end a class that is under way, nor give a
day's budget twice, nor hold on to what is a minute old for a day. What is written down as a date is not for this: there
the day's own clock is right.
"""

from __future__ import annotations

import time
from typing import Final

_READ_AT: Final = time.monotonic()
_TIME_OF_DAY: Final = time.time()


def now() -> float:
    """Seconds since 1970, as far as was known when this program started."""
    return _TIME_OF_DAY + (time.monotonic() - _READ_AT)
