"""Probes of response_format, tools, tool_choice and tool_prompt: whether the answer takes the shape asked for.

These four are about documents, and lean on each other.

Whether a model was shown something is read off the number of tokens that it read, which all servers count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.events import Answer
from playground.evidence import structure_signs
from playground.evidence.probes.examiner import REFUSED, STORY, Examiner, Messages, Rejected, least_tokens
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe

SEA: Final[Messages] = ({"role": "user", "content": "Write a sentence about the sea."},)
"""Nothing in it asks for JSON, and the fields below have nothing to do with it."""

SHAPE: Final[Mapping[str, Any]] = {
    "title": "shape",
    "type": "object",
    "properties": {
        "verdict_47": {"type": "string", "enum": ["granted", "denied"]},
        "is_even": {"type": "boolean"},
    },
    "required": ["verdict_47", "is_even"],
    "additionalProperties": False,
}
_JSON_TOKENS: Final = 64
_CALL_TOKENS: Final = 48


def _function(name: str, does: str, cities: Sequence[str] = ("Paris", "Lagos")) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": list(cities)}},
        "required": ["city"],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": does, "parameters": parameters}}


_WEATHER: Final = "Tells the weather in a city."
_CLOCK: Final = "Tells the time of day in a city."
_SONGS: Final = " Think of apples, rivers, stones and old songs first."
_CITIES: Final = ("Paris", "Lagos", "Lima", "Oslo", "Cairo", "Delhi", "Rome", "Tokyo", "Berlin", "Sydney")

WEATHER: Final = _function("get_weather", _WEATHER)
CLOCK: Final = _function("get_time", _CLOCK)
TOOLS: Final = [WEATHER, CLOCK]
_NAMES: Final = ("get_weather", "get_time")

INVITING: Final[tuple[Messages, ...]] = (
    ({"role": "user", "content": "What is the weather in Paris?"},),
    ({"role": "user", "content": "What time is it in Lagos? Call get_time."},),
    ({"role": "user", "content": 'Write {"name": "get_weather", "arguments": {"city": "Paris"}}'},),
)
"""From these a model calls a function by itself."""

QUESTIONS: Final[tuple[Messages, ...]] = (*INVITING, STORY, SEA)
"""The last ones it answers in text."""

_TIMES_REQUIRED: Final = 3
"""Where auto may call another time, once is not enough; at temperature 0 it does the same again."""

_TIMES_HOT: Final = 3
"""What is drawn may fall otherwise by chance: three times, and the other way each time, it hardly does."""

_BRIEF: Final = "Use a function."
_LONG: Final = _BRIEF + _SONGS * 6
_LONGEST: Final = _BRIEF + _SONGS * 12


_MORE: Final[tuple[tuple[str, list[dict[str, Any]], int], ...]] = (
    ("a second function", TOOLS, least_tokens(_CLOCK)),
    ("its description", [_function("get_weather", _WEATHER + _SONGS * 2)], least_tokens(_SONGS * 2)),
    ("what it takes", [_function("get_weather", _WEATHER, _CITIES)], len(_CITIES) // 2),
)
"""What of functions a server may lose, functions with more of it than one, and how much more must be read."""


async def response_format(examiner: Examiner) -> Finding:
    """A question that has nothing to do with JSON must be answered in JSON with two odd fields."""
    for tokens in (_JSON_TOKENS, 2 * _JSON_TOKENS):
        answer = await examiner.ask(tokens, SEA, response_format=SHAPE)
        sign = structure_signs.response_format(answer, SHAPE)
        if sign.seen != "unknown" and not (answer.ended == "length" and not answer.text):
            break
    if not answer.text:
        return cannot_tell("No text came; if it thinks first, allow it more tokens to think.")
    if sign.seen == "yes":
        return works("Asked about the sea, it answered in JSON with exactly the fields of the schema.")
    return (no_effect if sign.seen == "no" else cannot_tell)(f"{sign.why} It wrote {answer.text[:60]!r}.")


async def tools(examiner: Examiner) -> Finding:
    """With tool_choice required a function must be called; and every part of each must give it more to read."""
    question = QUESTIONS[0]
    answer = await _calling(examiner, question)
    if answer.tool_calls:
        sign = structure_signs.tools(answer, TOOLS)
        if sign.seen == "no":
            return no_effect(sign.why)
    called = f"It called {answer.tool_calls[0].name}" if answer.tool_calls else "It called none"
    none, one = (
        await examiner.prompt_tokens(question),
        await examiner.prompt_tokens(question, tools=[WEATHER]),
    )
    if none is None or one is None:
        if not answer.tool_calls:
            return no_effect(f"{called}, although it had to.")
        return cannot_tell(
            f"{called}, but the server does not say how much of the functions the model reads."
        )
    if one <= none:
        if not answer.tool_calls:
            return no_effect(
                f"{called}, although it had to, and it reads no more tokens with functions than without."
            )
        return cannot_tell(f"{called}, but it is said to read no more tokens with functions than without.")
    for what, given, least in _MORE:
        read = await examiner.prompt_tokens(question, tools=given) or 0
        if read - one < least:
            return no_effect(
                f"{called}, but {what} does not reach the model: it reads {one} tokens without and {read} with."
            )
    return works(
        f"{called}, and it reads {none} tokens without, {one} with a function and more with each part of it."
    )


async def _calling(examiner: Examiner, question: Messages) -> Answer:
    """An answer that must call a function, as far as the server takes tool_choice."""
    try:
        return await examiner.ask(_CALL_TOKENS, question, tools=TOOLS, tool_choice="required")
    except Rejected:
        return await examiner.ask(_CALL_TOKENS, question, tools=TOOLS)


async def tool_choice(examiner: Examiner) -> Finding:
    """Either function must be called when named, one when required, and none when none may be."""
    finding = await _told(examiner, [(QUESTIONS[0], 0.0, name) for name in _NAMES])
    if finding:
        return finding
    quiet, calling = await _by_itself(examiner)
    if not (quiet and calling) and (why := await _unlike_auto(examiner, bool(calling))):
        return await _ignored(examiner, why)
    times = 1 if quiet and not quiet[1] and examiner.takes(0.0) else _TIMES_REQUIRED
    others = [(*calling, "none")] if calling else []
    others += [(*quiet, "required")] * times if quiet else []
    finding = await _told(examiner, others)
    if finding:
        return finding
    untold = [choice for choice, found in (("required", quiet), ("none", calling)) if not found]
    if untold:
        return cannot_tell(
            f"It calls either function when named. Of {untold[0]} it cannot be told: auto does the same here."
        )
    return works("It calls either function when named, and keeps to required and none.")


Situation = tuple[Messages, float]
"""A question, and the temperature at which it is asked."""


async def _told(examiner: Examiner, choices: list[tuple[Messages, float, str]]) -> Finding | None:
    """What is found where a choice is not kept to; None where all are."""
    for question, heat, choice in choices:
        sign = structure_signs.tool_choice(await _choosing(examiner, question, heat, choice), choice)
        if sign.seen == "no":
            return await _ignored(examiner, f"With tool_choice {choice}: {sign.why}")
        if sign.seen == "unknown":
            return cannot_tell(sign.why)
    return None


async def _by_itself(examiner: Examiner) -> tuple[Situation | None, Situation | None]:
    """Where the model answers without a call under auto, and where it calls; None for what was not found.

    At temperature 0, so that auto does the same again if it is what another choice is taken for. A small model
    may call at every question then; at temperature 2 few answers begin like a call, and hardly three in a row.
    """
    quiet: Situation | None = None
    calling: Situation | None = None
    for question, heat in [*((question, 0.0) for question in QUESTIONS), *[(STORY, 2.0)] * _TIMES_HOT]:
        if quiet and calling:
            break
        if calling and question in INVITING:
            continue
        if (await _choosing(examiner, question, heat, "auto")).tool_calls:
            calling = calling or ((question, heat) if not heat else None)
        else:
            quiet = quiet or (question, heat)
    return quiet, calling


async def _unlike_auto(examiner: Examiner, calls: bool) -> str:
    """Where auto always calls, or never: what is otherwise without a choice, which means auto too; else empty.

    Who calls nothing without a choice may take none to be meant: that shows nothing of auto.
    """
    if not examiner.takes(0.0):
        return ""
    calling, text = None, None
    for question in QUESTIONS if calls else INVITING:
        answer = await examiner.at(0.0, _CALL_TOKENS, question, tools=TOOLS)
        if answer and answer.tool_calls:
            calling = calling or question
        else:
            text = question
    if calls and calling and text:
        return f"Without tool_choice it answers {text[0]['content']!r} in text, and under auto it calls."
    if calls and calling and await _calls_when_hot(examiner):
        return "At temperature 2 it answers in text without tool_choice, and under auto it always calls."
    if calling and not calls:
        return f"Without tool_choice it calls at {calling[0]['content']!r}, and under auto it never does."
    return ""


async def _calls_when_hot(examiner: Examiner) -> bool:
    """Whether auto makes it call each time at temperature 2, where without a choice it answers in text each time."""
    for _ in range(_TIMES_HOT):
        free = await examiner.at(2.0, _CALL_TOKENS, STORY, tools=TOOLS)
        if free is None or free.tool_calls or not free.text:
            return False
        if not (await _choosing(examiner, STORY, 2.0, "auto")).tool_calls:
            return False
    return True


async def _choosing(examiner: Examiner, question: Messages, heat: float, choice: str) -> Answer:
    """An answer under this choice, at this temperature where the server takes it."""
    given = {"tools": TOOLS, "tool_choice": choice}
    answer = await examiner.at(heat, _CALL_TOKENS, question, **given)
    return answer or await examiner.ask(_CALL_TOKENS, question, **given)


async def _ignored(examiner: Examiner, why: str) -> Finding:
    """A call did not come as told: is it tool_choice that is ignored, or do the tools themselves fail?"""
    functions = await tools(examiner)
    if functions.outcome == "works":
        return no_effect(f"{why} The functions themselves reach the model.")
    return cannot_tell(f"{why} But tools fail already: {functions.why}")


async def tool_prompt(examiner: Examiner) -> Finding:
    """With a long prompt the model must read more tokens than with a brief one, and more with one twice as long."""
    read = [
        await examiner.prompt_tokens(QUESTIONS[0], tools=[WEATHER], tool_prompt=prompt)
        for prompt in (_BRIEF, _LONG, _LONGEST)
    ]
    brief, long, longest = (number or 0 for number in read)
    if None in read:
        return cannot_tell("The server does not say how many tokens the model reads.")
    why = f"The model reads {brief} tokens with a brief prompt, {long} with a long and {longest} with a longer one."
    if min(long - brief, longest - long) >= least_tokens(_SONGS * 6):
        return works(why)
    if (await tools(examiner)).outcome != "works":
        return cannot_tell("It needs tools, and there is no sign that these reach the model.")
    return no_effect(why)


_TOOLS_PLAN: Final = Plan(Cost(6, _CALL_TOKENS + 5), Cost(7, 2 * _CALL_TOKENS + 5))
_USUAL_CHOICES: Final = len(_NAMES) + 4
"""Either function named, auto with a call and without, one call required and one forbidden."""
_MOST_CHOICES: Final = len(_NAMES) + 2 * len(QUESTIONS) + 3 * _TIMES_HOT + _TIMES_REQUIRED + 1
_BOTH_REFUSED: Final = REFUSED + REFUSED
"""Temperature 0, and 2."""

PROBES: Final = (
    Probe(
        "response_format",
        {"response_format": SHAPE},
        Plan(Cost(1, _JSON_TOKENS), Cost(2, 3 * _JSON_TOKENS)),
        response_format,
    ),
    Probe("tools", {"tools": TOOLS}, _TOOLS_PLAN, tools),
    Probe(
        "tool_choice",
        {"tools": TOOLS, "tool_choice": "required"},
        Plan(
            Cost(_USUAL_CHOICES, _USUAL_CHOICES * _CALL_TOKENS),
            Cost(_MOST_CHOICES, _MOST_CHOICES * _CALL_TOKENS) + _BOTH_REFUSED + _TOOLS_PLAN.most,
        ),
        tool_choice,
        needs={"tools": TOOLS},
    ),
    Probe(
        "tool_prompt",
        {"tools": TOOLS, "tool_prompt": _BRIEF},
        Plan(Cost(3, 3), Cost(3, 3) + _TOOLS_PLAN.most),
        tool_prompt,
        needs={"tools": TOOLS},
    ),
)
