"""What of the Python stays English, each part of it by who reads it; every other file's sentences go to translators.

Kept apart because who adds a file asks this first. tests/repo/test_words.py holds the errors of all other files against
the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# fmt: off
READERS: Final[Mapping[str, tuple[str, ...]]] = {
    "of a terminal": (
        "command/", "settings", "limits/counters", "limits/sqlite_storage", "operations/", "votes/files/importing",
        "votes/store/migrations", "web/ports", "web/self_check", "web/serve", "web/start", "sweeps/files",
    ),
    "of a program": (
        "async_client", "client", "portal", "contract", "functions/docstrings", "functions/from_python",
        "schema/parsed", "schema/response_format", "share/code/by_", "share/code/literals", "share/code/sending",
        "schema/python_source/writer", "testing/", "web/api", "web/assets", "web/contract", "web/health",
        "words/", "votes/backup/card", "votes/backup/lines",
    ),
    "of a model's tools": ("calculator", "functions/builtin_tools", "functions/examples"),
    "of nobody: words of others, which are looked for": (
        "votes/redaction", "votes/self_naming", "wire/refusals/at_fault", "wire/refusals/bounds", "wire/schemes",
        "wire/stream/finish_reasons",
    ),
}
# fmt: on
SILENT: Final = tuple(prefix for prefixes in READERS.values() for prefix in prefixes)
"""The beginnings of their paths within `playground/`."""
# fmt: off
LOOKED_FOR: Final = frozenset((
    "failed to load model", "chat template parsing error", "unbalanced parenthesis", "unterminated character set",
    "bad escape (end of pattern)", "nothing to repeat", "EOF while parsing", "recursion limit", "nullable is",
    "none of {sorted}", "no text", "no whole number from 0 upwards", "no number that fits here", "no object of schemas",
    "no list of schemas", "no object of lists of names", "no list of names", "neither true nor false",
    "no list of values", "no schema", "no number", "a broken number on a whole one", "not above 0",
    "Required, and null where it is left out", "Without other properties", "Taken out", "text: TEXT |",
    "Annotated[Any, WithJsonSchema({literal})]", "lambda: None", "<!doctype html>",
    "width=device-width, initial-scale=1", "one of some", "The function returned: {text_of}",
    'Please respond with a JSON object that calls the function which answers this best, as in {"name": ..., '
    '"arguments": {...}}.',
    "leads to no schema here", "is outside, and never fetched",
    "only models that are cut into several files", "no GGUF file",
    "no block is known for the token {other}", "nothing is known for the token {other}",
))
# fmt: on
"""Words in the other files that no one reads so: looked for in those of others, said by a fault of ours, put into a
sentence that stands in `ALONE` whole, or code."""
