"""JSON as standards have it (RFC 8259), out of texts from outside.

Kept apart from what such a text is to hold: links, files and pasted requests are read alike.
"""

from __future__ import annotations

import json
from typing import Any


def read(text: str) -> Any:
    """The value of a JSON text. Raises json.JSONDecodeError, with the place, where it is none; else ValueError.

    >>> read('{"seed": 1}')
    {'seed': 1}
    >>> read("[NaN]")
    Traceback (most recent call last):
    ValueError: NaN is no JSON
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("it is nested without end") from error


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")
