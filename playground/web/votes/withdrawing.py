"""The request that takes a vote back, by its receipt.

Kept apart from casting votes because it asks for nothing but the receipt: from any browser, at any time after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from playground.errors import LimitReached, PlaygroundError, StoreError
from playground.limits.limiter import Limiter
from playground.votes.backup.vote_service import Keeper
from playground.votes.receipt import vote_id_of
from playground.votes.store.database import KEPT
from playground.web.chat.frames import error_row
from playground.web.credentials import visitor_of
from playground.web.page_request import read_json
from playground.web.responses import limited
from playground.web.votes.files import Shelf

MOST_RECEIPTS: Final = 8
"""Receipts in one request: those of a vote that was changed before it was known to be saved."""


def withdrawal_routes(keeper: Keeper, shelf: Shelf, limiter: Limiter | None = None) -> list[BaseRoute]:
    """The route over the votes that are kept, and the exports that wait to be fetched.

    Every receipt counts for its visitor: an unknown one leaves a mark too, so that its vote is kept out.
    """

    async def take_back(request: Request) -> Response:
        try:
            vote_ids = [vote_id_of(receipt) for receipt in receipts_of(await read_json(request))]
            if limiter is not None:  # the request itself is counted already
                await limiter.take("withdrawals", visitor_of(request), len(vote_ids) - 1)
            votes = await asyncio.to_thread(keeper.store.withdrawals.take_back, vote_ids)
            if votes:
                shelf.clear()
            waits = await asyncio.to_thread(is_on_the_hub, keeper, vote_ids)
        except LimitReached as error:
            return limited(error)
        except StoreError as error:
            next_step = error.next_step.removesuffix(KEPT).strip()  # no vote waits on the page here
            return JSONResponse({"error": {**(error_row(error) or {}), "next_step": next_step}}, 503)
        except PlaygroundError as error:
            return JSONResponse({"error": error_row(error)}, 422)
        except ValueError as error:
            return JSONResponse({"error": {"message": str(error), "next_step": ""}}, 400)
        return JSONResponse({"votes": votes, "waits": waits})

    return [Route("/playground/take-back", take_back, methods=["POST"])]


def receipts_of(said: dict[str, Any]) -> list[Any]:
    """The receipts in the page's JSON. Raises ValueError."""
    receipts = said.get("receipts")
    if not isinstance(receipts, list) or not 0 < len(receipts) <= MOST_RECEIPTS:
        raise ValueError(f"This is not what the page sends: a list of 1 to {MOST_RECEIPTS} receipts.")
    return receipts


def is_on_the_hub(keeper: Keeper, vote_ids: Sequence[str]) -> bool:
    """Whether the next copy has still to take these votes out of the dataset, as far as can be said now."""
    if keeper.backup is None:
        return False
    try:
        return keeper.store.withdrawals.wait_for_the_hub(vote_ids)
    except StoreError:  # they are gone here all the same, which is what the page must be told
        return True
