"""What is measured of an answer, one short function each: its definition, its unit, and where the definition is from.

A measure that an answer does not have is None, and is left out of every mean; it is never taken for 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Final

from playground.answer import Answer, TokenScore
from playground.dice.surprise import Surprise, TokenScores, bits, surprise_of
from playground.schema.parsed import parsed_answer
from playground.sweeps.words import words

_ARTICLE: Final = frozenset({"a", "an", "the"})
_MOST_DOLLARS: Final = 1e6


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure as a table names it: what it is, its unit, and between which numbers it lies (None: no bound).

    `is_share`: each answer has it or has it not, and its mean is a share of answers.
    """

    name: str
    label: str
    unit: str
    what: str
    least: float | None = 0.0
    most: float | None = None
    is_share: bool = False


METRICS: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric(
            "tokens",
            "tokens",
            "",
            "Tokens of the answer, thoughts included, as its server counts them.",
        ),
        Metric(
            "words",
            "words",
            "",
            "Words of the answer's text: runs of letters, digits and accents. An emoji is one, punctuation is none.",
        ),
        Metric(
            "distinct_1",
            "distinct-1",
            "",
            "Different words over all words of an answer, no punctuation (Li et al. 2016); longer answers have less.",
            most=1.0,
        ),
        Metric(
            "distinct_2",
            "distinct-2",
            "",
            "Different pairs of neighbouring words over all such pairs, no punctuation (Li et al. 2016).",
            most=1.0,
        ),
        Metric(
            "repeated_4",
            "repeated 4-grams",
            "",
            "Share of runs of four words, no punctuation, that the answer had before (seq-rep-4, Welleck et al. 2020).",
            most=1.0,
        ),
        Metric(
            "entropy",
            "entropy",
            "bits/token",
            "Uncertainty before each token, at least: of the alternatives that came, all others taken as one.",
        ),
        Metric(
            "surprise",
            "surprise",
            "bits/token",
            "Mean of -log2 of the probability of each token that came; 2 to this power is the perplexity.",
        ),
        Metric(
            "valid_json",
            "valid JSON",
            "",
            "Share of answers that are JSON and fit response_format.",
            most=1.0,
            is_share=True,
        ),
        Metric(
            "agreement",
            "agreement",
            "F1",
            "Words shared with the reference text, but no a, an, the, no punctuation, as F1 (SQuAD, Rajpurkar 2016).",
            most=1.0,
        ),
        Metric(
            "first_token_s", "first token", "s", "Seconds from the request to the first piece of the answer."
        ),
        Metric(
            "tokens_per_second",
            "speed",
            "tokens/s",
            "Tokens after the first over the time after the first, others beside it.",
        ),
        Metric(
            "cost", "cost", "US$", "What its server says that the answer cost, else its tokens at list price."
        ),
    )
}
"""Every measure, in the order of the tables."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in US dollars for a million tokens; None where that is not known."""

    read: float | None = None
    written: float | None = None


UNKNOWN: Final = Price()


def measured(
    answer: Answer, response_format: Any = None, reference: str = "", price: Price = UNKNOWN
) -> dict[str, float | None]:
    """Every measure of one answer."""
    text = words(answer.text)
    return {
        "tokens": float(answer.usage.completion_tokens),
        "words": float(len(text)),
        "distinct_1": distinct(text, 1),
        "distinct_2": distinct(text, 2),
        "repeated_4": repeated(text, 4),
        "entropy": entropy(answer.logprobs),
        "surprise": surprise(answer.logprobs),
        "valid_json": valid_json(answer, response_format),
        "agreement": agreement(answer.text, reference),
        "first_token_s": answer.first_token_s,
        "tokens_per_second": answer.tokens_per_second,
        "cost": cost(answer, price),
    }


def runs(text: Sequence[str], length: int) -> list[tuple[str, ...]]:
    """Every run of so many words (n-gram).

    >>> runs("a b c".split(), 2)
    [('a', 'b'), ('b', 'c')]
    """
    return [tuple(text[at : at + length]) for at in range(len(text) - length + 1)]


def distinct(text: Sequence[str], length: int) -> float | None:
    """Different runs of `length` words over all of them, from above 0 to 1; None where there is no such run.

    Distinct-n of Li, Galley, Brockett, Gao and Dolan, "A Diversity-Promoting Objective Function for Neural Conversation
    Models" (NAACL 2016), here of each answer by itself, and of words alone, where the paper counts punctuation too. It
    falls with length, so compare answers of like length.

    >>> distinct("the cat and the dog".split(), 1)
    0.8
    """
    found = runs(text, length)
    return len(set(found)) / len(found) if found else None


def repeated(text: Sequence[str], length: int) -> float | None:
    """The share of runs of `length` words that stood in the answer before, from 0; None where there is none.

    seq-rep-n of Welleck, Kulikov, Roller, Dinan, Cho and Weston, "Neural Text Generation with Unlikelihood Training"
    (ICLR 2020), equation 10: 1 less the different n-grams over all n-grams; here of words, in the paper of tokens.

    >>> repeated("a b c d a b c d".split(), 4)
    0.2
    """
    share = distinct(text, length)
    return None if share is None else round(1 - share, 12)


def entropy(scores: Sequence[TokenScore]) -> float | None:
    """Mean entropy in bits before each token, at least, over the places where alternatives came; else None.

    What a place's is, and why no less, says `entropy_at_least`; the source is Shannon 1948.

    >>> from math import log
    >>> from playground.answer import Alternative
    >>> half = log(0.5)
    >>> entropy([TokenScore("a", half, (Alternative("a", half), Alternative("b", half)))])
    1.0
    """
    known = [each for each in _surprise(scores).entropies if each is not None]
    return fmean(known) if known else None


def surprise(scores: Sequence[TokenScore]) -> float | None:
    """Mean of -log2 of each token's probability, in bits; None without scores. 2 ** surprise is the perplexity.

    Jelinek, Mercer, Bahl and Baker, "Perplexity, a measure of the difficulty of speech recognition tasks" (1977).

    >>> from math import log
    >>> surprise([TokenScore("a", log(0.25)), TokenScore("b", log(1.0))])
    1.0
    """
    found = _surprise(scores)
    return bits(found.log_probability / found.scored) if found.scored else None


def _surprise(scores: Sequence[TokenScore]) -> Surprise:
    """What the token view shows of an answer: the same arithmetic."""
    return surprise_of([TokenScores(score.logprob, tuple(a.logprob for a in score.top)) for score in scores])


def valid_json(answer: Answer, response_format: Any) -> float | None:
    """1 where the answer is JSON that fits response_format, 0 where it is not; None where no shape was asked for.

    JSON by RFC 8259, the fit by JSON Schema, as `parsed_answer` checks it for every answer of this program.
    """
    if response_format is None:
        return None
    read = parsed_answer(answer, response_format)
    return float(read.parsed is not None and not read.violations)


def agreement(text: str, reference: str) -> float | None:
    """How far the words of a text and a reference are the same: F1 from 0 to 1; None without a reference.

    Precision and recall over the words as a bag, lower case, without punctuation and articles: Rajpurkar, Zhang,
    Lopyrev and Liang, "SQuAD: 100,000+ Questions for Machine Comprehension of Text" (EMNLP 2016), section 6.1.

    >>> agreement("It is the Eiffel Tower.", "Eiffel Tower")
    0.6666666666666666
    """
    if not reference.strip():
        return None
    ours, theirs = (_content_words(each) for each in (text, reference))
    shared = (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs)) if shared else 0.0


def _content_words(text: str) -> list[str]:
    return [word for word in words(text) if word not in _ARTICLE]


def cost(answer: Answer, price: Price) -> float | None:
    """US dollars that one answer cost: as its server says (OpenRouter does), else by list price; None where unknown."""
    said = answer.usage.raw.get("cost")
    if isinstance(said, (int, float)) and not isinstance(said, bool) and 0 <= said < _MOST_DOLLARS:
        return float(said)
    read, usage = answer.usage.prompt_tokens, answer.usage
    if price.read is None or price.written is None or read is None or usage.counted:
        return None
    return (read * price.read + usage.completion_tokens * price.written) / 1e6
