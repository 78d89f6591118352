"""A receipt: a secret that the voter's browser draws before it sends the vote, and by which the vote can be taken back.

The vote's id is a hash of it. So whoever has the receipt can name the vote, and who reads the id, in an export or in
the dataset on the Hub, can take nothing back; and no server has to keep receipts, so that they hold wherever the vote
is: after a restart, on another replica, on a disk that was restored.

A receipt is spelled in Crockford's base 32: 27 characters drawn at random, 135 bits, and one that tells most slips of
who types it.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final
from uuid import UUID

from playground.errors import VoteError

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS: Final = 28

_BETWEEN: Final = re.compile(r"[\s\u2010-\u2015_.-]")
_MEANT: Final = str.maketrans("OIL", "011")
_NEXT: Final = "Look at it letter by letter, or copy it from where it is kept."


def vote_id_of(receipt: Any) -> str:
    """The id of the vote that has this receipt, however it is typed. Raises VoteError where it is none.

    >>> vote_id_of("0000-0000-0000-0000-0000-0000-001N") == vote_id_of("oooo oooo oooo oooo oooo oooo ooin")
    True
    """
    plain = _BETWEEN.sub("", receipt).upper().translate(_MEANT) if isinstance(receipt, str) else ""
    if len(plain) != LETTERS or not set(plain) <= set(ALPHABET):
        raise VoteError(
            f"A receipt has {LETTERS} letters and digits; this has {len(plain)}, or others.", _NEXT
        )
    if plain[-1] != check_of(plain[:-1]):
        raise VoteError("This is no receipt: at least one character of it is another one.", _NEXT)
    return str(UUID(bytes=hashlib.sha256(f"receipt {plain}".encode()).digest()[:16]))


def check_of(drawn: str) -> str:
    """The last character: a sum in which each place weighs differently, and any single slip shows."""
    return ALPHABET[sum(ALPHABET.index(each) * (2 * at + 1) for at, each in enumerate(drawn)) % 32]
