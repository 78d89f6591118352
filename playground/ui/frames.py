"""Events as the page takes them: small JSON frames, at most about 20 a second, all panes in one.

Kept apart because this is what decides how much the server works and how much goes over the line for a token.

A frame is one line: a list of [pane, kind, data]. Text that came since the last frame is joined, so a burst of
2,000 tokens costs a few frames and not 2,000.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from pydantic_core import to_json

from playground.backend import SideEvent
from playground.errors import InvalidRequest, PlaygroundError
from playground.events import (
    Answer,
    Connected,
    Delayed,
    Ended,
    Event,
    Finished,
    Fold,
    ReasoningDelta,
    Report,
    Started,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
    Usage,
    UsageReported,
)
from playground.insight.evidence import evidence
from playground.insight.reading import answers_given
from playground.ui.call_ids import NeutralIds
from playground.ui.words import BLIND_ENDED, BLIND_FAILED, why

REPAINT_S = 0.045
MOST_DOLLARS = 1e12  # a number can be too large for a float

Item = list[Any]

_JOINED = frozenset({"text", "reasoning", "tokens"})
_WORDS = _JOINED | {"call"}


class Frames:
    """Gathers the events of all panes; `take()` gives what came since the last frame.

    `begun` says whether any words have come yet.
    """

    def __init__(self, ids: tuple[str, ...]) -> None:
        self._ids = ids
        self._folds = [Fold() for _ in ids]
        self._ended: set[int] = set()
        self._waiting: list[Item] = []
        self.begun = False

    def add(self, side: int, event: Event) -> None:
        """Takes one event; neighbouring pieces of one pane are joined."""
        self._folds[side].add(event)
        if isinstance(event, Ended):
            self._ended.add(side)
        if (painted := self._paint(side, event)) is not None:
            kind, data = painted
            self.begun = self.begun or kind in _WORDS
            if kind in _JOINED and (last := self._last_of(side, kind)) is not None:
                last[2] += data
            else:
                self._waiting.append([side, kind, data])

    def _paint(self, side: int, event: Event) -> tuple[str, Any] | None:
        """What a pane is told of an event; None where it need not know."""
        match event:
            case TextDelta(text, _):
                return "text", text
            case ReasoningDelta(text, _):
                return "reasoning", text
            case TokensScored(tokens):
                return "tokens", [score_row(score) for score in tokens]
            case ToolCallDelta(position, call_id, name, arguments, _):
                return "call", {"position": position, "id": call_id, "name": name, "arguments": arguments}
            case Delayed(why, seconds) if seconds >= 1:
                return "delayed", f"{why} It is asked again after {seconds:.0f} s."
            case Started(body, report):
                return "started", {"id": self._ids[side], "body": body, "report": report_rows(report)}
            case Ended():
                return "ended", summary(self.answer(side))
            case Delayed() | Connected() | UsageReported() | Finished():
                return None

    def _last_of(self, side: int, kind: str) -> Item | None:
        return next((item for item in reversed(self._waiting) if item[0] == side and item[1] == kind), None)

    def tell(self, kind: str, data: Any) -> None:
        """Tells the page something about both panes."""
        self._waiting.append([0, kind, data])

    def take(self) -> bytes:
        """The waiting items as one line of JSON, and none are waiting any more."""
        line = to_json(self._waiting, inf_nan_mode="null") + b"\n"
        self._waiting = []
        return line

    @property
    def empty(self) -> bool:
        """Whether nothing is waiting to be painted."""
        return not self._waiting

    def reveal(self) -> None:
        """Nothing is hidden here."""

    @property
    def true_ids(self) -> Mapping[str, str]:
        """No id is shown but the servers' own."""
        return {}

    def answer(self, side: int) -> Answer:
        """One side's answer so far."""
        return self._folds[side].answer()

    def has_ended(self, side: int) -> bool:
        """Whether nothing more will come on this side."""
        return side in self._ended


class BlindFrames(Frames):
    """Frames that tell, before the vote, only the words and that they ended: no model, parameter, speed, id or cause.

    Once revealed, the end of what still streams is told in full, with the scores that were held back.
    """

    def __init__(self, ids: tuple[str, ...]) -> None:
        super().__init__(ids)
        self._revealed = False
        self._calls = NeutralIds()

    @property
    def true_ids(self) -> Mapping[str, str]:
        """The servers' own ids of function calls, by those that are shown."""
        return self._calls.true

    def reveal(self) -> None:
        """The vote has been cast."""
        self._revealed = True

    def _paint(self, side: int, event: Event) -> tuple[str, Any] | None:
        match event:
            case Ended() if self._revealed:
                return "ended", {**summary(self.answer(side)), "logprobs": score_rows(self.answer(side))}
            case Started():
                return "started", {"blind": True, "report": []}
            case Ended(ended=ended):
                came = ended in ("done", "length")
                return "ended", {
                    "ended": "done" if came else "cut off",
                    "why": BLIND_ENDED if came else BLIND_FAILED,
                }
            case TokensScored() | Delayed():
                return None
            case ToolCallDelta(position, own, name, arguments, at) if not self._revealed:
                shown = self._calls.of(side, position, own)
                return super()._paint(side, ToolCallDelta(position, shown, name, arguments, at))
            case _:
                return super()._paint(side, event)


async def paced(events: AsyncGenerator[SideEvent], frames: Frames) -> AsyncGenerator[bytes]:
    """Lines to send: all at once up to the first word, then one each `REPAINT_S` while anything new has come.

    A task of its own gathers, so that all that has come is taken in one go: waiting for each event by itself
    costs as much as reading it, and lets a burst pile up unseen.
    """
    news = asyncio.Event()

    async def gather() -> None:
        try:
            async with aclosing(events):
                async for side, event in events:
                    frames.add(side, event)
                    news.set()
        finally:
            news.set()

    gathering = asyncio.create_task(gather())
    try:
        while not gathering.done():
            await news.wait()
            news.clear()
            if not frames.empty:
                yield frames.take()
            if frames.begun:
                await asyncio.wait((gathering,), timeout=REPAINT_S)
        gathering.result()
        if not frames.empty:
            yield frames.take()
    finally:
        gathering.cancel()
        await asyncio.wait((gathering,))


def score_row(score: TokenScore) -> Item:
    """[token, logprob, [[alternative, logprob], ...]], as assets/js/tokens.js reads it."""
    return [score.token, score.logprob, [[a.token, a.logprob] for a in score.top]]


def score_rows(answer: Answer) -> list[Item]:
    """All scores of an answer."""
    return [score_row(score) for score in answer.logprobs]


def report_rows(report: Report) -> list[dict[str, Any]]:
    """The report as the page shows it."""
    return [
        {"parameter": r.parameter, "state": r.state, "value": r.value, "why": r.why, "wire": r.wire}
        for r in report
    ]


def problem_rows(error: InvalidRequest) -> list[dict[str, str]]:
    """Problems as the page shows them, each beside its widget."""
    return [{"parameter": p.parameter, "text": str(p)} for p in error.problems]


def error_row(error: PlaygroundError | None) -> dict[str, Any] | None:
    """An error as the page shows it."""
    if error is None:
        return None
    return {"message": error.message, "next_step": error.next_step, "parameter": error.parameter}


def cost_of(usage: Usage) -> float | None:
    """What a server says that an answer cost, in US dollars, as OpenRouter does; None where it says nothing usable."""
    cost = usage.raw.get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float):
        return None
    return float(cost) if 0 <= cost < MOST_DOLLARS else None


def summary(answer: Answer) -> Mapping[str, Any]:
    """What the strip under an answer says; text and scores have been painted already."""
    usage = answer.usage
    return {
        "ended": answer.ended,
        "why": why(answer),
        "finish_reason": answer.finish_reason,
        "error": error_row(answer.error),
        "usage": {
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "counted": usage.counted,
            "cost": cost_of(usage),
        },
        "first_token_s": answer.first_token_s,
        "total_s": answer.total_s,
        "tokens_per_second": answer.tokens_per_second,
        "choices": answers_given(answer),
        "evidence": {name: found.to_dict() for name, found in evidence(answer).items()},
    }
