"""What a model asked for, checked: a known function, arguments that are JSON, and JSON that fits; and the way back.

Kept apart from the functions themselves because most calls are answered by a person, who must see what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic_core import from_json

from playground.events import Answer, EndedAs, ToolCall
from playground.schema.left_out import conformity_filled, is_filled
from playground.schema.validation import conformity
from playground.schema.violation import Violation
from playground.value_types import Tools
from playground.wire.returned import remembered
from playground.wire.turns import made_id

NO_ARGUMENTS = "{}"
_MAY_HAVE_CUT: Final[frozenset[EndedAs]] = frozenset({"length", "filtered", "unclear"})


@dataclass(frozen=True, slots=True)
class CheckedCall:
    """A call, its arguments as a value where they are JSON, everything wrong with it, and what was not checked.

    `gave_up` is that of the check of its arguments.
    """

    call: ToolCall
    arguments: Any = None
    problems: tuple[Violation, ...] = ()
    unchecked: tuple[str, ...] = ()
    gave_up: str = ""

    @property
    def good(self) -> bool:
        """Whether it can be answered as it stands."""
        return not self.problems


def check_call(
    call: ToolCall, tools: Sequence[Mapping[str, Any]], sent: Sequence[Mapping[str, Any]] | None = None
) -> CheckedCall:
    """One call against the tools that were offered. Empty arguments count as none, for some servers send it so.

    `sent` is what became of the tools on their way; a null that they ask for, where an argument may be left out,
    counts as left out, and so does one where it is not known.
    """
    known = {name: tool["function"] for tool in tools if (name := Tools.name_of(tool)) is not None}
    if call.name not in known:
        names = ", ".join(known) or "none"
        return CheckedCall(
            call,
            None,
            (Violation((), f"{call.name[:64] or 'A call without a name'} is no known function: {names}."),),
        )
    own = known[call.name].get("parameters") or {}
    schema = {"type": "object", **own} if isinstance(own, Mapping) else own
    there = {Tools.name_of(tool): tool["function"] for tool in sent or () if Tools.name_of(tool)}
    filled = sent is None or is_filled(own, there.get(call.name, {}), "parameters")
    check = conformity_filled if filled else conformity
    found = check(call.arguments.strip() or NO_ARGUMENTS, schema)
    return CheckedCall(call, found.value, found.violations, found.unchecked, found.gave_up)


def cut_off(call: ToolCall) -> CheckedCall:
    """A call that ended before it was whole."""
    return CheckedCall(call, None, (Violation((), "It was cut off by max_tokens before its end."),))


def with_ids(calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls with different ids: a result is put to its call by the id alone, and some servers repeat one."""
    taken: set[str] = set()
    found: list[ToolCall] = []
    for place, call in enumerate(calls):
        id = call.id or made_id(f"call_{place}")
        while id in taken:
            id = f"{id}_{place}"
        taken.add(id)
        found.append(replace(call, id=id))
    return tuple(found)


def whole_calls(answer: Answer) -> tuple[ToolCall, ...]:
    """The calls that go back and want a result, with different ids.

    A last one of which only the name, or half of the arguments, had come when the server ended the answer, and not the
    model, is none: it would pass for a whole call without arguments, or is no JSON, which servers refuse to read.
    """
    calls = answer.tool_calls
    cut = calls and answer.ended in _MAY_HAVE_CUT and not _is_json(calls[-1].arguments)
    return with_ids(calls[:-1] if cut else calls)


def assistant_message(answer: Answer) -> dict[str, Any]:
    """The model's turn as it goes back: its text, and its whole calls. Only beside calls may the text be none at all.

    Beside them, under `returned`, what its server sent and must have back: that server alone is sent it.
    """
    whole = whole_calls(answer)
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments or NO_ARGUMENTS},
        }
        for call in whole
    ]
    message = {"role": "assistant", "content": answer.text or (None if calls else "")}
    return {**message, **({"tool_calls": calls} if calls else {}), **remembered(answer, whole)}


def tool_message(call: ToolCall, result: str) -> dict[str, Any]:
    """The result of a call, one of `whole_calls`: its id must be that of the assistant message."""
    return {"role": "tool", "tool_call_id": call.id, "content": result}


def refusal(checked: CheckedCall) -> str:
    """What to answer a call that is wrong, so that the model can mend it."""
    said = [str(problem) if problem.path else problem.what for problem in checked.problems]
    return f"The call was not made: {' '.join(said)}"


def _is_json(arguments: str) -> bool:
    try:
        from_json(arguments.encode(errors="replace"))
    except ValueError:
        return False
    return True
