"""Model lists: fetched, kept on disk, and given with their age; without a network the last copy serves.

Kept apart from what the lists mean, because this is about time and files: how old is too old, and what to say when
nothing can be had. A name that no list has can still be asked for.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, Final
from weakref import WeakValueDictionary

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from playground import steady_time
from playground.errors import StreamFailed, WireError
from playground.wire import models
from playground.wire.kinds.profile import Profile
from playground.wire.models import ModelInfo, Offer
from playground.wire.transport import Transport

FRESH_S: Final = 3600.0
FRESH_SERVER_S: Final = 30.0
RETRY_S: Final = 30.0
IMPATIENT_S: Final = 5.0
"""How long to wait for a new list where there is an old one."""

PATIENT_S: Final = 15.0
_NONE_YET: Final = (
    "{} has no models yet. Pull or load one there (Ollama: ollama pull NAME) and refresh this list. "
    "Type the name of one that is not listed."
)
_KEPT: Final = 64
_AUTHOR_AND_SLUG: Final = re.compile(r"~?[\w-][\w.-]*/[\w-][\w.-]*(:[\w-]+)?", re.ASCII)
"""author/slug, perhaps with a variant; nothing that could lead out of the list's own path."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Catalog:
    """One model list: when it was fetched (seconds since 1970; None: never), and a sentence if that needs one."""

    source: str
    fetched_at: float | None = None
    models: tuple[ModelInfo, ...] = ()
    note: str = ""

    def find(self, model_id: str) -> ModelInfo | None:
        """The listed model that an id means, suffixes such as `:groq` included."""
        return models.find(self.models, model_id)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model list is and how it is read. `name` is unique, and is the name of its file.

    `offers` reads the page that the list has of each model's providers; None: it has none. `author_page` is the address
    of what a model's author says of it.
    """

    name: str
    label: str
    url: str
    read: Callable[[Any], tuple[ModelInfo, ...]]
    fresh_s: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    offers: Callable[[Any], tuple[Offer, ...]] | None = None
    author_page: Callable[[str], str] | None = None

    @classmethod
    def hosted(cls, profile: Profile) -> Source:
        """The public list of a provider, which takes no key and is given none."""
        of, url = profile.model_list, f"{profile.base_url}/models"
        page = of.author_page and partial(of.author_page, profile.base_url)
        return cls(
            profile.flavour, profile.label, url, of.models, FRESH_S, offers=of.offers, author_page=page
        )

    @classmethod
    def server(cls, base_url: str, headers: Mapping[str, str]) -> Source:
        """The list of any OpenAI-compatible server. What one key may see is kept for that key alone."""
        digest = hashlib.sha256(f"{base_url}\n{headers.get('Authorization', '')}".encode()).hexdigest()
        return cls(
            f"server-{digest[:24]}", base_url, f"{base_url}/models", models.of_server, FRESH_SERVER_S, headers
        )


class Catalogues:
    """The lists of all sources, in memory and in `folder`; `clock` gives seconds since 1970."""

    def __init__(
        self, transport: Transport, folder: Path, clock: Callable[[], float] = steady_time.now
    ) -> None:
        self._transport = transport
        self._folder = folder
        self._clock = clock
        self._kept: OrderedDict[str, Catalog] = OrderedDict()
        self._failed: OrderedDict[str, tuple[float, WireError]] = OrderedDict()
        self._details: OrderedDict[str, tuple[float, tuple[Offer, ...]]] = OrderedDict()
        self._authors: OrderedDict[str, tuple[float, Mapping[str, float]]] = OrderedDict()
        self._fetching: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def age_s(self, catalog: Catalog) -> float | None:
        """How old a list is, in seconds; None for one that was never fetched."""
        return None if catalog.fetched_at is None else max(0.0, self._clock() - catalog.fetched_at)

    async def of(self, source: Source, refresh: bool = False) -> Catalog:
        """The list of `source`: a fresh copy, else a new one, else the last copy and why it is not new.

        Never raises for what a server or a disk does; a list that cannot be had at all is empty and says why.
        """
        async with self._fetching.setdefault(source.name, asyncio.Lock()):
            last = await self.last(source)
            is_fresh = last.fetched_at is not None and 0 <= self._clock() - last.fetched_at < source.fresh_s
            if is_fresh and not refresh:
                return last
            try:
                return await self._fetched(source, last, refresh)
            except WireError as error:
                self._failed[source.name] = (self._clock(), error)
                _forget_oldest(self._failed)
                return self._stale(last, error)

    async def last(self, source: Source) -> Catalog:
        """The last copy, from memory or disk, without asking anyone; empty where there is none."""
        if source.name not in self._kept:
            self._keep(source.name, await asyncio.to_thread(_read, self._file(source), source.label))
        return self._kept[source.name]

    async def details(self, source: Source, model_id: str) -> ModelInfo | None:
        """What is known of one model; where the list says more of it, also each provider's own, asked for once an hour.

        None for a model that no list has. Never raises for what a server does.
        """
        if source.offers is None:
            return await self._authored(source, (await self.of(source)).find(model_id))
        listed = (await self.last(source)).find(model_id)
        name = _name_of(listed, model_id)
        if not _AUTHOR_AND_SLUG.fullmatch(name):
            return listed
        at, offers = self._details.get(name, (-inf, ()))
        if self._clock() - at >= FRESH_S:
            try:
                document = await self._transport.fetch(f"{source.url}/{name}/endpoints")
                offers = source.offers(document.checked())
            except WireError:
                return listed
            self._details[name] = (self._clock(), offers)
            _forget_oldest(self._details)
        return (listed or ModelInfo(name, name)).offered(offers)

    async def known(self, source: Source, model_id: str) -> ModelInfo | None:
        """What is already known of one model, without asking anyone."""
        listed = (await self.last(source)).find(model_id)
        name = _name_of(listed, model_id)
        if name in self._authors and listed:
            return _with(listed, self._authors[name][1])
        if name not in self._details:
            return listed
        return (listed or ModelInfo(name, name)).offered(self._details[name][1])

    async def _authored(self, source: Source, listed: ModelInfo | None) -> ModelInfo | None:
        """The model with what its author suggests, asked for once an hour, also where there is nothing to be had."""
        if source.author_page is None or listed is None or not _AUTHOR_AND_SLUG.fullmatch(listed.id):
            return listed
        at, values = self._authors.get(listed.id, (-inf, {}))
        if self._clock() - at >= FRESH_S:
            with suppress(WireError):
                document = await self._transport.fetch(source.author_page(listed.id), seconds=IMPATIENT_S)
                values = models.of_generation_config(document.content)
            self._authors[listed.id] = (self._clock(), values)
            _forget_oldest(self._authors)
        return _with(listed, values)

    async def _fetched(self, source: Source, last: Catalog, refresh: bool) -> Catalog:
        """A new list, kept for the next time. Raises WireError, at once if the same failed a moment ago."""
        failed_at, failure = self._failed.get(source.name, (0.0, None))
        if failure is not None and self._clock() - failed_at < RETRY_S and not refresh:
            raise failure
        seconds = IMPATIENT_S if last.models else PATIENT_S
        document = (await self._transport.fetch(source.url, source.headers, seconds)).checked()
        found = await asyncio.to_thread(source.read, document)
        if models.entries_of(document) is None:
            raise StreamFailed(f"{source.label} sent no list of models.", "Check the base URL.")
        if last.models and not found:
            raise StreamFailed(f"{source.label} lists no models now.", "Check that it has some.")
        note = models.left_out(document) or ("" if found else _NONE_YET.format(source.label))
        catalog = Catalog(source.label, self._clock(), found, note)
        self._failed.pop(source.name, None)
        self._keep(source.name, catalog)
        await asyncio.to_thread(_write, self._file(source), catalog)
        return catalog

    def _stale(self, last: Catalog, error: WireError) -> Catalog:
        age = self.age_s(last)
        if age is None:
            return replace(last, note=f"No list of models: {error} Type a model's name instead.")
        return replace(last, note=f"This list is {in_words(age)} old: {error.message}")

    def _keep(self, name: str, catalog: Catalog) -> None:
        self._kept[name] = catalog
        self._kept.move_to_end(name)
        _forget_oldest(self._kept)

    def _file(self, source: Source) -> Path:
        return self._folder / f"{source.name}.json"


def in_words(seconds: float) -> str:
    """An age as people say it.

    >>> in_words(59), in_words(90 * 60), in_words(3 * 86400)
    ('less than a minute', '1 hour', '3 days')
    """
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if (count := int(seconds // size)) >= 1:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def _with(listed: ModelInfo, suggested: Mapping[str, float]) -> ModelInfo:
    return replace(listed, suggested=suggested, suggested_in="generation_config.json on the Hub")


def _name_of(listed: ModelInfo | None, model_id: str) -> str:
    """The model's own name: as it is listed, else without a suffix that chooses among providers."""
    return listed.id if listed else model_id.partition(":")[0]


_STORED: Final = TypeAdapter(Catalog)


def _read(file: Path, label: str) -> Catalog:
    """The copy in `file`; empty where there is none that can be read."""
    try:
        return replace(_STORED.validate_json(file.read_bytes()), source=label)
    except (OSError, ValidationError):
        return Catalog(label)


def _write(file: Path, catalog: Catalog) -> None:
    """Replaces `file` in one step, so that a copy is whole or not there; a full disk is no reason to fail."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(".part", dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(to_json(catalog))
            Path(part).replace(file)
        finally:
            Path(part).unlink(missing_ok=True)
        old = sorted(file.parent.glob("server-*.json"), key=lambda path: path.stat().st_mtime)[:-_KEPT]
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("A list of models could not be kept: %s", error)


def _forget_oldest(kept: OrderedDict[str, Any]) -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
