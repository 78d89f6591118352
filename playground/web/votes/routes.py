"""The page's requests about a pair: cast a vote, judge a stopped one, and compare two texts word by word.

Kept apart from the streaming routes because a vote must be answered also after its stream has ended.
"""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.errors import PlaygroundError, StoreError, VoteError
from playground.settings import Settings
from playground.version import exact_version
from playground.votes.backup.vote_service import Keeper
from playground.votes.ballot import Ballot, annotator_of, language_of
from playground.votes.files.importing import vote_of
from playground.votes.pair import Position, Slot, position_of, slot_at
from playground.votes.recall import can_be_superseded, pair_of
from playground.votes.receipt import vote_id_of
from playground.votes.store.store import Store
from playground.votes.vote import Consent, Vote
from playground.web.chat.frames import error_row
from playground.web.holder import Seal
from playground.web.page_request import read_json
from playground.web.texts import CONSENT_VERSION
from playground.web.votes.rounds import POSITIONS, Round, Rounds, context_of, gone, other_words

DIFF_PIECES: Final = 4000
"""Words and blanks of one text that are compared; a diff takes time with the square of it."""

RECORD_LIMIT: Final = 16 * 1024 * 1024
"""A page brings a vote back with its record: the conversation, which alone may take 2 MB, and both answers."""

_WORDS: Final = re.compile(r"\s+|[^\s]+")


def vote_routes(
    rounds: Rounds, keeper: Keeper, settings: Settings, seal: Seal | None = None
) -> list[BaseRoute]:
    """The routes over the pairs of this process and the votes that are kept."""
    seal = seal or Seal(settings)
    recalling = asyncio.Lock()  # as `Round.voting`, for the pairs that are in no memory

    async def vote(request: Request) -> Response:
        try:
            said = await read_json(request, RECORD_LIMIT)
            said |= {"round_id": seal.take(request, said.get("round_id"))}
            if settings.is_public and not said.get("receipt"):
                raise VoteError("This vote has no receipt, so its page is an older one.", "Reload the page.")
            ballot = replace(ballot_of(said), consent=consent_of(said, keeper.dataset))
            version = await asyncio.to_thread(exact_version)
            here = rounds.get(str(said.get("round_id")))
            async with here.voting if here else recalling:
                pair = (
                    here if here else await asyncio.to_thread(recalled, keeper.store, ballot, said, settings)
                )
                cast = pair.vote(ballot, version)
                try:
                    await asyncio.to_thread(keeper.add, cast)
                except StoreError as error:
                    return JSONResponse({"error": error_row(error), **record_of(pair, cast, settings)}, 503)
                pair.keep(cast)
            copied = await asyncio.to_thread(was_copied, keeper, cast)
            return JSONResponse({**outcome(cast), "copied": copied, "reveal": pair.reveal()})
        except StoreError as error:
            return JSONResponse({"error": error_row(error)}, 503)
        except PlaygroundError as error:
            return JSONResponse({"error": error_row(error)}, 422)
        except ValueError as error:
            return JSONResponse({"error": {"message": str(error), "next_step": ""}}, 400)

    async def stopped(request: Request) -> Response:
        pair = rounds.get(seal.take(request, request.path_params["round_id"]))
        if pair is None or not pair.now().both_ended:
            return Response(status_code=404)
        return JSONResponse(pair.judged())

    async def diff(request: Request) -> Response:
        try:
            said = await read_json(request)
        except ValueError as error:
            return JSONResponse({"message": str(error)}, 400)
        left, right = str(said.get("left") or ""), str(said.get("right") or "")
        return JSONResponse(await asyncio.to_thread(word_diff, left, right))

    return [
        Route("/playground/vote", vote, methods=["POST"]),
        Route("/playground/stopped-pair/{round_id}", stopped),
        Route("/playground/diff", diff, methods=["POST"]),
    ]


def ballot_of(said: dict[str, Any]) -> Ballot:
    """The ballot in the page's JSON; a value that is not allowed is found when it is cast.

    Where it has a receipt, the vote's id follows from that. Raises ValueError, VoteError.
    """
    strength, choice, comment = said.get("strength"), said.get("said"), said.get("comment") or ""
    left, right = (said.get(name) or [] for name in ("reasons_left", "reasons_right"))
    if not (isinstance(left, list) and isinstance(right, list) and isinstance(choice, str)):
        raise ValueError("This vote is not what the page sends: a word, and two lists of reasons.")
    if not (isinstance(comment, str) and (strength is None or type(strength) is int)):  # True is an int too
        raise ValueError(
            "This vote is not what the page sends: a whole number for how much, a text as comment."
        )
    receipt = said.get("receipt")
    return Ballot(
        vote_id=vote_id_of(receipt) if receipt else str(said.get("vote_id") or ""),
        said=choice,  # type: ignore[arg-type]  # checked when cast
        strength=strength,
        reasons_left=tuple(map(str, left)),
        reasons_right=tuple(map(str, right)),
        comment=comment,
        annotator=annotator_of(str(said.get("annotator") or "")),
        language=language_of(str(said.get("language") or "")),
    )


def record_of(pair: Round, vote: Vote, settings: Settings) -> dict[str, str]:
    """The record of a vote that could not be saved, for the page to keep where it may bring it back."""
    if settings.is_public:
        return {}
    pair.given_out = True
    return {"record": vote.to_json()}


def recalled(store: Store, ballot: Ballot, said: Mapping[str, Any], settings: Settings) -> Round:
    """A pair that this process does not know, read back from a vote on it.

    Either this vote was saved, and its page was not told; or it could not be, and its page has its record and brings it
    back: on a public page that is for nobody to do, as an import is; or it is a second thought on a saved one. Raises
    VoteError where it is none of these, StoreError.
    """
    round_id = str(said.get("round_id"))
    if known := store.find(ballot.vote_id) or _brought_back(said, settings):
        if (known.vote_id, known.round_id) != (ballot.vote_id, round_id):
            raise other_words()
        return Round.recalled(known, ballot)
    last = store.last_of(round_id)
    if last is None or not can_be_superseded(last, ballot):
        raise gone()
    return Round.recalled(last)


def _brought_back(said: Mapping[str, Any], settings: Settings) -> Vote | None:
    record = said.get("record")
    return vote_of({"record": record}) if isinstance(record, str) and not settings.is_public else None


def consent_of(said: dict[str, Any], dataset: str) -> Consent:
    """What the voter ticked under CONSENT; without a dataset nothing was asked, and nothing may leave."""
    if not dataset or said.get("publish") is not True:
        return Consent()
    return Consent(version=CONSENT_VERSION, publish=True, at=datetime.now(UTC))


def was_copied(keeper: Keeper, vote: Vote) -> bool:
    """Whether a vote that may not leave comes too late for one on the same pair that has left, or is leaving.

    A store that cannot say so now has saved the vote all the same, and that is what its page must be told.
    """
    if keeper.backup is None or vote.consent.publish:
        return False
    try:
        return keeper.backup.has_left(vote.round_id)
    except StoreError:
        return False


def outcome(vote: Vote) -> dict[str, Any]:
    """What the page shows once a vote is stored: that it is, with what the chat goes on, who was stopped or leaked.

    `unfinished` are those that still streamed, and were left to.
    """
    slots: dict[Position, Slot] = {position: slot_at(position, vote.shown_left) for position in POSITIONS}
    stopped = [position for position, slot in slots.items() if was_stopped(vote, slot)]
    return {
        "saved_at": vote.voted_at.isoformat(),
        "choice": vote.choice,
        "context": position_of(context_of(pair_of(vote), vote.choice), vote.shown_left),
        "stopped": stopped,
        "unfinished": [p for p, slot in slots.items() if slot in vote.unfinished and p not in stopped],
        "leaks": [position for position, slot in slots.items() if vote.side(slot).identity_leak],
    }


def was_stopped(vote: Vote, slot: Slot) -> bool:
    """Whether this side was kept from its end, by a vote or by its reader."""
    return slot in vote.stopped or vote.side(slot).ended == "cancelled"


def word_diff(left: str, right: str) -> dict[str, list[list[Any]]]:
    """Both texts as lists of [piece, differs]; spaces belong to the pieces, so joined they are the texts again.

    What is past the limit is not compared, and said to differ nowhere. Of long texts, words that come again and
    again are no anchors (difflib's autojunk): else a text that repeats itself would take minutes.
    """
    pieces = [_WORDS.findall(text) for text in (left, right)]
    a, b = (words[:DIFF_PIECES] for words in pieces)
    sides: dict[str, list[list[Any]]] = {"left": [], "right": []}
    for op, i, j, k, m in difflib.SequenceMatcher(None, a, b).get_opcodes():
        for side, words in (("left", a[i:j]), ("right", b[k:m])):
            if words:
                sides[side].append(["".join(words), op != "equal"])
    for side, words in zip(sides, pieces, strict=True):
        if rest := "".join(words[DIFF_PIECES:]):
            sides[side].append([rest, False])
    return sides
