"""What one answer shows of the parameters of the group "More" that leave a sign of their own.

Kept apart from the signs of the documented parameters, whose file is as long as it should be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.events import Answer
from playground.evidence.answer_facts import chunks, said, thought_tokens
from playground.evidence.sign import Sign, no, unknown, yes

_SAME_TIER: Final[Mapping[str, str]] = {"fast": "priority"}
"""OpenAI answers fast as priority (openai-python, types/chat/completion_create_params.py)."""


def reasoning_effort(answer: Answer, value: str) -> Sign:
    """How much did it think? That is evidence of an effort only where none was asked for."""
    tokens = thought_tokens(answer)
    thought = f"It thought for {tokens:,} tokens" if tokens else "It thought"
    if value == "none" and (tokens or answer.reasoning):
        return no(f"{thought}, although none was asked for.")
    if tokens or answer.reasoning:
        return unknown(
            f"{thought}; whether it would for another effort, only several answers show. Probe it."
        )
    if tokens == 0:
        return unknown("The server counts no token of thought; a model that does not think has none anyway.")
    return unknown("Neither thoughts came nor a count of them: many servers hide both.")


def n(answer: Answer, value: int) -> Sign:
    """Did so many answers come, and are they different ones?"""
    came = len(answer.choices)
    if came < value and not answer.complete:
        return unknown(f"It broke off when {came} of {value} answers had begun.")
    if came != value:
        return no(f"{value} answers were asked for, and {came} came.")
    if value == 1:
        return yes("One answer came, as asked.")
    different = len({(said(each), each.tool_calls) for each in answer.choices})
    if different == 1:
        return yes(f"{came} answers came, all with the same words.")
    return yes(f"{came} answers came, {'all' if different == came else different} of them different.")


def service_tier(answer: Answer, value: str) -> Sign:
    """Which tier does the response name?"""
    told = [tier for chunk in chunks(answer) if isinstance(tier := chunk.get("service_tier"), str)]
    named = next(filter(None, told), "")
    if not named:
        return unknown("The response does not say in which tier it was worked on.")
    if value == "auto":
        return unknown(
            f"The response says that it was worked on as {named}, which auto leaves to the server."
        )
    if named in (value, _SAME_TIER.get(value)):
        return yes(f"The response says that it was worked on as {named}.")
    return no(f"The response says that it was worked on as {named}, not {value}.")


def user(answer: Answer, value: str) -> Sign:
    """It is for the provider's books."""
    return unknown("It changes nothing that an answer could show.")
