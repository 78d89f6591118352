"""The table of verdicts on one model at one server: dated, and told as JSON and as Markdown.

Kept apart from the run because a table is kept, shown and passed on long after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from playground.evidence.probes.finding import Exchange, Finding, Outcome
from playground.parameters import REGISTRY

PROBES_VERSION: Final = 6
"""Raised when a probe changes what it asks or how it judges: tables of other versions are not comparable."""

_SIGNS: Final[Mapping[Outcome, str]] = {
    "works": "✓ works",
    "no visible effect": "✗ no visible effect",
    "rejected": "✗ rejected",
    "cannot tell": "? cannot tell",
    "no probe yet": "– no probe yet",
}


def now() -> str:
    """The time as tables have it: UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one parameter, when, in which run of the server (its mark), and the exchanges behind it."""

    parameter: str
    outcome: Outcome
    why: str
    test: str = ""
    p_value: float | None = None
    in_vain: bool = False
    at: str = ""
    run: str = ""
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, parameter: str, finding: Finding, exchanges: Iterable[Exchange]) -> Self:
        """A finding, dated, with its evidence."""
        return cls(parameter, **asdict(finding), at=now(), exchanges=tuple(exchanges))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The verdict that `to_dict` wrote."""
        exchanges = tuple(Exchange(each["body"], each["answer"]) for each in data["exchanges"])
        return cls(**{**data, "exchanges": exchanges})

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; `from_dict` gives the same verdict back."""
        return asdict(self)

    @property
    def statistics(self) -> str:
        """The test and its p-value in words; empty where nothing was left to chance."""
        if not self.test:
            return ""
        p = 1.0 if self.p_value is None else self.p_value
        return f"{self.test}, p {f'= {p:.2g}' if p >= 1e-6 else '< 0.000001'}"


@dataclass(frozen=True, slots=True)
class ProbeTable:
    """All verdicts on `model` at `server`, in the registry's order. `started_at` is that of the last run."""

    model: str
    server: str
    started_at: str
    verdicts: tuple[Verdict, ...] = ()
    app_version: str = ""
    probes_version: int = PROBES_VERSION

    def with_verdicts(self, verdicts: Iterable[Verdict]) -> ProbeTable:
        """The same table with newer verdicts in place of older ones on the same parameter."""
        known = {verdict.parameter: verdict for verdict in (*self.verdicts, *verdicts)}
        ordered = tuple(known[name] for name in REGISTRY if name in known)
        return ProbeTable(
            self.model, self.server, self.started_at, ordered, self.app_version, self.probes_version
        )

    @property
    def in_vain(self) -> bool:
        """Whether the server was asked, and nothing that could be judged came of it."""
        asked = [verdict for verdict in self.verdicts if verdict.in_vain or verdict.exchanges]
        return bool(asked) and all(verdict.in_vain for verdict in asked)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; `from_dict` gives the same table back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The table that `to_dict` wrote. Raises KeyError, TypeError when it is none."""
        return cls(**{**data, "verdicts": tuple(map(Verdict.from_dict, data["verdicts"]))})

    def to_markdown(self) -> str:
        """A table for a page or a report, without the exchanges."""
        lines = [
            f"# What {_cell(self.server)} does with each parameter of {_cell(self.model)}",
            "",
            f"Probed on {self.started_at} by Parameter Playground {self.app_version}".rstrip()
            + f" (probes of version {self.probes_version}).",
            "",
            "| parameter | verdict | why | test | probed |",
            "|---|---|---|---|---|",
        ]
        for v in self.verdicts:
            cells = (f"`{v.parameter}`", _SIGNS[v.outcome], _cell(v.why), _cell(v.statistics), v.at)
            lines.append(f"| {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text that cannot break out of a table's cell, nor become a link or a picture."""
    text = " ".join(text.split())
    for sign in ("\\", "`", "|", "[", "]", "<", ">", "*", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text
