"""Figures in Prometheus' form: how many requests and answers, how they ended, how long they took.

No text, no key, no visitor and no address is a label: what a label can be is bounded.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from playground.chat import ModelRef
from playground.events import Ended, Event, ReasoningDelta, TextDelta, UsageReported

_FIRST_WORD_S = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ANSWER_S = (0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
_REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)


class Metrics:
    """The figures of one program."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        name = "playground"
        self.requests = Counter(
            f"{name}_requests", "Requests, by what they were about.", ["about", "status"], registry=registry
        )
        self.request_s = Histogram(
            f"{name}_request_seconds",
            "Until a response began.",
            ["about"],
            buckets=_REQUEST_S,
            registry=registry,
        )
        self.under_way = Gauge(
            f"{name}_answers_under_way", "Answers that are being written.", registry=registry
        )
        self.resting = Gauge(
            f"{name}_servers_resting", "Servers that failed and are left alone.", registry=registry
        )
        self._answers = Counter(
            f"{name}_answers",
            "Answers, by who was asked and how they ended.",
            ["provider", "ended"],
            registry=registry,
        )
        self._errors = Counter(
            f"{name}_errors", "What answers failed of, by the kind of error.", ["error"], registry=registry
        )
        self._tokens = Counter(
            f"{name}_tokens", "Tokens, as servers counted them.", ["provider", "side"], registry=registry
        )
        self._first_s = Histogram(
            f"{name}_first_word_seconds",
            "Until the first word.",
            ["provider"],
            buckets=_FIRST_WORD_S,
            registry=registry,
        )
        self._answer_s = Histogram(
            f"{name}_answer_seconds", "Whole answers.", ["provider"], buckets=_ANSWER_S, registry=registry
        )

    def text(self) -> bytes:
        """All of them, as Prometheus reads them."""
        return generate_latest(self._registry)

    def answering(self, model: ModelRef) -> Answering:
        """Watches one answer."""
        return Answering(self, model.provider)

    def ended(self, provider: str, event: Ended) -> None:
        """Counts an answer that has ended."""
        self._answers.labels(provider, event.ended).inc()
        self._answer_s.labels(provider).observe(event.at)
        if event.error is not None:
            self._errors.labels(type(event.error).__name__).inc()

    def first_word(self, provider: str, at: float) -> None:
        """Counts how long it took to the first word."""
        self._first_s.labels(provider).observe(at)

    def used(self, provider: str, usage: UsageReported) -> None:
        """Counts tokens."""
        self._tokens.labels(provider, "prompt").inc(usage.prompt_tokens or 0)
        self._tokens.labels(provider, "answer").inc(usage.completion_tokens or 0)


class Answering:
    """One answer, as far as it is counted."""

    def __init__(self, metrics: Metrics, provider: str) -> None:
        self._metrics = metrics
        self._provider = provider
        self._has_begun = False
        self._usage: UsageReported | None = None

    def take(self, event: Event) -> None:
        """Counts what an event says."""
        match event:
            case TextDelta() | ReasoningDelta() if not self._has_begun:
                self._has_begun = True
                self._metrics.first_word(self._provider, event.at)
            case UsageReported():
                self._usage = event
            case Ended():
                self._metrics.ended(self._provider, event)
                if self._usage is not None:
                    self._metrics.used(self._provider, self._usage)
