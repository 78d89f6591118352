"""The parameters beside the documented ones, which servers of today take: the group "More".

Kept apart from the documented ones, of which it is known of old what each kind of server makes of them; each of these
goes only to kinds that take it.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict

from playground.parameter import Parameter, Unset
from playground.value_types import Flag, Integer, Number, OneOf, Text

EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
"""From no thinking to the most; a server takes some of them."""


class FurtherParameters(TypedDict, total=False):
    """Optional parameters of `create()` that have no documented default: unset they are not sent."""

    top_k: Annotated[
        int | None | Unset,
        Parameter(
            Integer(-1, 2**31 - 1),
            "More",
            "Draws only from this many of the likeliest tokens.",
            "Off at 0 and at -1. Not of OpenAI's API: open-weight servers and OpenRouter have it.",
        ),
    ]
    min_p: Annotated[
        float | None | Unset,
        Parameter(
            Number(0.0, 1.0, 0.01),
            "More",
            "Draws only from tokens that are at least this share as likely as the likeliest.",
            "No effect at 0. Not of OpenAI's API: open-weight servers and OpenRouter have it.",
        ),
    ]
    repetition_penalty: Annotated[
        float | None | Unset,
        Parameter(
            Number(0.01, 2.0, 0.01),
            "More",
            "Divides the score of a token that has occurred, be it in the prompt, by this where it is above 0, and "
            "multiplies it where it is below: above 1 avoids repetition, below 1 invites it.",
            "No effect at 1. llama.cpp calls it repeat_penalty.",
        ),
    ]
    reasoning_effort: Annotated[
        Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None | Unset,
        Parameter(
            OneOf(EFFORTS),
            "More",
            "How much a model thinks before it answers; none switches thinking off where that can be.",
            "Ignored by models that do not think. A server takes some of these words, and may fold one into another.",
        ),
    ]
    max_completion_tokens: Annotated[
        int | None | Unset,
        Parameter(
            Integer(1, None),
            "More",
            "The newer name of max_tokens: ends answer and thinking together after this many tokens.",
            "Of the two one is sent: beside it max_tokens stays here.",
        ),
    ]
    n: Annotated[
        int | None | Unset,
        Parameter(
            Integer(1, 4),
            "More",
            "How many answers are drawn to the same conversation; the others can be turned over below the first.",
            "Not in a pair, whose two answers are one each. At temperature 0 all are the same.",
        ),
    ]
    parallel_tool_calls: Annotated[
        bool | None | Unset,
        Parameter(
            Flag(),
            "More",
            "Whether a model may ask for several function calls in one answer.",
            "No effect without tools, or where one call is all that is asked for.",
        ),
    ]
    verbosity: Annotated[
        Literal["low", "medium", "high"] | None | Unset,
        Parameter(
            OneOf(("low", "medium", "high")),
            "More",
            "How much a model says: short answers, or long ones.",
            "OpenAI's newer models and OpenRouter alone have it.",
        ),
    ]
    service_tier: Annotated[
        Literal["auto", "default", "flex", "scale", "priority", "fast"] | None | Unset,
        Parameter(
            OneOf(("auto", "default", "flex", "scale", "priority", "fast")),
            "More",
            "How soon, and at which price, the server works on it; flex is cheaper and slower, priority the reverse.",
            "Changes when the answer comes and what it costs, never what it says.",
        ),
    ]
    user: Annotated[
        str | None | Unset,
        Parameter(
            Text(),
            "More",
            "A name for who asks, by which a provider can tell its customer's users from each other.",
            "Never changes the answer. OpenAI replaces it by safety_identifier and prompt_cache_key.",
        ),
    ]
