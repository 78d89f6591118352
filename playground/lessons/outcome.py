"""What came of one run of a lesson's experiment: an answer, or the two of a pair."""

from __future__ import annotations

from dataclasses import dataclass

from playground.answer import Answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answers of one run: of which arm, counted from 0, with which seed; two where a pair was drawn.

    `chance` is that of a lesson's word to be the beginning, where the lesson measures it (`chance.py`).
    """

    arm: int
    seed: int
    answers: tuple[Answer, ...]
    chance: float | None = None

    @property
    def failed(self) -> bool:
        """Whether a server, or this program, refused or broke off."""
        return any(answer.error is not None for answer in self.answers)

    @property
    def said(self) -> str:
        """What came, as text: equal outcomes have equal ones. Calls as they would be written, what failed by why."""
        return "\n\u2014\n".join(said(answer) for answer in self.answers)


def said(answer: Answer) -> str:
    """What one answer says: its text, the calls that it asks for, or why it failed."""
    if answer.error is not None:
        return str(answer.error)
    calls = [f"{call.name}({call.arguments})" for call in answer.tool_calls]
    return "\n".join([*([answer.text] if answer.text else []), *calls])
