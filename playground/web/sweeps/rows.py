"""A sweep as the page draws it: its axes, its cells with their means, the answers of a cell, the list of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground.sweeps.axis import Axis
from playground.sweeps.cells import Cell, Folded, cells_of, metric_rows
from playground.sweeps.row import Row, by_call
from playground.sweeps.store import Listed, Saved

MOST_SHOWN: Final = 300
"""Different answers of one cell."""


class Board:
    """The cells of a sweep while rows come: what has changed since it was last told."""

    def __init__(self, saved: Saved, rows: Iterable[Row]) -> None:
        self._saved = saved
        self._rows = {row.call: row for row in rows}
        self._changed: set[tuple[int, ...]] = set()

    def add(self, row: Row) -> None:
        """One more row has come."""
        self._rows[row.call] = row
        self._changed.add(row.at)

    @property
    def has_news(self) -> bool:
        """Whether anything has changed since it was last told."""
        return bool(self._changed)

    def whole(self) -> dict[str, Any]:
        """Everything of it."""
        sweep = self._saved.sweep
        return {
            "id": self._saved.id,
            "name": self._saved.name,
            "axes": [axis_row(axis) for axis in sweep.axes],
            "total": len(sweep.calls()),
            **self._told(cells_of(self._rows.values())),
        }

    def news(self) -> dict[str, Any]:
        """What has changed."""
        changed, self._changed = self._changed, set()
        return self._told(cells_of(row for row in self._rows.values() if row.at in changed))

    def _told(self, cells: Mapping[tuple[int, ...], Cell]) -> dict[str, Any]:
        return {
            "done": len(self._rows),
            "failed": sum(row.failed for row in self._rows.values()),
            "metrics": metric_rows(cells),
            "cells": [cell.to_dict() for cell in cells.values()],
        }


def axis_row(axis: Axis) -> dict[str, Any]:
    """An axis: its values in words, and as numbers where they are all some."""
    return {"parameter": axis.parameter, "labels": list(axis.labels), "numbers": axis.numbers}


def cell_row(saved: Saved, at: tuple[int, ...]) -> dict[str, Any]:
    """The answers of one cell, equal ones folded."""
    cell = cells_of(row for row in saved.rows() if row.at == at).get(at) or Cell(at, ())
    folded = cell.folded
    several = len(saved.sweep.prompts) > 1
    per_prompt = {each.first.prompt: 0 for each in folded}
    for row in cell.rows:
        per_prompt[row.prompt] += 1
    return {
        "at": list(at),
        "of": len(cell.rows),
        "left_out": max(0, len(folded) - MOST_SHOWN),
        "answers": [
            _folded_row(
                each,
                per_prompt[each.first.prompt],
                saved.sweep.prompts[each.first.prompt].label if several else "",
            )
            for each in folded[:MOST_SHOWN]
        ],
    }


def _folded_row(folded: Folded, of: int, prompt: str) -> dict[str, Any]:
    first = folded.first
    rows = sorted(folded.rows, key=by_call)
    tokens = {row.metrics.get("tokens") for row in rows}  # thoughts, which are not told apart, count too
    return {
        "times": len(rows),
        "of": of,
        "prompt": prompt,
        "seeds": [row.seed for row in rows if row.seed is not None],
        "text": first.text,
        "reasoning": first.reasoning,
        "calls": [f"{call['name']}({call['arguments']})" for call in first.tool_calls],
        "ended": first.ended,
        "error": first.error,
        "failed": first.failed,
        "cut": sum(row.cut for row in rows),
        "tokens": first.metrics.get("tokens") if len(tokens) == 1 else None,
    }


def list_rows(listed: Iterable[Listed]) -> list[dict[str, Any]]:
    """The list of what is kept."""
    return [
        {
            "id": each.id,
            "name": each.name,
            "created_at": each.created_at,
            "calls": each.calls,
            "done": each.done,
        }
        for each in listed
    ]
