"""`ask`: one answer, streamed to the terminal as it comes, and on request what became of each parameter."""

from __future__ import annotations

import argparse
import json
import re
import sys
from typing import Any, Final

from playground.answer import Answer
from playground.client import Client
from playground.command.parameters import add_parameters, add_preset, add_server, parameters_of
from playground.events import Event, Fold, RefusalDelta, TextDelta

DOES: Final = "Asks one question, and prints the answer as it comes."
_ORDERS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Control characters but for the tab and the line break: a model's text must not steer the terminal (ECMA-48)."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `ask`."""
    parser.add_argument("prompt", help="the question; - reads it from the standard input")
    parser.add_argument("--system", default="", help="a system prompt")
    parser.add_argument(
        "--report", action="store_true", help="prints behind it what became of each parameter"
    )
    parser.add_argument(
        "--json", action="store_true", help="prints one JSON object with all that is known of the answer"
    )
    add_server(parser)
    add_preset(parser)
    add_parameters(parser)


def run(said: argparse.Namespace) -> int:
    """1 where no answer came to its end. Raises PlaygroundError."""
    prompt = sys.stdin.read() if said.prompt == "-" else said.prompt
    system = [{"role": "system", "content": said.system}] if said.system else []
    messages = [*system, {"role": "user", "content": prompt}]
    folded = Fold()
    with Client(base_url=said.base_url) as client:
        counted = {"stream_options": {"include_usage": True}}
        asked = {"model": said.model, "messages": messages, **counted, **parameters_of(said)}
        for event in client.create(stream=True, preset=said.preset, **asked):
            folded.add(event)
            if not said.json:
                _show(event)
    answer = folded.answer()
    if said.json:
        print(json.dumps(told(answer), ensure_ascii=False))
    else:
        if answer.text or answer.error is None:
            print()
        for line in _report(answer) if said.report else ():
            print(line)
    if answer.error is not None:
        print(answer.error, file=sys.stderr)
    return int(answer.error is not None)


def _show(event: Event) -> None:
    """Without what a terminal would take for an order."""
    if isinstance(event, TextDelta | RefusalDelta):
        print(_ORDERS.sub("\ufffd", event.text), end="", flush=True)


def _report(answer: Answer) -> list[str]:
    lines = [(line.parameter, line.state, line.why) for line in answer.report]
    width = max((len(name) for name, _, _ in lines), default=0)
    usage = answer.usage
    took = f"ended: {answer.ended}; {usage.prompt_tokens or '?'} tokens in, {usage.completion_tokens} out"
    return ["", took, *(f"{name:{width}}  {state:10}  {why}".rstrip() for name, state, why in lines)]


def told(answer: Answer) -> dict[str, Any]:
    """An answer as JSON: what was said, how it ended, what it took, what was sent, what became of each parameter."""
    return {
        "text": answer.text,
        "reasoning": answer.reasoning,
        "tool_calls": [{"name": call.name, "arguments": call.arguments} for call in answer.tool_calls],
        "ended": answer.ended,
        "error": None if answer.error is None else str(answer.error),
        "prompt_tokens": answer.usage.prompt_tokens,
        "completion_tokens": answer.usage.completion_tokens,
        "first_token_s": answer.first_token_s,
        "body": answer.body,
        "report": [
            {"parameter": line.parameter, "state": line.state, "why": line.why} for line in answer.report
        ],
    }
