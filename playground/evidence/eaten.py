"""Whether thinking ate the limit: the answer is empty, its end is the limit's, and all that was written is thoughts.

Kept apart from the signs because it is about no single parameter being honoured: all of them were, and nobody is the
wiser. What helps is more tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from playground.events import Answer
from playground.evidence.answer_facts import limit_sent, thought_tokens
from playground.remedy import NO_REMEDY, Remedy
from playground.wire.refusals.at_fault import LIMITS
from playground.wire.stream.finish_reasons import ending

_TIMES: Final = 4
_LEAST: Final = 1024
"""What is offered: so many times the limit, and at least so many tokens, as short thoughts take some hundreds."""


@dataclass(frozen=True, slots=True)
class Eaten:
    """What to say of it, and the limit under which an answer has room."""

    message: str
    remedy: Remedy


def eaten_by_thoughts(answer: Answer) -> Eaten | None:
    """What is to be said where thinking took the whole limit; None where it did not, or nobody can tell."""
    tokens = thought_tokens(answer)
    thought = bool(answer.reasoning or tokens)
    if answer.ended != "length" or answer.text.strip() or answer.tool_calls or not thought:
        return None
    if ending(answer.finish_reason or "") == "context":
        return None
    limit = limit_sent(answer)
    took = f"all of its {tokens:,} tokens" if tokens else "all of its tokens"
    message = f"The model thought until its limit was reached: thinking took {took}, and none was left for an answer."
    if limit is None:
        return Eaten(message, NO_REMEDY)
    return Eaten(message, Remedy({_set_as(answer): max(_TIMES * limit, _LEAST)}))


def _set_as(answer: Answer) -> str:
    """The parameter that the limit was set by: of its two names the one that went."""
    went = [line.parameter for line in answer.report if line.state in ("sent", "encoded")]
    return next((name for name in reversed(LIMITS) if name in went), LIMITS[0])
