"""The code of a room, which is read aloud, and the tokens of who is in it, of which only hashes are kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""No I and O, which look like digits, and no S, which sounds like F."""
CODE_LENGTH: Final = 6


def fresh_code() -> str:
    """One of 148 million; what keeps people from trying them all are the bounds on attempts."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def code_of(typed: object) -> str:
    """The code that somebody typed, with spaces and small letters perhaps; empty where it is none.

    >>> code_of(" abc def ")
    'ABCDEF'
    """
    text = re.sub(r"[\s-]", "", typed).upper() if isinstance(typed, str) and len(typed) < 40 else ""
    return text if len(text) == CODE_LENGTH and set(text) <= set(LETTERS) else ""


def fresh_token() -> str:
    """What tells a browser from all others: nobody can guess it."""
    return secrets.token_urlsafe(24)


def projector_of(token: str) -> str:
    """The token that stands on the wall: it follows from the teacher's, and nobody gets back from it."""
    return hmac.new(token.encode(), b"projector", hashlib.sha256).hexdigest()[:32]


def hashed(token: str) -> str:
    """What is kept of it. A token has 192 bits of its own: a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def fits(token: str, kept: str) -> bool:
    """Whether this is the token, in a time that does not tell how much of it is right."""
    return hmac.compare_digest(hashed(token), kept)
