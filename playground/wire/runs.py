"""Which run of a server it is, from its start to its end, by what it shows to a GET.

Kept apart, and pure, because what was measured of one run need not hold for the next: a flag may have been changed.
Not by `created` in lists of models: llama.cpp and vLLM write the time of the question there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from playground.wire.documents import Document

By = Literal["start", "settings"]
"""start: no two runs have it alike. settings: two runs with the same settings, as far as they are shown, have."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a server: its mark is another one in another run; empty where runs cannot be told apart.

    `values` are what it uses for parameters that are not set, as far as it shows that; `pictures` is whether its models
    read pictures, by name, under an empty one that of whatever it runs.
    """

    mark: str = ""
    by: By = "settings"
    values: Mapping[str, float] = field(default_factory=dict)
    pictures: Mapping[str, bool] = field(default_factory=dict)

    def sees(self, model_id: str) -> bool | None:
        """Whether a model reads pictures; None where the server does not show it."""
        return self.pictures.get(model_id, self.pictures.get(""))


UNTOLD: Final = Run()


def _no_values(document: Document) -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class RunMark:
    """Where a kind shows which run it is: a path below its root, and what is read there, empty where it is not."""

    path: str
    read: Callable[[Document], str]
    by: By
    values: Callable[[Document], Mapping[str, float]] = _no_values


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a kind shows which models read pictures: a path below its root, and what is read there (`Run.pictures`)."""

    path: str
    read: Callable[[Document], Mapping[str, bool]]


_PROCESS_START: Final = re.compile(
    r"^process_start_time_seconds(?:\{[^}\n]*\})? ([0-9.e+]{1,40})$", re.MULTILINE
)


def process_start(document: Document) -> str:
    """The time of the start among Prometheus metrics, which its libraries for Python and Go add by themselves.

    Not where several processes serve one address (prometheus_client docs, multiprocess): there nobody says it.
    """
    found = _PROCESS_START.search(document.text) if document.status == 200 else None
    return found[1] if found else ""


METRICS: Final = RunMark("metrics", process_start, "start")


def digest(content: Any) -> str:
    """A short text that is another one for other JSON; empty for none."""
    if not content:
        return ""
    written = json.dumps(content, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def settings_of(document: Document) -> str:
    """All that stands in a document, where that is about nothing but settings."""
    return digest(document.content)


def run_of(marks: tuple[RunMark, ...], sight: Sight | None, documents: Mapping[str, Document | None]) -> Run:
    """The run that answered so: by the first mark that says something."""
    shown = documents.get(sight.path) if sight else None
    pictures = sight.read(shown) if sight and shown else {}
    for each in marks:
        document = documents.get(each.path)
        if document is not None and (mark := each.read(document)):
            return Run(mark, each.by, each.values(document), pictures)
    return replace(UNTOLD, pictures=pictures)
