"""Signs of response_format, tools and tool_choice: whether the answer has the shape that was asked for.

Kept apart from the other signs because these read documents and not tokens. What fits is decided where every
answer is checked, so that a sign never contradicts the verdict beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.chat import prefill_of
from playground.events import Answer, ToolCall
from playground.insight.reading import count
from playground.insight.sign import Sign, no, unknown, yes
from playground.kinds import ToolChoice, Tools
from playground.structured.beginning import begins_json, beyond_repair, document_in
from playground.structured.calls import check_call
from playground.structured.conform import conformity
from playground.structured.schema_tree import Schema
from playground.wire.response_format import schema_of
from playground.wire.tool_grammar import let_go

_CUT_OFF: Final = "Cannot tell: cut off by max_tokens before it had called a function."


def response_format(answer: Answer, value: Any) -> Sign:
    """Is the text JSON, and does it fit the schema?"""
    schema = schema_of(value)
    if schema is None:
        return unknown("Plain text was asked for, and text is what comes anyway.")
    if answer.tool_calls and not answer.text:
        return unknown("It called a function, so there is no text to have a format.")
    document = document_in(prefill_of(answer.body.get("messages")), answer.text, schema)
    found = conformity(document, schema)
    if found.gave_up:
        return unknown(f"Not checked: {found.gave_up}.")
    if not found.is_json:
        return _of_a_beginning(document, schema, answer.ended == "done")
    but = _let_go(answer, schema)
    if found.violations:
        return no(f"The text is JSON, but does not fit as it stands. {_first(found.violations)}{but}")
    if found.unchecked:
        seen = "The text is JSON with the fields asked for, as far as it can be checked"
        return yes(f"{seen}. {' '.join(found.unchecked)}{but}")
    return yes(f"The text is JSON with the fields asked for.{but}")


def _let_go(answer: Answer, schema: Schema) -> str:
    """What of the schema this model was not held to, as its report has told; nothing where it was held to all."""
    why = "".join(line.why for line in answer.report if line.parameter == "response_format")
    parts = let_go(schema) if why else ""
    return f" It was held to the schema but for this: {parts}" if parts and parts in why else ""


def _of_a_beginning(text: str, schema: Schema, is_all: bool) -> Sign:
    """Text that is no JSON, or not yet: an answer that was cut off can still be seen to go wrong."""
    if not begins_json(text):
        return no("The text is not JSON.")
    if is_all:
        return no("The text begins like JSON, but ends before it is whole.")
    if faults := beyond_repair(text, schema):
        return no(f"The text begins like JSON, but not of this schema. {_first(faults)}")
    return unknown("It begins like JSON of this shape, and was cut off before its end.")


def _first(faults: Sequence[object]) -> str:
    """The first fault as a sentence of its own."""
    text = str(faults[0])
    return text[:1].upper() + text[1:]


def tools(answer: Answer, value: Sequence[Mapping[str, Any]]) -> Sign:
    """Was a function called, and is it one of these?"""
    if not answer.tool_calls:
        return unknown("No function was called; unless tool_choice says so, none need be.")
    for call in answer.tool_calls:
        checked = check_call(call, value)
        if not _is_cut(answer, call):
            if checked.gave_up:
                return unknown(f"The arguments of {call.name!r} were not checked: {checked.gave_up}.")
            if not checked.good:
                return no(f"The call of {call.name!r} is wrong. {_first(checked.problems)}")
        elif call.name not in (names := [Tools.name_of(tool) for tool in value]):
            begun = any(name and name.startswith(call.name) for name in names)
            return unknown(_CUT_OFF) if begun else no(_first(checked.problems))
    return yes(f"It called {', '.join(call.name for call in answer.tool_calls)}.")


def _is_cut(answer: Answer, call: ToolCall) -> bool:
    """Whether max_tokens ended the answer within this call."""
    return answer.ended == "length" and call is answer.tool_calls[-1]


def tool_choice(answer: Answer, value: Any) -> Sign:
    """Was a function called where one had to be, and none where none might be?"""
    called = [call.name for call in answer.tool_calls]
    if value == "auto":
        return unknown("It may call a function or not, so either is right.")
    if value == "none":
        if called:
            return no(f"It called {called[0]}, although none may be called.")
        return yes("It called none, as asked.")
    forced = ToolChoice.forced_name(value)
    if _was_cut_early(answer, forced):
        return unknown(_CUT_OFF)
    if not called:
        return no("It called no function, although it had to.")
    if forced is not None and called[0] != forced:
        return no(f"It called {called[0]}, although it had to call {forced}.")
    return yes(f"It called {called[0]}.")


def _was_cut_early(answer: Answer, forced: str | None) -> bool:
    """Whether a limit of tokens ended it before it had named a function, and before it had said anything else."""
    if answer.ended != "length":
        return False
    if answer.tool_calls:
        first = answer.tool_calls[0]
        return not first.arguments and (
            forced is None or (first.name != forced and forced.startswith(first.name))
        )
    limit = answer.body.get("max_tokens")
    return not answer.text or (isinstance(limit, int) and count(answer).tokens < limit)
