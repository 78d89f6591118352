"""Probes of model and messages: whether it is this model, and reads the whole of them.

These two are always sent, and yet a gateway can swap the one and shorten the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from playground.evidence.answer_facts import named_model, said
from playground.evidence.model_names import same_model
from playground.evidence.probes.examiner import REFUSED, Examiner, Messages, Rejected, least_tokens
from playground.evidence.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.evidence.probes.probe import Probe

_FILLER: Final = "The lamp is green, the door is shut, and a small dog sleeps under the old table. " * 5
_SAME_GROWTH: Final = 0.85
"""The same text is read as hardly fewer tokens in one place than in another."""

_BRIEF: Final = ("Be kind.", "Hello.", "Yes.", "Hello.")
_ROLES: Final = ("system", "user", "assistant", "user")
_ALL_BY_USER: Final = ("system", "user", "user", "user")
_PLACES: Final = ("system message", "question before", "answer before", "last message")
_WORDS: Final = (("apple", "river"), ("stone", "window"))
_WANTED: Final = "Answer with the word {} alone."
_WORD_TOKENS: Final = 8
_SILENT: Final = "The server does not say how many tokens the model reads."


def _conversation(*texts: str, roles: Sequence[str] = _ROLES) -> Messages:
    return tuple({"role": role, "content": text} for role, text in zip(roles, texts, strict=True))


def _longer(place: int, filler: str = _FILLER) -> Messages:
    return _conversation(*(filler if i == place else text for i, text in enumerate(_BRIEF)))


_LAST: Final = len(_PLACES) - 1
_TWICE: Final = _longer(_LAST, _FILLER + _FILLER.upper())
_TWICE_SMALL: Final = _longer(_LAST, _FILLER + _FILLER.lower())
_AS_MANY: Final = 2
"""Capitals are read as many more tokens than small letters; twice the same text is so many off, at most."""


async def model(examiner: Examiner) -> Finding:
    """The name that the response gives must be the one that was asked for."""
    name = named_model(await examiner.ask(1))
    if not name:
        return cannot_tell("It answers, but does not say which model wrote the answer.")
    asked = examiner.model.id
    same = same_model(asked, name) if asked else "yes"
    if same == "yes":
        return works(f"It answers, and says that {name} wrote the answer.")
    if same == "unknown":
        return cannot_tell(
            f"{asked} was asked for, and {name} answered; the names alone cannot tell them apart."
        )
    return no_effect(f"{asked} was asked for, and the answer says that {name} wrote it.")


async def messages(examiner: Examiner) -> Finding:
    """The whole of each message must reach the model, as the one who said it, and in its order."""
    short = await examiner.prompt_tokens(_conversation(*_BRIEF))
    if short is None:
        return cannot_tell(_SILENT)
    finding = await _whole(examiner, short) or await _roles(examiner, short) or await _order(examiner)
    if finding:
        return finding
    return works(
        "The model reads more with a longer system message, question, answer and last message; it tells who"
        " said them, and which came last."
    )


async def _whole(examiner: Examiner, short: int) -> Finding | None:
    """What is found where a longer text in one place gives the model less to read than it should."""
    least, read = float(least_tokens(_FILLER)), None
    for place, name in enumerate(_PLACES):
        read = await examiner.prompt_tokens(_longer(place))
        if read is None:
            return cannot_tell(_SILENT)
        if read == short and place == 0 and await _says_always(examiner, short):
            return cannot_tell(f"Whatever it is sent, the server says that the model reads {short} tokens.")
        if read - short < least:
            return no_effect(f"With a long {name} the model reads {read} tokens, and without it {short}.")
        least = max(least, (read - short) * _SAME_GROWTH)
    twice = await examiner.prompt_tokens(_TWICE)
    if twice is None or read is None:
        return cannot_tell(_SILENT)
    if twice - read < least:
        return no_effect(
            f"With a long last message the model reads {read} tokens, and with one twice as long {twice}."
        )
    return await _capitals(examiner) if abs(twice - read - (read - short)) <= _AS_MANY else None


async def _capitals(examiner: Examiner) -> Finding | None:
    """What is found where capitals, which are read as so many tokens as small letters, are no other to the model."""
    one, other = await examiner.scored(1, _TWICE), await examiner.scored(1, _TWICE_SMALL)
    if not await examiner.alternatives() or not one.logprobs or not other.logprobs:
        return cannot_tell("The whole of them is read; whether capitals reach the model cannot be seen.")
    if examiner.stated_differently(one, other):
        return None
    return no_effect(
        "The model states the same probabilities whether a text is in capitals or in small letters."
    )


async def _says_always(examiner: Examiner, tokens: int) -> bool:
    """Whether the usage is this number also where a whole page is the last message, which every server reads."""
    return await examiner.prompt_tokens(_TWICE) == tokens


async def _roles(examiner: Examiner, by_model_tokens: int) -> Finding | None:
    """What is found where an answer before, sent as the user's words, is no other to the model.

    Where it is, the model reads more or less, or states other probabilities, or its server wants turns to alternate.
    """
    by_model, by_user = (_conversation(*_BRIEF, roles=roles) for roles in (_ROLES, _ALL_BY_USER))
    try:
        if await examiner.prompt_tokens(by_user) != by_model_tokens:
            return None
        one, other = await examiner.scored(1, by_model), await examiner.scored(1, by_user)
    except Rejected:
        return None
    if not await examiner.alternatives() or not one.logprobs or not other.logprobs:
        return cannot_tell(
            "The whole of them is read; whether the model is told who said what cannot be seen."
        )
    if examiner.stated_differently(one, other):
        return None
    return no_effect("The model states the same probabilities whether it or the user said what came before.")


async def _order(examiner: Examiner) -> Finding | None:
    """What is found where the model does not do what the last message says; twice what the first says is a no."""
    for pair in _WORDS:
        right = wrong = 0
        for before, last in (pair, pair[::-1]):
            texts = (_WANTED.format(before), before, _WANTED.format(last))
            asked = _conversation(*texts, roles=_ROLES[1:])
            answer = await examiner.at(0.0, _WORD_TOKENS, asked) or await examiner.ask(_WORD_TOKENS, asked)
            text = said(answer).lower()
            right += last in text and before not in text
            wrong += before in text and last not in text
        if right == 2:
            return None
        if wrong == 2:
            return no_effect(
                f"Told to answer with one word and then with another, it answers with the first: {text!r}."
            )
    return cannot_tell(
        "The whole of them is read; in which order cannot be seen, as it does not do as it is told."
    )


PROBES: Final = (
    Probe("model", {}, Plan(Cost(1, 1), Cost(1, 1)), model),
    Probe(
        "messages",
        {},
        Plan(Cost(11, 9 + 2 * _WORD_TOKENS), Cost(15, 11 + 4 * _WORD_TOKENS) + REFUSED),
        messages,
    ),
)
