"""A comparison over the shared backend: what each side's server takes is looked up there, and answers stream from it.

Kept apart from the run itself, which needs no server to be tested.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from playground.backend import Backend
from playground.chat import ChatRequest
from playground.errors import InvalidRequest, Problem
from playground.events import Event
from playground.replay.changes import Change, changes_of
from playground.replay.replaying import Side, Stream
from playground.replay.sides import Sides, Taking, sides_of
from playground.servers import Target
from playground.wire.addresses import root_of, server_address

MOST_TRIALS = 50


@dataclass(frozen=True, slots=True)
class Question:
    """A request, and where it goes."""

    request: ChatRequest
    target: Target

    @property
    def address(self) -> str:
        """The base URL that was typed, without its version; empty where the model's name says where it goes."""
        is_typed = self.request.model.provider == "server" and self.target.base_url
        return root_of(server_address(self.target.base_url)) if is_typed else ""

    def changed_in(self, later: Question) -> tuple[Change, ...]:
        """What a later one has changed, beside the messages."""
        return changes_of(self.request, later.request, (self.address, later.address))


async def sides_over(backend: Backend, before: Question, after: Question, trials: int = 1) -> Sides:
    """The two sides of a comparison, with what each one's server takes. Asks no server anything.

    Raises InvalidRequest where nothing that is sent has changed, or so many trials make no sense.
    """
    if not 1 <= trials <= MOST_TRIALS:
        raise InvalidRequest([Problem("trials", str(trials), f"a whole number from 1 to {MOST_TRIALS}")])
    changes = before.changed_in(after)
    if not changes:
        said = "nothing that is sent has changed since: change a parameter, then compare."
        raise InvalidRequest([Problem("comparison", "", "", said=said)])
    takings = (await _taking(backend, before), await _taking(backend, after))
    return sides_of(before.request, after.request, changes, takings, trials)


async def _taking(backend: Backend, question: Question) -> Taking:
    support = await backend.support(replace(question.request, is_side=True), question.target)
    return Taking(support, backend.known_profile(question.request.model, question.target).kinds)


def streaming_over(backend: Backend, before: Question, after: Question) -> Stream:
    """How each side is asked: with its own server and keys."""

    def stream(side: Side, request: ChatRequest) -> AsyncGenerator[Event]:
        return backend.stream(request, (after if side == "after" else before).target)

    return stream
