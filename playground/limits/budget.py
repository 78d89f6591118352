"""The budget: what the owner's key pays for in a day, for all visitors together and for each of them.

What an answer can come to at most is held back before it is asked for, and what it came to is counted when it has
ended, so that answers under way together cannot go beyond it either.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from playground.answer import Usage
from playground.cost import Cost
from playground.errors import BudgetSpent, InvalidRequest, Problem
from playground.limits.counters import Counters, Window
from playground.limits.limiter import next_time, seconds_until
from playground.limits.quotas import DAY, Quota
from playground.settings import Settings
from playground.wire.models import ModelInfo

MOST_ANSWER_TOKENS: Final = 8_192
"""Of one answer on the owner's key; one without a limit of its own is held to it too."""

SHARE_OF_A_VISITOR: Final = 10
"""One visitor has a tenth of the day's tokens."""

NEAR: Final = 0.1
"""With less than this left, the page says so."""

BYTES_A_TOKEN: Final = 3
"""Rather too many tokens than too few: a prompt is counted by its bytes before a server has. A Chinese character has
three, and is a token."""

_EVERYBODY: Final = "everybody"
_TO_MICRO: Final = 1_000_000
_MOST_DOLLARS: Final = 1_000
_BESIDE: Final = frozenset({
    "chat_template_kwargs", "dry_allowed_length", "dry_base", "dry_multiplier", "dry_penalty_last_n", "enable_thinking",
    "grammar", "guided_choice", "guided_grammar", "guided_json", "guided_regex", "json_schema", "min_p", "mirostat",
    "mirostat_eta", "mirostat_tau", "repeat_last_n", "repeat_penalty", "repetition_penalty", "samplers",
    "structured_outputs", "tfs_z", "top_a", "top_k", "typical_p", "xtc_probability", "xtc_threshold",
})  # fmt: skip
"""What extra JSON may say on the owner's key: how tokens are drawn. All else may make an answer dearer than what was
held back for it, as another model, a limit, a plug-in, a provider do, and no list of that would be whole."""

_USUAL_TIERS: Final = (None, "auto", "default", "flex")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the day's tokens, as a share of 1, and when the day ends."""

    tokens: int
    share: float
    ends_at: float


class Budget:
    """The owner's purse: `tokens` a day, and `dollars` where they are counted."""

    def __init__(self, counters: Counters, tokens: int, dollars: float | None) -> None:
        self._counters = counters
        self._all = Quota(tokens, DAY)
        self._each = Quota(max(1, tokens // SHARE_OF_A_VISITOR), DAY)
        self._micros = None if dollars is None else Quota(round(dollars * _TO_MICRO), DAY)
        self._held: Counter[str] = Counter()
        self._held_micros = 0
        self._opening = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """What the settings ask for: none where nobody's key is lent to strangers. Raises SettingsError."""
        if not (settings.is_public and settings.lends_keys):
            return None
        return cls(Counters.of(settings), settings.tokens_a_day, settings.dollars_a_day)

    async def open(self, visitor: str, body: Mapping[str, Any], model: ModelInfo | None) -> Bill:
        """Holds back what an answer to `body` can come to. Raises BudgetSpent, InvalidRequest.

        One after the other: a hundred that ask at once would all find the same room for one.
        """
        bill = Bill(self, visitor, body, model)
        async with self._opening:
            await self._affords(self._all, _EVERYBODY, bill.tokens, "The owner's key pays for")
            await self._affords(self._each, visitor, bill.tokens, "For one visitor the owner's key pays for")
            await self._affords_dollars(bill.micros)
            self._hold(visitor, bill.tokens, bill.micros, 1)
        return bill

    async def left(self) -> Left:
        """What is left for everybody."""
        window = await self._counters.look(self._all, "owner-tokens", _EVERYBODY)
        tokens = max(0, self._all.amount - window.used - self._held[_EVERYBODY])
        share = tokens / self._all.amount if self._all.amount else 0.0
        if self._micros is not None:
            spent = await self._counters.look(self._micros, "owner-dollars")
            share = min(share, max(0.0, 1 - spent.used / self._micros.amount) if self._micros.amount else 0.0)
        return Left(tokens, share, window.ends_at)

    async def _affords(self, quota: Quota, who: str, tokens: int, what: str) -> None:
        window = await self._counters.look(quota, "owner-tokens", who)
        left = quota.amount - window.used - self._held[who]
        if tokens > left:
            raise _spent(f"{what} {quota.amount:,} tokens a day", left, tokens, window)

    async def _affords_dollars(self, micros: int | None) -> None:
        if self._micros is None or micros is None:
            return
        window = await self._counters.look(self._micros, "owner-dollars")
        if micros > self._micros.amount - window.used - self._held_micros:
            dollars = self._micros.amount / _TO_MICRO
            raise _spent(f"The owner's key pays for ${dollars:g} a day", 0, 0, window)

    def _hold(self, visitor: str, tokens: int, micros: int | None, sign: int) -> None:
        self._held[_EVERYBODY] += sign * tokens
        self._held[visitor] += sign * tokens
        self._held_micros += sign * (micros or 0)
        if not self._held[visitor]:
            del self._held[visitor]

    async def settle(self, bill: Bill, tokens: int, micros: int) -> None:
        """Counts what an answer came to, in place of what was held back for it, which is held until then."""
        try:
            if tokens > 0:
                await self._counters.add(self._all, "owner-tokens", _EVERYBODY, cost=tokens)
                await self._counters.add(self._each, "owner-tokens", bill.visitor, cost=tokens)
            if self._micros is not None and micros > 0:
                await self._counters.add(self._micros, "owner-dollars", cost=micros)
        finally:
            self._hold(bill.visitor, bill.tokens, bill.micros, -1)


class Bill:
    """What one answer can come to at most, until it is settled."""

    def __init__(
        self, budget: Budget, visitor: str, body: Mapping[str, Any], model: ModelInfo | None
    ) -> None:
        most = _most(body)
        self.visitor = visitor
        self.tokens = most.prompt_tokens + (most.answer_tokens or 0)
        self.micros = _micros(most.dollars(model))
        self._budget = budget
        self._most = most
        self._model = model
        self._streams = bool(body.get("stream"))

    async def settle(self, usage: Usage | None) -> None:
        """Counts what came: as the server counted it, else its prompt by its letters. None: nothing was asked."""
        if usage is None:
            await self._budget.settle(self, 0, 0)
            return
        prompt = usage.prompt_tokens if usage.prompt_tokens is not None else self._most.prompt_tokens
        listed = Cost(1, prompt, usage.completion_tokens).dollars(self._model)
        said = usage.raw.get("cost")  # OpenRouter says what an answer has cost
        dollars = said if isinstance(said, float | int) and 0 <= said < _MOST_DOLLARS else listed
        await self._budget.settle(self, prompt + usage.completion_tokens, _micros(dollars) or 0)

    async def settle_unanswered(self) -> None:
        """Counts an answer that was left, or given up, before its server had begun it: the prompt has been read.

        One that would have come whole may be written to its end all the same, and counts as that.
        """
        read = replace(self._most, answer_tokens=0) if self._streams else self._most
        tokens = read.prompt_tokens + (read.answer_tokens or 0)
        await self._budget.settle(self, tokens, _micros(read.dollars(self._model)) or 0)


def _most(body: Mapping[str, Any]) -> Cost:
    """What an answer to `body` can come to. Raises InvalidRequest where that is more than the owner's key pays for."""
    limits = {n: body[n] for n in ("max_completion_tokens", "max_tokens") if isinstance(body.get(n), int)}
    allowed = f"at most {MOST_ANSWER_TOKENS:,} on the owner's key"
    problems = [
        Problem(name, f"{limit:,}", allowed)
        for name, limit in limits.items()
        if not 0 < limit <= MOST_ANSWER_TOKENS
    ]
    if body.get("n") not in (None, 1):
        problems.append(Problem("n", repr(body["n"]), "1 on the owner's key"))
    if body.get("service_tier") not in _USUAL_TIERS:
        problems.append(
            Problem("service_tier", repr(body["service_tier"]), "auto, default or flex on the owner's key")
        )
    if str(body.get("model")).endswith(":online"):
        problems.append(Problem("model", str(body["model"]), "a model without :online on the owner's key"))
    if problems:
        raise InvalidRequest(problems)
    said = "".join(repr(body.get(name)) for name in ("messages", "tools", "response_format"))
    prompt = len(said.encode(errors="replace")) // BYTES_A_TOKEN
    return Cost(1, prompt, max(limits.values(), default=MOST_ANSWER_TOKENS))


def extra_problems(extra_body: Mapping[str, Any]) -> list[Problem]:
    """What extra JSON may not say on the owner's key."""
    allowed = "how tokens are drawn alone, on the owner's key: type a key of yours for that"
    return [Problem("extra_body", name, allowed) for name in extra_body if name not in _BESIDE]


def _micros(dollars: float | None) -> int | None:
    return None if dollars is None else round(dollars * _TO_MICRO)


def _spent(what: str, left: int, needed: int, window: Window) -> BudgetSpent:
    message = f"{what}: {left:,} are left, and this request may need {needed:,}." if left > 0 else f"{what}."
    lower = ", set max_tokens lower" if left > 0 else ""
    wait = f", or wait. {next_time(window.ends_at)}" if window.used else "."
    return BudgetSpent(
        message, f"Type a key of your own{lower}{wait}", ends_in_s=seconds_until(window.ends_at)
    )
