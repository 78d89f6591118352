"""Events as the page takes them: small JSON frames, at most about 20 a second, all panes in one.

This is what decides how much the server works and how much goes over the line for a token.

A frame is one line: a list of [pane, kind, data], with the number of the choice behind it where it is of a further
answer. Text that came since the last frame is joined, so a burst of 2,000 tokens costs a few frames and not 2,000.
What it closes of its Markdown goes along with later words, which wait for no parser.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict, replace
from typing import Any, assert_never

from pydantic_core import to_json

from playground.attachments import Attachment
from playground.content_parts import named
from playground.errors import InvalidRequest, PlaygroundError
from playground.events import (
    BROUGHT_TO_AN_END,
    Answer,
    AttachmentSent,
    Connected,
    Delayed,
    Ended,
    Event,
    Finished,
    Fold,
    OfChoice,
    ReasoningDelta,
    RefusalDelta,
    Report,
    Returned,
    Started,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
    Usage,
    UsageReported,
)
from playground.evidence.eaten import eaten_by_thoughts
from playground.evidence.evidence import evidence
from playground.functions.tool_calls import assistant_message
from playground.panes import Panes
from playground.parameters import UNSET
from playground.remedy import Remedy
from playground.web.chat.call_ids import NeutralIds
from playground.web.chat.typesetting import Typesetting
from playground.web.texts import BLIND_ENDED, BLIND_FAILED, beside_text, why
from playground.wire.returned import KEY

REPAINT_S = 0.045
MOST_DOLLARS = 1e12  # a number can be too large for a float

Item = list[Any]

_JOINED = frozenset({"text", "reasoning", "tokens"})


class Frames:
    """Gathers the events of all panes; `take()` gives what came since the last frame."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self._ids = ids
        self._folds = [Fold() for _ in ids]
        self._typesetting = [Typesetting() for _ in ids]
        self._ended: set[int] = set()
        self._waiting: list[Item] = []

    def add(self, pane: int, event: Event) -> None:
        """Takes one event; neighbouring pieces of one pane are joined."""
        self._folds[pane].add(event)
        if isinstance(event, Ended):
            self._ended.add(pane)
            if blocks := self._typesetting[pane].finish():
                self._waiting.append([pane, "blocks", blocks])
        if (painted := self._paint(pane, event)) is not None:
            kind, data = painted
            choice = [event.choice] if isinstance(event, OfChoice) else []
            if kind == "text" and not choice:
                self._typesetting[pane].add(data)
            elif kind == "tokens" and not choice:
                self._typesetting[pane].leave()
            if kind in _JOINED and (last := self._last_of(pane, kind, choice)) is not None:
                last[2] += data
            else:
                self._waiting.append([pane, kind, data, *choice])

    def _paint(self, pane: int, event: Event) -> tuple[str, Any] | None:
        """What a pane is told of an event; None where it need not know."""
        match event:
            case TextDelta(text, _) | RefusalDelta(text, _):
                return "text", text
            case ReasoningDelta(text, _):
                return "reasoning", text
            case TokensScored(tokens):
                return "tokens", [score_row(score) for score in tokens]
            case ToolCallDelta(position, call_id, name, arguments, _):
                return "call", {"position": position, "id": call_id, "name": name, "arguments": arguments}
            case Delayed(why, None):
                return "delayed", why
            case Delayed(why, seconds) if seconds is not None and seconds >= 1:
                return "delayed", f"{why} It is asked again after {seconds:.0f} s."
            case Started(body, report):
                row = {"id": self._ids[pane], "body": named(body), "report": report_rows(report)}
                return "started", row
            case Ended():
                return "ended", summary(self.answer(pane))
            case OfChoice(_, inner):
                return None if isinstance(inner, Ended) else self._paint(pane, inner)
            case AttachmentSent(attachment):
                return "attachment", asdict(attachment)
            case Delayed() | Connected() | Returned() | UsageReported() | Finished():
                return None

    def _last_of(self, pane: int, kind: str, choice: list[int]) -> Item | None:
        sought = [pane, kind, *choice]
        return next((item for item in reversed(self._waiting) if [*item[:2], *item[3:]] == sought), None)

    def tell(self, kind: str, data: Any) -> None:
        """Tells the page something about both panes."""
        self._waiting.append([0, kind, data])

    def take(self) -> bytes:
        """The waiting items as one line of JSON, and none are waiting any more."""
        line = to_json(self._waiting, inf_nan_mode="null") + b"\n"
        self._waiting = []
        return line

    async def set_blocks(self) -> None:
        """Makes blocks of what the words so far have closed; they go along with the next words."""
        for pane, typesetting in enumerate(self._typesetting):
            if grown := await typesetting.set():
                self._waiting.append([pane, "blocks", grown])

    @property
    def begun(self) -> bool:
        """Whether any words have come yet."""
        return any(fold.begun for fold in self._folds)

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

    @property
    def kept_beside(self) -> Mapping[str, Any]:
        """Nothing that goes back is kept from the page."""
        return {}

    def answer(self, pane: int) -> Answer:
        """One pane's answer so far."""
        return self._folds[pane].answer()

    def has_ended(self, pane: int) -> bool:
        """Whether nothing more will come on this pane."""
        return pane in self._ended


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

    @property
    def kept_beside(self) -> Mapping[str, Any]:
        """What goes back beside calls, by the shown id of the first."""
        return self._calls.beside

    def reveal(self) -> None:
        """The vote has been cast."""
        self._revealed = True

    def _paint(self, pane: int, event: Event) -> tuple[str, Any] | None:
        match event:
            case Ended() if self._revealed:
                return "ended", {**summary(self.answer(pane)), **held_back(self.answer(pane))}
            case Started():
                return "started", {"blind": True, "report": []}
            case Ended(ended=ended):
                came = ended in BROUGHT_TO_AN_END
                message = self._neutral(pane)
                return "ended", {
                    "ended": "done" if came else "cut off",
                    "why": BLIND_ENDED if came else BLIND_FAILED,
                    **({"message": message} if message else {}),
                }
            case ToolCallDelta(position, own, name, arguments, at) if not self._revealed:
                shown = self._calls.of(pane, position, own)
                return super()._paint(pane, ToolCallDelta(position, shown, name, arguments, at))
            case TextDelta() | RefusalDelta() | ReasoningDelta() | ToolCallDelta():
                return super()._paint(pane, event)
            case AttachmentSent(Attachment(url=url)) if url.startswith("data:"):
                return super()._paint(pane, event)  # what is judged; an address could name the model
            case TokensScored() | Delayed() | AttachmentSent() | OfChoice():
                return None
            case Connected() | Returned() | UsageReported() | Finished():
                return None
            case _:
                assert_never(
                    event
                )  # what a blind pane may be told is the list above, and nothing that is new

    def _neutral(self, pane: int) -> dict[str, Any]:
        """The calls as they go back, under the ids that are shown; what else goes back is told to nobody."""
        answer = self.answer(pane)
        calls = [
            replace(call, id=self._calls.of(pane, place, call.id))
            for place, call in enumerate(answer.tool_calls)
        ]
        if calls and (own := beside_words(answer).get(KEY)):
            self._calls.beside[calls[0].id] = own
        return beside_words(replace(answer, tool_calls=tuple(calls), server=""))


async def paced(panes: Panes, frames: Frames) -> AsyncGenerator[bytes]:
    """Lines to send: all at once up to the first word, then one each `REPAINT_S` while anything new has come.

    Blocks go along with the words that come next, or after a moment alone.
    """
    async with panes.told(frames.add):
        while panes.streaming:
            await panes.news(None if frames.empty else REPAINT_S)
            if not frames.empty:
                yield frames.take()
                await frames.set_blocks()
            if frames.begun:
                await panes.rest(REPAINT_S)
        if not frames.empty:
            yield frames.take()


def score_row(score: TokenScore) -> Item:
    """[token, logprob, [[alternative, logprob], ...]], as assets/js/chat/tokens.js reads it."""
    return [score.token, score.logprob, [[a.token, a.logprob] for a in score.top]]


def score_rows(answer: Answer) -> list[Item]:
    """All scores of an answer."""
    return [score_row(score) for score in answer.logprobs]


def attachment_rows(answer: Answer) -> list[dict[str, str]]:
    """What came beside the words of an answer."""
    return [asdict(attachment) for attachment in answer.attachments]


def held_back(answer: Answer) -> dict[str, Any]:
    """What a blind pane was not told as it came."""
    return {"logprobs": score_rows(answer), "attachments": attachment_rows(answer)}


def report_rows(report: Report) -> list[dict[str, Any]]:
    """The report as the page shows it: pictures are named, as the page has them itself."""
    rows: list[dict[str, Any]] = [
        {
            "parameter": r.parameter,
            "state": r.state,
            "value": named(r.value),
            "why": r.why,
            "wire": named(r.wire),
        }
        for r in report
    ]
    return [
        {**row, "foretold": r.foretold} if r.foretold else row for row, r in zip(rows, report, strict=True)
    ]


def problem_rows(error: InvalidRequest) -> list[dict[str, Any]]:
    """Problems as the page shows them, each beside its widget, with the value that would do, or null."""
    nearest = error.remedy.changes
    return [
        {"parameter": p.parameter, "text": str(p), "nearest": nearest.get(p.parameter)}
        for p in error.problems
    ]


def error_row(error: PlaygroundError | None) -> dict[str, Any] | None:
    """An error as the page shows it."""
    if error is None:
        return None
    return {
        "message": error.message,
        "next_step": error.next_step,
        "parameter": error.parameter,
        "remedy": remedy_row(error.remedy),
    }


def remedy_row(remedy: Remedy) -> dict[str, Any] | None:
    """A remedy as a button: its words, the step that it stands for, and the changes by row; null leaves unset."""
    if not remedy:
        return None
    changes = {name: None if value is UNSET else value for name, value in remedy.changes.items()}
    return {"text": f"{remedy.what} and ask again", "step": remedy.step, "changes": changes}


def eaten_row(answer: Answer) -> dict[str, Any] | None:
    """That thinking took the whole limit, as the page shows it; None where it did not."""
    eaten = eaten_by_thoughts(answer)
    if eaten is None:
        return None
    step = eaten.remedy.step if eaten.remedy else "Ask for less thinking (reasoning_effort)."
    return {"message": eaten.message, "next_step": step, "remedy": remedy_row(eaten.remedy)}


def cost_of(usage: Usage) -> float | None:
    """What a server says that an answer cost, in US dollars, as OpenRouter does; None where it says nothing usable."""
    cost = usage.raw.get("cost")
    if isinstance(cost, bool) or not isinstance(cost, int | float):
        return None
    return float(cost) if 0 <= cost < MOST_DOLLARS else None


def beside_words(answer: Answer) -> dict[str, Any]:
    """The assistant's message as it goes back, without its words: those the page has, behind their prefill."""
    message = assistant_message(answer)
    return {name: value for name, value in message.items() if name not in ("role", "content")}


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
        "refusal": answer.refusal,
        "beside_text": beside_text(answer),
        "eaten": eaten_row(answer),
        "message": beside_words(answer),
        "others": [own_summary(other) for other in answer.others],
        "evidence": {name: found.to_dict() for name, found in evidence(answer).items()},
    }


def own_summary(other: Answer) -> dict[str, Any]:
    """What is to be said of a further answer beside its words; all else is said of the first, which shares it."""
    return {
        "ended": other.ended,
        "why": why(other),
        "finish_reason": other.finish_reason,
        "refusal": other.refusal,
        "beside_text": beside_text(other),
        "message": beside_words(other),
    }
