"""The only HTTP to a model: one request becomes one stream of events that always ends.

Timeouts, retries, cancelling and keys must be right in one place. Faults of a server never raise here: they end the
stream. A task of its own reads the socket, so that whoever waits for events can be cancelled, or lose patience, at
any moment, and the socket closes with it.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import monotonic
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import httpx

from playground.chat import ChatRequest, Endpoint
from playground.errors import PlaygroundError, ServerTimedOut, StreamFailed
from playground.events import Connected, Delayed, Ended, EndedAs, Event, Started
from playground.wire import documents, keys
from playground.wire.addresses import host_of
from playground.wire.body import Body, build, server_name
from playground.wire.breaker import Call, alone
from playground.wire.certificates import certificates
from playground.wire.documents import Document
from playground.wire.kinds.profile import Profile
from playground.wire.reader import EachChoice, Reader
from playground.wire.refusals.refusal import refusal
from playground.wire.retries import RETRIED_STATUSES, date_of, delay_before_retry, seconds_of
from playground.wire.stream.answers import AnswerReader
from playground.wire.stream.choices import asks_for_several
from playground.wire.unreached import address_of, fault_of, is_hopeless

MAX_ERROR_BYTES: Final = 64 * 1024
DOCUMENT_SECONDS: Final = 15.0
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_ERROR_BODY_SECONDS: Final = 5.0
_DRAIN_SECONDS: Final = 0.2  # to read to the very end after [DONE], so that the connection can be used again
_WAITING_BYTES: Final = 256 * 1024  # to be decoded, at most, also where nobody asks for events meanwhile
_LOOPBACK: Final = ("all://127.0.0.1", "all://localhost", "all://[::1]")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait: to connect, for the first byte of the answer, between bytes, and in all."""

    connect: float = 10.0
    first_byte: float = 120.0
    silence: float = 60.0
    total: float = 600.0


class Transport:
    """Sends requests and streams their events; one per event loop, closed by `aclose()` or `async with`.

    Proxies and certificates come from the environment, since a company network needs them to reach a hosted
    provider; loopback, where the embedded model lives, is always reached directly. Redirects are not followed:
    a key must not wander.
    """

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=30.0),
            mounts=dict.fromkeys(_LOOPBACK),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            verify=certificates(),
            headers={"User-Agent": "parameter-playground", "Accept-Encoding": "identity"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    async def stream(
        self,
        request: ChatRequest,
        profile: Profile,
        endpoint: Endpoint,
        timeouts: Timeouts = Timeouts(),
        call: Call | None = None,
    ) -> AsyncGenerator[Event]:
        """The events of one answer: Started, any Delayed, then Connected and the rest, then exactly one Ended.

        `call` is told of each attempt that fails, and can end them. Whatever a server does comes as an event. Closing
        this generator, or cancelling the task that waits for it, closes the connection at once. Raises InvalidRequest
        when no body can be made of the request.
        """
        server = server_name(profile, endpoint.base_url)
        body, report = build(request, profile, server)
        exchange = _Exchange(self._client, profile, endpoint, timeouts, body, call or alone())
        if (translate := profile.translate) is not None:
            several = asks_for_several(body)
            exchange.translator = EachChoice(lambda: translate(request)) if several else translate(request)
        yield Started(body, report, server)
        reader = asyncio.create_task(exchange.run())
        try:
            async for event in exchange.events(reader):
                yield event
        finally:
            reader.cancel()
            await asyncio.wait([reader])

    async def fetch(
        self,
        url: str,
        headers: Mapping[str, str] = NO_HEADERS,
        seconds: float = DOCUMENT_SECONDS,
        posted: Mapping[str, Any] | None = None,
    ) -> Document:
        """What one GET of `url`, or one POST of JSON, is answered with, whatever its status; the key in it is masked.

        Raises ServerUnreachable, ServerTimedOut, or StreamFailed when it is larger than a list can be.
        """
        host = host_of(url)
        secret = headers.get("Authorization", "").removeprefix("Bearer ")
        raw = bytearray()
        try:
            async with asyncio.timeout(seconds):
                async with self._client.stream(
                    "GET" if posted is None else "POST", url, headers=headers, json=posted, timeout=None
                ) as response:
                    async for piece in response.aiter_bytes():
                        raw += piece
                        if len(raw) > documents.MAX_BYTES:
                            raise StreamFailed(f"{host} sent no end of data.", "Check the base URL.")
        except TimeoutError:
            raise ServerTimedOut(f"{host} did not answer within {seconds:g} s.", "Try again later.") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise fault_of(error, host, url, seconds, secret) from None
        said = {name: keys.masked(value, secret) for name, value in response.headers.items()}
        text = keys.masked(documents.text_of(raw, response.headers.get("content-type", "")), secret)
        return Document(url, response.status_code, text, said.get("server", ""), said.get("location", ""))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """How one attempt ended, and after how many seconds another makes sense, if it does."""

    ended: Ended
    retry_after: float | None = None


class _Exchange:
    """One request and its answer: `run` reads the server, `events` decodes what has come since, in one go."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        profile: Profile,
        endpoint: Endpoint,
        timeouts: Timeouts,
        body: Body,
        call: Call,
    ) -> None:
        self.translator: Reader | None = None
        self._client = client
        self._profile = profile
        self._endpoint = endpoint
        self._timeouts = timeouts
        self._body = body
        self._call = call
        self._host = endpoint.base_url
        self._secret = keys.secret_of(endpoint)
        self._queue: deque[Event] = deque()
        self._filled = asyncio.Event()
        self._answer: AnswerReader | None = None
        self._came = bytearray()  # of the answer, and not decoded yet
        self._came_at = 0.0
        self._reading: asyncio.Timeout | None = None
        self._start = monotonic()
        self._end = self._start + timeouts.total
        self._patient_until = self._end
        self._awaited = "begin its answer"

    async def events(self, reader: asyncio.Task[None]) -> AsyncIterator[Event]:
        """The events that `reader` brings, up to Ended, which comes from here when patience runs out."""
        reader.add_done_callback(lambda _: self._filled.set())
        while True:
            self._decode()
            self._filled.clear()
            while self._queue:
                event = self._queue.popleft()
                yield event
                if isinstance(event, Ended):
                    return
            if reader.done():
                reader.result()  # a defect of this program: to be seen, not swallowed
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._limit()):  # the loop's clock is the monotonic one
                    await self._filled.wait()
            if monotonic() >= (self._end if self._queue or self._came else self._limit()):
                reader.cancel()
                self._give_up()

    async def run(self) -> None:
        """Asks the server, again where that makes sense, and queues what it says."""
        try:
            request = self._request()
        except PlaygroundError as error:
            self._push([Ended("error", self._at(), error)])
            return
        number = 0
        attempt = await self._attempt(request, number)
        while attempt.retry_after is not None:
            self._call.failed(attempt.ended.error)
            if not self._call.may_repeat():
                break
            self._wait_for("be ready for another try", self._end)
            why = attempt.ended.error.message if attempt.ended.error else ""
            self._push([Delayed(why, attempt.retry_after)])
            await asyncio.sleep(attempt.retry_after)
            if not self._call.may_repeat():  # others have found out meanwhile
                break
            number += 1
            attempt = await self._attempt(request, number)
        self._push([attempt.ended])

    def _request(self) -> httpx.Request:
        """The request as it leaves. Raises PlaygroundError when there is none that could."""
        url = address_of(self._endpoint.base_url)
        self._host = f"The {self._profile.label}" if self._profile.flavour == "embedded" else url.host
        headers = keys.headers(self._profile, self._endpoint, url.host)
        try:
            return self._client.build_request(
                "POST",
                url,
                content=json.dumps(self._body, allow_nan=False).encode(),
                headers={"Content-Type": "application/json", **headers},
                timeout=httpx.Timeout(None, connect=self._timeouts.connect),
            )
        except (ValueError, TypeError, RecursionError) as error:
            raise PlaygroundError(
                f"The request cannot be written down: {error}.",
                "Check the extra JSON, the messages and the headers.",
            ) from error

    async def _attempt(self, request: httpx.Request, number: int) -> _Attempt:
        """Sends once; what the answer says is queued, how it ends is returned."""
        self._wait_for("begin its answer", monotonic() + self._timeouts.first_byte)
        try:
            response = await self._client.send(request, stream=True)
        except (httpx.HTTPError, OSError, UnicodeError) as error:  # UnicodeError: a host like "a..b"
            return self._unreached(error, number)
        try:
            if response.status_code >= 300:
                return await self._refused(response, number)
            return _Attempt(await self._read(response))
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response) -> Ended:
        """Queues what the answer says, to its end; a broken connection keeps what came."""
        headers = response.headers
        answer = self._answer = AnswerReader(
            headers.get("content-type", ""), self._secret, self._host, self._body
        )
        self._push([Connected(response.status_code, self._shown(headers), self._at(), answer.growing)])
        pieces = response.aiter_bytes() if "content-encoding" in headers else response.aiter_raw()
        try:
            async with asyncio.timeout(None) as self._reading:
                async for piece in pieces:
                    self._came_at = monotonic()
                    self._wait_for("go on with its answer", self._came_at + self._timeouts.silence)
                    self._came += piece
                    self._filled.set()
                    if len(self._came) > _WAITING_BYTES:
                        self._decode()
        except TimeoutError:
            pass  # all is said, and the very end did not come soon
        except httpx.DecodingError:
            answer.broken("it was packed in a way that cannot be unpacked")
        except httpx.HTTPError as error:
            answer.broken(f"the connection broke ({str(error) or type(error).__name__})")
        self._reading = None
        self._decode()
        self._push(answer.close(self._at()))
        return answer.ended(self._at())

    def _decode(self) -> None:
        """Queues what the bytes say that have come. Once all is said, the rest is read for the connection alone."""
        answer = self._answer
        if answer is None or not self._came:
            return
        came, self._came = bytes(self._came), bytearray()
        self._push([] if answer.over else answer.feed(came, self._came_at - self._start))
        if answer.over and self._reading is not None:
            self._reading.reschedule(asyncio.get_running_loop().time() + _DRAIN_SECONDS)
            self._reading = None

    async def _refused(self, response: httpx.Response, number: int) -> _Attempt:
        """Reads the server's own words before anything else; they are the best help there is."""
        words = bytearray()
        self._wait_for("finish its answer", self._end)
        with suppress(httpx.HTTPError, TimeoutError):
            async with asyncio.timeout(min(_ERROR_BODY_SECONDS, self._timeouts.silence)):
                async for piece in response.aiter_bytes():
                    words += piece
                    if len(words) >= MAX_ERROR_BYTES:
                        break
        headers = self._shown(response.headers)
        text = documents.text_of(words[:MAX_ERROR_BYTES], headers.get("content-type", ""))
        text = keys.masked(text, self._secret)
        wait_s = seconds_of(headers.get("retry-after"), date_of(headers.get("date")))
        error = refusal(
            self._host, response.status_code, headers.get("location", ""), text, self._body, wait_s
        )
        ended = Ended("error", self._at(), error, (text,) if text else ())
        if response.status_code not in RETRIED_STATUSES:
            return _Attempt(ended)
        return _Attempt(
            ended, delay_before_retry(number, headers.get("retry-after"), date_of(headers.get("date")))
        )

    def _unreached(self, error: Exception, number: int) -> _Attempt:
        """No answer at all. Only a failed connection is tried again: then the server has seen nothing."""
        fault = fault_of(error, self._host, self._endpoint.base_url, self._timeouts.connect, self._secret)
        how: EndedAs = "timeout" if isinstance(fault, ServerTimedOut) else "error"
        unseen = isinstance(error, (httpx.ConnectTimeout, httpx.ConnectError, OSError, UnicodeError))
        again = delay_before_retry(number, None) if unseen and not is_hopeless(error) else None
        return _Attempt(Ended(how, self._at(), fault), again)

    def _push(self, events: list[Event]) -> None:
        if self.translator is not None:
            events = [told for event in events for told in self.translator.take(event)]
        self._queue.extend(events)
        self._filled.set()

    def _wait_for(self, what: str, until: float) -> None:
        """Sets what the server is given time for; who waits is woken only to learn of an earlier end."""
        if until < self._patient_until:
            self._filled.set()
        self._awaited = what
        self._patient_until = until

    def _limit(self) -> float:
        return min(self._patient_until, self._end)

    def _give_up(self) -> None:
        """Ends the stream because patience ran out; what came so far is kept."""
        what = "finish its answer" if monotonic() >= self._end else self._awaited
        error = ServerTimedOut(
            f"{self._host} did not {what} in time; {self._at():.0f} s have passed since it was asked.",
            "What came is kept; try again, or choose a faster model.",
        )
        self._decode()
        if self._answer is not None:
            self._answer.broken("it stalled")
            self._push(self._answer.close(self._at()))
        self._push([Ended("timeout", self._at(), error, self._answer.raw if self._answer else ())])

    def _at(self) -> float:
        return monotonic() - self._start

    def _shown(self, headers: httpx.Headers) -> dict[str, str]:
        """The response's headers without cookies, and without the key."""
        return {
            name: keys.masked(value, self._secret) for name, value in headers.items() if name != "set-cookie"
        }
