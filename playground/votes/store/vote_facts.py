"""What a vote counts as in the statistics: a handful of short facts, and how many votes share them.

The database counts by these facts and the statistics read the counts; neither reads votes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from playground.votes.pair import Mode, Slot
from playground.votes.vote import Choice, Side, Vote

_WITHOUT_INFLUENCE: Final = frozenset({"stream", "stream_options", "logprobs", "top_logprobs", "seed"})
"""Parameters that do not shape what a model tends to say: votes that differ in them are votes on the same thing."""


class Facts(NamedTuple):
    """The facts of one vote. `settings_*` hold, as JSON, only what the two sides were asked for differently.

    `day` counts from 1970-01-01 (UTC). `longer` is empty where both are as long, or where one was stopped.
    `annotator` is the mark of the voter's browser, empty where it has none. `preset_*` hold, as JSON, the name of a
    preset that competed and a mark of what it set, empty where none did: one changed under its name is another one.
    """

    day: int
    mode: Mode
    model_first: str
    model_second: str
    settings_first: str
    settings_second: str
    choice: Choice
    left: Slot
    longer: Slot | Literal[""]
    annotator: str
    preset_first: str
    preset_second: str


NO_FACTS: Final = Facts(0, "blind", "", "", "{}", "{}", "skip", "first", "", "", "", "")
"""What stands for facts that a count has left out."""


class Tally(NamedTuple):
    """So many votes with these facts."""

    facts: Facts
    votes: int


def facts_of(vote: Vote) -> Facts:
    """What this vote counts as."""
    first, second = _settings(vote.first), _settings(vote.second)
    return Facts(
        day=(vote.voted_at.date() - date(1970, 1, 1)).days,
        mode=vote.mode,
        model_first=vote.first.name.replace("\0", "\ufffd"),  # PostgreSQL's texts cannot hold it
        model_second=vote.second.name.replace("\0", "\ufffd"),
        settings_first=_difference(first, second),
        settings_second=_difference(second, first),
        choice=vote.choice,
        left=vote.shown_left,
        longer=_longer(vote),
        annotator=vote.annotator.replace("\0", "\ufffd"),
        preset_first=_preset(vote.first, first),
        preset_second=_preset(vote.second, second),
    )


def settings_words(settings: str) -> str:
    """Settings as a reader says them.

    >>> settings_words('{"temperature":1.3,"top_p":null}')
    'temperature 1.3, top_p unset'
    """
    return ", ".join(f"{name} {setting_words(value)}" for name, value in json.loads(settings).items())


def differing_settings(own: Mapping[str, Any], others: Mapping[str, Any]) -> list[str]:
    """What one side was asked for and the other was not, as a reader says it, in the order of asking.

    >>> differing_settings({"temperature": 1.3, "seed": 7}, {"seed": 7, "stop": "x"})
    ['temperature 1.3', 'stop unset']
    """
    names = [name for name in dict.fromkeys([*own, *others]) if own.get(name) != others.get(name)]
    return [f"{name} {setting_words(own.get(name))}" for name in names]


def setting_words(value: Any) -> str:
    """A parameter's value as a reader says it; None is unset, and what is long is cut."""
    text = "unset" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _preset(side: Side, settings: Mapping[str, Any]) -> str:
    if not side.preset:
        return ""
    told = json.dumps(settings, separators=(",", ":"), sort_keys=True)
    return json.dumps([side.preset, hashlib.sha256(told.encode()).hexdigest()[:6]])


def _settings(side: Side) -> dict[str, Any]:
    asked = {**side.parameters.requested, **side.parameters.extra}
    return {name: value for name, value in asked.items() if name not in _WITHOUT_INFLUENCE}


def _difference(own: dict[str, Any], others: dict[str, Any]) -> str:
    names = sorted(n for n in own.keys() | others.keys() if own.get(n) != others.get(n))
    return json.dumps({name: own.get(name) for name in names}, separators=(",", ":"), sort_keys=True)


def _longer(vote: Vote) -> Slot | Literal[""]:
    first, second = len(vote.first.text), len(vote.second.text)
    ends = (vote.first.ended, vote.second.ended)
    if vote.early or vote.stopped or "cancelled" in ends or first == second:
        return ""
    return "first" if first > second else "second"
