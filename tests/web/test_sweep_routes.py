"""The page's requests about sweeps: what one comes to, its lines, an end when the reader leaves, and what is kept.

Kept apart from the tests of the run itself: here it is about what crosses the line.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from playground.cost import Cost
from playground.servers import Target
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, Stall, finish, streamed, text
from playground.web.sweeps.asking import price_of
from playground.web.sweeps.routes import sweep_routes
from playground.wire.models import ModelInfo
from tests.asking import wait_until
from tests.web.serving import alone

KEY = "sk-a-key-of-a-test-0123456789"
FINE = streamed(text("Fine."), finish(), DONE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path))


@pytest.fixture
def http(settings: Settings) -> Iterator[httpx.Client]:
    with alone(sweep_routes, settings) as client:
        yield client


def asked(base_url: str = "http://127.0.0.1:9/v1", **more: Any) -> dict[str, Any]:
    """What the page sends: two temperatures and two seeds of one question, at a server."""
    base = {"model": "m", "base_url": base_url, "flavour": "openai", "prompts": "Why?", "seeds": "1, 2"}
    axes = [{"parameter": "temperature", "values": "0, 1"}]
    return {**base, "axes": axes, "parameters": {"max_tokens": 10, "diff_frequency": 1.0}, **more}


def lines_of(http: httpx.Client, path: str, body: dict[str, Any], **headers: str) -> list[dict[str, Any]]:
    """Every line of a run."""
    response = http.post(path, json=body, headers=headers)
    assert response.status_code == 200, response.text
    return [json.loads(line) for line in response.text.splitlines()]


def test_what_it_comes_to_is_told_and_nobody_is_asked(http: httpx.Client) -> None:
    """Calls, tokens and who is paid; a slip under the name of its field; nothing of it reaches a server."""
    plan = http.post("/sweep/plan", json=asked()).json()
    assert (plan["cells"], plan["calls"], plan["answer_tokens"], plan["problems"]) == (2, 4, 40, [])
    assert plan["prices"] == ["Whether it costs money, the server's owner knows."]
    wrong = asked(axes=[{"parameter": "temperature", "values": "0, 5"}], seeds="x")
    (problem,) = http.post("/sweep/plan", json=wrong).json()["problems"]
    assert problem["parameter"] == "seed"
    (problem,) = http.post("/sweep/plan", json={**wrong, "seeds": ""}).json()["problems"]
    assert problem["text"] == "temperature is 5.0; allowed is a number from 0.0 to 2.0."
    (problem,) = http.post("/sweep/plan", json=asked(at_once=0)).json()["problems"]
    assert problem["parameter"] == "at_once"
    assert http.post("/sweep/plan", json=asked(axes="temperature")).status_code == 400


def test_the_price_is_told_by_what_is_known() -> None:
    """Tokens at most at list price; without a price, or a limit, that is said and not guessed."""
    info = ModelInfo("a/b", "B", price_in=1.0, price_out=2.0)
    words = price_of("openrouter/a/b", Cost(10, 1000, 5000), info, Target())
    assert words == "openrouter/a/b: at most about $0.0110, by OpenRouter's list of prices."
    assert "no limit" in price_of("openrouter/a/b", Cost(10, 1000, None), info, Target())
    assert "not known here" in price_of(
        "openrouter/a/b", Cost(10, 1000, 5000), replace(info, price_out=None), Target()
    )


def test_a_run_tells_all_and_keeps_no_key(http: httpx.Client, tmp_path: Path) -> None:
    """First all that is there, then what changed, then how it ended; the key goes to the server and into no file."""
    with ScriptedServer(FINE) as server:
        key = json.dumps({server.base_url.removesuffix("/v1"): KEY})
        first, *_, news, last = lines_of(http, "/sweep", asked(server.base_url), **{"x-provider-keys": key})
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "diff_frequency" not in server.requests[0].body
    assert (first["total"], first["done"], first["axes"][0]["labels"]) == (4, 0, ["0", "1"])
    assert (news["done"], last) == (4, {"ended": "done"})
    (kept,) = (tmp_path / "sweeps").iterdir()
    assert KEY not in kept.read_text(encoding="utf-8")
    whole = http.get(f"/sweep/{first['id']}").json()
    assert [cell["answers"] for cell in whole["cells"]] == [2, 2]
    cell = http.get(f"/sweep/{first['id']}/cell", params={"at": "1"}).json()
    assert [(each["times"], each["of"], each["text"]) for each in cell["answers"]] == [(2, 2, "Fine.")]
    assert http.get("/sweeps").json()["sweeps"][0]["done"] == 4
    with ScriptedServer(FINE) as server:
        axes = [{"parameter": "model", "values": "huggingface/a/b"}]
        nobody: dict[str, Any] = {"axes": axes, "model": "", "base_url": ""}
        assert "key" in http.post("/sweep", json=asked(**nobody)).json()["message"]
        keys = http.post("/sweep", json=asked(server.base_url, prompts=f"Is {KEY} a key?"))
        assert "looks like a key" in keys.json()["message"]
        assert server.requests == []


def test_a_kept_sweep_runs_again_as_a_new_one(http: httpx.Client) -> None:
    """The same plan at the same server, as fast as before; the earlier answers stay."""
    with ScriptedServer(FINE) as server:
        first = lines_of(http, "/sweep", asked(server.base_url, name="mine", at_once=1))[0]
        again = lines_of(http, f"/sweep/{first['id']}/again", {})
        assert [request.body for request in server.requests[:4]] == [r.body for r in server.requests[4:]]
    assert again[0]["id"] != first["id"]
    assert [(each["name"], each["done"]) for each in http.get("/sweeps").json()["sweeps"]] == [
        ("mine", 4)
    ] * 2


def test_a_reader_that_leaves_ends_the_run_and_it_can_go_on(http: httpx.Client) -> None:
    """No call outlives its reader; while one runs the same sweep is not run twice."""
    with ScriptedServer(FINE, streamed(text("Slow"), Stall())) as server:
        with http.stream("POST", "/sweep", json=asked(server.base_url, at_once=1)) as response:
            lines = response.iter_lines()
            first = json.loads(next(lines))
            while not server.requests[1:]:
                pass
            twice = lines_of(http, f"/sweep/{first['id']}/go-on", {})
            assert "running already" in twice[-1]["message"]
        assert server.requests[1].left.wait(10)
        server.scripts = [FINE]
        before = len(server.requests)
        assert lines_of(http, f"/sweep/{first['id']}/go-on", {})[-1] == {"ended": "done"}
        assert len(server.requests) - before == 3


def test_on_a_space_nothing_is_listed_or_left_behind(tmp_path: Path) -> None:
    """Visitors see their own sweep by its id alone, ask for few calls, and fill no disk."""
    with alone(
        sweep_routes, Settings(data_dir=str(tmp_path), space_id="a/b", allowed_hosts="127.0.0.1")
    ) as http:
        many = asked(seeds="1 to 200")
        assert (
            "too many on a public page" in http.post("/sweep/plan", json=many).json()["problems"][0]["text"]
        )
        assert http.post("/sweep", json=many).status_code == 422
        assert http.get("/sweeps").json() == {"sweeps": []}
        assert not (tmp_path / "sweeps").exists()


def test_of_many_at_once_one_runs_on_a_public_page(tmp_path: Path) -> None:
    """The place is taken before a server is looked at: the others are told, and the next run has it."""
    with ExitStack() as held:
        server = held.enter_context(ScriptedServer(streamed(text("Slow"), Stall())))
        here = server.base_url.removeprefix("http://").removesuffix("/v1")
        settings = Settings(data_dir=str(tmp_path), posture="public", allowed_hosts=here)
        http = held.enter_context(alone(sweep_routes, settings))

        def status(_: int) -> int:
            with http.stream("POST", "/sweep", json=asked(server.base_url)) as response:
                if response.status_code == 200:
                    refused.wait(30)
                else:
                    told.append(response.read().decode())
                    refused.set() if len(told) == 5 else None
                return response.status_code

        told: list[str] = []
        refused = threading.Event()
        with ThreadPoolExecutor(6) as crowd:
            assert sorted(crowd.map(status, range(6))) == [200, *[400] * 5]
        assert all("1 sweep runs here already" in each for each in told)
        server.scripts = [FINE]
        wait_until(lambda: http.post("/sweep", json=asked(server.base_url)).status_code == 200)


@pytest.mark.parametrize(
    "path", ["/sweep/..%2F..%2Fetc", "/sweep/unknown-sweep", "/sweep/unknown-sweep/file?as=csv"]
)
def test_what_is_not_kept_is_told(http: httpx.Client, path: str) -> None:
    """An id that was made up is no path and no traceback."""
    response = http.get(path)
    assert response.status_code in (400, 404)
    assert "Traceback" not in response.text
