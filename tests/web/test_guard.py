"""Doors that Gradio leaves open are closed, other sites are refused, and a page may load nothing from elsewhere.

Kept apart from what the app does for its own page: this is what it does not do for others.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from playground.settings import Settings
from playground.web.guard import POLICY, host_name, own_names, same_origin

KEY = "a-key-that-nobody-else-may-see"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/deep_link?session_hash=abc"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress?upload_id=1"),
        ("GET", "/monitoring"),
        ("GET", "/monitoring/summary"),
        ("GET", "/gradio_api/monitoring/summary"),
    ],
)
def test_a_closed_door(method: str, path: str, http: httpx.Client) -> None:
    """What could store a visitor's values or files, or tell about visitors, answers 404."""
    assert http.request(method, path).status_code == 404


def test_no_file_is_taken(http: httpx.Client) -> None:
    """An upload is refused under every address that Gradio has for it."""
    for path in ("/upload", "/gradio_api/upload", "/gradio_api//upload", "//gradio_api/upload"):
        answer = http.post(path, files={"files": ("a.txt", b"secret")})
        assert answer.status_code in (404, 405), path


# -- other sites -------------------------------------------------------------------------------------------------

FOREIGN = [
    "http://evil.example",
    "https://evil.example:443",
    "null",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://[::1",
    "file://",
    "",
    "http://",
    "//{host}",
    "{host}",
    "http://{host}.evil.example",
    "http://{host}@evil.example",
    "http://{host}/",
    "http://evil.example/{host}",
    "http://user@{host}",
]


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/playground/preview"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/"),
        ("POST", "/gradio_api/mcp/"),
    ],
)
def test_other_sites_are_refused(method: str, path: str, origin: str, http: httpx.Client, app: str) -> None:
    """A browser that asks on behalf of any other origin, or of none that it names, gets 403 and nothing else."""
    origin = origin.format(host=app.removeprefix("http://"))
    answer = http.request(method, path, headers={"origin": origin}, json={})
    assert (answer.status_code, answer.text) == (403, "Requests from other sites are refused.")


@pytest.mark.parametrize("path", ["/playground/stream", "/playground/vote", "/gradio_api/call/create"])
def test_what_a_preflight_allows_is_refused_all_the_same(path: str, http: httpx.Client) -> None:
    """Gradio answers OPTIONS before we can; the request that a browser then sends is refused."""
    foreign = {"origin": "http://localhost:1", "access-control-request-method": "POST"}
    http.options(path, headers=foreign)
    assert http.post(path, headers={"origin": foreign["origin"]}, json={}).status_code == 403


def test_what_another_site_names_is_refused() -> None:
    """A picture of another site comes without an origin, and is told by what the browser says of it; a link is none."""
    assert not same_origin(
        Headers({"host": "here", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
    )
    assert same_origin(
        Headers({"host": "here", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    )
    assert same_origin(
        Headers({"host": "here", "sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors"})
    )


def test_the_page_itself_may_ask(http: httpx.Client, app: str) -> None:
    """The page's own origin passes, and so does a program, which sends none."""
    for headers in ({"origin": app}, {}):
        assert http.get("/", headers=headers).status_code == 200
        assert http.post("/playground/preview", json={}, headers=headers).status_code == 200


@given(st.text(st.characters(codec="latin-1"), max_size=30))
def test_no_origin_crashes_the_guard(origin: str) -> None:
    """Whatever a browser calls its origin, only that of this very host is let through."""
    headers = Headers({"host": "here.example", "origin": origin})
    assert same_origin(headers) == (origin.partition("://")[1:] == ("://", "here.example"))


# -- other names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "[::2]", "[", ""]
)
@pytest.mark.parametrize("path", ["/", "/config", "/playground/preview", "/gradio_api/mcp/"])
def test_a_name_that_is_not_its_own_is_refused(path: str, host: str, http: httpx.Client) -> None:
    """On loopback: a site whose name was made to point here is told nothing, whatever it asks for."""
    answer = http.get(path, headers={"host": host, "origin": f"http://{host}"})
    assert answer.status_code == 403 and "PLAYGROUND_APP_URL" in answer.text


def test_it_answers_to_loopback_by_every_name(http: httpx.Client) -> None:
    """With any port, since a tunnel or a container has one of its own."""
    for host in ("localhost", "LOCALHOST:80", "127.0.0.1:7860", "[::1]:7860"):
        assert http.get("/", headers={"host": host}).status_code == 200


def test_whose_names_are_its_own() -> None:
    """On loopback that of its public address too; of a public page elsewhere too; else any, as on a Space."""
    url = "https://play.example:8443/app"
    assert "play.example" in own_names(Settings(app_url=url))
    assert own_names(Settings()) == own_names(Settings(server_name="localhost")) != frozenset()
    assert "play.example" in own_names(Settings(server_name="0.0.0.0", posture="public", app_url=url))
    local, space = Settings(posture="local", app_url=url), Settings(space_id="a/b", app_url=url)
    for settings in (local, space, Settings(posture="public")):
        assert own_names(replace(settings, server_name="0.0.0.0")) == frozenset()


@given(st.text(st.characters(codec="latin-1"), max_size=30))
def test_no_host_crashes_the_guard(host: str) -> None:
    """Whatever a browser calls the host, there is a name or none."""
    assert isinstance(host_name(Headers({"host": host})), str)


# -- what a page may load ----------------------------------------------------------------------------------------


PAGES = ["/", "/?__theme=dark", "/?deep_link=x", "/nothing/here", "/playground/assets/js/chat/controller.js"]
ABOUT = ["/", "/config", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/mcp/schema"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_says_what_it_may_do(path: str, http: httpx.Client) -> None:
    """The policy, nosniff and the referrer rule come with every answer, pages and errors alike."""
    headers = http.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_policy_closes_every_way_out() -> None:
    """No directive lets a page load, send or embed anything from or to another host, but for being embedded."""
    directives = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    needed = ("default-src", "img-src", "media-src", "connect-src", "form-action", "base-uri", "object-src")
    assert set(needed) <= set(directives)
    for name, sources in directives.items():
        outside = re.findall(r"https?:|\*", sources)
        assert bool(outside) == (name == "frame-ancestors")
    assert "'self'" not in directives["object-src"]


@pytest.mark.parametrize("path", ABOUT)
def test_no_key_is_shown(path: str, http: httpx.Client) -> None:
    """A key that a visitor typed is in nothing that the app says of itself."""
    asked = {
        "model": "x",
        "messages": [{"role": "user", "content": "Hello"}],
        "base_url": "http://127.0.0.1:9/v1",
    }
    for route in ("/playground/preview", "/playground/stream"):
        answer = http.post(
            route, json=asked, headers={"x-provider-keys": json.dumps({"http://127.0.0.1:9": KEY})}
        )
        assert KEY not in answer.text
        assert KEY not in str(answer.headers)
    assert KEY not in http.get(path).text


def test_no_component_holds_a_key(http: httpx.Client) -> None:
    """No component of the page takes a password: Gradio would store and show its value."""
    components = http.get("/config").json()["components"]
    assert components
    assert [c for c in components if c["props"].get("type") == "password"] == []
