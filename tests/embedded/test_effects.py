"""Every parameter has its real effect on the embedded model, through the product's own body and transport.

Kept apart from the tests of bytes: here each test would fail if its parameter were dropped on the way. The
seeds are fixed, so that a test either always passes or never does.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from playground.chat import ChatRequest, ModelRef
from playground.engine.process import Engine
from playground.errors import StreamFailed
from playground.events import Answer, Event, TextDelta, UsageReported, fold
from playground.schema.validation import conformity
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.transport import Transport

SEA = "Write one sentence about the sea."
SEEDS = range(12)
WEATHER_IN_PARIS = "What is the weather in Paris?"


class Weather(BaseModel):
    """What the arguments of the first function must be."""

    model_config = ConfigDict(extra="forbid")
    city: str = Field(min_length=1, max_length=12)
    unit: Literal["C", "F"]


class Dice(BaseModel):
    """And those of the second."""

    model_config = ConfigDict(extra="forbid")
    count: int = Field(ge=1, le=6)


def strict_object(**properties: Any) -> dict[str, Any]:
    """A schema that wants exactly these; shorter than what Pydantic writes, and so read sooner by the model."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


WEATHER = strict_object(city={"type": "string", "minLength": 1, "maxLength": 12}, unit={"enum": ["C", "F"]})
DICE = strict_object(count={"type": "integer", "minimum": 1, "maximum": 6})
MODELS: Mapping[str, type[BaseModel]] = {"weather": Weather, "dice": Dice}
TOOLS = [
    {"type": "function", "function": {"name": "weather", "parameters": WEATHER}},
    {"type": "function", "function": {"name": "dice", "parameters": DICE}},
]


class Model:
    """Asks the embedded model, one question or several at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, message: str = SEA, **parameters: Any) -> Answer:
        """One answer."""
        return self.ask_all([parameters], message)[0]

    def ask_all(self, several: list[dict[str, Any]], message: str = SEA) -> list[Answer]:
        """One answer per set of parameters, in order."""
        return [fold(events) for events in self.events(several, message)]

    def ask_in_turn(self, several: list[dict[str, Any]], message: str = SEA) -> list[Answer]:
        """The same one after the other: of a long prompt, all at once have each slot of the server read it anew."""
        return [self.ask(message, **parameters) for parameters in several]

    def events(self, several: list[dict[str, Any]], message: str = SEA) -> list[list[Event]]:
        """The events of one answer per set of parameters; "extra" among them is the extra JSON.

        "prefill" is how the answer begins.
        """

        async def ask(parameters: dict[str, Any], transport: Transport) -> list[Event]:
            own = {name: value for name, value in parameters.items() if name not in ("extra", "prefill")}
            extra = parameters.get("extra", {})
            messages = [{"role": "user", "content": message}]
            if "prefill" in parameters:
                messages.append({"role": "assistant", "content": parameters["prefill"]})
            request = ChatRequest(ModelRef("embedded", ""), tuple(messages), own, extra)
            endpoint = await self._engine.endpoint()
            return [event async for event in transport.stream(request, EMBEDDED, endpoint)]

        async def ask_them() -> list[list[Event]]:
            async with Transport() as transport:
                return await asyncio.gather(*(ask(parameters, transport) for parameters in several))

        return asyncio.run(ask_them())

    def first_tokens(self, **parameters: Any) -> list[str]:
        """The first token of one answer per seed."""
        asked = [{"max_tokens": 1, "seed": seed, **parameters} for seed in SEEDS]
        return [answer.text for answer in self.ask_all(asked)]


@pytest.fixture(scope="module")
def model(engine: Engine) -> Model:
    return Model(engine)


def tokens_of(answer: Answer) -> list[str]:
    return [score.token for score in answer.logprobs]


# -- sampling ----------------------------------------------------------------------------------------------------


def test_temperature(model: Model) -> None:
    """At 0 the likeliest token always wins; at 2 less likely ones are drawn than at 0.5, with the same seeds."""
    best = model.ask(max_tokens=1, logprobs=True, top_logprobs=1).logprobs[0].top[0].token
    assert set(model.first_tokens(temperature=0.0)) == {best}
    cold, hot = (
        model.ask_all([{"temperature": t, "seed": s, "max_tokens": 1, "logprobs": True} for s in SEEDS])
        for t in (0.5, 2.0)
    )
    assert sum(a.logprobs[0].logprob for a in hot) < sum(a.logprobs[0].logprob for a in cold) - len(SEEDS)


def test_top_p(model: Model) -> None:
    """Only the likeliest tokens that together reach top_p are drawn; without it others are, with the same seeds."""
    top = model.ask(max_tokens=1, logprobs=True, top_logprobs=100).logprobs[0].top
    nucleus, total = set(), 0.0
    for alternative in top:
        nucleus.add(alternative.token)
        total += math.exp(alternative.logprob)
        if total >= 0.3:
            break
    assert set(model.first_tokens(top_p=0.3)) <= nucleus
    assert not set(model.first_tokens()) <= nucleus


def test_seed(model: Model) -> None:
    """The same seed gives the same answer, another seed another one, and none a new one each time."""
    asked = {"max_tokens": 12}
    one, again, other = model.ask_all([{**asked, "seed": 1}, {**asked, "seed": 1}, {**asked, "seed": 2}])
    assert one.text == again.text != other.text
    assert len({answer.text for answer in model.ask_all([asked] * 3)}) == 3


CATS = "Write about cats."
A_TOKEN = 4461
"""The id of " blue", which has no place in an answer about cats unless a bias puts it there."""


@pytest.mark.parametrize("penalty", ["frequency_penalty", "presence_penalty"])
def test_penalties(model: Model, penalty: str) -> None:
    """A positive penalty makes the likeliest answer repeat fewer tokens, a negative one more."""
    asked = {"temperature": 0.0, "max_tokens": 16, "logprobs": True}
    answers = model.ask_all([{**asked, penalty: value} for value in (-2.0, 0.0, 2.0)], CATS)
    low, none, high = (len(set(tokens_of(answer))) for answer in answers)
    assert low < none < high


def test_the_penalties_are_two(model: Model) -> None:
    """Of a token with a bias in its favour, frequency_penalty soon has enough; presence_penalty counts it once."""
    asked = {"temperature": 0.0, "max_tokens": 16, "logprobs": True, "logit_bias": {A_TOKEN: 9}}
    answers = model.ask_all([{**asked, "presence_penalty": 2.0}, {**asked, "frequency_penalty": 2.0}], CATS)
    presence, frequency = (tokens_of(answer).count(" blue") for answer in answers)
    assert frequency < presence / 2


# -- length and stopping -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 3])
def test_max_tokens(model: Model, most: int) -> None:
    """Exactly so many tokens, and the answer says that it was cut."""
    answer = model.ask(max_tokens=most, logprobs=True)
    assert (len(answer.logprobs), answer.ended, answer.finish_reason) == (most, "length", "length")


@pytest.mark.parametrize("as_list", [True, False])
def test_stop(model: Model, as_list: bool) -> None:
    """The answer ends before a word of its own that was named as stop, and the word is left out."""
    whole = model.ask(seed=3, max_tokens=16).text
    word = whole.split()[3]
    stopped = model.ask(seed=3, max_tokens=16, stop=["never written", word] if as_list else word)
    assert stopped.text == whole[: whole.index(word)]
    assert (stopped.ended, stopped.finish_reason) == ("done", "stop")


# -- tokens ------------------------------------------------------------------------------------------------------


def test_logprobs(model: Model) -> None:
    """Scores come when asked for, one per token and with the text's own tokens, and not otherwise."""
    asked = {"seed": 4, "max_tokens": 8}
    with_scores, without = model.ask_all([{**asked, "logprobs": True}, {**asked, "logprobs": False}])
    assert "".join(tokens_of(with_scores)) == with_scores.text == without.text
    assert all(score.logprob <= 0 for score in with_scores.logprobs)
    assert without.logprobs == ()


@pytest.mark.parametrize("count", [1, 5, 30])
def test_top_logprobs(model: Model, count: int) -> None:
    """Exactly so many alternatives per token, likeliest first."""
    for score in model.ask(max_tokens=2, logprobs=True, top_logprobs=count).logprobs:
        assert len(score.top) == count
        assert [a.logprob for a in score.top] == sorted((a.logprob for a in score.top), reverse=True)


def test_logit_bias(model: Model) -> None:
    """-100 bans a token that the model chose, 100 forces one; by id, as number or text, and by the token's text."""
    chosen, second = model.ask(max_tokens=1, logprobs=True, top_logprobs=2).logprobs[0].top
    scores = model.ask(max_tokens=1, temperature=0.0, logprobs=True).logprobs
    assert scores[0].token == chosen.token
    number = scores[0].id
    assert number is not None
    banned: list[Any] = [{number: -100}, {str(number): -100}, {chosen.token: -100}]
    for answer in model.ask_all(
        [{"max_tokens": 1, "temperature": 0.0, "logit_bias": bias} for bias in banned]
    ):
        assert answer.text == second.token
    forced = model.ask(max_tokens=3, logit_bias={number: 100}, logprobs=True)
    assert tokens_of(forced) == [chosen.token] * 3


# -- delivery ----------------------------------------------------------------------------------------------------


def test_stream(model: Model) -> None:
    """Streamed the answer comes in pieces, otherwise in one; with the same seed it is the same answer."""
    asked = {"seed": 5, "max_tokens": 8}
    pieces, whole = (
        [event.text for event in events if isinstance(event, TextDelta)]
        for events in model.events([{**asked, "stream": True}, {**asked, "stream": False}])
    )
    assert len(pieces) > 3
    assert whole == ["".join(pieces)]


def test_stream_options(model: Model) -> None:
    """With include_usage a stream ends with the token counts, and without it there are none."""
    asked = {"stream": True, "max_tokens": 4}
    counts = [
        [event.completion_tokens for event in events if isinstance(event, UsageReported)]
        for events in model.events([{**asked, "stream_options": {"include_usage": True}}, asked])
    ]
    assert counts == [[4], []]


# -- structure ---------------------------------------------------------------------------------------------------


def test_response_format(model: Model) -> None:
    """A Pydantic model, its schema and OpenAI's form hold for every seed; without them no answer is like that."""
    schema = WEATHER
    formats = [Weather, schema, {"type": "json_schema", "json_schema": {"name": "w", "schema": schema}}]
    asked = [
        {"response_format": f, "extra": {"seed": s}, "max_tokens": 48, "stream": True}
        for f in formats
        for s in range(3)
    ]
    for answer in model.ask_all(asked):
        assert answer.ended == "done", answer
        Weather.model_validate_json(answer.text)
    with pytest.raises(ValueError, match="JSON"):
        Weather.model_validate_json(model.ask(seed=0, max_tokens=16).text)


def test_response_format_json_object(model: Model) -> None:
    """Any JSON object, whatever the seed, even where max_tokens cuts it."""
    asked = [{"response_format": {"type": "json_object"}, "seed": s, "max_tokens": 24} for s in range(4)]
    assert all(answer.text.startswith("{") for answer in model.ask_all(asked))


@pytest.mark.parametrize(
    "prefill", ['{"size":4,', '{\n  "na', '{"name": "A', '{"pets":[{"size":5,"name":"Ada"},{"size":4,']
)
def test_response_format_behind_a_prefill(model: Model, prefill: str) -> None:
    """Prefill and answer together are JSON of the schema; the text is the answer alone, streamed or whole."""
    schema = strict_object(name={"type": "string", "pattern": "^[A-Za-z ]{3,9}$"}, size={"enum": [4, 5]})
    if "pets" in prefill:
        inner = {"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/pet"}}
        schema = {**strict_object(pets=inner), "$defs": {"pet": schema}}
    asked = {"prefill": prefill, "response_format": schema, "seed": 3, "max_tokens": 60}
    whole, streamed = model.ask_all([asked, {**asked, "stream": True}])
    assert (whole.text, whole.error) == (streamed.text, None)
    assert conformity(prefill + whole.text, schema).fits, whole.text


def test_a_schema_that_cannot_be_held_to_is_said(model: Model) -> None:
    """llama.cpp drops a grammar that it cannot compile and answers freely; this is told as an error."""
    broken = {"type": "object", "properties": {"a": {"$ref": "#/$defs/nowhere"}}, "required": ["a"]}
    answer = model.ask(response_format=broken, max_tokens=6)
    assert isinstance(answer.error, StreamFailed)
    assert answer.error.parameter == "response_format"
    assert answer.text


def valid_call(answer: Answer) -> str:
    """The name of the one function that was called, with arguments that its schema allows."""
    assert (answer.ended, answer.finish_reason, answer.text) == ("done", "tool_calls", ""), answer
    (call,) = answer.tool_calls
    MODELS[call.name].model_validate_json(call.arguments)
    return call.name


def forced(**parameters: Any) -> list[dict[str, Any]]:
    """Twenty draws. Their seeds go through the extra JSON, which leaves the prompt cache on and saves time."""
    return [{"extra": {"seed": seed}, "tools": TOOLS, "max_tokens": 48, **parameters} for seed in range(20)]


def test_tool_choice_required(model: Model) -> None:
    """Whatever is drawn, streamed or not, a function is called with valid arguments, and each one sometimes."""
    several = [{**one, "stream": n % 2 == 0} for n, one in enumerate(forced(tool_choice="required"))]
    called = Counter(valid_call(answer) for answer in model.ask_in_turn(several, WEATHER_IN_PARIS))
    assert set(called) == set(MODELS)


def test_tool_choice_names_a_function(model: Model) -> None:
    """Whatever is drawn, the named function is called, by name or in OpenAI's form."""
    forms: list[Any] = ["dice", {"type": "function", "function": {"name": "dice"}}]
    asked = [{**one, "tool_choice": forms[number % 2]} for number, one in enumerate(forced())]
    assert {valid_call(answer) for answer in model.ask_in_turn(asked, WEATHER_IN_PARIS)} == {"dice"}


def test_tool_choice_none(model: Model) -> None:
    """Whatever is drawn, no function is called, and the model does not even hear of them."""
    answers = model.ask_in_turn(forced(tool_choice="none", max_tokens=4))
    assert all(not answer.tool_calls and answer.text for answer in answers)
    assert {a.usage.prompt_tokens for a in answers} == {model.ask(max_tokens=1).usage.prompt_tokens}


def test_tools_with_a_free_choice(model: Model) -> None:
    """Left to choose, by auto or by no tool_choice at all, the model sometimes calls and sometimes talks."""
    choices: list[dict[str, Any]] = [{"tool_choice": "auto"}, {}]
    asked = [{"tools": TOOLS, "seed": seed, "max_tokens": 12, **choices[seed % 2]} for seed in SEEDS]
    answers = model.ask_in_turn(asked, WEATHER_IN_PARIS)
    calls = [answer for answer in answers if answer.tool_calls]
    assert 0 < len(calls) < len(answers)
    assert all(bool(answer.text) != bool(answer.tool_calls) for answer in answers)
    assert {call.name for answer in calls for call in answer.tool_calls} <= set(MODELS)


def test_a_format_beside_tools(model: Model) -> None:
    """Left to choose, every answer is a call or JSON of the schema, and nothing else."""
    schema = strict_object(mood={"enum": ["good", "bad"]})
    for answer in model.ask_in_turn(forced(response_format=schema)[:6]):
        assert answer.ended == "done"
        if answer.text:
            assert json.loads(answer.text)["mood"] in ("good", "bad")
        else:
            valid_call(answer)


def test_tool_prompt(model: Model) -> None:
    """It reaches the model: told to answer in words, a call becomes much less likely than with the default."""

    def likely(answer: Answer) -> float:
        (score,) = answer.logprobs
        return sum(math.exp(a.logprob) for a in score.top if a.token.startswith("{"))

    asked = {"tools": TOOLS, "max_tokens": 1, "logprobs": True, "top_logprobs": 100, "seed": 1}
    usual, words = model.ask_all([asked, {**asked, "tool_prompt": "Respond in words only."}])
    assert likely(words) < likely(usual) / 3


def test_a_conversation_with_calls_goes_on(model: Model) -> None:
    """The model sees what was called and what came back: both count among the tokens of the prompt."""

    async def ask(*messages: dict[str, Any]) -> Answer:
        endpoint = await model._engine.endpoint()
        request = ChatRequest(ModelRef("embedded", ""), messages, {"max_tokens": 4})
        async with Transport() as transport:
            return fold([event async for event in transport.stream(request, EMBEDDED, endpoint)])

    call = {"id": "c", "type": "function", "function": {"name": "dice", "arguments": '{"count": 6}'}}
    question = {"role": "user", "content": "Roll six dice."}
    called = {"role": "assistant", "content": None, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "c", "content": "3 1 4 1 5 9"}
    counts = [asyncio.run(ask(*m)).usage.prompt_tokens for m in ([question], [question, called, result])]
    assert None not in counts
    assert counts[1] > counts[0] + 30  # type: ignore[operator]


def test_messages(model: Model) -> None:
    """What is asked decides what is likely."""
    tops = [
        model.ask(message, max_tokens=1, logprobs=True, top_logprobs=5).logprobs[0].top
        for message in (SEA, "Answer with one word: what is the capital of France?")
    ]
    assert [a.token for a in tops[0]] != [a.token for a in tops[1]]
    assert any("Paris" in a.token for a in tops[1])
