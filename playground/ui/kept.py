"""The last answers as the page can still ask for them: the raw response, and what the strip says of a stopped one.

Kept apart because a stopped answer's connection is closed, so that the rest of it must be fetched.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from time import monotonic
from typing import Any, Final, NamedTuple

from playground.events import Answer
from playground.ui.frames import Frames, summary

ANSWERS_KEPT: Final = 100
RAW_KEPT: Final = 4_000_000
"""Characters of one raw response."""


class Kept(NamedTuple):
    """The raw response, and the summary of the answer."""

    raw: str
    summary: Mapping[str, Any]


class KeptAnswers:
    """The last answers, under ids that cannot be guessed."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, answer_id: str, answer: Answer) -> None:
        """Keeps one answer and forgets the oldest past the limit."""
        self._kept[answer_id] = Kept("\n".join(answer.raw)[:RAW_KEPT], summary(answer))
        while len(self._kept) > ANSWERS_KEPT:
            self._kept.popitem(last=False)

    def get(self, answer_id: str) -> Kept | None:
        """The answer, or None when it is not kept (any more)."""
        return self._kept.get(answer_id)

    async def following(
        self, lines: AsyncGenerator[bytes], frames: Frames, ids: tuple[str, ...]
    ) -> AsyncGenerator[bytes]:
        """The same lines; each answer is kept when it ends, or as far as it came when its reader leaves."""
        begun = monotonic()
        waiting = dict(enumerate(ids))
        try:
            async with aclosing(lines):
                async for line in lines:
                    for side in [side for side in waiting if frames.has_ended(side)]:
                        self.keep(waiting.pop(side), frames.answer(side))
                    yield line
        finally:
            for side, answer_id in waiting.items():
                answer = frames.answer(side)
                if not frames.has_ended(side):
                    answer = replace(answer, ended="cancelled", total_s=monotonic() - begun)
                self.keep(answer_id, answer)
