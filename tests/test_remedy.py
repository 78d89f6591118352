"""A refusal's remedy in Python: what it names goes over the values of the call, and the next call is answered.

Kept apart from the wordings, which need no connection: here the mapping is used just as the README says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from playground import UNSET, Client, InvalidRequest, PlaygroundError
from playground.errors import KeyMissing
from playground.remedy import NO_REMEDY, Remedy, of_second
from playground.testing.scripted_server import ScriptedServer, answered, whole
from tests.documented import HELLO

GOOD: Final = answered(200, whole("Hi"))


def refusing(words: str, status: int = 400) -> list[Any]:
    """A refusal in these words."""
    return answered(status, json.dumps({"error": {"message": words}}).encode())


class Picky(ScriptedServer):
    """Refuses what is asked with a temperature above 1, in OpenAI's words, and answers all else."""

    def script_for(self, number: int) -> Any:
        """Decided when it is played: only then is the request known."""
        return self._played(number)

    def _played(self, number: int) -> Iterator[Any]:
        hot = self.requests[number].body.get("temperature", 0) > 1
        yield from refusing("temperature must be less than or equal to 1") if hot else GOOD


@pytest.mark.parametrize(
    ("words", "asked", "sent"),
    [
        ("This model supports at most 40 completion tokens", {"max_tokens": 64}, {"max_tokens": 40}),
        ("Use 'max_completion_tokens' instead of max_tokens", {"max_tokens": 64}, {"max_completion_tokens": 64}),
        ("`temperature` is deprecated for this model.", {"max_tokens": 64}, {"max_tokens": 64}),
        ("temperature and top_p cannot both be specified", {"top_p": 0.5}, {"top_p": 0.5}),
        ("min_p must be at most 1", {"extra_body": {"min_p": 2, "top_k": 3}}, {"min_p": 1, "top_k": 3}),
        ("min_p is unknown", {"extra_body": {"min_p": 2, "top_k": 3}}, {"top_k": 3}),
    ],
)  # fmt: skip
def test_asked_again_with_the_remedy(words: str, asked: dict[str, Any], sent: dict[str, Any]) -> None:
    """`create(**{**values, **error.remedy})` sends what the server asked for, and the rest as before."""
    values: dict[str, Any] = {"model": "m", "messages": HELLO, **asked}
    with ScriptedServer(refusing(words), GOOD) as server, Client(base_url=server.base_url) as client:
        error = client.create(**values).error
        assert error is not None and error.remedy
        answer = client.create(**{**values, **error.remedy})
        before, after = (visit.body for visit in server.requests)
    assert answer.text == "Hi"
    assert sent.items() <= after.items()
    changed = {*error.remedy, *(error.remedy.get("extra_body") or {}), *(asked.get("extra_body") or {})}
    assert {n: v for n, v in before.items() if n not in changed} == {
        n: v for n, v in after.items() if n not in changed
    }


def test_what_is_wrong_here_has_its_remedy_too() -> None:
    """Numbers out of range become the nearest that are allowed, unless something else is wrong as well."""
    with ScriptedServer(GOOD) as server, Client(base_url=server.base_url) as client:
        values: dict[str, Any] = {"model": "m", "messages": HELLO, "temperature": 3, "max_tokens": 0}
        with pytest.raises(InvalidRequest) as caught:
            client.create(**values)
        assert caught.value.remedy == {"temperature": 2.0, "max_tokens": 1}
        assert client.create(**{**values, **caught.value.remedy}).text == "Hi"
        others: list[dict[str, Any]] = [
            {"stop": []},
            {"top_logprobs": 3},
            {"temperature": "hot"},
            {"extra_body": [1]},
        ]
        for also in others:
            with pytest.raises(InvalidRequest) as caught:
                client.create(**{**values, **also})
            assert caught.value.remedy == {}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("own", "over", "remedies"),
    [
        (0.5, None, [{}, {"pref_params": {"temperature": 1.0, "frequency_penalty": 0.2}}]),
        (0.5, {"temperature": 1.5}, [{}, {"pref_params": {"temperature": 1.0}}]),
        (1.5, {"frequency_penalty": 1.0}, [{"temperature": 1.0}, {"temperature": 1.0}]),
        (1.5, {"temperature": 1.7}, [{"temperature": 1.0}, {"pref_params": {"temperature": 1.0}}]),
    ],
)
def test_the_second_of_a_pair_says_what_made_it_so(
    own: float, over: dict[str, float] | None, remedies: list[Any], stream: bool
) -> None:
    """What pref_params set is mended there, and what both sides share where it was set."""
    values = {"model": "m", "messages": HELLO, "temperature": own, "diff_frequency": 1.0, "pref_params": over}
    with Picky() as server, Client(base_url=server.base_url) as client:
        found = _errors(client, {**values, "stream": stream})
        assert [error.remedy if error else {} for error in found] == remedies
        mended = dict(values)
        for remedy in remedies:
            mended |= remedy
        assert _errors(client, mended) == [None, None]


def _errors(client: Client, values: dict[str, Any]) -> list[PlaygroundError | None]:
    """How each side of a pair failed."""
    result: Any = client.create_preference(**values)
    if not values.get("stream"):
        return [answer.error for answer in result]
    ends = {side: event.error for side, event in result if type(event).__name__ == "Ended"}
    return [ends[0], ends[1]]


OVER: Final = {"pref_params": {"temperature": 1.3, "frequency_penalty": 0.2}}
COOLER: Final = (
    "Leave temperature and pref_params.temperature unset, set pref_params.frequency_penalty to 0.2"
)
MOVED: Final = "Leave seed unset, set n to 9 in the extra JSON"
SECOND: Final = {"second": {"model": "embedded", "top_p": 0.5}}


@pytest.mark.parametrize(
    ("changes", "varied_by", "told", "whole_mapping"),
    [
        ({"temperature": UNSET}, OVER, COOLER, {"temperature": UNSET, "pref_params": {"frequency_penalty": 0.2}}),
        ({"temperature": UNSET}, {"pref_params": {"temperature": 1.9}}, "", {}),
        ({"max_tokens": 9}, OVER, "Set max_tokens to 9", {"max_tokens": 9}),
        ({"seed": UNSET, "extra_body.n": 9}, OVER, MOVED, {"seed": UNSET, "extra_body": {"n": 9}}),
        ({"max_tokens": 9}, SECOND, "Set second.max_tokens to 9", {"second": {**SECOND["second"], "max_tokens": 9}}),
        ({"top_p": UNSET}, SECOND, "Leave second.top_p unset", {"second": {"model": "embedded"}}),
        ({"extra_body.n": UNSET}, SECOND, "", {}),
        ({"extra_body.n": UNSET}, {}, "Take n out of the extra JSON", {"extra_body": {}}),
        ({}, SECOND, "", {}),
    ],
)  # fmt: skip
def test_remedies_of_a_second_side_in_words(
    changes: dict[str, Any], varied_by: dict[str, Any], told: str, whole_mapping: dict[str, Any]
) -> None:
    """What made the second side differ is what a remedy changes; where that has no words for it there is none."""
    remedy = of_second(Remedy(changes, {"extra_body": {}}), varied_by)
    assert remedy.what == told
    assert remedy == whole_mapping
    assert repr(remedy) == repr(whole_mapping)


def test_every_error_has_a_remedy_to_look_at() -> None:
    """None is known for most: an empty mapping, so that nobody must ask first."""
    assert {**PlaygroundError("x").remedy} == {**KeyMissing("x").remedy} == {}
    assert not NO_REMEDY
