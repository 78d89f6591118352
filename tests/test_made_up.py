"""A parameter is one record that runs: one made-up line, and it is sent, reported, read and probed.

The line goes into a copy of the program, which a process of its own runs.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.testing.scripted_server import ScriptedServer, answered, whole

ROOT = Path(__file__).parents[1]
LINE = """
    made_up: Annotated[
        float | Unset, Parameter(Number(0.0, 1.0, 0.1), "Sampling", "Does nothing.", "Always ignored.")
    ]
"""
PROGRAM = """
import asyncio, json, sys
from contextlib import aclosing

from playground import Client, InvalidRequest
from playground.backend import Backend, Target, profile_of
from playground.chat import ModelRef
from playground.evidence.evidence import evidence
from playground.evidence.probes.asking import over_backend
from playground.evidence.probes.suite import Subject, examine, plan
from playground.evidence.probes.table import ProbeTable
from playground.settings import Settings
from playground.wire.profiles import PROFILES
from playground.wire.support import supported

base_url = sys.argv[1]
with Client(base_url=base_url, settings=Settings()) as client:
    asked = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    answer = client.create(**asked, made_up=0.5)
    try:
        client.create(**asked, made_up=7)
    except InvalidRequest as error:
        wrong = str(error)
truths = evidence(answer)["made_up"]
target = Target(base_url=base_url, flavour="openai")
model = ModelRef("server", "m")
subject = Subject(model, profile_of(model, target))


async def probed():
    backend = Backend(Settings())
    async with aclosing(examine(subject, over_backend(backend, target), ["made_up"])) as steps:
        found = [step.verdict async for step in steps][-1]
    await backend.aclose()
    return found


verdict = asyncio.run(probed())
print(json.dumps({
    "sent": answer.body.get("made_up"),
    "report": {line.parameter: line.state for line in answer.report}["made_up"],
    "wrong": wrong,
    "support": {name: supported(profile, None, "made_up").answer for name, profile in PROFILES.items()},
    "effect": [truths.effect.state, truths.effect.why],
    "verdict": [verdict.outcome, verdict.why],
    "calls": plan(subject, ["made_up"]).most.calls,
    "table": ProbeTable("m", "here", "now").with_verdicts([verdict]).to_markdown(),
}))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the program with the line in it says, and what a server was sent by it."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "playground", folder / "playground")
    record = folder / "playground" / "parameters.py"
    before, heading, behind = record.read_text(encoding="utf-8").partition("\n\nclass PreferenceParameters")
    assert heading
    record.write_text(before.rstrip() + LINE + heading + behind, encoding="utf-8")
    with ScriptedServer(answered(200, whole())) as server:
        command = [sys.executable, "-c", PROGRAM, server.base_url]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        assert run.returncode == 0, run.stderr
        return {**json.loads(run.stdout), "bytes": [visit.body for visit in server.requests]}


def test_it_is_sent_and_reported(told: dict[str, Any]) -> None:
    """As it is, to a server of a kind whose rules do not name it; a value out of its range is refused first."""
    assert [body["made_up"] for body in told["bytes"]] == [0.5]
    assert (told["sent"], told["report"]) == (0.5, "sent")
    assert "made_up" in told["wrong"] and "from 0.0 to 1.0" in told["wrong"]


def test_no_kind_is_said_to_take_it(told: dict[str, Any]) -> None:
    """Not even one that takes every other."""
    assert set(told["support"].values()) == {"unknown"}


def test_its_effect_is_unknown(told: dict[str, Any]) -> None:
    """As long as nobody has said how it shows."""
    state, why = told["effect"]
    assert state == "unknown" and "No sign of it is known" in why


def test_it_has_no_probe_yet(told: dict[str, Any]) -> None:
    """And that is the verdict, in the table too; nothing is asked for it."""
    outcome, why = told["verdict"]
    assert (outcome, told["calls"]) == ("no probe yet", 0)
    assert why.endswith(".") and "| `made_up` | – no probe yet |" in told["table"]
