"""Probes of max_tokens and stop: whether the answer ends where it is told to.

Kept apart because both are built from the length and the letters of the model's own first answer.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from playground.events import Answer
from playground.insight import signs
from playground.insight.probes.examiner import Examiner
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.reading import count, said
from playground.insight.sign import Sign

LOW: Final = 7
HIGHER: Final = 21
_TRIES: Final = 3

NEVER_WRITTEN: Final = "zqxjvk"
"""A stop text that no model writes by itself: it stands first in the list, so that the others must be read too."""
_LETTERS: Final = 3
_TOKENS: Final = 24


async def max_tokens(examiner: Examiner) -> Finding:
    """Two limits, both below what it would write: each must cut the answer, and where it says."""
    low, lower_sign = await _limited(examiner, LOW)
    if lower_sign.seen == "no":
        return no_effect(f"At {LOW}: {lower_sign.why}")
    high, higher_sign = await _limited(examiner, HIGHER)
    if higher_sign.seen == "no":
        return no_effect(f"At {HIGHER}: {higher_sign.why}")
    if lower_sign.seen == "unknown":
        return cannot_tell(f"Its answers end by themselves before {LOW} tokens.")
    if count(high).tokens <= count(low).tokens:
        return no_effect(f"It writes {count(low).tokens} tokens at {LOW} and no more at {HIGHER}.")
    return works(f"It wrote {count(low).tokens} tokens at {LOW} and {count(high).tokens} at {HIGHER}.")


async def _limited(examiner: Examiner, limit: int) -> tuple[Answer, Sign]:
    """An answer under this limit; asked for again where it ended by itself before."""
    await examiner.first()
    for _ in range(_TRIES):
        answer = await examiner.counted(limit)
        sign = signs.max_tokens(answer, limit)
        if sign.seen != "unknown":
            break
    return answer, sign


async def stop(examiner: Examiner) -> Finding:
    """It must stop before the first of the three letters that it uses most."""
    first = await examiner.first()
    letters = Counter(letter for letter in first.text if letter.isalnum())
    if len(letters) < _LETTERS:
        return cannot_tell(_no_text(first))
    stops = [NEVER_WRITTEN, *(letter for letter, _ in letters.most_common(_LETTERS))]
    answer = await examiner.ask(_TOKENS, stop=stops)
    sign = signs.stop(answer, stops)
    listed = ", ".join(map(repr, stops[1:]))
    if sign.seen == "no":
        return no_effect(f"Told to stop before {listed}, it went on. {sign.why}")
    if answer.ended == "length" or (not answer.complete and not answer.finish_reason):
        return cannot_tell("The answer was cut off before it could come to a stop text.")
    return works(f"It stopped before the first of {listed}, its own commonest letters.")


def _no_text(answer: Answer) -> str:
    if answer.reasoning:
        return "It was still thinking when its tokens were used up; allow it more tokens to think."
    return f"Its first answer has too little text to choose a stop text from: {said(answer)!r}."


PROBES: Final = (
    Probe(
        "max_tokens",
        {"max_tokens": LOW},
        Plan(Cost(2, LOW + HIGHER), Cost(2 * _TRIES, _TRIES * (LOW + HIGHER))),
        max_tokens,
    ),
    Probe("stop", {"stop": ["."]}, Plan(Cost(1, _TOKENS), Cost(1, _TOKENS)), stop),
)
