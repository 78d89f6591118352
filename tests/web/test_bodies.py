"""A body that does not come holds nothing for long, and what comes counts before all of it has come."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message

from playground.limits.counters import Counters
from playground.limits.limiter import Limiter
from playground.limits.quotas import HOUR, Quota
from playground.limits.sqlite_storage import SqliteStorage
from playground.settings import Settings
from playground.web.bodies import COUNTED_AT_ONCE, LEAST_RATE, Bodies, InTime
from playground.web.large_requests import AT_ONCE
from playground.web.page_request import BODY_LIMIT, MOST_NAMES, MOST_VALUES, read_json
from playground.web.responses import telling
from playground.web.visits import Visits
from tests.asking import wait_until

PIECE = b"x" * 65_536


@telling
async def size(request: Request) -> Response:
    """How many letters came."""
    return JSONResponse(len((await read_json(request))["text"]))


APP = Starlette(routes=[Route("/size", size, methods=["POST"])])


def asked(*pieces: Message | float) -> tuple[list[Message], float]:
    """What a way in with a tenth of a second's patience says while a sender sends, or pauses, and how long it took."""
    coming = iter(pieces)

    async def receive() -> Message:
        for piece in coming:
            if not isinstance(piece, float):
                return piece
            await asyncio.sleep(piece)
        await asyncio.Event().wait()
        raise AssertionError

    async def said() -> tuple[list[Message], float]:
        begun = asyncio.get_running_loop().time()
        way = InTime(receive, 0.1)
        told: list[Message] = []
        for each in pieces:
            if told and told[-1]["type"] == "http.disconnect":
                break
            if not isinstance(each, float) or each > 1:  # a pause for which it does not wait
                told.append(await way())
        return told, asyncio.get_running_loop().time() - begun

    return asyncio.run(said())


def piece(size: int, *, last: bool = False) -> Message:
    """A piece of a body."""
    return {"type": "http.request", "body": b"x" * size, "more_body": not last}


def test_a_body_that_stays_away_has_broken_off() -> None:
    """At once, or in the middle: after the patience, and not before."""
    for sent in ((9.0,), (piece(1), 9.0), (piece(9 * LEAST_RATE), 9.0)):
        told, took = asked(*sent)
        assert told[-1] == {"type": "http.disconnect"}
        assert 0.09 < took < 3


def test_a_slow_body_has_as_long_as_its_bytes_need() -> None:
    """Pauses longer than the patience in all are none where what came was worth them; after the end nothing hurries."""
    large = LEAST_RATE // 5
    told, _ = asked(piece(large), 0.08, piece(large), 0.08, piece(large), 0.08, piece(1, last=True))
    assert [each["type"] for each in told] == ["http.request"] * 4
    end: Message = {"type": "http.disconnect"}
    told, took = asked(piece(1, last=True), 0.3, end)
    assert told[-1] is end and took >= 0.29


def test_bytes_are_refused_before_all_have_come() -> None:
    """A visitor who has none left is told so in the middle of a body, however many of them come at once."""
    limiter = Limiter(Counters(SqliteStorage(":memory:")), {"bytes": [Quota(COUNTED_AT_ONCE, HOUR)]}, {})
    sent: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        yield b'{"text": "'
        for _ in range(BODY_LIMIT // len(PIECE)):
            sent.append(PIECE)
            yield PIECE

    async def answers() -> tuple[httpx.Response, httpx.Response]:
        layer = httpx.ASGITransport(Bodies(Visits(APP, Settings(posture="public"), limiter)))
        async with httpx.AsyncClient(transport=layer, base_url="http://here") as http:
            small = await http.post("/size", json={"text": "hello"})
            return small, await http.post("/size", content=body())

    small, large = asyncio.run(answers())
    assert small.json() == 5
    assert large.status_code == 429 and "bytes to send" in large.json()["message"]
    assert 0 < len(sent) * len(PIECE) <= 2 * COUNTED_AT_ONCE


def test_uploads_that_break_off_leave_their_place(http: httpx.Client) -> None:
    """More of them than there are places for pictures: the next request with one is looked at."""
    address = urlsplit(str(http.base_url))
    head = (
        f"POST /playground/stream HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {2 * BODY_LIMIT}\r\n\r\n"
    )
    for _ in range(AT_ONCE + 1):
        with socket.create_connection((str(address.hostname), address.port or 80)) as phone:
            phone.sendall(head.encode() + b'{"model": "' + b"x" * (BODY_LIMIT + 9_000))
    large = {"model": "m", "messages": [], "more": "x" * BODY_LIMIT}
    wait_until(lambda: "other requests with pictures" not in http.post("/playground/stream", json=large).text)


@pytest.mark.parametrize("path", ["preview", "stream"])
def test_what_no_page_sends_is_not_gone_through(path: str, http: httpx.Client) -> None:
    """Names and values without end, each of which would be checked while all others wait."""
    for parameters, said in (
        ({f"p{i}": i for i in range(MOST_NAMES + 1)}, "more than 200 parameters in parameters"),
        ({"logit_bias": {str(i): 1 for i in range(MOST_VALUES)}}, "more than 20,000 values"),
    ):
        answer = http.post(f"/playground/{path}", json={"model": "m", "parameters": parameters})
        assert answer.status_code == 400 and said in answer.json()["message"]
        assert len(answer.content) < 300
