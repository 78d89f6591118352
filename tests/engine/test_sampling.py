"""Unset means untouched: what the embedded model says follows its own distribution, to the letter.

The promise is statistical: counts of many seeded runs against the model's probabilities.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import pytest
import scipy

from playground.engine.process import Engine
from tests.engine.asking import WHOLE_VOCABULARY, Asker, endpoint_of

PROMPT = "Write one word."
RUNS = 600
REJECTED = 0.001
"""Probability below which counts do not fit. The seeds are fixed, so a test either always passes or never."""

Distribution = list[tuple[str, float]]


@pytest.fixture(scope="module")
def asker(engine: Engine) -> Asker:
    return Asker(endpoint_of(engine))


@pytest.fixture(scope="module")
def distribution(asker: Asker) -> Distribution:
    return asker.distribution(PROMPT)


@pytest.fixture(scope="module")
def first_tokens(asker: Asker) -> Counter[str]:
    """How often each token came first in runs with the seeds 0 to 599 and nothing else set."""
    with ThreadPoolExecutor(4) as several:
        return Counter(several.map(lambda seed: asker.text(PROMPT, max_tokens=1, seed=seed), range(RUNS)))


def scaled(distribution: Distribution, temperature: float) -> list[float]:
    """The probabilities at a temperature: softmax of the logits divided by it."""
    weights = [math.exp(score / temperature) for _, score in distribution]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def only_first(probabilities: Sequence[float], kept: int) -> list[float]:
    """The probabilities when all but the first `kept` tokens are cut off."""
    total = math.fsum(probabilities[:kept])
    return [p / total for p in probabilities[:kept]] + [0.0] * (len(probabilities) - kept)


def nucleus(probabilities: Sequence[float], top_p: float) -> int:
    """How many of the likeliest tokens together reach `top_p`."""
    return next(n for n, total in enumerate(accumulate(probabilities), start=1) if total >= top_p)


def fit(seen: Counter[str], distribution: Distribution, probabilities: Sequence[float]) -> float:
    """The p-value of counts under `probabilities`; 0 if a token was seen that cannot occur.

    The smaller, doubled, of two tests: the chi-square test sees any shape, the score test sees what changes the
    temperature, with a quarter of the runs. Tokens without text are pieces of a character, and count for neither.
    """
    expected: Counter[str] = Counter()
    scores: dict[str, float] = {}
    for (token, score), probability in zip(distribution, probabilities, strict=True):
        if token:
            expected[token] += probability  # type: ignore[assignment]  # Counter is typed for whole numbers
            scores.setdefault(token, score)
    counted = {token: seen[token] for token in expected if seen[token]}
    if any(expected[token] == 0 for token in counted):
        return 0.0
    runs, known = sum(counted.values()), math.fsum(expected.values())
    shares = {token: probability / known for token, probability in expected.items()}
    return min(1.0, 2 * min(chi_square(counted, shares, runs), score_test(counted, shares, scores, runs)))


def chi_square(counted: dict[str, int], shares: dict[str, float], runs: int) -> float:
    """Pearson's test; tokens expected less than five times share one bin."""
    bins = [token for token, share in shares.items() if share * runs >= 5]
    observed = [float(counted.get(token, 0)) for token in bins]
    wanted = [shares[token] * runs for token in bins]
    rest = max(runs - math.fsum(wanted), 1e-6)
    scale = runs / (math.fsum(wanted) + rest)
    return float(
        scipy.stats.chisquare(
            [*observed, runs - math.fsum(observed)], [w * scale for w in (*wanted, rest)]
        ).pvalue
    )


def score_test(
    counted: dict[str, int], shares: dict[str, float], scores: dict[str, float], runs: int
) -> float:
    """Whether the log probabilities of what was drawn have the mean that they must have, on both sides."""
    mean = math.fsum(share * scores[token] for token, share in shares.items())
    variance = math.fsum(share * (scores[token] - mean) ** 2 for token, share in shares.items())
    drawn = math.fsum(count * scores[token] for token, count in counted.items()) / runs
    return float(2 * scipy.stats.norm.sf(abs(drawn - mean) / math.sqrt(variance / runs)))


def test_first_tokens_follow_the_models_own_distribution(
    first_tokens: Counter[str], distribution: Distribution
) -> None:
    """At temperature 1 and nothing else set, 600 first tokens fit the model's own probabilities."""
    assert len(distribution) == WHOLE_VOCABULARY
    assert fit(first_tokens, distribution, scaled(distribution, 1.0)) > REJECTED


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(lambda p: only_first(p, 40), id="top_k 40"),
        pytest.param(lambda p: only_first(p, nucleus(p, 0.95)), id="top_p 0.95"),
        pytest.param(lambda p: only_first(p, sum(x >= 0.05 * p[0] for x in p)), id="min_p 0.05"),
    ],
)
def test_the_same_counts_do_not_fit_a_cut_distribution(
    cut: Callable[[Sequence[float]], list[float]], first_tokens: Counter[str], distribution: Distribution
) -> None:
    """The test above would notice each of llama.cpp's own defaults that cut the distribution."""
    assert fit(first_tokens, distribution, cut(scaled(distribution, 1.0))) < REJECTED


@pytest.mark.parametrize("temperature", [0.8, 0.9, 1.1])
def test_the_same_counts_do_not_fit_another_temperature(
    temperature: float, first_tokens: Counter[str], distribution: Distribution
) -> None:
    """The test above would notice llama.cpp's default temperature of 0.8, and smaller differences too."""
    assert fit(first_tokens, distribution, scaled(distribution, temperature)) < REJECTED


def test_temperature_scales_before_top_p_cuts(asker: Asker, distribution: Distribution) -> None:
    """As hosted APIs have it: at temperature 2 the nucleus of 0.5 is that of the flattened distribution."""
    choice = asker.choice(
        PROMPT,
        max_tokens=1,
        temperature=2.0,
        top_p=0.5,
        logprobs=True,
        top_logprobs=WHOLE_VOCABULARY,
        post_sampling_probs=True,
    )
    possible = [token for token in choice["logprobs"]["content"][0]["top_probs"] if token["prob"] > 0]
    flattened, untouched = scaled(distribution, 2.0), scaled(distribution, 1.0)
    assert nucleus(flattened, 0.5) > 10 * nucleus(untouched, 0.5)  # the two orders can be told apart
    assert len(possible) == nucleus(flattened, 0.5)


@pytest.mark.parametrize("sampler", [{"top_k": 1}, {"min_p": 1.0}, {"top_p": 0.0}, {"temperature": 0.0}])
def test_what_is_off_works_when_it_is_asked_for(
    sampler: dict[str, float], asker: Asker, distribution: Distribution
) -> None:
    """Each of these leaves only the likeliest token, whatever the seed."""
    said = {asker.text(PROMPT, max_tokens=1, seed=seed, **sampler) for seed in range(5)}
    assert said == {distribution[0][0]}


def test_without_a_seed_answers_differ(asker: Asker) -> None:
    """An unset seed is a new one each time."""
    assert len({asker.text(PROMPT, max_tokens=4) for _ in range(8)}) > 1
