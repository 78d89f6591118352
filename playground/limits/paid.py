"""An answer that the owner's key pays for: its events, held to the budget before it is sent, and counted after."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from playground.errors import BudgetSpent, InvalidRequest, PlaygroundError
from playground.events import Connected, Ended, Event, Fold, ReasoningDelta, Started, TextDelta, ToolCallDelta
from playground.limits.budget import MOST_ANSWER_TOKENS, Bill, Budget, extra_problems
from playground.limits.quotas import DAY
from playground.wire.models import ModelInfo


async def paid(
    events: AsyncGenerator[Event],
    budget: Budget,
    visitor: str,
    extra_body: Mapping[str, Any],
    model: ModelInfo | None,
) -> AsyncGenerator[Event]:
    """The same events; only Ended, with the reason, where the budget has no room for them.

    The first event is Started, with the body as it will be sent, and nothing is sent before the second is asked for.
    """
    fold = Fold()
    bill: Bill | None = None
    is_sent = is_answered = is_refused = False
    pieces = 0
    try:
        async for event in events:
            fold.add(event)
            match event:
                case Started(body=body):
                    if problems := extra_problems(extra_body):
                        raise InvalidRequest(problems)
                    bill = await budget.open(visitor, body, model)
                case Connected():
                    is_answered = True
                case TextDelta() | ReasoningDelta() | ToolCallDelta():
                    pieces += 1
                case Ended(ended="error"):
                    is_refused = not is_answered
            yield event
            is_sent = bill is not None
            if pieces > MOST_ANSWER_TOKENS:
                raise BudgetSpent(
                    f"On the owner's key an answer has at most {MOST_ANSWER_TOKENS:,} tokens.",
                    "Set max_tokens, or type a key of your own.",
                    ends_in_s=DAY,
                )
    except PlaygroundError as error:
        yield Ended("error", fold.answer().total_s, error)
    finally:
        if bill is not None:
            was_read = is_sent and not is_answered and not is_refused
            settling = (
                bill.settle_unanswered()
                if was_read
                else bill.settle(fold.answer().usage if is_answered else None)
            )
            await asyncio.shield(asyncio.ensure_future(settling))
