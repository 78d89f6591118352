"""What a collector of OpenTelemetry is sent of answers: by the conventions, without a word of theirs."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from playground.backend import Backend, Target
from playground.errors import SettingsError
from playground.operations import telemetry
from playground.operations.telemetry import Telemetry
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, Stall, answered, finish, streamed, text

SECRET = "what-was-said"
USED = {"prompt_tokens": 7, "completion_tokens": 3}


class Collector:
    """Spans and figures, kept in memory by OpenTelemetry's own kit."""

    def __init__(self) -> None:
        memory = import_module("opentelemetry.sdk.trace.export.in_memory_span_exporter")
        tracing, export = (
            import_module("opentelemetry.sdk.trace"),
            import_module("opentelemetry.sdk.trace.export"),
        )
        metering = import_module("opentelemetry.sdk.metrics")
        self._spans = memory.InMemorySpanExporter()
        tracer = tracing.TracerProvider()
        tracer.add_span_processor(export.SimpleSpanProcessor(self._spans))
        self._reader = import_module("opentelemetry.sdk.metrics.export").InMemoryMetricReader()
        self._meter = metering.MeterProvider([self._reader])
        self.telemetry = Telemetry(tracer.get_tracer("t"), self._meter.get_meter("t"))

    @property
    def spans(self) -> list[dict[str, Any]]:
        """As they are sent."""
        return [json.loads(span.to_json()) for span in self._spans.get_finished_spans()]

    def figures(self) -> dict[str, list[dict[str, Any]]]:
        """Every figure's points by its name."""
        told = json.loads(self._reader.get_metrics_data().to_json())
        metrics = told["resource_metrics"][0]["scope_metrics"][0]["metrics"]
        return {each["name"]: each["data"]["data_points"] for each in metrics}

    def close(self) -> None:
        """Ends what collects."""
        self._meter.shutdown()


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    yield found
    found.close()


def ask(server: ScriptedServer, collector: Collector, folder: Path, leaves: bool = False) -> None:
    """One streamed answer; left after its first word if so."""

    async def asked() -> None:
        backend = Backend(Settings(data_dir=str(folder)))
        backend.telemetry = collector.telemetry
        messages = [{"role": "user", "content": SECRET}]
        values = {"model": "m", "messages": messages, "stream": True, "temperature": 0.5, "stop": [SECRET]}
        target = Target(base_url=server.base_url, flavour="openai", api_key="sk-0123456789")
        request, target = await backend.request(values, "create", target)
        async with aclosing(backend.stream(request, target)) as events:
            async for event in events:
                if leaves and type(event).__name__ == "TextDelta":
                    break
        await backend.aclose()

    asyncio.run(asked())


def test_an_answer_is_a_span_and_three_figures(collector: Collector, tmp_path: Path) -> None:
    """Who was asked, with which numbers, how it ended and what it took; neither text nor key nor address."""
    with ScriptedServer(streamed(text(SECRET), finish(usage=USED), DONE)) as server:
        ask(server, collector, tmp_path)
        (span,) = collector.spans
        assert (span["name"], span["kind"]) == ("chat m", "SpanKind.CLIENT")
        told = span["attributes"]
        assert told.pop("gen_ai.response.time_to_first_chunk") > 0
        assert told == {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai_compatible",
            "gen_ai.request.model": "m",
            "gen_ai.request.stream": True,
            "gen_ai.request.temperature": 0.5,
            "gen_ai.response.finish_reasons": ["stop"],
            "gen_ai.usage.input_tokens": 7,
            "gen_ai.usage.output_tokens": 3,
        }
        figures = collector.figures()
        assert set(figures) == {
            "gen_ai.client.operation.duration",
            "gen_ai.client.operation.time_to_first_chunk",
            "gen_ai.client.token.usage",
        }
        tokens = {
            p["attributes"]["gen_ai.token.type"]: p["sum"] for p in figures["gen_ai.client.token.usage"]
        }
        assert tokens == {"input": 7, "output": 3}
        for secret in (SECRET, "sk-0123456789", server.base_url, "127.0.0.1"):
            assert secret not in json.dumps([collector.spans, figures])


def test_what_failed_and_what_was_left_say_so(collector: Collector, tmp_path: Path) -> None:
    """A refusal by the kind of its error, and an answer that its reader left as cancelled; each ends once."""
    with ScriptedServer(answered(401, b"{}"), streamed(text("Hi"), Stall())) as server:
        ask(server, collector, tmp_path)
        ask(server, collector, tmp_path, leaves=True)
    refused, left = collector.spans
    assert (
        refused["attributes"]["error.type"] == "ServerRefused" and refused["status"]["status_code"] == "ERROR"
    )
    assert left["attributes"]["error.type"] == "cancelled"


def test_it_is_off_by_itself_and_says_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a collector there is nothing; with one, and without its packages, one sentence."""
    off = Settings(data_dir=str(tmp_path))
    assert Backend(off).telemetry is None

    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(telemetry, "import_module", missing)
    with pytest.raises(SettingsError, match="pip install opentelemetry-sdk"):
        Telemetry.of(replace(off, otel_endpoint="http://127.0.0.1:9"))


def test_the_packages_are_those_that_are_tried() -> None:
    """What the sentence names, and the extra, is what the tests have."""
    wanted = set(telemetry.NEEDED.split())
    root = Path(__file__).parents[1]
    assert wanted <= set(re.findall(r"[^ \n]+==[^ \n]+", (root / "requirements-dev.txt").read_text()))
    assert wanted == set(re.findall(r'"(opentelemetry[^"]+)"', (root / "pyproject.toml").read_text()))
