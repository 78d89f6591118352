"""Answers as OpenTelemetry has them, where a collector is configured: a span each, how long they took, their tokens.

By the semantic conventions for generative AI (semantic-conventions-genai of OpenTelemetry). No text, key, visitor or
address is in any of it. Kept apart from `metrics.py`, whose figures somebody comes for: these are sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, Self

from playground.chat import ChatRequest
from playground.errors import SettingsError
from playground.events import Ended, Event, Finished, ReasoningDelta, TextDelta, ToolCallDelta, UsageReported
from playground.settings import Settings

NEEDED: Final = "opentelemetry-sdk==1.45.2 opentelemetry-exporter-otlp-proto-http==1.45.2"

_NAME: Final = "playground"
_PROVIDERS: Final = {"embedded": "llama.cpp", "server": "openai_compatible"}
_PARAMETERS: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "n": "choice.count",
    "stream": "stream",
}
"""By which name, behind `gen_ai.request.`, a parameter is told; `stop` is text, and is not."""

_SECONDS: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS: Final = tuple(4**power for power in range(14))
_FIRST: Final = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)


class Telemetry:
    """Sends what is told of answers. Its library is named in no import: who has no collector needs none of it."""

    def __init__(self, tracer: Any, meter: Any) -> None:
        self.tracer = tracer
        self.words = import_module("opentelemetry.trace")
        client = "gen_ai.client"
        self.duration = meter.create_histogram(
            f"{client}.operation.duration",
            "s",
            "Whole answers.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self.tokens = meter.create_histogram(
            f"{client}.token.usage",
            "{token}",
            "Tokens, as counted.",
            explicit_bucket_boundaries_advisory=_TOKENS,
        )
        self.first = meter.create_histogram(
            f"{client}.operation.time_to_first_chunk", "s", "Until words came.",
            explicit_bucket_boundaries_advisory=_FIRST,
        )  # fmt: skip

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """What the settings ask for: nothing without a collector's address. Raises SettingsError."""
        if not (endpoint := settings.otel_endpoint.rstrip("/")):
            return None
        try:
            tracing, metering = (
                import_module("opentelemetry.sdk.trace"),
                import_module("opentelemetry.sdk.metrics"),
            )
            batches = import_module("opentelemetry.sdk.trace.export")
            readers = import_module("opentelemetry.sdk.metrics.export")
            spans = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
            figures = import_module("opentelemetry.exporter.otlp.proto.http.metric_exporter")
            resources = import_module("opentelemetry.sdk.resources")
        except ImportError as error:
            variable = Settings.variable("otel_endpoint")
            raise SettingsError(
                f"{variable} is set, and OpenTelemetry is not installed.",
                f"pip install {NEEDED}, or remove it.",
            ) from error
        resource = resources.Resource.create({"service.name": "parameter-playground"})
        tracer = tracing.TracerProvider(resource=resource)
        tracer.add_span_processor(batches.BatchSpanProcessor(spans.OTLPSpanExporter(f"{endpoint}/v1/traces")))
        reader = readers.PeriodicExportingMetricReader(figures.OTLPMetricExporter(f"{endpoint}/v1/metrics"))
        meter = metering.MeterProvider([reader], resource=resource)
        return cls(tracer.get_tracer(_NAME), meter.get_meter(_NAME))

    def answering(self, request: ChatRequest) -> Answering:
        """Watches one answer."""
        return Answering(self, request)


class Answering:
    """One answer, as a span; `leave` ends it where its reader has gone."""

    def __init__(self, telemetry: Telemetry, request: ChatRequest) -> None:
        self._telemetry = telemetry
        provider = request.model.provider
        model = request.model.id or "embedded"
        self._about: dict[str, Any] = {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": _PROVIDERS.get(provider, provider),
            "gen_ai.request.model": model,
        }
        span = {**self._about, **_set_to(request.parameters)}
        self._span = telemetry.tracer.start_span(
            f"chat {model}", kind=telemetry.words.SpanKind.CLIENT, attributes=span
        )
        self._has_begun = self._has_ended = False
        self._streams = request.streams

    def take(self, event: Event) -> None:
        """Tells what an event says of the answer, and nothing that it says itself."""
        match event:
            case TextDelta() | ReasoningDelta() | ToolCallDelta() if not self._has_begun:
                self._has_begun = True
                if self._streams:
                    self._telemetry.first.record(event.at, self._about)
                    self._span.set_attribute("gen_ai.response.time_to_first_chunk", event.at)
            case Finished(reason):
                self._span.set_attribute("gen_ai.response.finish_reasons", (reason[:40],))
            case UsageReported():
                self._used("input", event.prompt_tokens)
                self._used("output", event.completion_tokens)
            case Ended():
                self._end(event.at, type(event.error).__name__ if event.error else "")

    def leave(self) -> None:
        """Ends the span of an answer that was left."""
        if not self._has_ended:
            self._has_ended = True
            self._span.set_attribute("error.type", "cancelled")
            self._span.end()

    def _used(self, kind: str, tokens: int | None) -> None:
        if tokens is not None:
            self._span.set_attribute(f"gen_ai.usage.{kind}_tokens", tokens)
            self._telemetry.tokens.record(tokens, {**self._about, "gen_ai.token.type": kind})

    def _end(self, seconds: float, error: str) -> None:
        self._has_ended = True
        about = {**self._about, "error.type": error} if error else self._about
        self._telemetry.duration.record(seconds, about)
        if error:
            self._span.set_attribute("error.type", error)
            self._span.set_status(self._telemetry.words.StatusCode.ERROR)
        self._span.end()


def _set_to(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that the conventions know, and that are numbers or switches."""
    return {
        f"gen_ai.request.{_PARAMETERS[name]}": value
        for name, value in parameters.items()
        if name in _PARAMETERS and isinstance(value, int | float)
    }
