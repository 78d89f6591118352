"""What a model asked for, checked: a known function, arguments that are JSON, and JSON that fits; and the way back.

Kept apart from the functions themselves because most calls are answered by a person, who must see what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from playground.events import Answer, ToolCall
from playground.kinds import Tools
from playground.structured.conform import Violation, conformity

NO_ARGUMENTS = "{}"


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


def check_call(call: ToolCall, tools: Sequence[Mapping[str, Any]]) -> CheckedCall:
    """One call against the tools that were offered. Empty arguments count as none, for some servers send it so."""
    known = {name: tool["function"] for tool in tools if (name := Tools.name_of(tool)) is not None}
    if call.name not in known:
        names = ", ".join(known) or "none"
        return CheckedCall(
            call,
            None,
            (Violation((), f"{call.name[:64] or 'A call without a name'} is no known function: {names}."),),
        )
    schema = {"type": "object", **(known[call.name].get("parameters") or {})}
    found = conformity(call.arguments.strip() or NO_ARGUMENTS, schema)
    return CheckedCall(call, found.value, found.violations, found.unchecked, found.gave_up)


def cut_off(call: ToolCall) -> CheckedCall:
    """A call that ended before it was whole."""
    return CheckedCall(call, None, (Violation((), "It was cut off by max_tokens before its end."),))


def with_ids(calls: Sequence[ToolCall]) -> tuple[ToolCall, ...]:
    """The calls with different ids: a result is put to its call by the id alone, and some servers repeat one."""
    taken: set[str] = set()
    found: list[ToolCall] = []
    for place, call in enumerate(calls):
        id = call.id or f"call_{place}"
        while id in taken:
            id = f"{id}_{place}"
        taken.add(id)
        found.append(replace(call, id=id))
    return tuple(found)


def whole_calls(answer: Answer) -> tuple[ToolCall, ...]:
    """The calls that go back and want a result, with different ids.

    A last one of which max_tokens left the name alone is none: it would pass for a whole call without arguments.
    """
    calls = answer.tool_calls
    cut = calls and not calls[-1].arguments and answer.ended == "length"
    return with_ids(calls[:-1] if cut else calls)


def assistant_message(answer: Answer) -> dict[str, Any]:
    """The model's turn as it goes back: its text, and its whole calls."""
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": call.arguments or NO_ARGUMENTS},
        }
        for call in whole_calls(answer)
    ]
    return {"role": "assistant", "content": answer.text or None, **({"tool_calls": calls} if calls else {})}


def tool_message(call: ToolCall, result: str) -> dict[str, Any]:
    """The result of a call, one of `whole_calls`: its id must be that of the assistant message."""
    return {"role": "tool", "tool_call_id": call.id, "content": result}


def refusal(checked: CheckedCall) -> str:
    """What to answer a call that is wrong, so that the model can mend it."""
    said = [str(problem) if problem.path else problem.what for problem in checked.problems]
    return f"The call was not made: {' '.join(said)}"
