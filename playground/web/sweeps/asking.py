"""What the page asks to have swept, read from its JSON, and what it would come to.

Kept apart from the requests that run it: this is asked at every change of the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request

from playground.backend import Backend, model_of, profile_of, request_of
from playground.cost import Cost
from playground.errors import InvalidRequest, PlaygroundError, Problem
from playground.servers import Target
from playground.sweeps.asked import sweep_of
from playground.sweeps.plan import Sweep
from playground.sweeps.run import MOST_AT_ONCE, Limits, samples
from playground.web.credentials import target_of
from playground.web.page_request import read_json
from playground.wire.models import ModelInfo

MOST_CALLS_OF_A_VISITOR: Final = 300
"""Of a public page, whose embedded model all visitors share."""

_APART: Final = ("messages", "stream", "diff_frequency", "pref_params")
"""Rows of the page that mean nothing to a sweep: it has prompts of its own, always streams, and draws no pairs."""


@dataclass(frozen=True, slots=True)
class AskedSweep:
    """A sweep as the page asks for it: its plan, where it goes, its name, and how fast it may be."""

    sweep: Sweep
    target: Target
    name: str
    limits: Limits

    @classmethod
    async def read(cls, request: Request, backend: Backend) -> AskedSweep:
        """Parses the page's JSON. Raises ValueError, InvalidRequest."""
        sent = await read_json(request)
        target = target_of(request, sent, backend.settings)
        texts = {name: _text(sent, name) for name in ("model", "seeds", "prompts", "reference", "name")}
        values = {n: v for n, v in _object(sent, "parameters").items() if n not in _APART}
        before = sent.get("messages") or []
        if not isinstance(before, list):
            raise ValueError("This request is not what the page sends: messages must be a list.")
        prompt = texts["prompts"]
        sweep = sweep_of(
            {**values, "model": texts["model"]},
            _axes(sent),
            messages=before,
            prompts=prompt if sent.get("is_list") else [prompt] if prompt.strip() else (),
            reference=texts["reference"],
            seeds=texts["seeds"],
            extra_body=_object(sent, "extra_body"),
        )
        _bounded(sweep, backend)
        return cls(sweep, target, texts["name"], Limits(_at_once(sent)))

    @property
    def where(self) -> dict[str, Any]:
        """What a kept sweep says of its server, and how fast it may be asked; no key."""
        return {
            "base_url": self.target.base_url,
            "bill_to": self.target.bill_to,
            "flavour": self.target.flavour,
            "at_once": self.limits.at_once,
        }


def _bounded(sweep: Sweep, backend: Backend) -> None:
    calls = len(sweep.calls())
    if backend.settings.is_public and calls > MOST_CALLS_OF_A_VISITOR:
        most = f"at most {MOST_CALLS_OF_A_VISITOR}. A local one takes more."
        said = f"{calls:,} calls are too many on a public page; {most}"
        raise InvalidRequest([Problem("axes", "", "", said=said)])


def foresee(asked: AskedSweep, backend: Backend) -> None:
    """Holds every value and prompt against what is known of their servers; asks nobody. Raises InvalidRequest."""
    sweep = asked.sweep
    for call in samples(sweep):
        values = sweep.values_of(call)
        target = asked.target
        model = model_of(values.get("model"), target)
        if model is not None and model.provider == "server" and target.flavour is None:
            kind = backend.servers.known_kind(target)
            target = replace(target, flavour=kind.flavour if kind else None)
        request_of(values, "create", target, sweep.extra_body)


async def plan_row(asked: AskedSweep, backend: Backend) -> dict[str, Any]:
    """What the sweep would come to, in numbers and in words. Raises InvalidRequest."""
    foresee(asked, backend)
    sweep = asked.sweep
    costs = sweep.costs()
    total = sum(costs.values(), Cost())
    return {
        "cells": sweep.cells,
        "calls": total.calls,
        "prompts": len(sweep.prompts),
        "seeds": len(sweep.seeds) or 1,
        "prompt_tokens": total.prompt_tokens,
        "answer_tokens": total.answer_tokens,
        "prices": await prices_of(sweep, asked.target, backend),
    }


async def prices_of(sweep: Sweep, target: Target, backend: Backend) -> list[str]:
    """What all its calls may cost in money, in a sentence for each model, equal ones once."""
    costs = sweep.costs()
    words = [
        price_of(name, cost, await _known(name, target, backend), target) for name, cost in costs.items()
    ]
    return list(dict.fromkeys(words))


def price_of(name: str, cost: Cost, info: ModelInfo | None, target: Target) -> str:
    """In words what the calls to one model may cost; prices are US dollars for a million tokens."""
    model = model_of(name, target)
    if model is None or model.provider == "embedded":
        return "The embedded model costs nothing."
    if model.provider == "server":
        return "Whether it costs money, the server's owner knows."
    label = profile_of(model, target).label
    if info is None or info.price_in is None or info.price_out is None:
        return f"{label} charges for {name}; its price is not known here."
    most = cost.dollars(info)
    if most is None:
        read = cost.prompt_tokens * info.price_in / 1e6
        return f"{name}: about ${read:.4f} for the prompts; its answers have no limit (set max_tokens)."
    return f"{name}: at most about ${most:.4f}, by {label}'s list of prices."


async def _known(name: str, target: Target, backend: Backend) -> ModelInfo | None:
    model = model_of(name, target)
    try:
        return await backend.servers.known(model, target) if model else None
    except PlaygroundError:
        return None


def _axes(sent: Mapping[str, Any]) -> list[tuple[str, str]]:
    axes = sent.get("axes")
    if not isinstance(axes, list) or not all(isinstance(axis, dict) for axis in axes):
        raise ValueError("This request is not what the page sends: axes must be a list.")
    return [(_text(axis, "parameter"), _text(axis, "values")) for axis in axes]


def _at_once(sent: Mapping[str, Any]) -> int | None:
    said = sent.get("at_once")
    if said is None:
        return None
    if type(said) is not int or not 1 <= said <= MOST_AT_ONCE:
        text = f"calls at once must be a whole number from 1 to {MOST_AT_ONCE}."
        raise InvalidRequest([Problem("at_once", "", "", said=text)])
    return said


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name) or ""
    if not isinstance(value, str):
        raise ValueError(f"This request is not what the page sends: {name} must be a text.")
    return value


def _object(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = sent.get(name) or {}
    if not isinstance(value, dict):
        raise ValueError(f"This request is not what the page sends: {name} must be an object.")
    return value
