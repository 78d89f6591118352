"""A vote as rows to train on, in the shapes that TRL's trainers read, or the reason why it gives none.

Kept apart from the files that the rows go into: which votes teach what is a decision of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, Literal

from pydantic_core import from_json, to_json

from playground.value_types import Messages
from playground.votes.pair import Slot, other
from playground.votes.visible_text import is_empty, look_the_same
from playground.votes.vote import Side, Vote

Shape = Literal["preference", "kto", "reward"]
Reason = Literal[
    "superseded",
    "skipped",
    "tie",
    "both bad",
    "stopped early",
    "voted early",
    "failed",
    "cut off",
    "filtered",
    "unclear end",
    "empty",
    "identical",
    "broken prompt",
    "no question",
    "pictures",
    "broken call",
    "tools",
]
ON_REQUEST: Final[frozenset[Reason]] = frozenset(
    {"stopped early", "voted early", "failed", "cut off", "filtered", "unclear end", "empty", "identical"}
)
"""Reasons that can be waived: such pairs are left out unless asked for."""

WHY: Final[Mapping[Reason, str]] = {
    "superseded": "the voter changed their mind later",
    "skipped": "no choice was made",
    "tie": "neither was preferred",
    "both bad": "neither was preferred (the KTO export takes these)",
    "stopped early": "an answer was stopped before its end",
    "voted early": "the vote came before an answer had ended",
    "failed": "an answer ended in an error",
    "cut off": "an answer broke off",
    "filtered": "a content filter stopped an answer",
    "unclear end": "a server ended an answer with a word that is not known here",
    "empty": "an answer is empty",
    "identical": "both answers are the same",
    "broken prompt": "its prompt is no conversation, which import once took all the same",
    "no question": "the conversation does not end with a question",
    "pictures": "the conversation, or an answer, holds more than text",
    "broken call": "a function was called with something that is no JSON object, which chat templates refuse",
    "tools": "functions were called, which only the container parquet_tools can hold",
}

Row = dict[str, Any]
Message = dict[str, Any]

_MESSAGES: Final = Messages()
_ENDINGS: Final[Mapping[str, Reason]] = {
    "error": "failed",
    "timeout": "failed",
    "cut off": "cut off",
    "filtered": "filtered",
    "unclear": "unclear end",
}


def rows_of(vote: Vote, shape: Shape, keep: frozenset[Reason] = frozenset()) -> list[Row] | Reason:
    """The rows of one vote, or why there are none. `keep` waives reasons of ON_REQUEST.

    Messages are those of TRL's conversational format with an explicit prompt: https://huggingface.co/docs/trl,
    "Dataset formats". No value is ever null, so that files of one row and of many have the same types.
    """
    reason = _unfit(vote, shape, keep & ON_REQUEST)
    if reason is not None:
        return reason
    prompt = _prompt(vote)
    if isinstance(prompt, str):
        return prompt
    if vote.first.attachments or vote.second.attachments:
        return "pictures"
    if _has_cut_call(vote) or not _calls_are_whole([*prompt, _said(vote.first), _said(vote.second)]):
        return "broken call"
    if shape == "kto":
        return _unpaired(vote, prompt)
    winner: Slot = "first" if vote.choice == "first" else "second"
    chosen, rejected = vote.side(winner), vote.side(other(winner))
    row = {
        "prompt": prompt,
        "chosen": [_said(chosen)],
        "rejected": [_said(rejected)],
        "tools": _tools(chosen),
        "vote_id": vote.vote_id,
        "model_chosen": chosen.name,
        "model_rejected": rejected.name,
        "parameters_chosen": _parameters(chosen),
        "parameters_rejected": _parameters(rejected),
        "preset_chosen": chosen.preset,
        "preset_rejected": rejected.preset,
    }
    return [row if shape == "preference" else {**row, "margin": margin(vote.strength)}]


def margin(strength: int | None) -> float:
    """How much better the chosen answer is, for a reward model's loss: a third per step, 0 where it was not said.

    The scale of Llama 2 (arXiv 2307.09288, table 27, "small"): significantly better 1, better 2/3, slightly 1/3.
    """
    return (strength or 0) / 3


def calls_tools(row: Row) -> bool:
    """Whether a message of this row calls a function or brings a result: its messages then differ in their fields."""
    messages = (m for name in ("prompt", "chosen", "rejected", "completion") for m in row.get(name, ()))
    return any("tool_calls" in m or m["role"] == "tool" for m in messages)


def _unfit(vote: Vote, shape: Shape, keep: frozenset[Reason]) -> Reason | None:
    match vote.choice:
        case "skip":
            return "skipped"
        case "tie":
            return "tie"
        case "both_bad" if shape != "kto":
            return "both bad"
        case _:
            reasons = (r for r in _doubts(vote) if r not in keep)
            return next(reasons, None)


def _doubts(vote: Vote) -> list[Reason]:
    """What speaks against learning from this pair."""
    sides = (vote.first, vote.second)
    ends = {side.ended for side in sides}
    found: list[Reason] = []
    if vote.stopped or "cancelled" in ends:
        found.append("stopped early")
    elif vote.early or "streaming" in ends:
        found.append("voted early")
    found += [_ENDINGS[side.ended] for side in sides if side.ended in _ENDINGS]
    found += ["empty" for side in sides if is_empty(side.text, side.tool_calls)]
    if look_the_same(vote.first.text, vote.first.tool_calls, vote.second.text, vote.second.tool_calls):
        found.append("identical")
    return found


def _unpaired(vote: Vote, prompt: list[Message]) -> list[Row]:
    """Two rows: the winner is desirable and the loser is not; where both are bad, neither is."""
    return [
        {
            "prompt": prompt,
            "completion": [_said(side)],
            "label": vote.choice == slot,
            "tools": _tools(side),
            "vote_id": vote.vote_id,
            "model": side.name,
            "parameters": _parameters(side),
            "preset": side.preset,
        }
        for slot, side in (("first", vote.first), ("second", vote.second))
    ]


def _prompt(vote: Vote) -> list[Message] | Reason:
    """The conversation with only the fields that chat templates know.

    It must end with the user or a tool: after a system message there is nothing to answer, and what follows an
    unfinished assistant message is no whole answer.
    """
    if any(_MESSAGES.faults(vote.prompt)):
        return "broken prompt"
    messages = [_message(message) for message in vote.prompt]
    if any(message is None for message in messages):
        return "pictures"
    whole = [message for message in messages if message is not None]
    return whole if whole and whole[-1]["role"] in ("user", "tool") else "no question"


def _message(message: Mapping[str, Any]) -> Message | None:
    """One message of the conversation; None where its content is more than text."""
    content = _text(message.get("content"))
    if content is None:
        return None
    kept: Message = {"role": message["role"], "content": content}
    if message.get("tool_calls"):
        kept["tool_calls"] = [_call(call) for call in message["tool_calls"]]
    for name in ("tool_call_id", "name") if message["role"] == "tool" else ():
        if isinstance(message.get(name), str):
            kept[name] = message[name]
    return kept


def _text(content: Any) -> str | None:
    if content is None or isinstance(content, str):
        return content or ""
    parts: Sequence[Any] = content if isinstance(content, list) else [content]
    texts = [p.get("text") for p in parts if isinstance(p, dict) and p.get("type", "text") == "text"]
    whole = len(texts) == len(parts) and all(isinstance(text, str) for text in texts)
    return "".join(text for text in texts if isinstance(text, str)) if whole else None


def _said(side: Side) -> Message:
    """An answer as a message."""
    message: Message = {"role": "assistant", "content": side.text}
    if side.tool_calls:
        message["tool_calls"] = [
            _call({"id": c.id, "function": {"name": c.name, "arguments": c.arguments}})
            for c in side.tool_calls
        ]
    return message


def _has_cut_call(vote: Vote) -> bool:
    """Whether an end that is not the model's own cut a call to its mere name, which would pass for a whole one."""
    sides = (vote.first, vote.second)
    return any(s.tool_calls and s.ended != "done" and not s.tool_calls[-1].arguments for s in sides)


def _calls_are_whole(messages: Sequence[Message]) -> bool:
    functions = (call["function"] for message in messages for call in message.get("tool_calls", ()))
    return all(isinstance(f["arguments"], dict) and isinstance(f["name"], str) for f in functions)


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    """A call as chat templates want it: its arguments parsed, where they can be."""
    function = call.get("function") or {}
    arguments = function.get("arguments") or "{}"
    if isinstance(arguments, str):
        with suppress(ValueError):
            arguments = from_json(arguments)
    made = {"type": "function", "function": {"name": function.get("name", ""), "arguments": arguments}}
    return {**made, "id": call["id"]} if isinstance(call.get("id"), str) else made


def _tools(side: Side) -> str:
    """The functions on offer, as the JSON text that TRL's trainers read; "null" where there are none.

    An empty list would not do: TRL hands it on, and Llama's chat templates then speak of functions.
    """
    return json.dumps(side.parameters.requested.get("tools") or None, ensure_ascii=False)


def _parameters(side: Side) -> str:
    """The parameters as sent, as JSON text: as an object, two rows would have different types."""
    beside = ("messages", "tools")
    return to_json({n: v for n, v in side.parameters.body.items() if n not in beside}).decode()
