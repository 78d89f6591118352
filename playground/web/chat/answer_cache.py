"""The last answers as the page can still ask for them: the raw response, and all that had come of a stopped one.

A stopped answer's connection is closed, so that the rest of it must be fetched.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from time import monotonic
from typing import Any, Final, NamedTuple

from pydantic_core import to_json
from starlette.requests import Request

from playground.chat import ChatRequest
from playground.content_parts import named
from playground.events import Answer
from playground.servers import NOWHERE, Target
from playground.web.chat.frames import Frames, attachment_rows, own_summary, score_rows, summary
from playground.web.holder import Seal

ANSWERS_KEPT: Final = 100
RAW_KEPT: Final = 4_000_000
"""Characters of one raw response, and of each of the texts read from it."""


class Kept(NamedTuple):
    """The raw response, the answer as the page takes it (JSON), what was asked, and where, without the keys."""

    raw: str
    answer: bytes
    request: ChatRequest
    target: Target


class KeptAnswers:
    """The last answers, under ids that cannot be guessed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, answer_id: str, answer: Answer, request: ChatRequest, target: Target = NOWHERE) -> None:
        """Keeps one answer and forgets the oldest past the limit."""
        keyless = replace(target, api_key=None, keys={})
        light = replace(
            request, messages=tuple(named(request.messages))
        )  # nobody counts a prompt with pictures
        self._kept[answer_id] = Kept("\n".join(answer.raw)[:RAW_KEPT], _whole(answer), light, keyless)
        while len(self._kept) > ANSWERS_KEPT:
            self._kept.popitem(last=False)

    def get(self, answer_id: str) -> Kept | None:
        """The answer, or None when it is not kept (any more)."""
        return self._kept.get(answer_id)

    def held(self, seal: Seal, request: Request, answer_id: object) -> Kept | None:
        """The same, for the browser alone that was told this id."""
        return self.get(str(answer_id)) if seal.take(request, answer_id) else None

    async def following(
        self,
        lines: AsyncGenerator[bytes],
        frames: Frames,
        asked: Mapping[str, ChatRequest],
        target: Target = NOWHERE,
    ) -> AsyncGenerator[bytes]:
        """The same lines; each answer is kept when it ends, or as far as it came when its reader leaves.

        `asked` has the request of each side under the answer's id, the sides in order; all went to `target`.
        """
        begun = monotonic()
        waiting = dict(enumerate(asked))
        try:
            async with aclosing(lines):
                async for line in lines:
                    yield line  # before it is kept: for that it is read through once more
                    for side in [side for side in waiting if frames.has_ended(side)]:
                        answer_id = waiting.pop(side)
                        self.keep(answer_id, frames.answer(side), asked[answer_id], target)
        finally:
            for side, answer_id in waiting.items():
                answer = frames.answer(side)
                if not frames.has_ended(side):
                    answer = replace(answer, ended="cancelled", total_s=monotonic() - begun)
                self.keep(answer_id, answer, asked[answer_id], target)


def _whole(answer: Answer) -> bytes:
    """The summary together with the words: the last of them may not have reached a page that hung up."""
    others = [{**own_summary(other), **_words(other)} for other in answer.others]
    return to_json({**summary(answer), **_words(answer), "others": others}, inf_nan_mode="null")


def _words(answer: Answer) -> dict[str, Any]:
    """What was said; so with the scores of a stopped answer: those of another have all been sent, and are far more."""
    calls = [
        {"id": call.id, "name": call.name, "arguments": call.arguments[:RAW_KEPT]}
        for call in answer.tool_calls
    ]
    scores = {"logprobs": score_rows(answer)} if answer.ended == "cancelled" else {}
    return {
        "text": answer.text[:RAW_KEPT],
        "reasoning": answer.reasoning[:RAW_KEPT],
        "tool_calls": calls,
        **scores,
        "attachments": attachment_rows(answer),
    }
