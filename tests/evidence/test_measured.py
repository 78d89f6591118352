"""What was measured wins over what a catalogue or a guide says, as long as it is of this run of the server.

Kept apart from the tests of the table, which keeps verdicts that hold no more as well.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground import Client
from playground.backend import Backend
from playground.chat import ChatRequest, ModelRef
from playground.evidence.probes import probe_store
from playground.evidence.probes.finding import Outcome
from playground.evidence.probes.measured import holds, measured, remark
from playground.evidence.probes.table import ProbeTable, Verdict
from playground.servers import Target
from playground.settings import Settings
from playground.testing.scripted_server import ScriptedServer, answered, whole
from playground.wire.profiles import PROFILES
from playground.wire.runs import UNTOLD, Run
from playground.wire.support import foreseen
from tests.wire.asking import HELLO

NOW, THEN = Run("now", "start"), Run("then", "start")


def verdict(outcome: Outcome, parameter: str = "temperature", run: str = "now") -> Verdict:
    """One that was found in a run."""
    return Verdict(parameter, outcome, "It was tried.", at="2026-11-20T10:00:00Z", run=run)


def table(*verdicts: Verdict) -> ProbeTable:
    """What is remembered of a model."""
    return ProbeTable("m", "here", "2026-11-20T10:00:00Z", verdicts)


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [("works", "yes"), ("no visible effect", "void"), ("rejected", "refused"), ("cannot tell", None)],
)
def test_what_a_verdict_means(outcome: Outcome, answer: str | None) -> None:
    """Dated, and as measured here; one that could not tell means nothing."""
    found = measured(table(verdict(outcome)), NOW, own=True)
    assert {s.answer for s in found.values()} == ({answer} if answer else set())
    assert all(s.told == "Measured here: It was tried. (probed, 2026-11-20.)" for s in found.values())


def test_a_verdict_of_an_earlier_run_decides_nothing() -> None:
    """It is still told, with the reason; of settings alone no restart shows, and what is untold is said so."""
    old = verdict("rejected")
    assert not holds(old, THEN) and measured(table(old), THEN, own=True) == {}
    assert "earlier start" in remark(old, THEN, own=True)
    assert "set up otherwise" in remark(old, Run("other", "settings"), own=True)
    assert remark(old, NOW, own=True) == ""
    for untold in (remark(old, UNTOLD, own=True), remark(verdict("works", run=""), NOW, own=True)):
        assert "cannot be told" in untold
    assert remark(old, UNTOLD, own=False) == ""  # of a provider nobody expects it
    assert measured(None, NOW, own=True) == {}


def answers(flavour: Any, model: str, outcome: Outcome, name: str, extra: Any = None, **given: Any) -> str:
    """What is foreseen of one parameter beside a verdict on it."""
    asked = ChatRequest(ModelRef("server", model), (), given, extra or {})
    found = measured(table(verdict(outcome, name)), NOW, own=True)
    return foreseen(PROFILES[flavour], None, asked, found)[name].answer


def test_it_wins_over_what_is_said() -> None:
    """Over a kind's "yes", and over a guide that says that a family has given it up."""
    assert answers("vllm", "m", "rejected", "min_p") == "refused"
    assert answers("openrouter", "anthropic/claude-opus-4.7", "works", "temperature") == "yes"
    assert answers("tgi", "m", "works", "tool_choice") == "yes"
    assert answers("ollama", "m", "works", "logit_bias") == "no"  # it is not sent


def test_but_not_over_what_follows_from_another_parameter() -> None:
    """A probe sets one parameter alone: with effort, or with thinking switched off, it is another question."""
    assert answers("openai.com", "gpt-5.4", "works", "temperature", {"reasoning_effort": "high"}) == "refused"
    assert answers("openai.com", "gpt-5.4", "works", "temperature") == "yes"
    off = {"thinking": {"type": "disabled"}}
    assert answers("deepseek", "deepseek-flash", "no visible effect", "temperature") == "void"
    assert answers("deepseek", "deepseek-flash", "no visible effect", "temperature", off) == "yes"


def at(server: ScriptedServer, settings: Settings, *verdicts: Verdict) -> None:
    """Has verdicts remembered of a model at a server."""
    name = server.base_url.removesuffix("/v1")
    probe_store.remember(settings.data_path, replace(table(*verdicts), server=name))


def test_python_callers_are_told_the_same(tmp_path: Path) -> None:
    """Before anything is sent, by `support`, and in the report of the answer; a restart makes it void again."""
    settings = Settings(data_dir=str(tmp_path))
    listed = answered(200, json.dumps({"data": [{"id": "m", "owned_by": "vllm"}]}).encode())
    metrics = "process_start_time_seconds {}\n"

    def started(at: int) -> Any:
        return answered(200, metrics.format(at).encode(), "text/plain")

    with (
        ScriptedServer(
            answered(200, whole()), pages={"/v1/models": listed, "/metrics": started(17)}
        ) as server,
        Client(base_url=server.base_url, settings=settings) as client,
    ):
        at(server, settings, verdict("no visible effect", run="17"))
        before = client.support(model="m", temperature=0.5)["temperature"]
        assert before.answer == "void" and before.warning and not server.requests
        answer = client.create(model="m", messages=HELLO, temperature=0.5)
        (line,) = [line for line in answer.report if line.parameter == "temperature"]
        assert (line.state, line.foretold) == ("sent", "void") and "Measured here" in line.why
        server.pages["/metrics"] = started(18)
        assert client.support(model="m", temperature=0.5)["temperature"].answer == "yes"


def test_the_embedded_models_run_is_what_runs_it(tmp_path: Path) -> None:
    """Another file, or another version, is another run."""
    backend = Backend(Settings(data_dir=str(tmp_path)))
    model = ModelRef("embedded", "")
    first = backend.known_run(model, Target())
    assert first.mark and asyncio.run(backend.run(model, Target())) == first
    other = Backend(Settings(data_dir=str(tmp_path), model_file="other.gguf"))
    assert other.known_run(model, Target()) != first
