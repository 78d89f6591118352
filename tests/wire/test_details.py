"""What is known of one model: looked up when it is chosen, kept for an hour, and known without asking afterwards.

Kept apart from the tests of the lists, which are about their age.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from playground.testing.scripted_server import ScriptedServer, answered
from playground.wire.catalog import FRESH_S, Catalogues, Source
from playground.wire.kinds.huggingface import HUGGINGFACE
from tests.wire.catalogues import JUNK, LIST, Clock, source_of, use
from tests.wire.test_models import HUGGINGFACE_LIST


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server with OpenRouter's list."""
    with ScriptedServer(pages={"/v1/models": LIST}) as standin:
        yield standin


ENDPOINTS = answered(
    200,
    b'{"data": {"endpoints": [{"provider_name": "P", "status": 0, "supported_parameters": ["seed"]}]}}',
)


def test_one_models_providers_are_asked_for_once(
    server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """What each provider of a chosen model takes is fetched on demand, kept for an hour, and known without asking."""
    server.pages["/v1/models/openai/gpt-4/endpoints"] = ENDPOINTS

    async def choose(catalogues: Catalogues) -> list[Any]:
        source = source_of(server)
        await catalogues.of(source)
        before = await catalogues.known(source, "openai/gpt-4")
        chosen = [await catalogues.details(source, model) for model in ("openai/gpt-4", "openai/gpt-4:nitro")]
        after = await catalogues.known(source, "openai/gpt-4:nitro")
        clock.now += FRESH_S
        chosen.append(await catalogues.details(source, "openai/gpt-4"))
        return [before, *chosen, after]

    before, *rest = use(tmp_path, clock, choose)
    assert before.offers == ()
    assert all(model.name == "GPT-4" and [o.provider for o in model.offers] == ["P"] for model in rest)
    paths = [look.path for look in server.page_requests]
    assert paths == ["/v1/models", *["/v1/models/openai/gpt-4/endpoints"] * 2]


def test_a_variant_off_the_list_is_known_by_its_models_name(
    server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """What was found for `x/y:nitro` is known afterwards, although neither name is on the list."""
    server.pages["/v1/models/x/y/endpoints"] = ENDPOINTS

    async def choose(catalogues: Catalogues) -> list[Any]:
        source = source_of(server)
        return [await look(source, "x/y:nitro") for look in (catalogues.details, catalogues.known)]

    found, known = use(tmp_path, clock, choose)
    assert found == known
    assert [offer.provider for offer in known.offers] == ["P"]


def test_a_list_that_comes_later_is_told_as_well(
    server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """Who asked for a model's providers before its list came learns its name and context once the list is there."""
    server.pages["/v1/models/openai/gpt-4/endpoints"] = ENDPOINTS

    async def choose(catalogues: Catalogues) -> list[Any]:
        source = source_of(server)
        early = await catalogues.details(source, "openai/gpt-4")
        await catalogues.of(source)
        return [
            early,
            *[await look(source, "openai/gpt-4") for look in (catalogues.details, catalogues.known)],
        ]

    early, *later = use(tmp_path, clock, choose)
    assert (early.name, early.context) == ("openai/gpt-4", None)
    assert all((model.name, model.context) == ("GPT-4", 8192) for model in later)
    assert all(model.offers == early.offers for model in later)
    assert len(server.page_requests) == 2


def test_a_typed_model_is_looked_up(clock: Clock, tmp_path: Path) -> None:
    """The list is fetched for a name that was typed, and what its author says; then both are known, be it nothing."""
    with ScriptedServer(pages={"/v1/models": answered(200, json.dumps(HUGGINGFACE_LIST).encode())}) as router:
        source = Source.hosted(replace(HUGGINGFACE, base_url=router.base_url))

        async def choose(catalogues: Catalogues) -> list[Any]:
            typed = "deepseek-ai/DeepSeek-V4-Pro"
            asked = (catalogues.known, catalogues.details, catalogues.details, catalogues.known)
            return [await look(source, typed) for look in asked]

        before, *after = use(tmp_path, clock, choose)
    assert before is None
    assert all(model is not None and model.offers for model in after)
    authors = "/deepseek-ai/DeepSeek-V4-Pro/raw/main/generation_config.json"
    assert [look.path for look in router.page_requests] == ["/v1/models", authors]


@pytest.mark.parametrize("junk", [name for name in JUNK if name not in ("NaN", "no list", "an empty list")])
def test_providers_that_cannot_be_had_cost_nothing(
    junk: str, server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """Then the model is as its list has it; one that no list has is unknown."""
    server.pages["/v1/models/openai/gpt-4/endpoints"] = JUNK[junk]

    async def choose(catalogues: Catalogues) -> tuple[Any, Any]:
        source = source_of(server)
        listed_one = (await catalogues.of(source)).find("openai/gpt-4")
        assert await catalogues.details(source, "openai/gpt-4") == listed_one
        return listed_one, await catalogues.details(source, "x/y")

    listed_one, unlisted = use(tmp_path, clock, choose)
    assert listed_one is not None
    assert unlisted is None


ODD_NAMES = [
    "../../etc",
    "a/..",
    "a/b?x=1",
    "a/b#c",
    "a b",
    "ä/ö",
    "a/b\r\nx: y",
    "//evil.example/x",
    "a",
    "",
]


@pytest.mark.parametrize("odd", ODD_NAMES)
def test_an_odd_name_is_not_asked_for(odd: str, server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """What could not be a model's name there, but could lead elsewhere, causes no request."""
    assert use(tmp_path, clock, lambda catalogues: catalogues.details(source_of(server), odd)) is None
    assert server.connections == 0
