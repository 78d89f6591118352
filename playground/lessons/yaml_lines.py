"""YAML that a teacher wrote, held against a model of Pydantic; every mistake is told with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

T = TypeVar("T")

Lines = Mapping[tuple[Any, ...], int]
"""The line of each value by the way to it, counted from 1."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a file, and in which of its lines, counted from 1."""

    line: int
    said: str


class Mistakes(Exception):
    """All that is wrong with one file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(f"line {m.line}: {m.said}" for m in mistakes))
        self.mistakes = tuple(sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake.line))


class Strict(BaseModel):
    """What has the names that it says and no others, of the very types that it says."""

    model_config = ConfigDict(extra="forbid", strict=True)


def validated(text: str, model: TypeAdapter[T]) -> tuple[T, Lines]:
    """What a text says, and the line of each of its values. Raises Mistakes, with all of them."""
    data, lines = _read(text)
    try:
        return model.validate_python(data), lines
    except ValidationError as error:
        raise Mistakes([_told(each, lines) for each in error.errors()]) from None


def line_of(lines: Lines, way: tuple[Any, ...]) -> int:
    """The line of a value, or of the nearest thing that it would stand in."""
    while way and way not in lines:
        way = way[:-1]
    return lines.get(way, 1)


def _read(text: str) -> tuple[Any, Lines]:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise Mistakes([Mistake(1, "there is nothing in it")])
        lines: dict[tuple[Any, ...], int] = {}
        wrong = list(_walk(node, (), lines, set(), node.start_mark.line + 1))
        if wrong:
            raise Mistakes(wrong)
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Mistakes([Mistake(mark.line + 1 if mark else 1, f"this is no YAML: {error.problem}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Mistakes([Mistake(1, f"this is no YAML: {error}")]) from None
    finally:
        loader.dispose()


def _walk(
    node: yaml.Node, way: tuple[Any, ...], lines: dict[tuple[Any, ...], int], met: set[int], line: int
) -> Iterator[Mistake]:
    """Notes the line of every value, and tells keys that stand there twice, and aliases."""
    lines[way] = line
    if id(node) in met:
        yield Mistake(line, "write it out: an alias (*name) is not read here")
        return
    met.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for at, item in enumerate(node.value):
            yield from _walk(item, (*way, at), lines, met, item.start_mark.line + 1)
    elif isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            name, here = str(key.value), key.start_mark.line + 1
            if name in keys:
                yield Mistake(here, f"{name} stands there twice")
            keys.add(name)
            yield from _walk(value, (*way, name), lines, met, here)


def _told(error: Any, lines: Lines) -> Mistake:
    """A validation error of Pydantic in words of the file."""
    way = tuple(error["loc"])
    name = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in way)
    match error["type"]:
        case "extra_forbidden":
            said = f"{name} is not known here"
        case "missing":
            said = f"{name} is missing"
        case "string_type":
            said = f'{name}: {error["input"]!r} is no text; put quotes around it, as in "Yes" or "5"'
        case _:
            said = f"{name or 'this'}: {error['msg'][:1].lower()}{error['msg'][1:]}"
    return Mistake(line_of(lines, way), said)
