"""From a model's name to its server: its address, its kind, its key, and what its catalogue says.

Kept apart from the backend, which streams answers, because all that a visitor types about servers comes together
here, and because here it is decided who gets which key.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Final
from weakref import WeakValueDictionary

from playground.chat import ChatRequest, Endpoint, ModelRef, Provider
from playground.errors import InvalidRequest, KeyMissing, NoProvider, PlaygroundError, Problem, SettingsError
from playground.settings import Settings
from playground.wire import keys
from playground.wire.addresses import check_allowed, host_of, origin, root_of, server_address
from playground.wire.body import server_name
from playground.wire.catalog import Catalog, Catalogues, Source
from playground.wire.detection import Detected, detect, run
from playground.wire.kinds.profile import Caller, Flavour, Profile
from playground.wire.models import ModelInfo
from playground.wire.profiles import PROFILES
from playground.wire.refusals.refusal import way_out
from playground.wire.remedies import without, without_requirement
from playground.wire.runs import UNTOLD, Run
from playground.wire.support import lacking
from playground.wire.transport import Transport

KIND_KEPT_S: Final = 600.0
SILENCE_KEPT_S: Final = 5.0
EXPLAINED_WITHIN_S: Final = 3.0
"""A refusal waits no longer than this for the catalogue to say more about it."""

_KEPT: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where one visit's requests go, and with which keys, when a model's name alone does not say.

    `base_url` is a server of the user's own, and `flavour` its kind: None lets it be found out. `bill_to` is the
    HuggingFace organisation that pays; empty: that of the settings. `api_key` is the key given for the server of
    the call, whichever that is; `keys` are given under the name of whom each is for: huggingface, openrouter,
    server for the one of the settings, or a typed server's scheme, host and port. None means that none was
    given, and lets the settings' own be used; an empty one is an error. `visitor` is who asks, for counting.
    """

    base_url: str = ""
    flavour: Flavour | None = None
    bill_to: str = ""
    api_key: str | None = field(default=None, repr=False)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    visitor: str = ""


NOWHERE: Final = Target()


class Servers:
    """All servers but the embedded one; `profiles` holds the kinds that are known, with their fixed addresses."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        profiles: Mapping[Flavour, Profile] = PROFILES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.catalogues = Catalogues(transport, settings.data_path / "catalogues")
        self._settings = settings
        self._transport = transport
        self._profiles = profiles
        self._clock = clock
        self._kinds: OrderedDict[str, tuple[float, Detected]] = OrderedDict()
        self._runs: OrderedDict[str, tuple[float, Run]] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def route(self, model: ModelRef, target: Target) -> tuple[Profile, Endpoint]:
        """How, where and with which key `model` is reached. Raises InvalidRequest, KeyMissing, SettingsError."""
        if model.provider == "server":
            kind = await self.kind(target)
            profile, base_url = self._profiles[kind.flavour], kind.base_url
        else:
            profile = self._profiles[model.provider]
            base_url = profile.base_url
        given = self._given(model.provider, base_url, target)
        key = keys.choose(model.provider, profile, given, bool(target.base_url), self._settings)
        headers = profile.names_caller(self._caller(target.bill_to, given is None))
        lent = self._settings.is_public and given is None and bool(key)
        return profile, Endpoint(base_url, key, headers, own_key=model.provider == "server", lent=lent)

    async def kind(self, target: Target, refresh: bool = False) -> Detected:
        """The kind of the target's server, found out once in ten minutes, or as chosen by hand.

        Raises InvalidRequest where its base URL is none or is not allowed, SettingsError where the configured is.
        """
        address = self._address(target)
        authorization = self._authorization(address, target)
        asker = _asker(address, authorization)
        known = self._known_kind(asker)
        if target.flavour is not None:
            return Detected(target.flavour, known.base_url if known else address, "Chosen by hand.")
        async with self._asking.setdefault(asker, asyncio.Lock()):
            known = self._known_kind(asker)
            if known is None or refresh:
                known = await detect(self._transport, address, authorization)
                self._kinds[asker] = (self._clock(), known)
                if len(self._kinds) > _KEPT:
                    self._kinds.popitem(last=False)
            return known

    async def run(self, model: ModelRef, target: Target) -> Run:
        """Which run of its server `model` is asked at now; asked for, and known for ten minutes."""
        if model.provider != "server":
            return UNTOLD
        profile, endpoint = await self.route(model, target)
        headers = keys.headers(profile, endpoint, host_of(endpoint.base_url))
        found = await run(self._transport, profile, endpoint.base_url, headers)
        self._runs[origin(endpoint.base_url)] = (self._clock(), found)
        if len(self._runs) > _KEPT:
            self._runs.popitem(last=False)
        return found

    def known_run(self, model: ModelRef, target: Target) -> Run:
        """The same without asking: as it was found not long ago."""
        with suppress(PlaygroundError):
            if model.provider == "server":
                at, found = self._runs.get(origin(self._address(target)), (0.0, UNTOLD))
                return found if self._clock() - at < KIND_KEPT_S else UNTOLD
        return UNTOLD

    def known_kind(self, target: Target) -> Detected | None:
        """What was found out of the target's server not long ago; None where it would have to be asked."""
        try:
            address = self._address(target)
            return self._known_kind(_asker(address, self._authorization(address, target)))
        except PlaygroundError:
            return None

    def known_profile(self, model: ModelRef, target: Target) -> Profile:
        """How the server behind `model` takes each parameter, as far as is known without asking it."""
        if model.provider != "server":
            return self._profiles[model.provider]
        if target.flavour is not None:
            return self._profiles[target.flavour]
        kind = self.known_kind(target)
        return self._profiles[kind.flavour if kind else "openai"]

    def known_name(self, model: ModelRef, target: Target) -> str:
        """The host and port that `model` is asked at, as `server_name` has it; empty where that is no address."""
        profile = self.known_profile(model, target)
        try:
            return server_name(
                profile, self._address(target) if model.provider == "server" else profile.base_url
            )
        except PlaygroundError:
            return ""

    async def catalog(self, provider: Provider, target: Target, refresh: bool = False) -> Catalog:
        """The models of a provider, or of the target's server. Raises InvalidRequest, SettingsError."""
        if provider == "embedded":
            return Catalog("embedded model", None, (ModelInfo("embedded", "embedded model"),))
        try:
            source = await self._source(provider, target)
        except KeyMissing as error:
            return Catalog(origin(self._address(target)), note=f"{error} Any model's name can be typed.")
        return await self.catalogues.of(source, refresh)

    async def details(self, model: ModelRef, target: Target) -> ModelInfo | None:
        """What its catalogue says of one model, and of OpenRouter's what each provider takes; None: not listed."""
        if model.provider == "embedded":
            return None
        return await self.catalogues.details(await self._source(model.provider, target), model.id)

    async def explained(self, error: NoProvider, request: ChatRequest, target: Target) -> NoProvider:
        """The same error with the parameters that kept every provider away, where the catalogue tells them."""
        model = None
        with suppress(TimeoutError):
            async with asyncio.timeout(EXPLAINED_WITHIN_S):
                model = await self.details(request.model, target)
        profile = self.known_profile(request.model, target)
        names = lacking(profile, model, request.parameters) if model else ()
        if not names:
            error.remedy = without_requirement(request)
            return error
        why = f"By its catalogue, the provider that takes most of what is set does not take {' or '.join(names)}."
        step = way_out(" and ".join(names))
        parameter = names[0] if len(names) == 1 else None
        remedy = without(names, request)
        return NoProvider(
            f"{error.message} {why}", step, parameter, remedy, status=error.status, words=error.words
        )

    async def known(self, model: ModelRef, target: Target) -> ModelInfo | None:
        """What is known of a model already, without asking anyone; None where that is nothing."""
        if model.provider == "embedded":
            return None
        if model.provider == "server":
            return await self._shown(model, target)
        source = Source.hosted(self._profiles[model.provider])
        return await self.catalogues.known(source, model.id)

    async def _shown(self, model: ModelRef, target: Target) -> ModelInfo | None:
        """What a server's own list says of a model, and what it shows of its sight beside that."""
        listed = None
        if target.flavour is not None or self.known_kind(target) is not None:
            with suppress(PlaygroundError):
                listed = await self.catalogues.known(await self._source("server", target), model.id)
        sees = self.known_run(model, target).sees(model.id)
        return listed if sees is None else replace(listed or ModelInfo(model.id, model.id), pictures=sees)

    async def _source(self, provider: Provider, target: Target) -> Source:
        if provider != "server":
            return Source.hosted(self._profiles[provider])
        profile, endpoint = await self.route(ModelRef("server", ""), target)
        return Source.server(endpoint.base_url, keys.headers(profile, endpoint, host_of(endpoint.base_url)))

    def _address(self, target: Target) -> str:
        """The typed server's address, if a visitor may name it, else the configured one's."""
        if target.base_url:
            address = server_address(target.base_url)
            check_allowed(address, self._settings)
            return address
        if not self._settings.base_url:
            raise InvalidRequest(
                [Problem("base_url", "missing", "the address of the server, beside the model")]
            )
        try:
            return server_address(self._settings.base_url)
        except InvalidRequest as error:
            variable = Settings.variable("base_url")
            raise SettingsError(
                f"{variable} is no address; allowed is {error.problems[0].allowed}.", "Mend it in .env."
            ) from error

    def _known_kind(self, asker: str) -> Detected | None:
        at, kind = self._kinds.get(asker, (0.0, None))
        if kind is None or self._clock() - at >= (KIND_KEPT_S if kind.answered else SILENCE_KEPT_S):
            return None
        return kind

    def _given(self, provider: Provider, base_url: str, target: Target) -> str | None:
        """The key that was given for this very server, be it empty; None where there is none."""
        holder = origin(base_url) if target.base_url else provider
        return target.keys.get(holder, target.api_key)

    def _authorization(self, address: str, target: Target) -> Mapping[str, str]:
        """The key for a server whose kind is not known yet; none where it may not go there."""
        profile = self._profiles["openai"]
        try:
            given = self._given("server", address, target)
            key = keys.choose("server", profile, given, bool(target.base_url), self._settings)
            return keys.headers(profile, Endpoint(address, key, own_key=True), host_of(address))
        except KeyMissing:
            return {}

    def _caller(self, typed_payer: str, owners_key: bool) -> Caller:
        """Who is billed and who asks. In public each key bills whom its own holder names: nobody names another's."""
        owner = self._settings.hf_bill_to
        either = typed_payer or owner
        payer = (owner if owners_key else typed_payer) if self._settings.is_public else either
        return Caller(payer, self._settings.app_url)


def probed_name(model: ModelRef, target: Target, settings: Settings) -> str:
    """The name under which a server's verdicts are kept: its provider's, or its address without the version part.

    Raises InvalidRequest where that is no address.
    """
    if model.provider != "server":
        return PROFILES[model.provider].label
    return root_of(server_address(target.base_url or settings.base_url))


def _asker(address: str, authorization: Mapping[str, str]) -> str:
    """Who asked where, without the key itself: a closed server shows its kind to those alone who have one."""
    key = hashlib.sha256(repr(sorted(authorization.items())).encode()).hexdigest()
    return f"{address} {key}"
