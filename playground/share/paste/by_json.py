"""A JSON body as a request."""

from __future__ import annotations

import json
from typing import Any

from playground import strict_json
from playground.share.paste.found import Found
from playground.share.setup import NotASetup


def by_json(text: str) -> Found:
    """The request whose body this is, or whose messages, where it is a list of those alone. Raises NotASetup."""
    value = _json(text)
    return Found({"messages": value} if isinstance(value, list) else _object(value))


def json_object(text: str) -> dict[str, Any]:
    """An object, as standards have JSON: no NaN. Raises NotASetup, with the line where it ends to be one."""
    return _object(_json(text))


def _json(text: str) -> Any:
    try:
        return strict_json.read(text)
    except json.JSONDecodeError as error:
        raise NotASetup(f"Its JSON cannot be read from line {error.lineno} on: {error.msg}.") from error
    except ValueError as error:
        raise NotASetup("Its JSON is none that a request could hold.") from error


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotASetup("Its JSON is no object, as the body of a request is.")
    return value
