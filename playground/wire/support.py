"""Whether a model takes a parameter, before anything is sent: what a kind or a catalogue says, and of a whole request.

Kept apart from the profiles because here holds for all kinds what none of them decides. What neither a kind nor a
catalogue says is unknown, never "yes".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from playground.chat import ChatRequest
from playground.events import Report, ReportLine
from playground.parameters import EXTRA_BODY, REGISTRY
from playground.wire.kinds.profile import Profile, Support, Switch
from playground.wire.models import ModelInfo, Offer
from playground.wire.restrictions import Restriction, concerning, says_something
from playground.wire.rules import Withhold

NOTHING_MEASURED: Final[Mapping[str, Support]] = MappingProxyType({})
_AS_IT_IS: Final = Support("yes", "It goes into the body as it is.")


def supported(profile: Profile, model: ModelInfo | None, parameter: str) -> Support:
    """Whether `model`, reached by `profile`, takes `parameter`; `model` is None where no catalogue lists it."""
    if parameter in ("model", "messages"):
        return Support("yes", "Every call has it.")
    if REGISTRY[parameter].call != "create":
        return Support("yes", "It is used here.")
    rule = profile.rule(parameter)
    if isinstance(rule, Withhold):
        return Support("no", rule.why)
    if profile.takes is None:
        return Support(
            "unknown", "This server does not say which parameters it takes; it may ignore or refuse it."
        )
    if parameter == "stream":
        return Support("yes", "Every server of this kind streams.")
    return profile.takes(profile, model, parameter)


def foreseen(
    profile: Profile,
    model: ModelInfo | None,
    request: ChatRequest,
    measured: Mapping[str, Support] = NOTHING_MEASURED,
) -> dict[str, Support]:
    """The same of every parameter in this very request: beside what else is set, and with a warning where it is lost.

    A restriction stands at each row that it is about; one that the extra JSON decides, at that. What was `measured`
    wins over what a catalogue or a guide says, but it was measured alone: not over what follows from what else is set.
    """
    said = {name: _beside(profile, supported(profile, model, name), name, request) for name in REGISTRY}
    kept = {n: s for n, s in measured.items() if not isinstance(profile.rule(n), Withhold)}
    found = {**said, **kept}
    for each in concerning(profile.restrictions, request.model.id):
        for name in kept.keys() & each.parameters:
            if not each.meets(name, request) and each.meets(name, _alone(name, request)):
                found[name] = said[name]
        _apply(each, request, found, kept)
    for name in REGISTRY:
        if found[name].answer in ("refused", "void") and says_something(name, request):
            found[name] = replace(found[name], warning=found[name].told)
    return found


def _beside(profile: Profile, support: Support, name: str, request: ChatRequest) -> Support:
    """What becomes of a parameter that the catalogue does not list, by the switch that decides it."""
    switch = profile.refuses_untaken
    if support.answer != "no" or switch is None or isinstance(profile.rule(name), Withhold):
        return support
    if _is_on(profile, switch, request):
        return replace(support, answer="refused", why=f"{support.why} With {switch.name} it is refused.")
    why = f"{support.why} Without {switch.name} it is dropped, and nothing is said."
    return replace(support, answer="void", why=why)


def _is_on(profile: Profile, switch: Switch, request: ChatRequest) -> bool:
    outer, inner = switch.path
    given = request.extra.get(outer)
    return given[inner] is True if isinstance(given, Mapping) and inner in given else profile.stands(switch)


def _alone(name: str, request: ChatRequest) -> ChatRequest:
    """The request as a probe of one parameter sends it: with nothing beside."""
    return replace(request, parameters={n: v for n, v in request.parameters.items() if n == name}, extra={})


def _apply(
    restriction: Restriction,
    request: ChatRequest,
    found: dict[str, Support],
    measured: Mapping[str, Support],
) -> None:
    """Writes down at each row what a restriction of the model says there. What is not sent anyway stays so."""
    sent = [name for name in restriction.parameters if found[name].answer not in ("refused", "no")]
    lost = [name for name in sent if restriction.meets(name, request)]
    lost = [n for n in lost if n not in measured or not restriction.meets(n, _alone(n, request))]
    for name in lost:
        found[name] = Support(restriction.fate, restriction.why, restriction.source, restriction.at)
    for name in sent:
        if name not in lost:
            found[name] = replace(found[name], beside=(*found[name].beside, restriction.told))
    warned = restriction.told if any(says_something(name, request) for name in lost) else ""
    for setting in restriction.unless:
        name = setting.name if setting.name in REGISTRY else EXTRA_BODY.name
        here = found.get(name, _AS_IT_IS)
        warning = f"{here.warning} {warned}".strip()
        found[name] = replace(here, beside=(*here.beside, restriction.told), warning=warning)


def foretold(report: Report, support: Mapping[str, Support]) -> Report:
    """The report with what is foreseen to be refused, or to be void, at the line of each parameter that is sent."""
    return tuple(_with_fate(line, support.get(line.parameter)) for line in report)


def _with_fate(line: ReportLine, support: Support | None) -> ReportLine:
    match support:
        case Support(answer="refused" | "void" as fate) if line.state in ("sent", "encoded"):
            return replace(line, why=f"{line.why} {support.told}".strip(), foretold=fate)
        case _:
            return line


def takes_pictures(profile: Profile, model: ModelInfo | None) -> Support:
    """Whether `model`, reached by `profile`, reads pictures; `model` is None where no catalogue lists it."""
    if profile.text_only:
        return Support("no", profile.text_only)
    if model is None or model.pictures is None:
        return Support(
            "unknown", "Nothing says whether this model reads pictures: it may refuse or ignore them."
        )
    if model.pictures:
        return Support("yes", f"{profile.label} says that this model reads pictures.")
    return Support("no", f"{profile.label} says that this model reads no pictures.")


def lacking(profile: Profile, model: ModelInfo, parameters: Iterable[str]) -> tuple[str, ...]:
    """The fewest of the set parameters that, left unset, let one of the model's providers take all the others.

    Empty where one takes them all as far as the catalogue says, which then does not explain a refusal.
    """
    names = [name for name in parameters if name in REGISTRY]
    refused = {name for name in names if supported(profile, model, name).answer == "no"}
    offers = model.offers or (Offer(""),)
    missing = [tuple(n for n in names if n in refused or not _taken(profile, offer, n)) for offer in offers]
    return min(missing, key=len)


def _taken(profile: Profile, offer: Offer, parameter: str) -> bool:
    """Whether one of a model's providers takes it, as far as is known."""
    if offer.parameters is None or REGISTRY[parameter].call != "create":
        return True
    names = profile.listed(parameter)
    return parameter in ("stream", "stream_options") or not offer.parameters.isdisjoint(names)
