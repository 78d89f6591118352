"""Pairs of answers between their streaming and the vote, and what a vote reveals.

Before the vote the page must not know what this side knows: nothing here is sent until then. A pair that another
process streamed, before a restart, is read back from a vote on it, and is a round like any other.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, Final

from playground.backend import Backend, Panes, profile_of
from playground.chat import ChatRequest
from playground.content_parts import data_length, named
from playground.errors import VoteConflict, VoteError
from playground.events import Ended
from playground.parameters import PREF_PARAMS_DEFAULT
from playground.settings import Settings
from playground.votes import pair as pairing
from playground.votes.ballot import Ballot, cast, changed, choice_of, repeats
from playground.votes.pair import (
    PairSide,
    PendingPair,
    Position,
    Refusal,
    Slot,
    other,
    position_of,
    refusal,
)
from playground.votes.recall import pair_of
from playground.votes.store.vote_facts import differing_settings
from playground.votes.vote import Choice, Vote
from playground.web.chat.call_ids import with_true_ids
from playground.web.chat.frames import BlindFrames, Frames, held_back, paced, report_rows, summary
from playground.web.page_request import Asked

ROUNDS_KEPT: Final = 300
PICTURES_KEPT: Final = 200_000_000
"""Characters of the pictures of all pairs that are kept: a vote on one takes them into its record."""

POSITIONS: Final[tuple[Position, Position]] = ("left", "right")


@dataclass(slots=True)
class Round:
    """One pair on one page: who is where, what has come, and the votes cast on it (by id, for retries).

    `ids` are those of the answers that come through this process; none where the pair is read back, whole.
    """

    begun: PendingPair
    panes: Panes
    frames: Frames
    ids: tuple[str, ...]
    told_id: str = ""
    """The pair's id as its page knows it."""
    sessions: Sequence[str] = ()
    votes: dict[str, tuple[Ballot, Vote]] = field(default_factory=dict)
    saved: Vote | None = None
    given_out: bool = False
    """Whether the page holds the record of a vote that could not be saved: another choice is no blind one then."""
    begun_at: float = field(default_factory=monotonic)
    voting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held from casting a vote to keeping it, so that each vote knows the one that it supersedes."""

    @classmethod
    def recalled(cls, vote: Vote, again: Ballot | None = None) -> Round:
        """The pair of a vote that another process has cast; `again` is the same vote coming once more, if it does."""
        votes = {vote.vote_id: (again, vote)} if again else {}
        return cls(pair_of(vote), Panes([]), Frames(()), (), votes=votes, saved=None if again else vote)

    @property
    def order(self) -> tuple[Slot, Slot]:
        """The slots as they stand on the page, left first."""
        return self.begun.left, other(self.begun.left)

    @property
    def requests(self) -> tuple[ChatRequest, ...]:
        """What each side was asked, left first."""
        return tuple(self.begun.side(slot).request for slot in self.order)

    async def lines(self) -> AsyncGenerator[bytes]:
        """What the page is sent: the pair's id, both answers as they come, and whether a vote makes sense."""
        told = {} if self.begun.mode == "blind" else {"whose": self.whose()}
        self.frames.tell("pair", {"round_id": self.told_id, "mode": self.begun.mode, **told})
        try:
            async with aclosing(paced(self.panes, self.frames)) as lines:
                async for line in lines:
                    yield line
        finally:
            self._end_what_streams()
        self.frames.tell("both", self.judged())
        yield self.frames.take()

    def judged(self) -> dict[str, Any]:
        """Why no vote makes sense as the pair stands now, and what would help."""
        return _refusal_row(None if self.saved else refusal(self.now()))

    def _end_what_streams(self) -> None:
        """Whoever reads has left, by Stop or with the page: nothing more will come, and no vote has stopped it."""
        since = monotonic() - self.begun_at
        for index in range(len(POSITIONS)):
            if not self.frames.has_ended(index):
                self.frames.add(index, Ended("cancelled", since))

    def now(self) -> PendingPair:
        """The pair with what has come so far."""
        pair = self.begun
        for index, slot in zip(range(len(self.ids)), self.order, strict=False):
            answer = self.frames.answer(index)
            pair = (
                pair.with_ended(slot, answer) if self.frames.has_ended(index) else pair.so_far(slot, answer)
            )
        return pair

    def vote(self, ballot: Ballot, app_version: str) -> Vote:
        """The vote to store; the same ballot id gives the same vote again. Raises VoteError."""
        if ballot.vote_id not in self.votes:
            now = self.now()
            loser = other(context_of(now, choice_of(ballot, now.left)))
            stopped = () if now.side(loser).ended else (position_of(loser, now.left),)
            whole = replace(ballot, stopped=stopped)
            if self.given_out and ballot.said not in {known.said for known, _ in self.votes.values()}:
                now = replace(now, mode="open")
            vote = changed(now, self.saved, whole) if self.saved else cast(now, whole, app_version)
            self.votes[ballot.vote_id] = (ballot, vote)
        known, vote = self.votes[ballot.vote_id]
        if known.consent.publish != ballot.consent.publish or not repeats(ballot, vote):
            raise other_words()
        return vote

    def keep(self, vote: Vote) -> None:
        """The vote has been stored, perhaps once more: stops what it stops."""
        if self.saved is None or vote.voted_at > self.saved.voted_at:
            self.saved = vote
        self.frames.reveal()
        for slot in vote.stopped:
            self.panes.stop(POSITIONS.index(position_of(slot, self.begun.left)))

    def whose(self) -> dict[str, dict[str, Any]]:
        """Whose answer stands where: model, and the settings that the other side has not."""
        return {position: self._whose(slot) for position, slot in zip(POSITIONS, self.order, strict=True)}

    def _whose(self, slot: Slot) -> dict[str, Any]:
        request, others = self.begun.side(slot).request, self.begun.side(other(slot)).request
        return {
            "slot": slot,
            "preset": request.preset,
            "model": f"{request.model.provider}/{request.model.id}".rstrip("/"),
            "settings": differing_settings(request.parameters, others.parameters),
        }

    def reveal(self) -> dict[str, dict[str, Any]]:
        """Everything that was hidden before the vote, by position."""
        now = self.now()
        return {
            position: {**whose, **self._revealed(now.side(slot)), "id": answer_id}
            for (position, whose), slot, answer_id in zip(
                self.whose().items(), self.order, self.ids or (None, None), strict=True
            )
        }

    def _revealed(self, side: PairSide) -> dict[str, Any]:
        """What has come; how it ended only where no more comes: else its last frame tells, perhaps before this.

        A record has no scores, nor evidence: it is read from what the server sent, and would be missed here where it
        was there.
        """
        answer, is_record = side.answer, not self.ids
        return {
            **(summary(answer) if side.ended or is_record else {}),
            **({"evidence": {}} if is_record else {}),
            "body": named(answer.body),
            "report": report_rows(answer.report),
            **held_back(answer),
            "call_ids": [call.id for call in answer.tool_calls],
        }


def _refusal_row(refused: Refusal | None) -> dict[str, Any]:
    """Why no vote makes sense and what would help, as the page takes it."""
    if refused is None:
        return {"refusal": ""}
    return {"refusal": str(refused), "remedy": dict(refused.remedy), "again": refused.again}


def gone() -> VoteError:
    """What is said to a vote on a pair that is neither in memory nor to be had from a vote before it."""
    return VoteError(
        "This pair is not in memory any more: the playground was restarted, or many pairs came after it.",
        "Your choice was not saved. Regenerate to get a new pair.",
    )


def other_words() -> VoteConflict:
    """What is said to a second vote under the id of a first that says something else."""
    return VoteConflict(
        "Another vote has this id already, and says something else; it stays as it is.",
        "Vote again, under an id of its own.",
    )


def context_of(pair: PendingPair, choice: Choice) -> Slot:
    """The side that the conversation goes on with."""
    if choice in ("first", "second"):
        return choice
    return without_choice(*(side.failed or side.empty for side in (pair.first, pair.second)))


def without_choice(first_is_none: bool, second_is_none: bool) -> Slot:
    """What the conversation goes on with where nothing was chosen: the first, unless the second alone is an answer."""
    return "second" if first_is_none and not second_is_none else "first"


def _server(settings: Settings, request: ChatRequest, asked: Asked) -> str:
    """The server behind one side, as a vote keeps it: the host that was asked, or what runs here."""
    profile = profile_of(request.model, asked.target)
    of_ones_own = request.model.provider == "server"
    base_url = (asked.target.base_url or settings.base_url) if of_ones_own else profile.base_url
    return pairing.server_name(base_url) or profile.label


def _engine(backend: Backend, request: ChatRequest) -> str:
    """What answers one side and of which version: known of the embedded model alone."""
    return backend.engine.description(request.model.id) if request.model.provider == "embedded" else ""


class Rounds:
    """The last pairs, by round id."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Round] = OrderedDict()
        self._pictures: dict[str, int] = {}

    def keep(self, round_: Round) -> None:
        """Keeps a pair, and forgets the oldest past the limits; the newest stays whatever its pictures weigh."""
        self._kept[round_.begun.round_id] = round_
        self._pictures[round_.begun.round_id] = data_length(round_.begun.first.request.messages)
        while len(self._kept) > 1 and (
            len(self._kept) > ROUNDS_KEPT or sum(self._pictures.values()) > PICTURES_KEPT
        ):
            forgotten, _ = self._kept.popitem(last=False)
            del self._pictures[forgotten]

    def begin(
        self,
        backend: Backend,
        asked: Asked,
        requests: tuple[ChatRequest, ...],
        ids: tuple[str, ...],
        give: Callable[[str], str] = str,
        sessions: Sequence[str] = (),
    ) -> Round:
        """A fresh pair of two requests, its sides drawn; nothing is sent before its lines are read.

        `give` says the pair's id as this page is told it, and `sessions` are its browser's.
        """
        first, second = (
            PairSide(r, _server(backend.settings, r, asked), _engine(backend, r)) for r in requests
        )
        parameters = asked.values
        over = asked.second or parameters.get("pref_params") or PREF_PARAMS_DEFAULT
        pair = pairing.begin(
            first,
            second,
            diff_frequency=1.0 if asked.second else parameters.get("diff_frequency", 0.0),
            pref_params={} if first.request.preset else dict(over),
            mode=asked.mode,
        )
        shown = requests if pair.left == "first" else requests[::-1]
        frames = BlindFrames(ids) if asked.mode == "blind" else Frames(ids)
        begun = Round(pair, backend.panes(shown, asked.target), frames, ids, give(pair.round_id), sessions)
        self.keep(begun)
        return begun

    def unmasked(self, asked: Asked, sessions: Sequence[str] = ()) -> Asked:
        """The request with the servers' own ids of calls that a blind pair of this browser has shown under others."""
        own_pairs = [
            pair for pair in self._kept.values() if set(pair.sessions) & set(sessions) or not sessions
        ]
        true = {shown: own for pair in own_pairs for shown, own in pair.frames.true_ids.items()}
        beside = {id: own for pair in own_pairs for id, own in pair.frames.kept_beside.items()}
        messages = with_true_ids(asked.values.get("messages"), true, beside)
        return replace(asked, values={**asked.values, "messages": messages})

    def get(self, round_id: str) -> Round | None:
        """The pair of this id, or None when it is not here (any more)."""
        return self._kept.get(round_id)
