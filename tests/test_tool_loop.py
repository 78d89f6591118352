"""Tool loops with servers that are particular: what each needs back it has, and no other server has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx
import pytest

from playground import Client, assistant_message, tool_message, whole_calls
from playground.chat import ChatRequest
from playground.events import Answer, fold
from playground.wire.kinds.mistral import MISTRAL
from tests import particular
from tests.particular import Fault, Particular
from tests.wire.asking import MODEL, answer_of

QUESTION = {"role": "user", "content": "What is the weather in Oslo?"}
AND_NOW = {"role": "user", "content": "And tomorrow?"}


def gone_on(messages: list[Any], answer: Answer) -> list[Any]:
    """The conversation behind an answer and the results of its calls."""
    results = [tool_message(call, "Rain") for call in whole_calls(answer)]
    return [*messages, assistant_message(answer), *results]


def report_of(answer: Answer) -> str:
    (line,) = [line for line in answer.report if line.parameter == "messages"]
    return line.why


@pytest.mark.parametrize(
    ("fault", "calling", "said"),
    [
        (particular.gemini_fault, particular.GEMINI, "extra_content go back to the server"),
        (particular.deepseek_fault, particular.DEEPSEEK, "reasoning_content go back to the server"),
        (particular.strict_fault, particular.SAME_ID, "1 id of a call changed"),
        (particular.strict_fault, particular.NO_ID, "1 id of a call changed"),
    ],
    ids=["gemini", "deepseek", "an id again", "no id"],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_whole_loop_of_two_calls(
    fault: Fault, calling: Sequence[bytes], said: str, *, stream: bool
) -> None:
    """Through the client, streamed or not: nothing is refused, and the report says what went back."""
    with Particular(fault, calling, turns=2) as server, Client(base_url=server.base_url) as client:
        messages: list[Any] = [QUESTION]
        answer = Answer()
        for _ in range(3):
            if stream:
                answer = fold(client.create(model="m", messages=messages, stream=True))
            else:
                answer = client.create(model="m", messages=messages, stream=False)
            assert answer.error is None, answer.error
            messages = gone_on(messages, answer)
    assert answer.text == "Rain."
    assert said in report_of(answer)


def test_mistral_takes_ids_of_others_and_none_of_their_fields() -> None:
    """A conversation begun with another server goes on: ids in Mistral's form, text for null, nothing left over."""
    with Particular(particular.gemini_fault, particular.GEMINI) as gemini:
        begun = gone_on([QUESTION], answer_of(asked(QUESTION), gemini.base_url))
    with Particular(particular.mistral_fault, particular.MISTRAL, turns=2) as server:
        first = answer_of(asked(*begun), server.base_url, MISTRAL)
        assert first.error is None, first.error
        second = answer_of(asked(*gone_on(begun, first)), server.base_url, MISTRAL)
    assert (second.error, second.text) == (None, "Rain.")
    assert report_of(first) == (
        "extra_content stay here: another server or model sent them. 1 id of a call changed, here and in the "
        "results: Mistral takes 9 letters or digits and nothing else. No text beside calls goes as an empty text."
    )


@pytest.mark.parametrize("other", ["server", "model"])
def test_what_one_server_or_model_sent_stays_away_from_others(other: str) -> None:
    """A server that knows no such fields is not shown them, nor is another model of the same one."""
    with Particular(particular.deepseek_fault, particular.DEEPSEEK) as deepseek:
        begun = gone_on([QUESTION], answer_of(asked(QUESTION), deepseek.base_url))
        again = answer_of(asked(*begun), deepseek.base_url)
        assert again.body["messages"][1]["reasoning_content"] == "I need the weather."
        if other == "model":
            changed = replace(asked(*begun), model=replace(MODEL, id="another"))
            last = answer_of(changed, deepseek.base_url)
    if other == "server":
        with Particular(particular.strict_fault, ()) as strict:
            last = answer_of(asked(*begun), strict.base_url)
        assert (last.error, last.text) == (None, "Rain.")
    assert "I need the weather." not in str(last.body) and "returned" not in str(last.body)
    assert report_of(last) == "reasoning_content stay here: another server or model sent them."


def asked(*messages: Any) -> ChatRequest:
    return ChatRequest(MODEL, messages, {"stream": True})


def test_the_standins_are_particular() -> None:
    """Each refuses the message as OpenAI's form has it: else these tests could not fail."""
    for fault, calling in (
        (particular.gemini_fault, particular.GEMINI),
        (particular.deepseek_fault, particular.DEEPSEEK),
        (particular.strict_fault, particular.SAME_ID),
    ):
        with Particular(fault, calling, turns=3) as server:
            first = answer_of(asked(QUESTION), server.base_url)
            bare = {name: v for name, v in assistant_message(first).items() if name != "returned"}
            body = {"messages": [QUESTION, bare, tool_message(whole_calls(first)[0], "Rain")] * 2}
            assert httpx.post(f"{server.base_url}/chat/completions", json=body).status_code == 400
