"""Logs: a line for each request where that is switched on, as text or JSON, without text, keys, addresses or ids.

An exception is named, with the lines of code that it went through; its message may hold what somebody typed.
"""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from playground.errors import SettingsError
from playground.settings import Settings

REQUEST_ID: Final[ContextVar[str]] = ContextVar("request_id", default="")
"""The request that is being answered."""

FORMS: Final = ("", "text", "json")
_FRAMES: Final = 8


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The time, the level, who says it, what, and of which request."""
        told: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": REQUEST_ID.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"], told["at"] = named(record.exc_info)
        return json.dumps({name: value for name, value in told.items() if value != ""}, default=str)


class Words(logging.Formatter):
    """A record as words, with its facts behind them."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatException(self, ei: Any) -> str:
        """The kind of an exception, and where it was."""
        kind, at = named(ei)
        return f"  {kind} at {', '.join(at)}"

    def format(self, record: logging.LogRecord) -> str:
        """The usual line."""
        facts = " ".join(f"{name}={value}" for name, value in getattr(record, "facts", {}).items())
        return f"{super().format(record)} {facts}".rstrip()


def named(exception: Any) -> tuple[str, list[str]]:
    """The kind of an exception and the lines that it went through, without its words."""
    frames = traceback.extract_tb(exception[2])[-_FRAMES:]
    places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return exception[0].__name__ if exception[0] else "", places


def set_up(settings: Settings) -> None:
    """Has the program's logs written as the settings say. Raises SettingsError."""
    if settings.log not in FORMS:
        variable = Settings.variable("log")
        raise SettingsError(f"{variable} is {settings.log!r}.", "Set it to text or json, or remove it.")
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log == "json" else Words())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    if settings.log:
        logging.getLogger("playground").setLevel(logging.INFO)
