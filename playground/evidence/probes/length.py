"""Probes of max_tokens, under both its names, and of stop: whether the answer ends where it is told to.

Both are built from the length and the letters of the model's own first answer.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Final

from playground.events import Answer
from playground.evidence import signs
from playground.evidence.answer_facts import came_as_stream, count, pieces, said
from playground.evidence.probes.examiner import REFUSED, Examiner
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe
from playground.evidence.sign import Sign, no, unknown, yes

LOW: Final = 7
HIGHER: Final = 21
HIGHEST: Final = 42
_LONGER: Final = 1.5
_TRIES: Final = 3

NEVER_WRITTEN: Final = ("zqxjvk", "vqkzjx", "jxqvzk")
"""Stop texts that no model writes by itself: they stand before the one that counts, or behind it."""
_TOKENS: Final = 32


async def _probe_limit(name: str, examiner: Examiner) -> Finding:
    """Two limits, both below what it would write: each must cut the answer, and where it says."""
    low, lower_sign = await _limited(examiner, name, LOW)
    if lower_sign.seen == "no":
        return await _too_many(examiner, name, low) or no_effect(f"At {LOW}: {lower_sign.why}")
    high, higher_sign = await _limited(examiner, name, HIGHER)
    if higher_sign.seen == "no":
        return no_effect(f"At {HIGHER}: {higher_sign.why}")
    for answer, sign in ((low, lower_sign), (high, higher_sign)):
        if answer.ended not in ("done", "length"):
            return cannot_tell(sign.why)
    if low.ended != "length":
        return cannot_tell(f"Its answers end by themselves before {LOW} tokens.")
    if high.ended != "length":
        why = (
            f"It wrote {count(low).tokens} tokens at {LOW}, and ended by itself before {HIGHER} at {HIGHER}."
        )
        return works(f"{why} A limit in between would not show.")
    if count(high).tokens <= count(low).tokens:
        return no_effect(f"It writes {count(low).tokens} tokens at {LOW} and no more at {HIGHER}.")
    if count(high).tokens < HIGHER:
        return await _by_pieces(examiner, name, low, high)
    why = f"It wrote {count(low).tokens} tokens at {LOW} and {count(high).tokens} at {HIGHER}"
    return works(f"{why}; a bound above {HIGHER} would not show.")


async def _too_many(examiner: Examiner, name: str, low: Answer) -> Finding | None:
    """What is found where more tokens are counted than pieces came, of which there were just as many as allowed."""
    if not came_as_stream(low) or pieces(low) != LOW:
        return None
    high, _ = await _limited(examiner, name, HIGHER)
    if pieces(high) != HIGHER or count(high).tokens <= HIGHER:
        return None
    counted = f"{count(low).tokens} tokens are counted at {LOW} and {count(high).tokens} at {HIGHER}"
    return cannot_tell(
        f"{counted}, but just {LOW} and {HIGHER} pieces came: the usage or the limit is wrong."
    )


async def _by_pieces(examiner: Examiner, name: str, low: Answer, high: Answer) -> Finding:
    """Nothing counts the tokens, and the answer has fewer pieces than allowed: are they more with a higher limit?"""
    highest, sign = await _limited(examiner, name, HIGHEST)
    numbers = [count(answer).tokens for answer in (low, high, highest)]
    why = f"It came in {numbers[0]} pieces at {LOW}, {numbers[1]} at {HIGHER} and {numbers[2]} at {HIGHEST}"
    if sign.seen == "no":
        return no_effect(f"At {HIGHEST}: {sign.why}")
    longer = len(said(highest)) > _LONGER * len(said(high))
    if highest.ended != "length" or (numbers[2] <= numbers[1] and longer):
        return cannot_tell(f"{why}, and nothing says how many tokens these are.")
    if numbers[2] <= numbers[1]:
        return no_effect(f"{why}: it writes no more at {HIGHEST} than at {HIGHER}.")
    return works(f"{why}; nothing says how many tokens these are.")


async def _limited(examiner: Examiner, name: str, limit: int) -> tuple[Answer, Sign]:
    """An answer under this limit; asked for again where it ended by itself before."""
    await examiner.first()
    for _ in range(_TRIES):
        answer = await examiner.counted(name, limit)
        sign = signs.max_tokens(answer, limit)
        if sign.seen == "no" or answer.ended == "length":
            break
    return answer, sign


async def stop(examiner: Examiner) -> Finding:
    """It must stop before a piece of what it writes, which stands first of four texts, and then last.

    First one with a blank or a mark between its letters, and last one with a blank at its end.
    """
    whole = await examiner.at(0.0, _TOKENS) or await examiner.first()
    if not commonest_piece(whole.text):
        return cannot_tell(_no_text(whole))
    found = []
    for place in ("first", "last"):
        choose = piece_with_gap if place == "first" else piece_with_end
        piece, sign = await _stopped(examiner, whole, choose(whole.text), place == "first")
        found.append((piece, sign))
        if sign.seen == "no":
            return no_effect(f"Told to stop before {piece!r}, {place} of four texts, it did not. {sign.why}")
        if sign.seen == "unknown":
            return cannot_tell(f"With {piece!r} {place} of four texts: {sign.why}")
    first, last = (piece for piece, _ in found)
    why = " ".join(dict.fromkeys(sign.why for _, sign in found))  # each once, in their order
    return works(
        f"Told to stop before {first!r}, first of four texts, and before {last!r}, last, it did. {why}"
    )


async def _stopped(examiner: Examiner, whole: Answer, piece: str, comes_first: bool) -> tuple[str, Sign]:
    """Whether an answer ended before this piece; asked again, with the commonest, where it came to its limit."""
    text = whole.text
    for _ in range(_TRIES):
        stops = [piece, *NEVER_WRITTEN] if comes_first else [*NEVER_WRITTEN, piece]
        answer = await examiner.at(0.0, _TOKENS, stop=stops) or await examiner.ask(_TOKENS, stop=stops)
        sign = signs.stop(answer, stops)
        if sign.seen != "unknown":
            return piece, sign
        if answer.ended == "done":
            return piece, _ended_early(answer, whole, piece)
        text += answer.text
        piece = commonest_piece(text)
    return piece, unknown("The answer was cut off before it could come to a stop text.")


def _ended_early(answer: Answer, whole: Answer, piece: str) -> Sign:
    """Whether it was the stop text that ended an answer, which might also have ended by itself."""
    before, found, _ = whole.text.partition(piece)
    if found and answer.text.strip() == before.strip():
        return yes("Up to there it is the answer that it gives without a stop text.")
    rest = whole.text.removeprefix(answer.text)
    if len(answer.text) < len(before) and rest != whole.text and rest.lstrip().startswith(piece.strip()):
        return no(f"It ended before {piece.strip()!r}, without the blank.")
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


def piece_with_gap(text: str) -> str:
    """Two letters with a blank or a mark between them, the commonest; else two letters.

    >>> piece_with_gap("in a boat, in a barn")
    'n a'
    """
    gaps = Counter(
        text[i : i + 3]
        for i in range(len(text) - 2)
        if text[i].isalnum() and not text[i + 1].isalnum() and text[i + 2].isalnum()
    )
    return gaps.most_common(1)[0][0] if gaps else commonest_piece(text)


def piece_with_end(text: str) -> str:
    """A letter and a blank, the commonest of those that do not end the first word with the letter; else two letters.

    Who loses the blank stops earlier, at the letter alone.

    >>> piece_with_end("He sees as one")
    's '
    """
    ends = Counter(
        text[i : i + 2] for i in range(len(text) - 1) if text[i].isalnum() and text[i + 1].isspace()
    )
    telling = [(n, piece) for piece, n in ends.items() if 0 < text.find(piece[0]) < text.find(piece)]
    return max(telling)[1] if telling else commonest_piece(text)


def _no_text(answer: Answer) -> str:
    if answer.reasoning:
        return "It was still thinking when its tokens were used up; allow it more tokens to think."
    return f"Its first answer has too little text to choose a stop text from: {said(answer)!r}."


PROBES: Final = (
    *(
        Probe(
            name,
            {name: LOW},
            Plan(Cost(2, LOW + HIGHER), Cost(3 * _TRIES, _TRIES * (LOW + HIGHER + HIGHEST))),
            partial(_probe_limit, name),
        )
        for name in ("max_tokens", "max_completion_tokens")
    ),
    Probe(
        "stop",
        {"stop": ["."]},
        Plan(Cost(3, 3 * _TOKENS), Cost(2 * _TRIES, (1 + 2 * _TRIES) * _TOKENS) + REFUSED),
        stop,
    ),
)
