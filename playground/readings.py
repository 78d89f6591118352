"""How much of a conversation servers said that they read, so that one that reads less of it later is found out.

Kept apart from the evidence because that looks at one answer, and this compares a turn with the one before. Ollama and
LM Studio cut a conversation that is longer than their own setting of the context, and say nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from playground.events import Ended, Event, ReasoningDelta, Started, TextDelta, ToolCallDelta, UsageReported

KEPT: Final = 512

_IN_THE_PROMPT: Final = (
    "model",
    "tools",
    "tool_choice",
    "response_format",
    "reasoning_effort",
    "chat_template_kwargs",
)
"""What of a body beside its messages may have a server write another prompt: counts of other prompts say nothing."""

_TEMPLATE: Final = 16
"""Tokens by which a template may write the same turns shorter later on: a date, or the beginning of a thought."""

_SPELLING: Final = 8
"""An answer read back may have one token less for so many: a model need not write its words in the fewest tokens."""


class Readings:
    """Lower bounds of prompts by their beginning, of the conversations last heard of; of texts it keeps digests."""

    def __init__(self) -> None:
        self._least: OrderedDict[bytes, int] = OrderedDict()

    def least(self, started: Started) -> int:
        """How many tokens this request has at least, by what its server said of a beginning of it; 0: nobody knows."""
        known = [self._least.get(beginning, 0) for beginning in _beginnings(started.server, started.body)]
        return max(known, default=0)

    def note(self, server: str, body: Mapping[str, Any], least: int) -> None:
        """A prompt that begins with this body's messages has at least so many tokens."""
        (*_, whole) = _beginnings(server, body)
        self._least[whole] = least
        self._least.move_to_end(whole)
        if len(self._least) > KEPT:
            self._least.popitem(last=False)


class Reading:
    """One answer: takes its events one by one, and hands them on."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings
        self._started: Started | None = None
        self._usage: UsageReported | None = None
        self._said: list[str] = []
        self._only_said = True

    def take(self, event: Event) -> Event:
        """The event, of a beginning with the bound that is known of its prompt."""
        match event:
            case TextDelta(text, _):
                self._said.append(text)
            case ReasoningDelta() | ToolCallDelta():
                self._only_said = False
            case UsageReported():
                self._usage = event
            case Started() if event.server and _is_plain(event.body):
                self._started = event
                self._only_said = event.body.get("n", 1) == 1  # what was written is counted for all
                return replace(event, least_read=self._readings.least(event))
            case Ended("done" | "length"):
                self._note()
        return event

    def _note(self) -> None:
        """What the next turn has at least: this prompt, and where nothing of it is left out there, the answer."""
        if self._started is None or self._usage is None or not self._usage.prompt_tokens:
            return
        server, body, read = self._started.server, self._started.body, self._usage.prompt_tokens
        self._readings.note(server, body, read - _TEMPLATE)
        said, written = "".join(self._said), self._usage.completion_tokens or 0
        if self._only_said and said and "</think>" not in said:  # templates leave earlier thoughts out
            longer = [*body["messages"], {"role": "assistant", "content": said}]
            least = read + written - written // _SPELLING - _TEMPLATE
            self._readings.note(server, {**body, "messages": longer}, least)


def _is_plain(body: Mapping[str, Any]) -> bool:
    """Whether nothing in it may be left out of the prompt later: calls come with thoughts, which are."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return False
    return all(isinstance(m, dict) and set(m) <= {"role", "content", "name"} for m in messages) and (
        messages[-1].get("role") != "assistant"  # an answer that goes on from it is none of its own
    )


def _beginnings(server: str, body: Mapping[str, Any]) -> Iterator[bytes]:
    """A digest of each beginning of a conversation, the whole of it last."""
    digest = hashlib.sha256(_written([server, *(body.get(name) for name in _IN_THE_PROMPT)]))
    for message in body["messages"]:
        digest.update(_written(message))
        yield digest.digest()


def _written(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, default=str).encode() + b"\n"
