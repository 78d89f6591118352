"""What a server's refusal says would be taken: its words become parameters to set or to leave unset.

Kept apart from the refusals, which tell what happened, because here a guess would do harm: words that can be read in
two ways give no value, and none is offered that would be refused here or that was sent already.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.chat import ChatRequest
from playground.errors import ServerRefused
from playground.parameters import EXTRA_BODY, REGISTRY, UNSET
from playground.problems import check
from playground.remedy import NO_REMEDY, Remedy, of_second
from playground.value_types import Integer, Number, ValueType, is_number
from playground.wire.kinds.profile import Profile
from playground.wire.refusals.at_fault import LIMITS, RENAMED, fields_listed, statements
from playground.wire.refusals.bounds import BOUNDS, OF_MAX_TOKENS, OF_TOP_LOGPROBS, bounds, room

_EXTRA: Final = EXTRA_BODY.name

_WORD: Final = r"[`'\"][\w-]+[`'\"]"
_NEXT: Final = r"(?:,? (?:and|or) |, ?)"
_ONE_OF: Final = re.compile(
    rf"(?:supported (?:\w+ )?values(?: are)?:?|expected(?: one of)?|(?:must|should) be(?: one of:?)?) "
    rf"[\[({{]?({_WORD}(?:{_NEXT}{_WORD})*)"
    rf"|(?:supported (?:\w+ )?values(?: are)?:?|one of:?) [\[({{]?(\w+(?:{_NEXT}\w+)+)"
    r"|(?:must|should) be (?:either )?(\w+ or \w+)",
    re.IGNORECASE,
)
"""OpenAI; whatever reads its JSON with serde, as TGI; whatever reads it with pydantic; Groq without quotes."""

_CHOICE: Final = re.compile(r"tool[ _]choice[`'\"]? must be [`'\"]?(auto)[`'\"]?(?! or|, )", re.IGNORECASE)
"""mlx-openai-server (issue 49), whatever else was chosen: a word, or a function."""

_CALLS: Final = ("required", "auto")
"""tool_choice, from what must be called to what may be: what asks for a call becomes the first that is supported."""

_IN_ORDER: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""reasoning_effort: of what is supported the nearest is meant."""

_INSTEAD: Final = re.compile(r"\buse [`'\"]?(max_completion_tokens|max_tokens)\b", re.IGNORECASE)
"""OpenAI, Azure, and who passes their words on."""

_STREAMS_ONLY: Final = re.compile(r"only supports? stream", re.IGNORECASE)
"""DashScope."""

_WITH_PROMPT: Final = re.compile(r"\b(?:sum|total|together|plus|combined|prompt)\b|\+", re.IGNORECASE)
"""What tells that a bound is not that of the answer alone."""

_SET_TO: Final = re.compile(
    r"(?:(?:^|[.,;:] |\bplease |\bor )set (?:the )?[`'\"]?(\w+)[`'\"]?(?: parameter)?(?: ?= ?| to )"
    r"|\b(\w+)[`'\"]?(?: parameter)? (?:must be set|is restricted) to )[`'\"]?(\w+)\b",
    re.IGNORECASE,
)
"""DashScope: parameter.enable_thinking must be set to false; OpenAI: or set reasoning_effort to 'none'."""

_SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    **{name: {"true": True, "false": False} for name in ("stream", "enable_thinking")},
    "reasoning_effort": {word: word for word in _IN_ORDER},
    "tool_choice": {word: word for word in ("auto", "none", "required")},
}
"""What words may ask for whether or not it was sent, with the values that mean what they are called."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value was set, as its name among the changes: a parameter, or a field of the extra JSON."""

    change: str
    value: Any
    kind: ValueType | None


def remedied(error: ServerRefused, request: ChatRequest, profile: Profile) -> ServerRefused:
    """The same refusal with the remedy that its words name, and a next step that says so."""
    changes = _changes(error.words, error.parameter, request, profile)
    remedy = _offered(changes, request) if _is_sound(changes, request, profile) else NO_REMEDY
    named = error.parameter and (_own(error.parameter, request) or error.parameter)
    if not remedy and named == error.parameter:
        return error
    step = remedy.step if remedy else error.next_step
    if remedy and error.status == 402:
        step = f"{remedy.what} and try again, or add credit."
    return ServerRefused(error.message, step, named, remedy, status=error.status, words=error.words)


def without(names: Iterable[str], request: ChatRequest) -> Remedy:
    """These parameters left unset, and with them what makes no sense alone."""
    return _offered({n: v for name in names for n, v in _unset(name, request).items()}, request)


def without_requirement(request: ChatRequest) -> Remedy:
    """OpenRouter's switch off that passes over providers which do not take every parameter."""
    provider = request.extra.get("provider")
    kept = provider if isinstance(provider, Mapping) else {}
    return _offered({f"{_EXTRA}.provider": {**kept, "require_parameters": False}}, request)


def _offered(changes: Mapping[str, Any], request: ChatRequest) -> Remedy:
    if request.preset:
        return NO_REMEDY  # what is set is up to the preset
    return of_second(Remedy(changes, {_EXTRA: request.extra}), request.varied_by)


def _changes(words: str, named: str | None, request: ChatRequest, profile: Profile) -> Mapping[str, Any]:
    """What the words ask for, of all that they find fault with; one of several alone would be refused again."""
    said = statements(words, _sent(request)) if named else {}
    if len(said) < 2 or said.keys() >= set(LIMITS):
        return _asked_for(words, named, request, profile)
    counts_prompt = _WITH_PROMPT.search(words)
    texts = {name: words if counts_prompt and name in LIMITS else text for name, text in said.items()}
    parts = {name: _asked_for(text, name, request, profile) for name, text in texts.items()}
    # "temperature and top_p must be between 0 and 1" finds no fault with the one that is
    mended = {texts[name] for name, part in parts.items() if UNSET not in part.values()}
    return _all_of([p for name, p in parts.items() if UNSET not in p.values() or texts[name] not in mended])


def _sent(request: ChatRequest) -> tuple[str, ...]:
    return ("model", "messages", *request.parameters, *request.extra)


def _asked_for(words: str, named: str | None, request: ChatRequest, profile: Profile) -> Mapping[str, Any]:
    """What the words ask for of one parameter; the exact value comes before leaving it unset."""
    limit = _place("max_tokens", request, profile)
    if (left := room(words, limit and limit.value, _length(request))) is not None:
        return _bounded("max_tokens", {"most": {left}}, request, profile)
    for of, wordings in (("max_tokens", OF_MAX_TOKENS), ("top_logprobs", OF_TOP_LOGPROBS)):
        if found := bounds(words, wordings):
            return _bounded(of, found, request, profile)
    if _STREAMS_ONLY.search(words) and not request.streams:
        return {"stream": True}
    if (asked_for := _set_to(words, request)) is not None:
        return asked_for
    if named is None or named in ("model", "messages") or (place := _place(named, request, profile)) is None:
        return {}
    return (
        _moved(words, place, request)
        or _allowed(words, named, request, profile)
        or _one_limit(words, named, request, profile)
        or _all_of([_unset(name, request) for name in (named, *fields_listed(words, _sent(request)))])
    )


def _all_of(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Changes that help together; nothing where one of them would not. What is left unset needs no value."""
    changes = {name: value for part in parts for name, value in part.items()}
    unset = {name: UNSET for part in parts for name, value in part.items() if value is UNSET}
    return {**changes, **unset} if all(parts) else {}


def _allowed(words: str, name: str, request: ChatRequest, profile: Profile) -> Mapping[str, Any]:
    """The value that the words allow in place of the one that was sent; empty where they do not tell."""
    if (place := _place(name, request, profile)) is None:
        return {}
    if name in LIMITS and _WITH_PROMPT.search(words):
        return _chosen(words, place)
    # "only temperature=1 is supported", "only a temperature of 1"
    said = re.sub(rf"\b(?:an? )?{re.escape(name)}(?: ?= ?| of )(?=-?\d)", "", words, flags=re.IGNORECASE)
    return _bounded(name, bounds(said, BOUNDS), request, profile) or _chosen(words, place)


def _length(request: ChatRequest) -> int:
    """How many bytes there are to be read, at most."""
    said = str((request.messages, dict(request.parameters), request.extra))
    return len(said.encode(errors="surrogatepass"))


def _fields_of(name: str) -> tuple[str, ...]:
    """The body fields that are this parameter."""
    return LIMITS if name in LIMITS else (name, *(field for field, own in RENAMED.items() if own == name))


def _own(name: str, request: ChatRequest) -> str | None:
    """The parameter that went as `name`; of a limit's two names the newer, beside which the older does not go."""
    return next((n for n in reversed(_fields_of(name)) if n in request.parameters), None)


def _place(name: str, request: ChatRequest, profile: Profile) -> _Place | None:
    """Where `name` was set; None where the caller did not. The extra JSON has the last word."""
    kind = profile.kinds.get(name, REGISTRY[name].kind) if name in REGISTRY else None
    for field in _fields_of(name):
        if field in request.extra:
            return _Place(f"{_EXTRA}.{field}", request.extra[field], kind)
    if (own := _own(name, request)) is not None:
        return _Place(own, request.parameters[own], kind)
    return None


def _bounded(
    name: str, said: Mapping[str, set[float]], request: ChatRequest, profile: Profile
) -> Mapping[str, Any]:
    """The value within the bounds that is nearest to what was sent; none where they say two things."""
    if not said or any(len(numbers) > 1 for numbers in said.values()):
        return {}
    place = _place(name, request, profile)
    if place is None:  # not sent: the server's own length was too much
        kind = REGISTRY[name].kind
        place = _Place(name, math.inf, kind) if name == "max_tokens" else None
    if place is None or not (is_number(place.value) or place.value == math.inf):
        return {}
    numbers = {bound: min(found) for bound, found in said.items()}
    low, high = _inclusive(numbers, place)
    if low > high or (isinstance(place.kind, Integer) and any(n % 1 for n in numbers.values())):
        return {}  # 8.192 tokens are thousands elsewhere
    value = min(max(place.value, low), high)
    if isinstance(place.kind, Integer) or (place.kind is None and isinstance(place.value, int)):
        value = int(value)
    if value == place.value or (place.kind and any(place.kind.faults(value))):
        return {}
    return {place.change: value}


def _inclusive(bounds: Mapping[str, float], place: _Place) -> tuple[float, float]:
    """The lowest and the highest value within `bounds`, a step of the parameter's widget inside what is excluded."""
    if "only" in bounds:
        return bounds["only"], bounds["only"]
    step = place.kind.step if isinstance(place.kind, (Number, Integer)) else 1
    low, high = bounds.get("least", -math.inf), bounds.get("most", math.inf)
    if "above" in bounds:
        low = max(low, round((math.floor(round(bounds["above"] / step, 9)) + 1) * step, 9))
    if "below" in bounds:
        high = min(high, round((math.ceil(round(bounds["below"] / step, 9)) - 1) * step, 9))
    if isinstance(place.kind, Integer):
        return math.ceil(low) if low > -math.inf else low, math.floor(high) if high < math.inf else high
    return low, high


def _moved(words: str, place: _Place, request: ChatRequest) -> Mapping[str, Any]:
    """The limit under the other one of its two names."""
    found = _INSTEAD.search(words)
    if found is None or place.change.rpartition(".")[2] not in LIMITS:
        return {}
    wanted = found[1].lower()
    if wanted == place.change or wanted in request.extra or wanted in request.parameters:
        return {}
    return {place.change: UNSET, wanted: place.value}


def _chosen(words: str, place: _Place) -> Mapping[str, Any]:
    """The one supported word, or of those that have an order the nearest to what was sent."""
    if place.change.rpartition(".")[2] == "tool_choice" and (choice := _CHOICE.search(words)):
        return {place.change: choice[1].lower()} if place.value != choice[1].lower() else {}
    found = _ONE_OF.search(words)
    if found is None:
        return {}
    listed = re.findall(r"[\w-]+", found[1] or found[2] or found[3])
    value = _nearest([word for word in listed if word not in ("and", "or")], place)
    return {} if value is None or value == place.value else {place.change: value}


def _nearest(offered: Sequence[str], place: _Place) -> str | None:
    """Of the words that are supported the one that is nearest to what was sent; None where that cannot be told."""
    if place.value in offered:
        return None
    if place.change.rpartition(".")[2] == "tool_choice":
        known = place.value != "none" and set(offered) <= {*_CALLS, "any", "none"}
        return next((word for word in _CALLS if word in offered), None) if known else None
    if not isinstance(place.value, str):
        return None
    if len(offered) == 1:
        return offered[0]
    if place.value not in _IN_ORDER or not offered or not set(offered) <= set(_IN_ORDER):
        return None
    at = _IN_ORDER.index(place.value)
    return min(offered, key=lambda word: abs(_IN_ORDER.index(word) - at))


def _set_to(words: str, request: ChatRequest) -> Mapping[str, Any] | None:
    """What is asked for in so many words: nothing where it was sent so already, None where nothing is."""
    for own, other, word in _SET_TO.findall(words):
        name = own or other
        value = _SETTINGS.get(name, {}).get(word.lower())
        given = request.extra if name in request.extra or name not in REGISTRY else request.parameters
        if value is not None:
            change = name if given is request.parameters else f"{_EXTRA}.{name}"
            return {} if given.get(name) == value else {change: value}
    return None


def _one_limit(words: str, named: str, request: ChatRequest, profile: Profile) -> Mapping[str, Any]:
    """Of a limit that was sent under both of its names the one at fault taken out, so that the answer keeps a limit.

    Where the words do not tell, that is the older one: who takes both takes the newer one of every model.
    """
    places = {f"{_EXTRA}.{name}": name for name in LIMITS if name in request.extra}
    if (own := _own("max_tokens", request)) is not None:
        places[own] = next(iter(profile.rule(own).apply(own, request).fields), own)
    if named not in LIMITS or len(set(places.values())) == 1:
        return {}
    old, new = LIMITS
    wanted = found[1].lower() if (found := _INSTEAD.search(words)) else new
    fault = old if wanted == new and re.search(rf"\b{old}\b", words) else new
    return {change: UNSET for change, name in places.items() if name == fault}


def _unset(name: str, request: ChatRequest) -> dict[str, Any]:
    """`name` left unset wherever it was set, and what is set beside it and needs it."""
    in_extra = [f"{_EXTRA}.{n}" for n in _fields_of(name) if n in request.extra]
    own = [sent] if (sent := _own(name, request)) is not None else []
    needing = [
        record.name
        for record in REGISTRY.values()
        if record.requires == name and request.parameters.get(record.name, record.default) != record.default
    ]
    return dict.fromkeys([*own, *needing, *in_extra], UNSET)


def _is_sound(changes: Mapping[str, Any], request: ChatRequest, profile: Profile) -> bool:
    """Whether what would be asked with is not refused here."""
    own = {name: value for name, value in changes.items() if name in REGISTRY}
    values = {"model": "any", "messages": request.messages, **request.parameters, **own}
    given = {name: value for name, value in values.items() if value is not UNSET}
    return not check(given, "create_preference", profile.kinds)
