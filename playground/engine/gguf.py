"""What a GGUF file says of its model before anything runs it: kind, size, context, licence, chat template.

Kept apart from the process because a file comes from anywhere, and what must be known beforehand (whether there is
memory for it, whether its template knows tools) must not need it to be loaded.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from playground.value_types import Integer
from playground.wire.chat_template import ChatTemplate

_FIXED: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT: Final = 8
_ARRAY: Final = 9
_VERSIONS: Final = (2, 3)
_MOST_VALUES: Final = 65_536
_MOST_LISTED: Final = 4096
"""Numbers of an array that are kept; longer ones are about tokens, and only their length counts here."""


_SAMPLING: Final = {
    "temperature": "temp",
    "top_k": "top_k",
    "top_p": "top_p",
    "min_p": "min_p",
    "repetition_penalty": "penalty_repeat",
}


_COUNTS: Final[Mapping[str, Integer]] = {
    "context_length": Integer(1, None),
    "embedding_length": Integer(1, None),
    "block_count": Integer(1, 512),
}
"""What llama.cpp does not survive, and so cannot refuse: a context of 0 tokens ends its process with the first answer,
no layers (or more than LLAMA_MAX_LAYERS, src/llama-hparams.h) while it loads. Not attention.head_count, which is 0 in
models without attention."""


class BrokenFile(ValueError):
    """The file is no GGUF file, or not a whole one; the text says in what way."""


class ImpossibleModel(BrokenFile):
    """The file is whole, and gives its model a size that no model has."""


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the beginning of the file. 0, or empty, is what it does not say.

    `cache_bytes`: what the keys and values of one token take, at two bytes a number. `sampling`: the values by
    parameter that its author suggests (general.sampling of ggml's docs/gguf.md and gguf-py's constants.py).
    """

    architecture: str
    name: str
    licence: str
    context: int
    vocabulary: int
    cache_bytes: int
    template: ChatTemplate
    sampling: Mapping[str, float] = field(default_factory=dict)


@lru_cache(maxsize=64)
def _read(path: Path, size: int, changed_ns: int) -> Header:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _header(_Reader(data).values())


def header_of(path: Path) -> Header:
    """The header of the file at `path`, read once (some 0.1 s). Raises BrokenFile, OSError."""
    told = path.stat()
    if told.st_size < 24:
        raise BrokenFile("it ends before it has begun")
    try:
        return _read(path, told.st_size, told.st_mtime_ns)
    except (struct.error, IndexError, UnicodeError, OverflowError) as error:
        raise BrokenFile("it is cut off or damaged near its beginning") from error


class _Reader:
    """Reads values one behind the other (ggml's docs/gguf.md)."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def values(self) -> dict[str, Any]:
        """All values; of a long array, its length."""
        if self._data[:4] != b"GGUF":
            raise BrokenFile("it is not a GGUF file")
        self._at = 4
        version = self._number("I")
        if version not in _VERSIONS:
            raise BrokenFile(f"its format is version {version}, and {_VERSIONS[-1]} is the newest known here")
        _, count = self._number("Q"), self._number("Q")
        if count > _MOST_VALUES:
            raise BrokenFile("it is cut off or damaged near its beginning")
        return {self._text(): self._value(self._number("I")) for _ in range(count)}

    def _number(self, form: str) -> Any:
        (number,) = struct.unpack_from(f"<{form}", self._data, self._at)
        self._at += struct.calcsize(f"<{form}")
        return number

    def _text(self) -> str:
        length = self._number("Q")
        begin, self._at = self._at, self._at + length
        if self._at > len(self._data):
            raise IndexError
        return self._data[begin : self._at].decode(errors="replace")

    def _value(self, kind: int) -> Any:
        if kind == _TEXT:
            return self._text()
        if kind == _ARRAY:
            return self._array(self._number("I"), self._number("Q"))
        if kind not in _FIXED:
            raise BrokenFile("it is cut off or damaged near its beginning")
        return self._number(_FIXED[kind])

    def _array(self, kind: int, count: int) -> Any:
        if kind in _FIXED:
            size = struct.calcsize(f"<{_FIXED[kind]}")
            begin, self._at = self._at, self._at + size * count
            if self._at > len(self._data):
                raise IndexError
            if count > _MOST_LISTED:
                return count
            return list(struct.unpack_from(f"<{count}{_FIXED[kind]}", self._data, begin))
        if kind != _TEXT or count > len(self._data):
            raise BrokenFile("it is cut off or damaged near its beginning")
        length_at = struct.Struct("<Q").unpack_from
        for _ in range(count):
            self._at += 8 + length_at(self._data, self._at)[0]
        return count


def _header(values: Mapping[str, Any]) -> Header:
    architecture = _word(values.get("general.architecture"))

    def of_model(name: str) -> int:
        return _most(values.get(f"{architecture}.{name}"))

    _check_counts(architecture, values)
    heads = of_model("attention.head_count")
    width = of_model("embedding_length") // heads if heads else 0
    key, value = of_model("attention.key_length") or width, of_model("attention.value_length") or width
    layers = of_model("block_count")
    kept = values.get(f"{architecture}.attention.head_count_kv")
    kept_heads = sum(map(_most, kept)) if isinstance(kept, list) else layers * (_most(kept) or heads)
    return Header(
        architecture,
        _word(values.get("general.name")),
        _word(values.get("general.license")),
        of_model("context_length"),
        _most(values.get("tokenizer.ggml.tokens")) or of_model("vocab_size"),
        kept_heads * (key + value) * 2,
        ChatTemplate.read(_word(values.get("tokenizer.chat_template"))),
        _suggested(values),
    )


def _check_counts(architecture: str, values: Mapping[str, Any]) -> None:
    """Raises ImpossibleModel. What is not there llama.cpp misses by name."""
    for name, kind in _COUNTS.items():
        count = values.get(f"{architecture}.{name}")
        if isinstance(count, int) and any(kind.faults(count)):
            raise ImpossibleModel(
                f"its header gives {architecture}.{name} as {count}, and not as {kind.allowed}"
            )


def _suggested(values: Mapping[str, Any]) -> Mapping[str, float]:
    given = ((name, values.get(f"general.sampling.{key}")) for name, key in _SAMPLING.items())
    return {name: float(value) for name, value in given if isinstance(value, (int, float))}


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _most(value: object) -> int:
    """A count; of one for each layer the largest."""
    numbers = value if isinstance(value, list) else [value]
    counts = [n for n in numbers if isinstance(n, int) and not isinstance(n, bool) and n > 0]
    return max(counts, default=0)
