"""The examiner: asks a model short questions on behalf of the probes, and knows what its server puts up with.

Kept apart so that a probe reads as its idea: which helpers a server refuses, whether its log probabilities can
be used, what counts as a refusal and what as trouble is settled here, once for all.

Helpers are parameters that a probe uses beside the one that it is about: a limit, a stream that can be closed
early, log probabilities. One that the server refuses, or at which it fails, is left out from then on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from playground.chat import ChatRequest, JsonObject, ModelRef
from playground.errors import ServerRefused, StreamFailed
from playground.events import Answer
from playground.evidence.answer_facts import said
from playground.evidence.likelihood import log_ratio, sound, tempered
from playground.evidence.probes.finding import Cost, Exchange, Plan, exchange_of
from playground.evidence.probes.scores import alternatives_amiss, missing
from playground.value_types import Integer
from playground.wire.kinds.profile import Profile

Ask = Callable[[ChatRequest, int], Awaitable[Answer]]
"""Asks, and stops reading after so many pieces: a server that ignores max_tokens must not write on for ever."""

Messages = tuple[JsonObject, ...]

STORY: Final[Messages] = ({"role": "user", "content": "Tell me a story about whatever comes to your mind."},)
"""A question to which there are countless answers, none of them short."""

FIRST_TOKENS: Final = 32
REFUSED: Final = Cost(2)
"""What it costs more where a temperature is refused: the refusal, and a question with it alone."""
_UNFORESEEN: Final = Cost(1, FIRST_TOKENS)
"""Kept back for a first answer that is cut off; later what was foreseen and not used pays for asking again."""
OPENING: Final = Plan(Cost(1, FIRST_TOKENS), Cost(10, 10 * FIRST_TOKENS) + _UNFORESEEN)
"""What the first answer costs: usually one call, more where helpers are refused or the connection breaks."""

_PIECES_ALLOWED_OVER: Final = 12
_EVERYWHERE: Final = (" ", "e", "a", "o")
_BASIC: Final = frozenset({"max_tokens", "stream"})
_NEEDED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "logprobs": ("top_logprobs",),
    "stream": ("stream_options",),
}
_REFUSALS: Final = frozenset({400, 404, 405, 409, 415, 422, 501})
"""Statuses that speak of the request, and not of the key (401 to 403), the load (429) or a fault (500)."""
_MOST_ALTERNATIVES: Final = 20
_HEATED: Final = 7.0


class Rejected(Exception):
    """The server refused the request because of the parameter under test; `words` are its own."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Trouble(Exception):
    """No answer that could be judged: network, key, load, a model that is not there, a stream that was cut off."""


class Examiner:
    """Asks one model, and keeps every exchange."""

    def __init__(self, ask: Ask, model: ModelRef, profile: Profile, thinking_tokens: int = 0) -> None:
        self.model = model
        self.profile = profile
        self.seeds_repeat: bool | None = None
        """Whether a seed gave the same answer again; None until a probe has tried it."""
        self._exchanges: list[Exchange] = []
        self._first_exchange: Exchange | None = None
        self._ask = ask
        self._thinking = thinking_tokens
        self._helpers = self._wanted()
        self._refused: dict[str, str] = {}
        self._first: Answer | None = None
        self._trouble: Trouble | None = None
        self._states_plain: bool | None = None
        self._too_extreme: set[float] = set()
        self._spent = Cost()
        self._spare = _UNFORESEEN

    def _wanted(self) -> dict[str, Any]:
        """The helpers, with as many alternatives as this kind of server takes."""
        kind = self.profile.kinds.get("top_logprobs")
        most = kind.maximum if isinstance(kind, Integer) and kind.maximum else 5
        return {
            "max_tokens": FIRST_TOKENS + self._thinking,
            "stream": True,
            "temperature": 1.0,
            "logprobs": True,
            "top_logprobs": min(most, _MOST_ALTERNATIVES),
            "stream_options": {"include_usage": True},
        }

    # What a probe may ask

    async def ask(self, tokens: int, messages: Messages = STORY, /, **parameters: Any) -> Answer:
        """An answer of about so many tokens, with `parameters` set. Raises Rejected, Trouble."""
        await self.first()
        return await self._judged(messages, parameters, self._basics(tokens), tokens)

    async def scored(self, tokens: int, messages: Messages = STORY, /, **parameters: Any) -> Answer:
        """The same with log probabilities and at temperature 1, which they describe, where the server has them."""
        heated = await self.heated() >= _HEATED  # then it does better without
        warmth = {n: v for n, v in self._helpers.items() if n == "temperature" and not heated}
        helpers = {**self._basics(tokens), **warmth, **self.scoring()}
        return await self._judged(messages, parameters, helpers, tokens)

    async def at(
        self, temperature: float, tokens: int, messages: Messages = STORY, /, **parameters: Any
    ) -> Answer | None:
        """The same as `ask` at this temperature; None where the server refuses it. Raises Rejected, Trouble.

        At 0 the likeliest answer comes, and comes again. Some servers take 1 and refuse 0, or what is above 1.
        """
        await self.first()
        if not self.takes(temperature):
            return None
        try:
            return await self.ask(tokens, messages, temperature=temperature, **parameters)
        except Rejected:
            try:
                await self.ask(1, temperature=temperature)
            except Rejected:
                self._too_extreme.add(temperature)
                return None
            raise  # it is not the temperature that was refused

    async def counted(self, name: str, limit: int) -> Answer:
        """An answer under exactly this limit, by either name, its tokens counted in every way that there is."""
        await self.first()
        helpers = {name: value for name, value in self._helpers.items() if name != "max_tokens"}
        return await self._judged(STORY, {name: limit}, helpers, limit)

    async def prompt_tokens(self, messages: Messages = STORY, /, **parameters: Any) -> int | None:
        """How many tokens the server says it reads; None if it does not say. Raises Rejected, Trouble."""
        first = await self.first()
        limit: dict[str, Any] = {"max_tokens": 1} if "max_tokens" in self._helpers else {}
        if not limit or first.ended == "cancelled":
            limit["stop"] = list(_EVERYWHERE)  # an ignored limit must not cost a whole answer each time
        answer = await self._judged(messages, parameters, limit, 1)
        return answer.usage.prompt_tokens or None  # 0 is what a server says that does not count

    # What is known of the server

    async def first(self) -> Answer:
        """The model's own first answer, of 32 tokens; asked once. Raises Trouble."""
        if self._trouble is not None:
            raise self._trouble
        if self._first is None:
            try:
                self._first = await self._open()
                self._first_exchange = self._exchanges[-1]
            except Trouble as trouble:
                self._trouble = trouble
                raise
            finally:
                self.settle(OPENING.most - _UNFORESEEN)
        elif self._first_exchange is not None and self._first_exchange not in self._exchanges:
            self._exchanges.append(self._first_exchange)
        return self._first

    def scoring(self) -> dict[str, Any]:
        """What asks for log probabilities, where the server has them; to be asked after `first`."""
        return {n: v for n, v in self._helpers.items() if n in ("logprobs", "top_logprobs")}

    def refusal(self, helper: str) -> str:
        """The words with which the first question was refused because of this helper; empty where it was not."""
        return self._refused.get(helper, "")

    async def alternatives(self) -> int:
        """How many alternatives per token can be relied on; 0 where log probabilities cannot be used."""
        first = await self.first()
        if sound(first.logprobs) or missing(first) or alternatives_amiss(first):
            return 0
        return min(len(score.top) for score in first.logprobs)

    async def heated(self) -> float:
        """By what log ratio the first answer, for which 1 was asked, was rather drawn at temperature 2."""
        first = await self.first()
        return log_ratio(first.logprobs, tempered(2.0)) if "temperature" in self._helpers else 0.0

    async def states_plain(self) -> bool:
        """Whether the log probabilities are those before sampling parameters: they do not change with one."""
        if self._states_plain is None:
            hot = await self.at(2.0, 1, **self.scoring())
            # where it cannot be tried it is taken for granted: nearly all servers state them so
            self._states_plain = hot is None or not self.stated_differently(await self.first(), hot)
        return self._states_plain

    @staticmethod
    def stated_differently(one: Answer, other: Answer) -> bool:
        """Whether the first tokens of two answers were stated with other probabilities (past last digits)."""
        if not one.logprobs or not other.logprobs:
            return False
        ours = {a.token: a.logprob for a in one.logprobs[0].top}
        theirs = {a.token: a.logprob for a in other.logprobs[0].top}
        return any(abs(ours[token] - theirs[token]) > 0.25 for token in ours.keys() & theirs.keys())

    def takes(self, temperature: float) -> bool:
        """Whether the server put up with this temperature, as far as it was asked with it; to be asked after `at`."""
        return "temperature" in self._helpers and temperature not in self._too_extreme

    def evidence(self) -> tuple[Exchange, ...]:
        """The exchanges since this was last called, and the first one where it was looked at again."""
        taken, self._exchanges = tuple(self._exchanges), []
        return taken

    def settle(self, most: Cost) -> None:
        """What was asked since this was last called might have cost so much: the rest may pay for asking again."""
        self._spare += most - self._spent
        self._spent = Cost()

    # How it is asked

    def _basics(self, tokens: int) -> dict[str, Any]:
        given = {"max_tokens": tokens + self._thinking, "stream": True}
        return {name: value for name, value in given.items() if name in self._helpers}

    async def _open(self) -> Answer:
        """Asks with all helpers, leaves out those that the server blames, and else tries one after the other."""
        while True:
            answer = await self._send(STORY, {**self._helpers, **self._basics(FIRST_TOKENS)})
            if not (_is_refusal(answer) or _is_fault(answer)):
                self._raise_trouble(answer)
                return answer
            blamed = answer.error.parameter if answer.error else None
            if blamed not in self._helpers:
                return await self._one_by_one()
            self._leave_out(blamed, answer)

    def _leave_out(self, helper: str, answer: Answer) -> None:
        self._helpers.pop(helper)
        self._refused[helper] = _words(answer)
        for other in _NEEDED_BY.get(helper, ()):
            self._helpers.pop(other, None)

    async def _one_by_one(self) -> Answer:
        """Begins with as little as the server takes, and keeps each further helper that it does not refuse."""
        wanted, self._helpers = self._helpers, {}
        answer = await self._barest(wanted)
        for name, value in wanted.items():
            if name in self._helpers or any(
                name in _NEEDED_BY.get(n, ()) for n in wanted.keys() - self._helpers
            ):
                continue
            more = await self._send(STORY, {**self._helpers, name: value, **self._basics(FIRST_TOKENS)})
            if _is_cut_off(more):
                self._raise_trouble(more)
            if more.error is None:
                self._helpers[name], answer = value, more
            else:
                self._refused[name] = _words(more)
        return answer

    async def _barest(self, wanted: Mapping[str, Any]) -> Answer:
        """A first answer with a limit and as a stream, with one of them, or plain. Raises Trouble."""
        for names in (("max_tokens", "stream"), ("max_tokens",), ("stream",), ()):
            self._helpers = {name: wanted[name] for name in names if name in wanted}
            answer = await self._send(STORY, self._helpers)
            if not (_is_refusal(answer) or _is_fault(answer)):
                self._raise_trouble(answer)
                return answer
        raise Trouble(f"It refuses even a plain question. {answer.error}")

    async def _judged(
        self, messages: Messages, parameters: Mapping[str, Any], helpers: Mapping[str, Any], tokens: int
    ) -> Answer:
        """Asks; where it is refused, once more without the helpers, which some servers refuse beside others."""
        answer = await self._send(messages, {**helpers, **parameters}, tokens)
        if _is_refusal(answer) and not helpers.keys() <= _BASIC:
            fewer = {name: value for name, value in helpers.items() if name in _BASIC}
            answer = await self._send(messages, {**fewer, **parameters}, tokens)
        if _is_refusal(answer) or (_is_fault(answer) and parameters.keys() & self._refused.keys()):
            raise Rejected(_words(answer))
        self._raise_trouble(answer)
        return answer

    async def _send(
        self, messages: Messages, parameters: Mapping[str, Any], tokens: int = FIRST_TOKENS
    ) -> Answer:
        """One answer; one that is cut off is asked for once more, within what was foreseen."""
        request, cost = ChatRequest(self.model, messages, dict(parameters)), Cost(1, tokens)
        most = tokens + self._thinking + _PIECES_ALLOWED_OVER
        answer = await self._ask(request, most)
        self._exchanges.append(exchange_of(answer))
        self._spent += cost
        if _is_cut_off(answer) and self._spare.covers(cost):
            self._spare -= cost
            answer = await self._ask(request, most)
            self._exchanges.append(exchange_of(answer))
        return answer

    @staticmethod
    def _raise_trouble(answer: Answer) -> None:
        """A part of an answer shows nothing: what is missing may be what it was asked for."""
        error = answer.error
        names_parameter = error is not None and error.parameter and (said(answer) or answer.tool_calls)
        if error is not None and not names_parameter:
            raise Trouble(error.message)


def _is_cut_off(answer: Answer) -> bool:
    return isinstance(answer.error, StreamFailed) and answer.ended == "cut off"


def _is_refusal(answer: Answer) -> bool:
    return isinstance(answer.error, ServerRefused) and answer.error.status in _REFUSALS


def _is_fault(answer: Answer) -> bool:
    """Whether a fault of the server's own came in place of an answer: some fail so at what they should refuse."""
    status = answer.error.status if isinstance(answer.error, ServerRefused) else 500
    failed = isinstance(answer.error, ServerRefused | StreamFailed) and status == 500
    return failed and not _is_cut_off(answer) and not said(answer)


def _words(answer: Answer) -> str:
    return answer.error.message if answer.error else ""


def least_tokens(text: str) -> int:
    """Hardly any tokenizer makes fewer tokens than words of English; half leaves room for one that does."""
    return len(text.split()) // 2
