"""Model servers on this machine, found at the ports where they usually listen.

Kept apart from telling their kinds because here nobody has named a server: each port is merely looked at, on loopback
alone, with a few GETs and without any key, and what does not answer at once is left alone.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from playground.wire.detection import hear, kind_of
from playground.wire.heard import Heard
from playground.wire.kinds.profile import Flavour
from playground.wire.models import ModelInfo, entries_of, of_server
from playground.wire.transport import NO_HEADERS, Transport

HERE: Final = "127.0.0.1"

WITHIN_S: Final = 0.3
"""For a whole look: a third of it to connect, which Windows needs where a port is closed, the rest for the answers."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A server on this machine: its kind, its base URL, and how many models it lists, None: it wants a key first.

    The kind is None where it had not said by then all that tells it. `model` is one of them that writes text, the one
    that is loaded where that is known; empty where there is none.
    """

    flavour: Flavour | None
    base_url: str
    models: int | None
    model: str


class Look(NamedTuple):
    """Who was found, and whether all who listen had answered all by then; else another look may tell more."""

    found: tuple[Neighbour, ...]
    complete: bool


async def neighbours(transport: Transport, ports: Iterable[int], within_s: float = WITHIN_S) -> Look:
    """Who answers as a model server at these ports of 127.0.0.1, in their order; all are asked at once.

    Most ports are closed, and a refused question costs far more than a refused connection.
    """
    ports = tuple(ports)
    opened = await asyncio.gather(*(_is_open(port, within_s / 3) for port in ports))
    bases = [f"http://{HERE}:{port}/v1" for port, is_open in zip(ports, opened, strict=True) if is_open]
    answers = await asyncio.gather(*(hear(transport, base, NO_HEADERS, within_s * 2 / 3) for base in bases))
    heard = [answer for answer in answers if answer is not None]
    found = tuple(who for answer in heard if (who := _neighbour(*answer)) is not None)
    return Look(found, len(heard) == len(bases) and all(each.is_complete for _, each in heard))


async def _is_open(port: int, within_s: float) -> bool:
    try:
        async with asyncio.timeout(within_s):
            _, connection = await asyncio.open_connection(HERE, port)
    except (OSError, TimeoutError):
        return False
    connection.close()
    return True


def _neighbour(base_url: str, heard: Heard) -> Neighbour | None:
    told, _ = kind_of(heard)
    flavour = None if told == "openai" and not heard.is_complete else told
    if heard.listed is None or entries_of(heard.listed.content) is None:
        closed = heard.is_closed and told != "openai"
        return Neighbour(flavour, base_url, None, "") if closed else None
    models = of_server(heard.listed.content)
    return Neighbour(flavour, base_url, len(models), chat_model(models, _described(heard)))


def chat_model(models: Iterable[ModelInfo], described: Mapping[str, Mapping[str, Any]] = {}) -> str:
    """The id of a model that writes text, best one that is loaded; empty where none does.

    LM Studio describes each in a list of its own; else the name must tell a model that makes embeddings.
    """
    ids = [model.id for model in models]
    writing = [id for id in ids if not _EMBEDS.search(id) and _of(described, id, "type") != "embeddings"]
    loaded = [id for id in writing if _of(described, id, "state") == "loaded"]
    return next(iter(loaded or writing), "")


_EMBEDS: Final = re.compile(r"(?i)embed|rerank|\b(?:bge|e5|gte|minilm)\b")
"""What models for embeddings are called at Ollama and LM Studio: nomic-embed-text, bge-m3, all-minilm."""


def _described(heard: Heard) -> dict[str, Mapping[str, Any]]:
    """LM Studio's own list of models, by id (its docs, REST API v0)."""
    entries = entries_of(heard.fields("api/v0/models")) or []
    return {str(entry.get("id")): entry for entry in entries if isinstance(entry, Mapping)}


def _of(described: Mapping[str, Mapping[str, Any]], id: str, name: str) -> Any:
    return described.get(id, {}).get(name)
