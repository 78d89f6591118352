"""No verdict is left to luck: what an idle parameter might do by itself is asked again, or not told.

Kept apart from the run on the real model: there luck is rare, and here every answer is chosen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from itertools import chain, count, repeat
from math import log
from random import Random
from typing import Any

import pytest

from playground.chat import ChatRequest
from playground.errors import ServerRefused
from playground.events import Alternative, Answer, TokenScore, Usage
from playground.evidence.likelihood import penalised
from playground.evidence.probes.suite import Subject, examine
from playground.evidence.probes.table import Verdict
from playground.wire.kinds.openai import OPENAI
from tests.evidence.answers import MODEL, STREAMED, answer, chunk, drawn

COUNT = count()
Reply = Callable[[dict[str, Any]], Answer]


def verdict(name: str, reply: Reply) -> Verdict:
    """What the probe finds where each request is answered by what it asks for."""

    async def ask(request: ChatRequest, most: int) -> Answer:
        said = {"messages": request.messages, "question": request.messages[-1]["content"]}
        return reply(dict(request.parameters) | said)

    async def run() -> list[Verdict]:
        return [s.verdict async for s in examine(Subject(MODEL, OPENAI), ask, [name]) if s.verdict]

    return asyncio.run(run())[0]


def told(text: str, *, by_itself: bool = False, **fields: Any) -> Answer:
    """An answer that came to its limit, or ended."""
    end: dict[str, Any] = {} if by_itself else {"ended": "length", "finish_reason": "length"}
    return answer(text, **end, **fields)


def word(token: str, number: int, **odds: float) -> TokenScore:
    """A token with its number, and the odds of others at its place."""
    top = tuple(Alternative(name, log(p)) for name, p in {token: 0.4, **odds}.items())
    return TokenScore(token, log(0.4), top, id=number)


def scored(*tokens: TokenScore) -> Answer:
    """An answer of just these tokens."""
    return told("".join(token.token for token in tokens), logprobs=tokens)


OWN = [word("once", 1, upon=0.1), word("upon", 2, once=0.1)]


def biased(unbiased: Reply) -> Reply:
    """A server that forces tokens, and answers in its own way where none is forced."""

    def reply(asked: dict[str, Any]) -> Answer:
        if any(bias > 0 for bias in asked.get("logit_bias", {}).values()):
            return scored(*[word("upon", 2)] * 6)
        return unbiased(asked) if "logit_bias" in asked else scored(*OWN)

    return reply


@pytest.mark.parametrize(
    ("places", "odds", "outcome"),
    [
        (2, {"once": 0.3}, "cannot tell"),
        (40, {"once": 0.3}, "works"),
        (2, {}, "works"),
    ],
    ids=["may be luck", "hardly luck", "stated after the ban"],
)
def test_a_ban_by_luck(places: int, odds: dict[str, float], outcome: str) -> None:
    """That no banned token came shows a ban only where one would have come, or none is thought of any more."""
    found = verdict("logit_bias", biased(lambda asked: scored(*[word("there", 9, **odds)] * places)))
    assert found.outcome == outcome, found
    assert bool(found.test) == bool(odds)


def test_a_ban_that_fails_late() -> None:
    """A banned token that comes in the second answer only is found, since the first did not decide."""
    answers: Iterator[Answer] = chain([scored(word("there", 9, once=0.3))], repeat(scored(*OWN)))
    assert verdict("logit_bias", biased(lambda asked: next(answers))).outcome == "no visible effect"


def test_a_seed_that_repeats_by_luck() -> None:
    """Two answers that begin alike are no sign yet; a third that does not tells them apart."""
    alike = [word("a", 1), word("b", 2), word("c", 3)]
    answers = iter([scored(*alike), scored(*alike, word("d", 4)), scored(word("e", 5))])
    found = verdict("seed", lambda asked: next(answers) if "seed" in asked else scored(*OWN))
    assert found.outcome == "no visible effect", found


@pytest.mark.parametrize(
    ("drawn", "outcome", "why"),
    [
        (lambda seed, heat: f"{seed} {heat}", "works", "otherwise at 2 than"),
        (lambda seed, heat: f"{seed} {min(heat, 1.5)}", "no visible effect", "the same at 2 as"),
        (lambda seed, heat: f"{seed} {min(heat, 1.8)}", "no visible effect", "the same at 2 as"),
        (lambda seed, heat: f"{seed} {heat}" if seed != 1_234_567 else f"{seed}", "works", "cannot be seen"),
        (lambda seed, heat: str(next(COUNT)), "works", "cannot be seen"),
        (lambda seed, heat: "A tale", "works", "every seed gives the same"),
    ],
    ids=[
        "bolder at 2",
        "held back to 1.5",
        "held back to 1.8",
        "alike for one seed",
        "seeds ignored",
        "alike for all seeds",
    ],
)
def test_a_temperature_held_back(drawn: Callable[[int, float], str], outcome: str, why: str) -> None:
    """Seeds that give the same at 1.8 and at 2, one like the other, are no luck but a bound."""

    def reply(asked: dict[str, Any]) -> Answer:
        if "seed" in asked:
            return told(drawn(asked["seed"], asked["temperature"]))
        return told("A tale" if asked.get("temperature") == 0.0 else str(next(COUNT)))

    found = verdict("temperature", reply)
    assert found.outcome == outcome and why in found.why, found


WAS = "There was, was, was it."


def up_to(stops: list[str]) -> str:
    """What comes of it before the first of these."""
    return min((WAS.partition(text)[0] for text in stops), key=len)


@pytest.mark.parametrize(
    ("by_itself", "stopped", "outcome"),
    [
        (True, "Another tale.", "cannot tell"),
        (True, "", "works"),
        (False, "Another tale.", "works"),
    ],
    ids=["ends by itself", "the same up to there", "ends only then"],
)
def test_an_end_that_no_stop_text_made(by_itself: bool, stopped: str, outcome: str) -> None:
    """An answer that ends early, as others of its do by themselves, was stopped only if it is the same so far."""

    def reply(asked: dict[str, Any]) -> Answer:
        if "stop" in asked:
            return told(stopped or up_to(asked["stop"]), by_itself=True)
        return told(WAS, by_itself=by_itself)

    found = verdict("stop", reply)
    assert (found.outcome, "'e w'" in found.why) == (outcome, True), found


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        (lambda stop: [text.strip() for text in stop], "before 's', without the blank"),
        (lambda stop: [text for text in stop if text.strip().isalpha()], "holds 'e w'"),
    ],
    ids=["stripped", "letters alone"],
)
def test_a_stop_text_with_a_blank(lost: Callable[[list[str]], list[str]], why: str) -> None:
    """A server that loses the blank stops too early, and one that takes letters alone does not stop."""

    def reply(asked: dict[str, Any]) -> Answer:
        return told(up_to(lost(asked["stop"])) if "stop" in asked else WAS, by_itself="stop" in asked)

    found = verdict("stop", reply)
    assert found.outcome == "no visible effect" and why in found.why, found


@pytest.mark.parametrize("whys", [("The server says", "Up to there"), ("Up to there", "The server says")])
def test_both_ends_in_their_order(whys: tuple[str, str]) -> None:
    """What is said of two stop texts comes in the order in which they were tried."""
    left = iter(whys)

    def reply(asked: dict[str, Any]) -> Answer:
        if "stop" not in asked:
            return told(WAS)
        says = next(left) == "The server says"
        return told(up_to(asked["stop"]), by_itself=True, finish_reason="stop_sequence" if says else "stop")

    why = verdict("stop", reply).why
    assert -1 < why.find(whys[0]) < why.find(whys[1]), why


def test_a_limit_that_is_not_reached() -> None:
    """Where answers end before the higher limit, the verdict says that only the lower one was seen."""
    found = verdict("max_tokens", lambda asked: told("a", tokens=7) if asked["max_tokens"] == 7 else SHORT)
    assert found.outcome == "works" and "would not show" in found.why


@pytest.mark.parametrize(
    ("written", "counted", "scored_too", "outcome"),
    [
        (1, 1, True, "works"),
        (1, 2, True, "works"),
        (1, 0.5, True, "works"),
        (2, 2, True, "no visible effect"),
        (1, 2, False, "cannot tell"),
        (2, 2, False, "no visible effect"),
    ],
    ids=[
        "sound",
        "usage doubled",
        "usage halved",
        "limit doubled",
        "doubled, no scores",
        "limit doubled, no scores",
    ],
)
def test_a_limit_beside_a_wrong_usage(written: int, counted: float, scored_too: bool, outcome: str) -> None:
    """A usage that the scored tokens contradict is not laid to the limit; nor one that only the pieces do."""

    def reply(asked: dict[str, Any]) -> Answer:
        limit = asked["max_tokens"]
        names = [f" w{i}" for i in range(limit * written)]
        scores = [word(name, i, a=0.3) for i, name in enumerate(names)] if scored_too else []
        raw = [chunk(content=name) for name in names]
        return told(
            "".join(names),
            asked={"max_tokens": limit},
            logprobs=scores,
            raw=raw,
            headers=STREAMED,
            tokens=round(limit * counted),
        )

    assert verdict("max_tokens", reply).outcome == outcome


SHORT = told("A tale", by_itself=True, tokens=9)


@pytest.mark.parametrize(("kept", "outcome"), [(True, "works"), (False, "cannot tell")])
def test_a_call_required_once(kept: bool, outcome: str) -> None:
    """At temperature 0 auto does the same again, so one required call tells required from auto."""
    required = []

    def reply(asked: dict[str, Any]) -> Answer:
        choice, of_weather = str(asked.get("tool_choice")), "weather" in asked["question"]
        required.extend(["a tale"] * (choice == "required" and not of_weather))
        if "tools" not in asked or choice == "none" or not (of_weather or (kept and choice == "required")):
            return told("A tale", by_itself=True, tokens=2)
        named = choice if choice.startswith("get_") else "get_weather"
        return answer(calls=[(named, '{"city": "Paris"}')], tokens=9)

    found = verdict("tool_choice", reply)
    assert (found.outcome, len(required)) == (outcome, 1), found


ENDS = {-2.0: -2.0, 2.0: 2.0}
ALIKE = word("the", 1, a=0.2, an=0.1)


@pytest.mark.parametrize(
    ("name", "taken_for", "at", "outcome", "why"),
    [
        ("frequency", "frequency", ENDS, "works", "half as far as asked for does not show"),
        ("presence", "presence", ENDS, "works", "half as far as asked for does not show"),
        ("frequency", "frequency", {2.0: 2.0}, "no visible effect", "At -2 it repeats itself no more"),
        ("frequency", "frequency", {-2.0: -2.0}, "no visible effect", "At 2 it repeats itself no less"),
        ("presence", "frequency", ENDS, "no visible effect", "as frequency_penalty would have them"),
    ],
)
def test_a_penalty_at_both_ends(
    name: str, taken_for: str, at: dict[float, float], outcome: str, why: str
) -> None:
    """Each end must have its own effect; where temperature 0 does not hold, the verdict leaves the strength open."""
    dice = Random(1)

    def reply(asked: dict[str, Any]) -> Answer:
        given = at.get(asked.get(f"{name}_penalty", 0.0), 0.0)
        rule = penalised(frequency=given) if taken_for == "frequency" else penalised(presence=given)
        return scored(ALIKE, *drawn(dice, asked["max_tokens"], rule))

    found = verdict(f"{name}_penalty", reply)
    assert found.outcome == outcome and why in found.why, found


class Greedy(Random):
    """Dice that always fall on the likeliest."""

    def choices(self, population: Any, weights: Any = None, **_: Any) -> list[Any]:
        """One of the largest weight."""
        return [max(zip(weights, population, strict=True))[1]]


@pytest.mark.parametrize(
    ("strength", "outcome", "why"),
    [
        (1.0, "works", "likeliest at 2, and not at half"),
        (0.5, "no visible effect", "half the strength"),
        (0.0, "no visible effect", "At 2 it repeats itself no less"),
    ],
)
def test_a_penalty_at_temperature_0(strength: float, outcome: str, why: str) -> None:
    """What is told of tokens that nobody drew has no p-value; where they do not object, drawn ones give it."""
    dice = Random(1)

    def reply(asked: dict[str, Any]) -> Answer:
        given = asked.get("frequency_penalty", 0.0) * strength
        thrown = Greedy(1) if asked.get("temperature") == 0.0 else dice
        return scored(ALIKE, *drawn(thrown, asked["max_tokens"], penalised(frequency=given)))

    found = verdict("frequency_penalty", reply)
    assert found.outcome == outcome and why in found.why, found
    assert (found.p_value is None) == (found.test == "") == (outcome == "no visible effect"), found


def obedient(asked: dict[str, Any]) -> Answer:
    """An answer by a server that does as it is told, but takes no temperature other than 1."""
    if asked.get("temperature", 1.0) != 1.0:
        return answer(ended="cut off", error=ServerRefused("Only 1 is supported.", status=400))
    if "tool_choice" in asked:
        named = asked["tool_choice"]
        called = named if str(named).startswith("get_") else "get_weather"
        calls = named not in ("none", "auto") or (named == "auto" and "weather" in asked["question"])
        return answer("" if calls else "A tale", calls=[(called, '{"city": "Paris"}')] * calls, tokens=9)
    if "frequency_penalty" in asked:
        rule = penalised(frequency=asked["frequency_penalty"])
        return scored(ALIKE, *drawn(Random(asked["max_tokens"]), asked["max_tokens"], rule))
    text = "There " if "stop" in asked else f"There was, was, was it. {asked['question']}".split("word ")[-1]
    words = [word for message in asked["messages"] for word in str(message).split()]
    read = len(words) + sum(word.isupper() for word in words)
    read += 3 * sum(message["role"] == "assistant" for message in asked["messages"])
    scores = (ALIKE, *drawn(Random(1), 20)) if asked.get("logprobs") else ()
    by_itself = "stop" in asked
    return told(text, by_itself=by_itself, logprobs=scores, usage=Usage(read, 8, False, {}))


@pytest.mark.parametrize("name", ["messages", "stop", "tool_choice", "frequency_penalty"])
def test_a_temperature_refused(name: str) -> None:
    """Where 0 is refused, another parameter is probed without it, and not said to be refused."""
    found = verdict(name, obedient)
    assert found.outcome == "works", found


@pytest.mark.parametrize(("bound", "outcome"), [(1.5, "no visible effect"), (2.0, "cannot tell")])
def test_a_bound_where_tokens_do_not_decide(bound: float, outcome: str) -> None:
    """What is held back to 1.5 often fits 1 as well as 2; its seeds still tell."""
    even = word("a", 1, b=0.3, c=0.3)

    def reply(asked: dict[str, Any]) -> Answer:
        if "seed" in asked:
            return told(f"{asked['seed']} {min(asked['temperature'], bound)}")
        return scored(even)

    assert verdict("temperature", reply).outcome == outcome


def test_a_heat_that_hardly_shows() -> None:
    """One token that is not the likeliest at 0 decides nothing, but neither does it pass for 0."""
    sure = TokenScore("a", log(0.99), (Alternative("a", log(0.99)), Alternative("b", log(0.005))))
    close = TokenScore("b", log(0.4), (Alternative("a", log(0.45)), Alternative("b", log(0.4))))
    rare = TokenScore("z", log(1e-6), sure.top)
    doubtful = word("c", 3, a=0.2, b=0.2)
    colds, others = count(), count()

    def reply(asked: dict[str, Any]) -> Answer:
        if "seed" in asked:
            return told(f"{asked['seed']} {asked['temperature']}")
        if asked.get("temperature") == 0.0:
            return scored(*[doubtful] * 30, *[close] * (next(colds) == 0))
        return scored(sure, *[rare] * 8 * (next(others) > 0))

    found = verdict("temperature", reply)
    assert (found.outcome, "by chance" in found.why) == ("cannot tell", True), found


SEEDED = [word(token, 1, other=0.3) for token in "abcdefghijklmnop"]


@pytest.mark.parametrize(("whole", "outcome"), [(True, "works"), (False, "no visible effect")])
def test_a_seed_taken_in_streams_alone(whole: bool, outcome: str) -> None:
    """A seed must also give the same where the answer comes whole, and that answer counts as another one."""
    dice = Random(1)

    def reply(asked: dict[str, Any]) -> Answer:
        if "seed" not in asked:
            return scored(*OWN)
        number = asked["seed"] if asked.get("stream") or whole else dice.random()
        return scored(*Random(number).sample(SEEDED, 16))

    assert verdict("seed", reply).outcome == outcome
