"""Signs of response_format, tools and tool_choice: whether the answer has the shape that was asked for.

Kept apart from the other signs because these read documents and not tokens. What fits is decided where every
answer is checked, so that a sign never contradicts the verdict beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from playground.chat import prefill_of
from playground.events import Answer, ToolCall
from playground.evidence.answer_facts import count, limit_sent
from playground.evidence.sign import Sign, no, unknown, yes
from playground.functions.tool_calls import check_call
from playground.schema.left_out import conformity_filled
from playground.schema.partial_json import begins_json, beyond_repair, document_in
from playground.schema.response_format import is_filled_by, schema_of
from playground.schema.tree import Schema
from playground.schema.validation import conformity
from playground.value_types import ToolChoice, Tools
from playground.wire.tool_grammar import let_go

_CUT_OFF: Final = "Cannot tell: cut off by max_tokens before it had called a function."


def response_format(answer: Answer, value: Any) -> Sign:
    """Is the text JSON, and does it fit the schema?"""
    schema = schema_of(value)
    if schema is None:
        return unknown("Plain text was asked for, and text is what comes anyway.")
    if answer.refusal:
        return unknown("The model refused, so there is no text to have a format.")
    if answer.tool_calls and not answer.text:
        return unknown("It called a function, so there is no text to have a format.")
    if answer.ended == "filtered":
        return unknown("A content filter ended it, so what came need not have the format.")
    if not answer.text.strip():
        return unknown("No text came that could have a format.")
    document = document_in(prefill_of(answer.body.get("messages")), answer.text, schema)
    filled = is_filled_by(value, answer.body)
    found = conformity_filled(document, schema) if filled else conformity(document, schema)
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
    sent = answer.body.get("tools")
    for call in answer.tool_calls:
        checked = check_call(call, value, sent if isinstance(sent, list) else [])
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
    """Whether something else than the model ended the answer within this call, such as max_tokens."""
    return answer.ended in ("length", "filtered") and call is answer.tool_calls[-1]


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
        why = _unfinished(answer)
        return unknown(why) if why else no("It called no function, although it had to.")
    if forced is not None and called[0] != forced:
        return no(f"It called {called[0]}, although it had to call {forced}.")
    return yes(f"It called {called[0]}.")


def _unfinished(answer: Answer) -> str:
    """Why an answer without a call tells nothing; empty where it came to an end of its own."""
    if answer.refusal:
        return "The model refused before it had called a function."
    if answer.ended == "filtered":
        return "A content filter ended it before it had called a function."
    if answer.ended == "unclear":
        return f"It ended with {answer.finish_reason!r}, a word that is not known here."
    return "" if answer.ended in ("done", "length") else "It broke off before it had called a function."


def _was_cut_early(answer: Answer, forced: str | None) -> bool:
    """Whether a limit of tokens ended it before it had named a function, and before it had said anything else."""
    if answer.ended != "length":
        return False
    if answer.tool_calls:
        first = answer.tool_calls[0]
        return not first.arguments and (
            forced is None or (first.name != forced and forced.startswith(first.name))
        )
    limit = limit_sent(answer)
    return not answer.text or (limit is not None and count(answer).tokens < limit)


def parallel_tool_calls(answer: Answer, value: bool) -> Sign:
    """Did it call more than one function, or no more than one, as asked?"""
    called = len(answer.tool_calls)
    if called > 1:
        return (yes if value else no)(f"It called {called} functions in one answer.")
    if not called:
        return unknown("It called no function.")
    return unknown("It called one function; whether it would have called more, one answer cannot show.")
