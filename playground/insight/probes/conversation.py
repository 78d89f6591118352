"""Probes of model and messages: whether it is this model, and reads the whole of them.

Kept apart because these two are always sent, and yet a gateway can swap the one and shorten the other.
"""

from __future__ import annotations

from typing import Final

from playground.insight.probes.examiner import Examiner, Messages
from playground.insight.probes.finding import Cost, Finding, Plan, cannot_tell, no_effect, works
from playground.insight.probes.probe import Probe
from playground.insight.reading import named_model
from playground.insight.signs import same_model

_FILLER: Final = "The lamp is green, the door is shut, and a small dog sleeps under the old table. " * 5
_HELLO: Final = {"role": "user", "content": "Hello."}
_YES: Final = {"role": "assistant", "content": "Yes."}
_GROWTH: Final = len(_FILLER.split()) // 2
"""Hardly any tokenizer makes fewer tokens than words of English; half leaves room for one that does."""

_SHORT: Final[Messages] = ({"role": "system", "content": "Be kind."}, _HELLO)
_LONGER: Final[tuple[tuple[str, Messages], ...]] = (
    ("a long system message", ({"role": "system", "content": _FILLER}, _HELLO)),
    ("a long question before", (_SHORT[0], {"role": "user", "content": _FILLER}, _YES, _HELLO)),
    ("a long answer before", (_SHORT[0], _HELLO, {"role": "assistant", "content": _FILLER}, _HELLO)),
    ("a long last message", (_SHORT[0], {"role": "user", "content": _FILLER})),
)


async def model(examiner: Examiner) -> Finding:
    """The name that the response gives must be the one that was asked for."""
    name = named_model(await examiner.ask(1))
    if not name:
        return cannot_tell("It answers, but does not say which model wrote the answer.")
    asked = examiner.model.id
    if not asked or same_model(asked, name):
        return works(f"It answers, and says that {name} wrote the answer.")
    return no_effect(f"{asked} was asked for, and the answer says that {name} wrote it.")


async def messages(examiner: Examiner) -> Finding:
    """A longer text in each place of the conversation must give the model more to read."""
    short = await examiner.prompt_tokens(_SHORT)
    if short is None:
        return cannot_tell("The server does not say how many tokens the model reads.")
    for what, longer in _LONGER:
        read = await examiner.prompt_tokens(longer)
        if read is None or read - short < _GROWTH:
            return no_effect(f"With {what} the model reads {read} tokens, and without it {short}.")
    return works("The model reads more with a longer system message, question, answer and last message.")


PROBES: Final = (
    Probe("model", {}, Plan(Cost(1, 1), Cost(1, 1)), model),
    Probe("messages", {}, Plan(Cost(5, 5), Cost(5, 5)), messages),
)
