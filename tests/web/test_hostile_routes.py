"""Every route of the app under everything that no page sends: refused in words, and nobody is told what is nobody's.

The routes are those of the running app, ours and Gradio's; one that is added without a body here fails by its name.
`HOSTILE=2000 make test ARGS=tests/web/test_hostile_routes.py` tries so many requests on each.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import BaseRoute, Mount, Route

from playground.backend import Backend
from playground.settings import Settings
from playground.testing.scripted_server import DONE, ScriptedServer, finish, streamed, text
from playground.votes.backup.vote_service import Keeper
from playground.web.routes import routes
from playground.web.watch import FAILED
from tests.web.hostile import CANARY, KINDS, ODD, TEXTS, TOLD, TRAVERSALS, as_path, bodies
from tests.web.serving import opened

pytestmark = pytest.mark.filterwarnings(
    "ignore::hypothesis.errors.HypothesisWarning"
)  # a long text of a failure

EACH = int(os.environ.get("HOSTILE", "4"))
ID = "-UFZYjK3DySlzDoW.2c26463ccdc5041a537f9640"
ASKED: dict[str, Any] = {
    "model": "m",
    "messages": [{"role": "user", "content": "x"}],
    "base_url": "",
    "flavour": "openai",
    "parameters": {"stream": True, "max_tokens": 4, "temperature": 1, "diff_frequency": 0},
    "extra_body": {},
    "second": {"temperature": 0},
    "contest": {"presets": [], "against": ""},
    "mode": "blind",
    "bill_to": "",
}
NAMED: dict[str, Any] = {"model": "m", "base_url": "", "flavour": "openai"}
SWEPT: dict[str, Any] = {
    **NAMED,
    "prompts": "x",
    "seeds": "1",
    "axes": [{"parameter": "temperature", "values": "0"}],
    "parameters": {"max_tokens": 4},
    "messages": [],
    "reference": "",
    "name": "",
    "is_list": False,
    "at_once": 1,
}
PLACED: dict[str, Any] = {"key": ID, "values": {"temperature": 1}, "order": "embedded", "step": 1, "drawn": 1}
PRESET: dict[str, Any] = {"name": "mine", "parameters": {"temperature": 1}}
SHAPE: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}

BODIES: Mapping[str, Mapping[str, Any]] = {
    "stream": ASKED,
    "preview": ASKED,
    "vote": {
        "round_id": ID, "vote_id": "01890a5d-ac96-774b-bcce-b302099a8057", "said": "left", "strength": 1,
        "reasons_left": [], "reasons_right": [], "comment": "", "annotator": "", "publish": False, "record": "{}",
    },
    "take-back": {"receipts": ["0102-0304-0506-0708-090A-0B0C-0D0H"]},
    "diff": {"left": "a b", "right": "a c"},
    "exports": {"format": "everything", "container": "jsonl"},
    "import": {},
    "probe": {**NAMED, "parameters": ["stop"], "thinking_tokens": 0},
    "probe/plan": {**NAMED, "parameters": ["stop"], "thinking_tokens": 0},
    "replay": ASKED,
    "replay/plan": ASKED,
    "sweep": SWEPT,
    "sweep/plan": SWEPT,
    "sweep/{sweep_id}/go-on": {},
    "sweep/{sweep_id}/again": {},
    "sweep/{sweep_id}/name": {"name": "x"},
    "sweep/{sweep_id}/delete": {},
    "rooms": {
        "prompt": "x", "question": "?", "choices": ["a", "b"], "varied": "temperature", "values": "0, 2",
        "measure": "words", "parameters": {"max_tokens": 4}, "minutes": 1, "lesson": "", "calls": 1, "tokens": 1,
        **NAMED,
    },
    "rooms/join": {"code": "ABCDEF", "name": "x"},
    "rooms/{code}/act": {"act": "ask", "prompt": "x", "choice": 1},
    "rooms/{code}/link": {"here": "http://x"},
    "lessons/{id}/run": NAMED,
    "code/{form}": ASKED,
    "link": {**ASKED, "whole": True, "draft": "x"},
    "link/open": {"text": "curl http://x -d '{}'"},
    "presets/save": {"preset": PRESET, "was": ""},
    "presets/delete": {"name": "x"},
    "presets/read": {"text": "{}"},
    "shape": {"source": "class A(BaseModel):\n    a: int", "root": "A", "schema": SHAPE, "form": {}},
    "check": {"text": "{}", "response_format": SHAPE, "tools": [], "calls": [], "prefill": "", "sent": {}},
    "call": {"id": "x", "name": "calculator", "arguments": '{"expression": "1+1"}'},
    "markdown": {"texts": ["# x", "$x$"]},
    "tokens": {"model": "embedded", "base_url": "", "word": "tea", "text": "tea", "ids": [1]},
    "dice/answer": {"id": ID},
    "dice/next": {**ASKED, "model": "embedded"},
    "dice/place": {"ids": [1, 2], "model": "embedded"},
    "dice/chain": PLACED,
    "dice/throws": {**PLACED, "times": 3, "seed": 1},
    "dice/surprise": {"scores": [{"token": "a", "logprob": -1.0, "top": []}]},
    "embedded/about": {"model": "embedded/a/b/c.gguf"},
    "embedded/fetch": {"model": "embedded/a/b/c.gguf"},
    "embedded/load": {"model": "embedded/a/b/c.gguf"},
    "faulty": {},
}  # fmt: skip
"""What the page sends to each route to which something can be posted."""

QUERIES = [
    "provider",
    "base_url",
    "flavour",
    "refresh",
    "model",
    "as",
    "at",
    "answer",
    "trials",
    "patient",
    "name",
    "bill_to",
    "session_hash",
]
STREAMS = {
    "/gradio_api/heartbeat/{session_hash}": "never ends",
    "/gradio_api/queue/data": "never ends; test_hostile_functions.py",
    "/gradio_api/mcp/sse": "never ends",
}
"""Of Gradio's: asked for elsewhere, or by nobody."""


@pytest.fixture(scope="module")
def page(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[httpx.Client, list[BaseRoute]]]:
    """A client of a public page, and its whole table of routes."""
    folder = tmp_path_factory.mktemp("public")
    for name in ("secret.txt", "secret.txt.gguf", "secret.txt.json"):
        (folder / name).write_text(CANARY)
    with ScriptedServer(streamed(text("x"), finish(), DONE)) as server:
        ASKED["base_url"] = NAMED["base_url"] = SWEPT["base_url"] = server.base_url
        here = server.base_url.removeprefix("http://").removesuffix("/v1")
        said = Settings(
            posture="public", allowed_hosts=here, data_dir=str(folder / "data"), limits_times="9999"
        )
        backend = Backend(said)
        with (
            opened(backend) as (blocks, address),
            httpx.Client(base_url=address, timeout=60, trust_env=False) as http,
        ):
            yield http, list(blocks.app.routes)
        asyncio.run(backend.engine.close())


def own_paths(folder: str) -> list[tuple[str, str]]:
    """Every path of ours, with a method that it takes."""
    backend = Backend(Settings(data_dir=folder, posture="public"))
    found = routes(backend, Keeper.of(backend.settings), None)
    return [
        (m, r.path) for r in found if isinstance(r, Route) for m in sorted((r.methods or set()) - {"HEAD"})
    ]


def check(answer: httpx.Response, is_ours: bool) -> None:
    """It is refused or answered, in words of ours where it failed, and tells nothing of this machine."""
    said = answer.text
    assert not any(word in said for word in TOLD), said[:500]
    if answer.status_code >= 500:
        assert answer.status_code == 503 if is_ours else FAILED in said, (answer.status_code, said[:300])


@st.composite
def requests(draw: st.DrawFn, method: str, path: str) -> dict[str, Any]:
    """A request to this route as no page sends it."""
    at = re.sub(r"\{.*?\}", lambda _: as_path(draw(TEXTS)), path)
    usual = BODIES.get(path.removeprefix("/playground/"), {})
    queries = draw(st.dictionaries(st.sampled_from(QUERIES), TEXTS.map(lambda t: t[:2000]), max_size=2))
    said: dict[str, Any] = {
        "method": method
        if draw(st.integers(0, 7))
        else draw(st.sampled_from(["PUT", "DELETE", "OPTIONS", "HEAD"])),
        "url": at.replace("\\", "%5c") or "/",
        "params": {n: v.encode("utf-8", "replace").decode() for n, v in queries.items()} or None,
        "headers": {"content-type": draw(KINDS) if draw(st.integers(0, 3)) == 0 else "application/json"},
    }
    if method == "POST":
        said["content"] = draw(bodies(usual))
    return said


many = settings(
    max_examples=EACH,
    deadline=None,
    derandomize="HOSTILE" not in os.environ,
    database=None,
    suppress_health_check=list(HealthCheck),
)

OURS = own_paths("/tmp")


def test_a_body_is_known_for_every_route(tmp_path: Any) -> None:
    """A route to which something can be posted and that is not tried here is named."""
    posted = {
        path.removeprefix("/playground/") for method, path in own_paths(str(tmp_path)) if method == "POST"
    }
    local = {"embedded/stop", "embedded/remove"}
    assert posted - local == set(BODIES)


@pytest.mark.parametrize(("method", "path"), OURS, ids=lambda each: str(each).removeprefix("/playground/"))
@many
@given(data=st.data())
def test_our_routes(
    method: str, path: str, data: st.DataObject, page: tuple[httpx.Client, list[BaseRoute]]
) -> None:
    """Each refuses what it cannot read, and lives on."""
    http, _ = page
    check(http.request(**data.draw(requests(method, path))), is_ours=True)


def flat(found: list[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """The methods and paths of all routes, also of those within others."""
    for each in found:
        path = before + str(getattr(each, "path", ""))
        if isinstance(each, Mount) and each.routes:
            yield from flat(list(each.routes), path)
        elif (within := getattr(each, "original_router", None)) is not None:  # FastAPI keeps routers whole
            yield from flat(list(within.routes), path)
        elif "playground" not in path:
            for method in sorted((getattr(each, "methods", None) or {"GET"}) - {"HEAD", "OPTIONS"}):
                yield method, path


@settings(many, max_examples=max(1, EACH // 4))
@given(data=st.data())
def test_gradio_s_routes(data: st.DataObject, page: tuple[httpx.Client, list[BaseRoute]]) -> None:
    """All that Gradio serves beside ours, each time: files outside stay outside, and a fault is told in our words."""
    http, table = page
    found = sorted(set(flat(table)))
    assert len(found) > 50
    for method, path in found:
        if path not in STREAMS:
            check(http.request(**data.draw(requests(method, path))), is_ours=False)


@settings(many, max_examples=EACH * 2)
@given(way=TRAVERSALS, odd=ODD)
def test_no_file_is_read_that_is_nobody_s(
    way: str, odd: Any, page: tuple[httpx.Client, list[BaseRoute]]
) -> None:
    """Wherever a name, a model or a path is taken: 2,000 ways out of the folder by hand, some at each run."""
    http, _ = page
    at = as_path(way).replace("\\", "%5c")
    for base in (
        "/gradio_api/file=", "/gradio_api/file/", "/file=", "/static/", "/assets/", "/svelte/", "/gradio_api/stream/",
        "/playground/lessons/", "/playground/sweep/", "/playground/raw/", "/playground/exports/", "/playground/code/",
        "/playground/assets/", "/theme.css?", "/custom_component/",
    ):  # fmt: skip
        check(http.get(base + at), is_ours=base.startswith("/playground"))
    name = f"embedded/{way}".encode("utf-8", "replace").decode()
    for route, body in (
        ("embedded/about", {"model": name}),
        ("embedded/load", {"model": name}),
        ("preview", {**ASKED, "model": name, "base_url": ""}),
        ("link/open", {"text": way}),
        ("presets/save", {"preset": {"name": way, "parameters": {}}, "was": way}),
        ("presets/delete", {"name": way}),
    ):
        check(http.post(f"/playground/{route}", json=body), is_ours=True)


def test_it_is_alive_after_all_that(page: tuple[httpx.Client, list[BaseRoute]]) -> None:
    """The app answers, a vote on nothing is still refused in words, and an answer still comes."""
    http, _ = page
    assert http.get("/playground/health").json()["ready"]
    answer = http.post("/playground/stream", json={**ASKED, "second": {}, "contest": {}})
    assert answer.status_code == 200 and '"ended"' in answer.text
