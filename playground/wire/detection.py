"""What kind of server answers at a base URL, found out by asking it.

Kept apart from the kinds, each of which says by what it is told. A server is asked the few things that only its kind
answers; what cannot be told is a plain OpenAI-compatible server, and the user may know better.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from playground.errors import WireError
from playground.wire.addresses import host_of, other_address, root_of
from playground.wire.documents import Document
from playground.wire.heard import Heard
from playground.wire.kinds.profile import Flavour, Mark, Profile
from playground.wire.models import entries_of
from playground.wire.profiles import PROFILES
from playground.wire.runs import UNTOLD, Run, run_of
from playground.wire.transport import NO_HEADERS, Transport

PROBE_S: Final = 4.0
RUN_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Detected:
    """The kind of server, the base URL that works (with or without /v1), and how the kind is known.

    `answered` is False where nobody was reached, so that the kind is a guess to be made again.
    """

    flavour: Flavour
    base_url: str
    why: str
    answered: bool = True


async def detect(
    transport: Transport, base_url: str, headers: Mapping[str, str] = NO_HEADERS, within_s: float = PROBE_S
) -> Detected:
    """The kind of server at `base_url` (from `server_address`); asks it a few things at once, `within_s` for each.

    `headers` carry the key for that server; nothing is asked of any other. Never raises for what it answers.
    """
    if (known := _BY_HOST.get(host_of(base_url))) is not None:
        return Detected(known, base_url, f"This is {PROFILES[known].label}'s own address.")
    found = await hear(transport, base_url, headers, within_s)
    if found is None:
        return Detected("openai", base_url, "The server could not be reached.", answered=False)
    base_url, heard = found
    flavour, why = kind_of(heard)
    return Detected(flavour, base_url, why)


async def hear(
    transport: Transport, base_url: str, headers: Mapping[str, str], within_s: float
) -> tuple[str, Heard] | None:
    """What a server answers to all that tells kinds apart, and the base URL below which its list of models is.

    None where it answers nothing within so many seconds.
    """
    other, root = other_address(base_url), root_of(base_url)
    urls = (f"{base_url}/models", f"{other}/models", *(f"{root}/{path}" for path in _PATHS))
    asked = (_ask(transport, url, headers, within_s) for url in urls)
    listed, elsewhere, *documents = await asyncio.gather(*asked)
    if all(document is None for document in (listed, elsewhere, *documents)):
        return None
    if not _lists_models(listed) and _lists_models(elsewhere):
        base_url, listed = other, elsewhere
    return base_url, Heard(listed, dict(zip(_PATHS, documents, strict=True)))


async def run(
    transport: Transport, profile: Profile, base_url: str, headers: Mapping[str, str] = NO_HEADERS
) -> Run:
    """Which run of the server at `base_url` this is. Never raises for what it answers; of a provider it is untold."""
    if profile.base_url:
        return UNTOLD
    shown = (profile.sight,) if profile.sight else ()
    paths = tuple(dict.fromkeys(each.path for each in (*profile.runs, *shown)))
    root = root_of(base_url)
    documents = await asyncio.gather(*(_ask(transport, f"{root}/{path}", headers, RUN_S) for path in paths))
    return run_of(profile.runs, profile.sight, dict(zip(paths, documents, strict=True)))


def kind_of(heard: Heard) -> tuple[Flavour, str]:
    """The kind of a server that has answered so, and by what it is told."""
    for flavour, mark in _MARKS.items():
        if why := mark.tells(heard):
            return flavour, why
    return "openai", "Nothing tells it from any other OpenAI-compatible server."


async def _ask(
    transport: Transport, url: str, headers: Mapping[str, str], within_s: float
) -> Document | None:
    try:
        return await transport.fetch(url, headers, within_s)
    except WireError:
        return None


_BY_HOST: Final[Mapping[str, Flavour]] = {
    host: profile.flavour
    for profile in PROFILES.values()
    for host in ((host_of(profile.base_url),) if profile.base_url else profile.key_hosts)
}
"""Whose own address needs no asking."""

_MARKS: Final[Mapping[Flavour, Mark]] = {p.flavour: p.mark for p in PROFILES.values() if p.mark is not None}
_PATHS: Final = tuple(dict.fromkeys(path for mark in _MARKS.values() for path in mark.paths))
"""What the kinds differ in, each asked for once."""


def _lists_models(document: Document | None) -> bool:
    """Whether it is a list of models."""
    return document is not None and entries_of(document.content) is not None
