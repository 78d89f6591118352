"""Requests with pictures: how large one may be, how many are held at once, and that no answer echoes them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from playground.chat import ChatRequest, ModelRef
from playground.events import Answer
from playground.panes import Panes
from playground.testing.scripted_server import (
    DONE,
    SSE_HEAD,
    Script,
    ScriptedServer,
    Stall,
    answered,
    chunked,
    data,
    finish,
    streamed,
    text,
)
from playground.votes.redaction import redacted
from playground.web.chat.answer_cache import KeptAnswers
from playground.web.chat.frames import Frames
from playground.web.large_requests import AT_ONCE, PICTURES_LIMIT, LargeRequests
from playground.web.page_request import BODY_LIMIT
from playground.web.votes import rounds
from playground.wire.kinds.embedded import EMBEDDED
from playground.wire.kinds.openrouter import OPENROUTER
from playground.wire.models import ModelInfo, of_huggingface, of_openrouter, of_server
from playground.wire.support import takes_pictures
from tests.pictures import ASKED, RED, as_url, picture, png
from tests.votes.making import pending

SEEN: Script = streamed(text("Red."), finish(), DONE)
LARGE = as_url(png(2, 2) + b"\0" * BODY_LIMIT)


def asked(base_url: str, content: Any, model: str = "m", **more: Any) -> dict[str, Any]:
    """What the page sends."""
    messages = [{"role": "user", "content": content}]
    return {
        "model": model,
        "messages": messages,
        "parameters": {"stream": True},
        "base_url": base_url,
        **more,
    }


def items(answer: httpx.Response) -> dict[str, Any]:
    """The last item of each kind."""
    return {kind: what for line in answer.iter_lines() for _, kind, what in json.loads(line)}


def test_a_large_picture_leaves_as_it_is_and_is_not_echoed(http: httpx.Client) -> None:
    """The server gets every letter; the page, which has it, is told its type and length."""
    with ScriptedServer(SEEN) as server:
        answer = http.post("/playground/stream", json=asked(server.base_url, [picture(LARGE)]))
        (visit,) = server.requests
    assert visit.body["messages"][0]["content"] == [picture(LARGE)]
    told = items(answer)
    assert told["text"] == "Red." and len(answer.content) < 20_000
    shown = told["started"]["body"]["messages"][0]["content"][0]["image_url"]["url"]
    assert shown == f"data:image/png;base64,… ({len(LARGE.partition(',')[2]):,} characters)"


def test_other_routes_keep_their_limit(http: httpx.Client) -> None:
    """And the one that asks has one too; in both cases it is a sentence, and nothing leaves."""
    refused = http.post("/playground/preview", json=asked("", [picture(LARGE)]))
    assert (refused.status_code, refused.json()["message"]) == (400, "This request is larger than 2 MB.")
    flood = b'{"model": "' + b"x" * PICTURES_LIMIT
    assert http.post("/playground/stream", content=flood).json()["message"] == (
        "This request is larger than 40 MB."
    )


def test_only_so_many_are_held() -> None:
    """Beyond them a request is told to come back; a place that is left is free again, and only once. A visitor of a
    public page has two, so that nobody takes them all."""
    large = LargeRequests()
    places = [large.place("") for _ in range(AT_ONCE + 1)]
    for place in places[:-1]:
        place.take()
    with pytest.raises(ValueError, match="Send it again in a moment"):
        places[-1].take()
    for _ in range(2):
        with places[0]:
            pass
    with places[-1]:
        pass
    assert large.held.total() == AT_ONCE - 1
    with places[1], places[2], large.place("ada") as first, large.place("ada") as second:
        pass
    for place in (first, second):
        place.take()
    with pytest.raises(ValueError, match="requests of yours"):
        large.place("ada").take()
    large.place("ben").take()


def test_a_place_is_left_at_the_end_and_by_who_leaves(http: httpx.Client) -> None:
    """More requests than there are places, one after the other: some refused, some hung up on, some answered."""
    hangs: Script = [SSE_HEAD + chunked(data({"choices": [{"delta": {"content": "Hm, hm."}}]})), Stall()]
    for _ in range(AT_ONCE // 2 + 1):
        bad = asked("", [picture(LARGE)])
        assert http.post("/playground/stream", json=bad).status_code == 422
        with ScriptedServer(hangs) as server:
            body = asked(server.base_url, [picture(LARGE)])
            with http.stream("POST", "/playground/stream", json=body) as answer:
                assert any("Hm, hm." in line for line in answer.iter_lines())
            assert server.requests[0].left.wait(20)
    with ScriptedServer(SEEN) as server:
        assert (
            items(http.post("/playground/stream", json=asked(server.base_url, [picture(LARGE)])))["text"]
            == "Red."
        )


def test_the_embedded_model_refuses_pictures(http: httpx.Client) -> None:
    """Before it is asked; the preview says the same, and what is known of pictures whether there are any or not."""
    body = asked("", ASKED, "embedded")
    (problem,) = http.post("/playground/stream", json=body).json()["problems"]
    assert problem["parameter"] == "messages" and "message 1, part 2 is a picture" in problem["text"]
    preview = http.post("/playground/preview", json=body).json()
    assert preview["problems"] == [problem]
    assert preview["pictures"] == {"answer": "no", "why": "The embedded model reads text only."}


def test_what_a_list_says_of_pictures() -> None:
    """By the modalities of a model's input; nothing is known where there are none."""
    entry = {"id": "m", "architecture": {"input_modalities": ["text", "image"]}}
    blind = {"id": "b", "architecture": {"input_modalities": ["text"]}}
    for read in (of_openrouter, of_huggingface, of_server):
        found = {model.id: model.pictures for model in read({"data": [entry, blind, {"id": "u"}]})}
        assert found == {"m": True, "b": False, "u": None}
    told = [
        takes_pictures(OPENROUTER, ModelInfo("m", "m", pictures=flag)).answer for flag in (True, False, None)
    ]
    assert told == ["yes", "no", "unknown"]
    assert (
        takes_pictures(OPENROUTER, None).answer == "unknown" and takes_pictures(EMBEDDED, None).answer == "no"
    )


def on_server(http: httpx.Client, pages: dict[str, Any], model: str) -> tuple[str, int]:
    """What the page is told of pictures at a server that shows these pages, and how sending one ends."""
    listed = {"/v1/models": {"data": [{"id": model}]}, **pages}
    scripts = {path: answered(200, json.dumps(page).encode()) for path, page in listed.items()}
    with ScriptedServer(SEEN, pages=scripts) as server:
        found = http.get("/playground/models", params={"provider": "server", "base_url": server.base_url})
        assert found.json()["server"]["flavour"] in ("llamacpp", "lmstudio", "openai")
        body = asked(server.base_url, [picture(RED)], model)
        said = http.post("/playground/preview", json=body).json()["pictures"]["answer"]
        return said, http.post("/playground/stream", json=body).status_code


@pytest.mark.parametrize(
    ("shown", "ends"), [(False, ("no", 422)), (True, ("yes", 200)), (None, ("unknown", 200))]
)
def test_a_server_that_shows_what_it_sees_is_believed(
    http: httpx.Client, shown: bool | None, ends: tuple[str, int]
) -> None:
    """llama.cpp shows it of what it runs, LM Studio of each of its models, others in their list."""
    props = {"default_generation_settings": {}, "modalities": {"vision": shown}}
    kind = {True: "vlm", False: "llm", None: "embeddings"}[shown]
    entries = [
        {"id": "m", "type": kind, "compatibility_type": "gguf"},
        {"id": "o", "compatibility_type": "gguf"},
    ]
    inputs = {True: ["text", "image"], False: ["text"], None: []}[shown]
    own = {"data": [{"id": "m", "architecture": {"input_modalities": inputs}}]}
    assert on_server(http, {"/props": props}, "m") == ends
    assert on_server(http, {"/api/v0/models": {"data": entries}}, "m") == ends
    assert on_server(http, {"/v1/models": own}, "m") == ends


def test_a_server_that_was_never_looked_at_is_asked_before_a_picture_goes(http: httpx.Client) -> None:
    """By who sends one without having opened the list of models."""
    props = {"default_generation_settings": {}, "modalities": {"vision": False}}
    with ScriptedServer(SEEN, pages={"/props": answered(200, json.dumps(props).encode())}) as server:
        answer = http.post("/playground/stream", json=asked(server.base_url, [picture(RED)]))
        assert (
            "llama.cpp server says that this model reads no pictures" in answer.json()["problems"][0]["text"]
        )
        assert server.requests == []


def test_what_is_kept_of_an_answer_holds_no_picture() -> None:
    """A hundred answers are kept: their requests with pictures would be gigabytes."""
    kept = KeptAnswers()
    messages = ({"role": "user", "content": [picture(LARGE)]},)
    kept.keep("a", Answer(), ChatRequest(ModelRef("server", "m"), messages))
    found = kept.get("a")
    assert found is not None and len(str(found.request)) < 1000


def test_the_oldest_pairs_with_pictures_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as all that are kept weigh too much; the newest stays whatever it weighs."""
    monkeypatch.setattr(rounds, "PICTURES_KEPT", 2 * len(LARGE))
    kept = rounds.Rounds()
    light, *heavy = (pending() for _ in range(4))
    kept.keep(rounds.Round(light, Panes([]), Frames(()), ()))
    for pair in heavy:
        request = replace(pair.first.request, messages=({"role": "user", "content": [picture(LARGE)]},))
        pair = replace(pair, first=replace(pair.first, request=request))
        kept.keep(rounds.Round(pair, Panes([]), Frames(()), ()))
    assert [kept.get(pair.round_id) is not None for pair in (light, *heavy)] == [False, False, True, True]
    monkeypatch.setattr(rounds, "PICTURES_KEPT", 0)
    kept.keep(rounds.Round(pair, Panes([]), Frames(()), ()))
    assert kept.get(pair.round_id) is not None


def test_a_key_in_words_is_redacted_and_a_picture_stays_as_it_is() -> None:
    """Letters that look like a key come about by chance in Base64; a changed one would be another picture."""
    by_chance = RED[:-8] + "/AKIA" + "A" * 16 + "/AAA"
    key = "hf_" + "a1" * 17
    content = [{"type": "text", "text": f"mine is {key}"}, picture(by_chance)]
    assert redacted(content) == [{"type": "text", "text": "mine is [key]"}, picture(by_chance)]
    assert key not in redacted(f"data:image/png;base64,AAAA {key}")
