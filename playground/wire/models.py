"""What a catalogue says of a model, read from the three kinds of model list that servers give.

Kept apart from the fetching, and pure, because a list comes from outside: every field may be missing, null or
nonsense, and one odd entry must not cost the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

MAX_MODELS: Final = 10_000
_MAX_ID: Final = 200
_MAX_PARAMETERS: Final = 200
_MILLION: Final = 1_000_000.0
_SAMPLING: Final = ("temperature", "top_p", "top_k", "min_p", "repetition_penalty")
POLICIES: Final = ("fastest", "cheapest", "preferred")
"""How HuggingFace's router may choose a provider (hub-docs, inference-providers/index)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One provider that serves a model. None stands for unknown, here and in `ModelInfo`.

    Prices are US dollars for a million tokens. `status` is the catalogue's own word: live, staging, error.
    """

    provider: str
    status: str = ""
    context: int | None = None
    price_in: float | None = None
    price_out: float | None = None
    tools: bool | None = None
    structured: bool | None = None
    parameters: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One model of a catalogue: `parameters` are the catalogue's own names of what it takes.

    With several offers, context is the longest and the price the lowest of those that are live. `defaults` are used
    where nothing is set; `suggested` are its author's values, and `suggested_in` is where they stand. `ends` is the
    date (ISO 8601) from which on it may be gone, or empty.
    """

    id: str
    name: str
    context: int | None = None
    price_in: float | None = None
    price_out: float | None = None
    parameters: frozenset[str] | None = None
    defaults: Mapping[str, float] = field(default_factory=dict)
    tools: bool | None = None
    structured: bool | None = None
    offers: tuple[Offer, ...] = ()
    suggested: Mapping[str, float] = field(default_factory=dict)
    suggested_in: str = ""
    ends: str = ""
    pictures: bool | None = None

    def of_provider(self, name: str) -> ModelInfo:
        """The model as one of its providers serves it; unchanged when that one is not on the list."""
        return summed(self, tuple(o for o in self.offers if o.provider == name)) if name else self

    def offered(self, offers: tuple[Offer, ...]) -> ModelInfo:
        """The model with its providers, whose parameters count together where its list names none."""
        named = [offer.parameters for offer in offers if offer.parameters is not None]
        together = frozenset().union(*named) if named else None
        return replace(
            self, offers=offers, parameters=together if self.parameters is None else self.parameters
        )


def find(models: tuple[ModelInfo, ...], model_id: str) -> ModelInfo | None:
    """The model that an id means, with HuggingFace's and OpenRouter's suffixes; None when it is not listed.

    `:groq` narrows to that provider (hub-docs, inference-providers/index); `:fastest` or `:nitro` is a way of
    choosing one, and says nothing of parameters. OpenRouter lists variants such as `:free` as models of their own.
    """
    base, _, suffix = model_id.partition(":")
    listed = {model.id: model for model in models}
    if model_id in listed:
        return listed[model_id]
    if base not in listed:
        return None
    return listed[base].of_provider("" if suffix in POLICIES else suffix)


def of_huggingface(document: Any) -> tuple[ModelInfo, ...]:
    """The router's GET /v1/models: providers with prices per million (hub-docs, inference-providers/hub-api)."""
    return tuple(
        summed(
            ModelInfo(model_id, model_id, pictures=_reads_pictures(entry)), tuple(_huggingface_offers(entry))
        )
        for model_id, entry in _entries(document)
        if _writes_text(entry)
    )


def of_openrouter(document: Any) -> tuple[ModelInfo, ...]:
    """OpenRouter's GET /api/v1/models: prices per token, as texts (OpenRouter docs, guides/overview/models)."""
    return tuple(
        _openrouter_model(model_id, entry) for model_id, entry in _entries(document) if _writes_text(entry)
    )


def of_openrouter_endpoints(document: Any) -> tuple[Offer, ...]:
    """The providers of one model, from GET /api/v1/models/{author}/{slug}/endpoints.

    What a model takes "is determined per endpoint, not just per model" (OpenRouter docs, structured outputs).
    """
    data = _mapping(document).get("data")
    endpoints = _mapping(data).get("endpoints")
    entries = [e for e in endpoints if isinstance(e, Mapping)] if isinstance(endpoints, list) else []
    return tuple(map(_openrouter_offer, entries))


def of_server(document: Any) -> tuple[ModelInfo, ...]:
    """Any OpenAI-compatible GET /v1/models, whose entries promise an id and nothing else.

    The context is where vLLM (max_model_len), llama.cpp (meta.n_ctx_train) and others (context_length) put it, the end
    where OpenAI (shutdown_date; API reference, models) and Mistral (deprecation; docs.mistral.ai/api, models) do.
    """
    return tuple(
        ModelInfo(
            model_id,
            _text(entry.get("name")) or model_id,
            context=_server_context(entry),
            ends=_date(entry.get("shutdown_date")) or _date(entry.get("deprecation")),
            pictures=_reads_pictures(entry),
        )
        for model_id, entry in _entries(document)
    )


def summed(model: ModelInfo, offers: tuple[Offer, ...]) -> ModelInfo:
    """`model` with these offers, and what they amount to; without any it stays as it is."""
    if not offers:
        return model
    live = [offer for offer in offers if offer.status in ("live", "")] or list(offers)
    priced = [(o.price_in, o.price_out) for o in live if o.price_in is not None and o.price_out is not None]
    price_in, price_out = min(priced, key=sum, default=(None, None))
    return replace(
        model,
        context=max((o.context for o in live if o.context is not None), default=None),
        price_in=price_in,
        price_out=price_out,
        tools=_any([o.tools for o in live]),
        structured=_any([o.structured for o in live]),
        offers=offers,
    )


def _any(flags: list[bool | None]) -> bool | None:
    """Yes if one says yes; no if all say no; else unknown."""
    if any(flags):
        return True
    return None if None in flags else False


def _huggingface_offers(entry: Mapping[str, Any]) -> Iterator[Offer]:
    providers = entry.get("providers")
    for offer in providers if isinstance(providers, list) else []:
        if isinstance(offer, Mapping) and (name := _text(offer.get("provider"))):
            prices = _mapping(offer.get("pricing"))
            yield Offer(
                name,
                _text(offer.get("status")),
                _count(offer.get("context_length")),
                _number(prices.get("input")),
                _number(prices.get("output")),
                _flag(offer.get("supports_tools")),
                _flag(offer.get("supports_structured_output")),
            )


def _openrouter_model(model_id: str, entry: Mapping[str, Any]) -> ModelInfo:
    parameters = _names(entry.get("supported_parameters"))
    price_in, price_out = _prices_per_token(entry)
    defaults = {
        n: v
        for n, raw in _mapping(entry.get("default_parameters")).items()
        if (v := _signed(raw)) is not None
    }
    return ModelInfo(
        model_id,
        _text(entry.get("name")) or model_id,
        _count(entry.get("context_length")),
        price_in,
        price_out,
        parameters,
        {_text(name): value for name, value in defaults.items()},
        None if parameters is None else "tools" in parameters,
        None if parameters is None else "structured_outputs" in parameters,
        suggested={_text(name): value for name, value in defaults.items()},
        suggested_in="OpenRouter's catalogue",
        ends=_date(entry.get("expiration_date")),
        pictures=_reads_pictures(entry),
    )


def of_generation_config(document: Any) -> dict[str, float]:
    """A model's generation_config.json on the Hub (transformers docs, GenerationConfig): its numbers for sampling.

    None of them counts where it says not to sample.
    """
    config = _mapping(document)
    if config.get("do_sample") is False:
        return {}
    named = ((name, _signed(config.get(name))) for name in _SAMPLING)
    return {name: value for name, value in named if value is not None}


def _openrouter_offer(entry: Mapping[str, Any]) -> Offer:
    """One endpoint. Its status is 0 when all is well, and below 0 when OpenRouter would rather use others."""
    parameters = _names(entry.get("supported_parameters"))
    price_in, price_out = _prices_per_token(entry)
    status = entry.get("status")
    return Offer(
        _text(entry.get("provider_name")) or _text(entry.get("tag")) or "?",
        ("live" if status >= 0 else "error") if isinstance(status, int) else "",
        _count(entry.get("context_length")),
        price_in,
        price_out,
        None if parameters is None else "tools" in parameters,
        None if parameters is None else "structured_outputs" in parameters,
        parameters,
    )


def _prices_per_token(entry: Mapping[str, Any]) -> tuple[float | None, float | None]:
    prices = _mapping(entry.get("pricing"))
    found = (_number(prices.get("prompt")), _number(prices.get("completion")))
    return tuple(None if p is None else round(p * _MILLION, 6) for p in found)  # type: ignore[return-value]


def _server_context(entry: Mapping[str, Any]) -> int | None:
    meta = _mapping(entry.get("meta"))
    for value in (
        entry.get("max_model_len"),
        entry.get("context_length"),
        meta.get("n_ctx"),
        meta.get("n_ctx_train"),
    ):
        if (count := _count(value)) is not None:
            return count
    return None


def entries_of(document: Any) -> list[Any] | None:
    """The entries of a list of models; None where the document is no such list.

    OpenAI's is under "data", which Ollama has as null while it has no model; its own and llama.cpp's is under "models",
    without ids; some give the bare list.
    """
    if isinstance(document, list):
        return document
    lists = [_mapping(document)[name] for name in ("data", "models") if name in _mapping(document)]
    if not any(each is None or isinstance(each, list) for each in lists):
        return None
    data, own = (_mapping(document).get(name) for name in ("data", "models"))
    return data if isinstance(data, list) and data else _named(own)


def _named(entries: Any) -> list[Any]:
    """Entries whose id is called model or name (Ollama docs, api: list local models)."""
    found = [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    return [{**e, "id": e.get("id") or e.get("model") or e.get("name")} for e in found]


def left_out(document: Any) -> str:
    """What of a list is not taken, in a sentence; empty where that is nothing. Each id counts once."""
    ids = [_text(_mapping(entry).get("id")) for entry in entries_of(document) or []]
    beyond, nameless = len(set(ids) - {""}) - MAX_MODELS, ids.count("")
    missing = [f"{beyond:,} models beyond the first {MAX_MODELS:,}"] if beyond > 0 else []
    missing += [f"{nameless:,} without a usable id"] if nameless else []
    return f"Not listed here: {', '.join(missing)}. Any model's name can be typed." if missing else ""


def _entries(document: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The entries of a list that have a usable id, each id once."""
    seen: set[str] = set()
    for entry in entries_of(document) or []:
        model_id = _text(_mapping(entry).get("id"))
        if model_id and model_id not in seen and len(seen) < MAX_MODELS:
            seen.add(model_id)
            yield model_id, entry


def _writes_text(entry: Mapping[str, Any]) -> bool:
    """Whether a model writes text at all; one that does not say so is taken to."""
    outputs = _mapping(entry.get("architecture")).get("output_modalities")
    return not isinstance(outputs, list) or not outputs or "text" in outputs


def _reads_pictures(entry: Mapping[str, Any]) -> bool | None:
    """Whether a model takes pictures: OpenRouter and HuggingFace list the modalities of its input; others rarely do."""
    inputs = _mapping(entry.get("architecture")).get("input_modalities")
    return "image" in inputs if isinstance(inputs, list) and inputs else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    """A short text of one line; empty for anything else."""
    if not isinstance(value, str) or len(value) > _MAX_ID:
        return ""
    return value.strip() if value.isprintable() else ""


def _date(value: Any) -> str:
    """The day of an ISO 8601 date or time; empty for anything else."""
    try:
        return date.fromisoformat(value[:10]).isoformat() if isinstance(value, str) else ""
    except ValueError:
        return ""


def _names(value: Any) -> frozenset[str] | None:
    if not isinstance(value, list):
        return None
    return frozenset(name for entry in value[:_MAX_PARAMETERS] if (name := _text(entry)))


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and 1 <= number < 1e12 else None


def _number(value: Any) -> float | None:
    """A number that is not negative, also as a text: OpenRouter's router models cost "-1", that is, it depends."""
    number = _signed(value)
    return number if number is not None and number >= 0 else None


def _signed(value: Any) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9.]{1,30}(e-?[0-9]{1,3})?", value.lower()):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
