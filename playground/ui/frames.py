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
from playground.errors import PlaygroundError
from playground.events import (
    Answer,
    Connected,
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
    UsageReported,
)
from playground.ui.words import why

REPAINT_S = 0.045

Item = list[Any]


class Frames:
    """Gathers the events of all panes; `take()` gives what came since the last frame."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self._ids = ids
        self._folds = [Fold() for _ in ids]
        self._waiting: list[Item] = []

    def add(self, side: int, event: Event) -> None:
        """Takes one event; neighbouring pieces of one pane are joined."""
        self._folds[side].add(event)
        match event:
            case TextDelta(text, _):
                self._join(side, "text", text)
            case ReasoningDelta(text, _):
                self._join(side, "reasoning", text)
            case TokensScored(tokens):
                self._join(side, "tokens", [score_row(score) for score in tokens])
            case ToolCallDelta(position, call_id, name, arguments, _):
                data = {"position": position, "id": call_id, "name": name, "arguments": arguments}
                self._waiting.append([side, "call", data])
            case Started(body, report):
                data = {"id": self._ids[side], "body": body, "report": report_rows(report)}
                self._waiting.append([side, "started", data])
            case Ended():
                self._waiting.append([side, "ended", summary(self._folds[side].answer())])
            case Connected() | UsageReported() | Finished():
                pass

    def _join(self, side: int, kind: str, piece: Any) -> None:
        for item in reversed(self._waiting):
            if item[0] == side and item[1] == kind:
                item[2] += piece
                return
            if item[0] == side and item[1] == "started":
                break
        self._waiting.append([side, kind, piece])

    def take(self) -> bytes:
        """The waiting items as one line of JSON, and none are waiting any more."""
        line = to_json(self._waiting, inf_nan_mode="null") + b"\n"
        self._waiting = []
        return line

    @property
    def empty(self) -> bool:
        """Whether nothing is waiting to be painted."""
        return not self._waiting

    def raw(self, side: int) -> tuple[str, ...]:
        """The response of one side as it came."""
        return self._folds[side].answer().raw


async def paced(events: AsyncGenerator[SideEvent], frames: Frames) -> AsyncGenerator[bytes]:
    """Lines to send: the first at once, then one each `REPAINT_S` while anything new has come."""
    pending: asyncio.Future[SideEvent] | None = None
    loop = asyncio.get_running_loop()
    next_paint = 0.0
    async with aclosing(events):
        try:
            while True:
                pending = pending or asyncio.ensure_future(anext(events))
                wait = None if frames.empty else max(0.0, next_paint - loop.time())
                done, _ = await asyncio.wait((pending,), timeout=wait)
                if done:
                    try:
                        side, event = pending.result()
                    except StopAsyncIteration:
                        break
                    finally:
                        pending = None
                    frames.add(side, event)
                if not frames.empty and loop.time() >= next_paint:
                    next_paint = loop.time() + REPAINT_S
                    yield frames.take()
            if not frames.empty:
                yield frames.take()
        finally:
            if pending is not None:
                pending.cancel()
                await asyncio.wait((pending,))


def score_row(score: TokenScore) -> Item:
    """[token, logprob, [[alternative, logprob], ...]], as assets/js/tokens.js reads it."""
    return [score.token, score.logprob, [[a.token, a.logprob] for a in score.top]]


def report_rows(report: Report) -> list[dict[str, Any]]:
    """The report as the page shows it."""
    return [
        {"parameter": r.parameter, "state": r.state, "value": r.value, "why": r.why, "wire": r.wire}
        for r in report
    ]


def error_row(error: PlaygroundError | None) -> dict[str, Any] | None:
    """An error as the page shows it."""
    if error is None:
        return None
    return {"message": error.message, "next_step": error.next_step, "parameter": error.parameter}


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
        },
        "first_token_s": answer.first_token_s,
        "total_s": answer.total_s,
        "tokens_per_second": answer.tokens_per_second,
    }
