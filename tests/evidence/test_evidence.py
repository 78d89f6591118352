"""Four truths about every parameter that was set: set, sent, accepted, had an effect.

Kept apart from the signs: here it is about the way of a parameter through report, refusal, headers and echoes.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.errors import ServerRefused, ServerUnreachable
from playground.events import Answer
from playground.evidence.evidence import evidence
from playground.parameters import REGISTRY
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.openai_com import OPENAI_COM
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.kinds.tgi import TGI
from tests.documented import TABLE
from tests.evidence.answers import STREAMED, answer, scores


def echoed(*bodies: dict[str, Any]) -> Answer:
    """An answer by OpenRouter that shows what it passed on to each provider that it tried."""
    chunks = [json.dumps({"choices": [], "debug": {"echo_upstream_body": body}}) for body in bodies]
    extra = {"debug": {"echo_upstream_body": True}}
    asked = {"top_p": 0.5, "max_tokens": 4}
    return answer("Hi", asked=asked, extra=extra, profile=OPENROUTER, headers=STREAMED, raw=tuple(chunks))


def states(given: Answer, name: str) -> tuple[str, str, str, str]:
    """The four truths about one parameter, in order."""
    found = evidence(given)[name]
    return found.set.state, found.sent.state, found.accepted.state, found.effect.state


def test_a_parameter_that_went_all_the_way() -> None:
    """Set, sent, accepted with HTTP 200, and its effect to be seen."""
    given = answer("a b", asked={"max_tokens": 2}, tokens=2, ended="length", finish_reason="length")
    assert states(given, "max_tokens") == ("yes", "yes", "yes", "yes")
    assert evidence(given)["max_tokens"].reached == "effect"


@pytest.mark.parametrize(
    ("pattern", "text", "state", "said"),
    [
        ("^(?=a)b", '{"a": "b"}', "yes", ("not held to this pattern", "cannot be checked")),
        ("^(?=a)b", '{"a": 1}', "no", ("not held to this pattern", "string")),
        ("^a$", '{"a": "a"}', "yes", ("JSON with the fields asked for.",)),
    ],
)
def test_what_was_not_held_is_told_beside_the_effect(
    pattern: str, text: str, state: str, said: tuple[str, ...]
) -> None:
    """JSON came, but a pattern that the model was not held to is no part of what was seen."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": pattern}}}
    effect = evidence(answer(text, asked={"response_format": schema}, profile=EMBEDDED))[
        "response_format"
    ].effect
    assert effect.state == state and all(words in effect.why for words in said), effect.why
    assert ("not held" in effect.why) == (pattern != "^a$")


def test_accepted_but_unknown_is_said_to_be_unknown() -> None:
    """HTTP 200 says no more than that nobody objected."""
    found = evidence(answer("a", asked={"temperature": 0.5}))["temperature"]
    assert (found.accepted.state, found.effect.state, found.reached) == ("yes", "unknown", "accepted")
    assert "may still ignore" in found.accepted.why


def test_no_sign_where_there_should_be_one() -> None:
    """logprobs sent, accepted, and not one came."""
    assert states(answer("a", asked={"logprobs": True}), "logprobs") == ("yes", "yes", "yes", "no")


def test_withheld_stops_at_set() -> None:
    """What this kind of server is not sent cannot be accepted, and the reason is the profile's own."""
    found = evidence(answer("a", asked={"logit_bias": {"1": 1.0}}, profile=TGI))["logit_bias"]
    assert (found.sent.state, found.accepted.state, found.effect.state) == ("no", "no", "no")
    assert "TGI does not implement it" in found.sent.why and found.reached == "set"


def test_overridden_by_the_extra_json_is_not_sent() -> None:
    """The value that was set did not leave."""
    assert evidence(answer("a", asked={"seed": 1}, extra={"seed": 2}))["seed"].sent.state == "no"


def test_used_here_and_not_sent() -> None:
    """diff_frequency and pref_params are nobody's to accept, and not ignored either."""
    given = answer("a", asked={"diff_frequency": 0.5, "pref_params": {"temperature": 0.2}})
    assert states(given, "diff_frequency") == ("yes", "no", "no", "unknown")
    assert states(given, "pref_params") == ("yes", "no", "no", "unknown")


def test_a_refusal_names_its_parameter() -> None:
    """The one at fault was not accepted, in the server's own words; of the others nothing is known."""
    error = ServerRefused("host refused (HTTP 400): no seed here", "", "seed", status=400)
    asked = {"seed": 1, "top_p": 0.5}
    given = answer(asked=asked, error=error, ended="error", headers={}, finish_reason=None)
    assert states(given, "seed") == ("yes", "yes", "no", "no")
    assert "no seed here" in evidence(given)["seed"].accepted.why and not evidence(given)["seed"].dropped
    assert states(given, "top_p") == ("yes", "yes", "unknown", "unknown")


@pytest.mark.parametrize("text", ["", "Hel"])
def test_a_refusal_within_an_answer_is_no_acceptance(text: str) -> None:
    """HTTP 200 came first, and perhaps some text; what is named was refused all the same, and not just dropped."""
    error = ServerRefused("host broke off with an error: no seed here", "", "seed", status=400)
    given = answer(text, asked={"seed": 1, "top_p": 0.5}, error=error, ended="error", finish_reason="error")
    assert states(given, "seed") == ("yes", "yes", "no", "no") and not evidence(given)["seed"].dropped
    assert states(given, "top_p")[2:] == ("unknown", "unknown")


def test_no_answer_no_knowledge() -> None:
    """Where nobody answered, nothing was accepted or refused."""
    error = ServerUnreachable("gone")
    given = answer(asked={"top_p": 0.5}, error=error, ended="error", headers={}, finish_reason=None)
    assert states(given, "top_p") == ("yes", "yes", "unknown", "unknown")


@pytest.mark.parametrize("listed", ["seed, top_p", "top_p", "TOP_P,seed"])
def test_a_gateway_that_says_what_it_took_out(listed: str) -> None:
    """A parameter named in Ngrok-AIG-Removed-Params was not accepted, whatever the status."""
    given = answer("a", asked={"top_p": 0.5, "max_tokens": 4}, headers={"ngrok-aig-removed-params": listed})
    assert evidence(given)["top_p"].accepted.state == "no"
    assert evidence(given)["max_tokens"].accepted.state == "yes"


def test_an_echo_that_holds_it() -> None:
    """OpenRouter shows the parameter in what it passed on: accepted, and not only as far as the status says."""
    found = evidence(echoed({"model": "m", "messages": [], "top_p": 0.5, "max_tokens": 4}))["top_p"]
    assert found.accepted.state == "yes" and "passed it on" in found.accepted.why


def test_an_echo_that_lacks_it() -> None:
    """What it did not pass on, in the same API's words, was dropped."""
    found = evidence(echoed({"messages": [], "max_tokens": 4}))["top_p"]
    assert (found.accepted.state, found.effect.state, found.dropped) == ("no", "no", True)


def test_the_evidence_at_hand_wins_over_an_echo() -> None:
    """OpenRouter streams by itself: without `stream` in its echo the pieces are there all the same."""
    echo = json.dumps({"choices": [], "debug": {"echo_upstream_body": {"messages": []}}})
    piece = json.dumps({"choices": [{"delta": {"content": "a"}}]})
    extra = {"debug": {"echo_upstream_body": True}}
    raw, asked = (echo, piece, piece), {"stream": True}
    given = answer("aa", asked=asked, extra=extra, profile=OPENROUTER, headers=STREAMED, raw=raw)
    assert states(given, "stream")[2:] == ("no", "yes")
    assert (evidence(given)["stream"].reached, evidence(given)["stream"].dropped) == ("effect", False)


def test_half_of_an_emoji_is_a_piece() -> None:
    """An escaped emoji that a server cuts in two came in two pieces, although neither is valid by itself."""
    raw = tuple(json.dumps({"choices": [{"delta": {"content": half}}]}) for half in ("\ud83d", "\ude00"))
    found = evidence(answer("\U0001f600", asked={"stream": True}, headers=STREAMED, raw=raw))["stream"]
    assert found.effect.why == "It came in 2 pieces."


def test_an_echo_in_other_words() -> None:
    """Another API may spell it otherwise: found without its underscore, and else unknown."""
    given = echoed({"contents": [], "generationConfig": {"topP": 0.5}})
    assert evidence(given)["top_p"].accepted.state == "yes"
    assert evidence(given)["max_tokens"].accepted.state == "unknown"


def test_the_echo_of_the_provider_that_answered_counts() -> None:
    """Of several providers that were tried the last one answered."""
    given = echoed({"messages": [], "top_p": 0.5}, {"messages": []})
    assert evidence(given)["top_p"].accepted.state == "no"


def test_a_renamed_parameter_is_followed_under_its_new_name() -> None:
    """OpenAI's max_completion_tokens is max_tokens, also in a gateway's header."""
    headers = {"ngrok-aig-removed-params": "max_completion_tokens"}
    given = answer("a", asked={"max_tokens": 4}, profile=OPENAI_COM, headers=headers)
    assert states(given, "max_tokens")[1:3] == ("yes", "no")


def test_every_parameter_has_four_truths() -> None:
    """Whatever is set, each truth has a state and a sentence, and all of it is plain JSON."""
    asked: dict[str, Any] = {}
    for name, row in TABLE.items():
        if name not in ("model", "messages"):
            asked = {**asked, **row.beside, name: row.good[0]}
    found = evidence(answer("a", asked=asked, logprobs=scores("a")))
    assert found.keys() == REGISTRY.keys()
    for each in found.values():
        truths = json.loads(json.dumps(each.to_dict()))
        for step in ("set", "sent", "accepted", "effect"):
            assert truths[step]["state"] in ("yes", "no", "unknown") and truths[step]["why"].endswith(".")


def test_additions_are_not_evidence() -> None:
    """What nobody set, such as OpenRouter's routing, is no parameter of the user's."""
    assert set(evidence(answer("a", profile=OPENROUTER))) == {"model", "messages"}


def test_before_anything_was_sent_there_is_no_evidence() -> None:
    """A request that was never made has no report."""
    assert evidence(Answer()) == {}
