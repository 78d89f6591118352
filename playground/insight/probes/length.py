"""Probes of max_tokens and stop: whether the answer ends where it is told to.

Kept apart because both are built from the length and the letters of the model's own first answer.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from playground.events import Answer
from playground.insight import signs
from playground.insight.probes.examiner import REFUSED, Examiner
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.reading import count, said
from playground.insight.sign import Sign, unknown, yes

LOW: Final = 7
HIGHER: Final = 21
_TRIES: Final = 3

NEVER_WRITTEN: Final = ("zqxjvk", "vqkzjx", "jxqvzk")
"""Stop texts that no model writes by itself: they stand before the one that counts, or behind it."""
_TOKENS: Final = 32


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
    if higher_sign.seen == "unknown":
        why = (
            f"It wrote {count(low).tokens} tokens at {LOW}, and ended by itself before {HIGHER} at {HIGHER}."
        )
        return works(f"{why} A limit in between would not show.")
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
    """It must stop before a piece of what it writes, which stands first of four texts, and then last."""
    whole = await examiner.at(0.0, _TOKENS) or await examiner.first()
    if not commonest_piece(whole.text):
        return cannot_tell(_no_text(whole))
    found = []
    for place in ("first", "last"):
        piece, sign = await _stopped(examiner, whole, place == "first")
        found.append((piece, sign))
        if sign.seen == "no":
            return no_effect(f"Told to stop before {piece!r}, {place} of four texts, it went on. {sign.why}")
        if sign.seen == "unknown":
            return cannot_tell(f"With {piece!r} {place} of four texts: {sign.why}")
    first, last = (piece for piece, _ in found)
    why = " ".join(dict.fromkeys(sign.why for _, sign in found))  # each once, in their order
    return works(
        f"Told to stop before {first!r}, first of four texts, and before {last!r}, last, it did. {why}"
    )


async def _stopped(examiner: Examiner, whole: Answer, comes_first: bool) -> tuple[str, Sign]:
    """Whether an answer ended before its commonest piece; asked again where it came to its limit without one."""
    text = whole.text
    for _ in range(_TRIES):
        piece = commonest_piece(text)
        stops = [piece, *NEVER_WRITTEN] if comes_first else [*NEVER_WRITTEN, piece]
        answer = await examiner.at(0.0, _TOKENS, stop=stops) or await examiner.ask(_TOKENS, stop=stops)
        sign = signs.stop(answer, stops)
        if sign.seen != "unknown":
            return piece, sign
        if answer.ended == "done":
            return piece, _ended_early(answer, whole, piece)
        text += answer.text
    return piece, unknown("The answer was cut off before it could come to a stop text.")


def _ended_early(answer: Answer, whole: Answer, piece: str) -> Sign:
    """Whether it was the stop text that ended an answer, which might also have ended by itself."""
    before, found, _ = whole.text.partition(piece)
    if found and answer.text.strip() == before.strip():
        return yes("Up to there it is the answer that it gives without a stop text.")
    if whole.ended != "done":
        return yes("It ended early, and holds none of them.")
    return unknown("It ended early, but so it does without a stop text.")


def commonest_piece(text: str) -> str:
    """Two letters that stand side by side, more often than others; servers that drop longer texts take one.

    >>> commonest_piece("the other")
    'th'
    """
    pairs = Counter(text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2].isalnum())
    return pairs.most_common(1)[0][0] if pairs else ""


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
    Probe(
        "stop",
        {"stop": ["."]},
        Plan(Cost(3, 3 * _TOKENS), Cost(2 * _TRIES, (1 + 2 * _TRIES) * _TOKENS) + REFUSED),
        stop,
    ),
)
