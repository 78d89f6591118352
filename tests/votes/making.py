"""Pairs and votes for the tests of preference: by hand with few words, or found by hypothesis.

Nearly every test here needs a vote, and what a real one looks like should stand in one place.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer, EndedAs, ReportLine, ToolCall, Usage
from playground.votes import pair as pairing
from playground.votes.ballot import Ballot, Said, cast
from playground.votes.pair import Mode, PairSide, PendingPair, Slot, left_of, new_id
from playground.votes.receipt import ALPHABET, LETTERS, check_of
from playground.votes.store.vote_facts import Facts, Tally
from playground.votes.vote import Consent, Vote

unhurried = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
"""For what hypothesis finds here: whole votes take a while to make, and machines are busy."""

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
MAY_LEAVE: Final = Consent(version="1", publish=True, at=NOON)
QUESTION: Final = ({"role": "user", "content": "Name a colour."},)


def request(
    model: str = "some/model", messages: Sequence[dict[str, Any]] = QUESTION, **parameters: Any
) -> ChatRequest:
    """A request to a server's model with these parameters set."""
    return ChatRequest(ModelRef("server", model), tuple(messages), {"temperature": 0.7, **parameters})


def answer(asked: ChatRequest, text: str, ended: EndedAs = "done", **fields: Any) -> Answer:
    """An answer to that request, as the fold makes it."""
    made = Answer(
        text=text,
        finish_reason="stop" if ended == "done" else None,
        ended=ended,
        body={"model": asked.model.id, "messages": list(asked.messages), **asked.parameters},
        report=tuple(ReportLine(name, "sent", value) for name, value in asked.parameters.items()),
        usage=Usage(12, max(1, len(text) // 4), False, {"prompt_tokens": 12}),
        first_token_s=0.05,
        total_s=0.8,
    )
    return replace(made, **fields)


def pending(
    first: str = "Blue.",
    second: str = "Green, like the sea.",
    *,
    ended: tuple[EndedAs, EndedAs] = ("done", "done"),
    models: tuple[str, str] = ("some/model", "some/model"),
    messages: Sequence[dict[str, Any]] = QUESTION,
    left: Slot | None = None,
    mode: Mode = "blind",
    own: dict[str, Any] | None = None,
    other: dict[str, Any] | None = None,
) -> PendingPair:
    """A pair that has ended on both sides; `left` asks for a draw that puts this slot there."""
    requests = (
        request(models[0], messages, **(own or {})),
        request(models[1], messages, **(other if other is not None else {"temperature": 1.3})),
    )
    pair = pairing.begin(
        *(PairSide(r, "host.example") for r in requests),
        diff_frequency=0.25,
        pref_params={"temperature": 1.3},
        mode=mode,
        now=lambda: NOON,
    )
    for slot, asked, text, end in zip(("first", "second"), requests, (first, second), ended, strict=True):
        pair = pair.with_ended(slot, answer(asked, text, end))  # type: ignore[arg-type]  # both are slots
    while left is not None and pair.left != left:
        pair = replace(pair, draw=pair.draw + "x")
    return pair


def vote(
    pair: PendingPair | None = None,
    said: Said = "left",
    *,
    after: timedelta = timedelta(seconds=20),
    **fields: Any,
) -> Vote:
    """A vote on that pair, with a fresh id unless one is given."""
    ballot = Ballot(**{"vote_id": new_id(), "said": said, "consent": MAY_LEAVE, **fields})
    return cast(pair or pending(), ballot, "1.0", NOON + after)


def receipt() -> str:
    """A fresh one, as a browser draws it."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS - 1))
    return letters + check_of(letters)


def copies(one: Vote, number: int) -> list[Vote]:
    """So many votes like this one, each on a pair of its own with the same sides: quicker than casting them."""
    rounds = [new_id() for _ in range(number)]
    return [
        one.model_copy(update={"vote_id": new_id(), "round_id": each, "draw": _draw(each, one.shown_left)})
        for each in rounds
    ]


def _draw(round_id: str, left: Slot) -> str:
    """A draw that shows this slot on the left of that round."""
    return next(draw for draw in map(str, count()) if left_of(draw, round_id) == left)


def tallies_of(facts: Iterable[Facts]) -> list[Tally]:
    """Counts of equal facts, as the database makes them."""
    return [Tally(key, votes) for key, votes in Counter(facts).items()]


def with_calls(pair: PendingPair, slot: Slot, *calls: ToolCall) -> PendingPair:
    """The pair with these function calls in one of its answers."""
    return pair.with_ended(slot, replace(pair.side(slot).answer, tool_calls=calls))


TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
ANSWERS: Final = TEXTS.filter(str.strip)
SAID: Final[st.SearchStrategy[Said]] = st.sampled_from(
    ["left", "right", "left", "right", "tie", "both_bad", "skip"]
)
_USUAL: Final = Counter[EndedAs]({"done": 10, "length": 3})
ENDS: Final[st.SearchStrategy[EndedAs]] = st.sampled_from(
    [*_USUAL.elements(), "cut off", "error", "cancelled", "timeout"]
)
_ARGUMENTS: Final = st.sampled_from(["{}", '{"zone": "UTC"}', '{"deep": [{"a": null}]}', "", "{broken"])
CALLS: Final = st.builds(ToolCall, st.just("call_1"), st.just("clock"), _ARGUMENTS)


def _tool_round(call: ToolCall, result: str) -> list[dict[str, Any]]:
    """An assistant's call and what came of it."""
    function = {"name": call.name, "arguments": call.arguments}
    return [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": call.id, "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": call.id, "name": call.name, "content": result},
    ]


@st.composite
def conversations(draw: st.DrawFn, tools: bool = True) -> tuple[dict[str, Any], ...]:
    """A conversation that waits for an answer: a system message or none, turns, perhaps a tool's result."""
    system = [{"role": "system", "content": draw(TEXTS)}] if draw(st.booleans()) else []
    turns = [
        message
        for question, said in draw(st.lists(st.tuples(ANSWERS, ANSWERS), max_size=2))
        for message in ({"role": "user", "content": question}, {"role": "assistant", "content": said})
    ]
    last: list[dict[str, Any]] = [{"role": "user", "content": draw(ANSWERS)}]
    if tools and draw(st.booleans()):
        last += _tool_round(draw(CALLS), draw(TEXTS))
    return (*system, *turns, *last)


@st.composite
def votes(draw: st.DrawFn, tools: bool = True) -> Vote:
    """Any vote that can be cast: whatever was said, however the sides ended."""
    ends = (draw(ENDS), draw(ENDS))
    pair = pending(
        draw(st.one_of(ANSWERS, TEXTS)),
        draw(st.one_of(ANSWERS, TEXTS)),
        ended=ends,
        messages=draw(conversations(tools)),
        models=(draw(st.sampled_from(["a", "b"])), draw(st.sampled_from(["a", "b"]))),
        own=draw(st.dictionaries(st.sampled_from(["top_p", "seed", "max_tokens"]), st.integers(1, 9))),
        other=draw(st.dictionaries(st.sampled_from(["temperature", "stop"]), st.just("x"))),
    )
    if tools and draw(st.booleans()):
        pair = with_calls(pair, draw(st.sampled_from(["first", "second"])), draw(CALLS))
    said = draw(SAID) if pairing.refusal(pair) is None else "skip"
    return vote(
        pair,
        said,
        strength=draw(st.sampled_from([None, 1, 2, 3])),
        comment=draw(TEXTS),
        after=timedelta(seconds=draw(st.integers(0, 10**7))),
    )
