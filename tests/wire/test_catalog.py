"""Model lists are fetched, kept with their age, and outlive the network that they came by.

Kept apart from what is in them: here a clock is turned and a server goes away.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from playground.testing.scripted_server import Pause, ScriptedServer, Stall, answered
from playground.wire.catalog import (
    FRESH_S,
    RETRY_S,
    Catalog,
    Catalogues,
    Source,
    in_words,
)
from playground.wire.documents import MAX_BYTES
from playground.wire.kinds.huggingface import HUGGINGFACE
from tests.wire.catalogues import JUNK, LIST, NAMES, Clock, source_of, use
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


def listed(folder: Path, clock: Clock, source: Source, refresh: bool = False) -> Catalog:
    """The list as a program just started gets it."""
    return use(folder, clock, lambda catalogues: catalogues.of(source, refresh))


def ids(catalog: Catalog) -> list[str]:
    """The names on a list."""
    return [model.id for model in catalog.models]


def test_a_list_is_fetched_once_and_kept(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Asked for again, also by a later run of the program, it comes from the disk, whole and with its age."""
    first = listed(tmp_path, clock, source_of(server))
    clock.now += FRESH_S - 1

    async def later(catalogues: Catalogues) -> tuple[Catalog, float | None]:
        again = await catalogues.of(source_of(server))
        return again, catalogues.age_s(again)

    again, age = use(tmp_path, clock, later)
    assert ids(first) == NAMES
    assert again == first
    assert (again.note, age) == ("", FRESH_S - 1)
    assert len(server.page_requests) == 1


def test_a_list_out_of_the_future_is_fetched_anew(
    server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """It was kept by a program whose clock was a day ahead: it is not fresh until tomorrow."""
    listed(tmp_path, clock, source_of(server))
    server.pages["/v1/models"] = answered(200, b'{"data": [{"id": "new/one"}]}')
    clock.now -= 86400
    assert ids(listed(tmp_path, clock, source_of(server))) == ["new/one"]


def test_an_old_list_is_fetched_anew(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """After an hour, or when asked to, the server is asked again, and its new list is what is kept."""
    listed(tmp_path, clock, source_of(server))
    server.pages["/v1/models"] = answered(200, b'{"data": [{"id": "new/one"}]}')
    assert ids(listed(tmp_path, clock, source_of(server))) == NAMES
    assert ids(listed(tmp_path, clock, source_of(server), refresh=True)) == ["new/one"]
    server.pages["/v1/models"] = LIST
    clock.now += FRESH_S
    assert ids(listed(tmp_path, clock, source_of(server))) == NAMES


@pytest.mark.parametrize("junk", JUNK)
def test_the_last_copy_outlives_the_network(
    junk: str, server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """Whatever comes in place of a list, the last one is given, with its age in words and what went wrong."""
    listed(tmp_path, clock, source_of(server))
    clock.now += 3 * 86400
    server.pages["/v1/models"] = JUNK[junk]
    stale = listed(tmp_path, clock, source_of(server))
    assert ids(stale) == NAMES
    assert stale.note.startswith("This list is 3 days old: ")
    assert stale.fetched_at == clock.now - 3 * 86400
    assert ids(listed(tmp_path, clock, source_of(server))) == NAMES  # and nothing of it was kept


@pytest.mark.parametrize("junk", JUNK)
def test_nothing_at_all_is_an_empty_list_and_a_sentence(
    junk: str, server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """Without any copy: no models, no exception, and a word that a name can be typed."""
    server.pages["/v1/models"] = JUNK[junk]
    catalog = listed(tmp_path, clock, source_of(server))
    assert catalog.models == ()
    assert "Type " in catalog.note and catalog.note.endswith(".")
    assert (catalog.fetched_at is not None) == (junk == "an empty list")


@pytest.mark.parametrize(
    "empty", ['{"object": "list", "data": null}', '{"data": []}', '{"models": []}', '{"models": null}', "[]"]
)
def test_a_server_without_models_yet_is_no_fault(
    empty: str, server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """As Ollama answers before anything is pulled: an empty list that is kept, and what to do there."""
    server.pages["/v1/models"] = answered(200, empty.encode())
    for _ in range(2):  # fetched, and as a later run of the program reads it
        catalog = listed(tmp_path, clock, source_of(server))
        assert (catalog.models, catalog.fetched_at) == ((), clock.now)
        assert "has no models yet" in catalog.note and "ollama pull" in catalog.note
    assert len(server.page_requests) == 1


def test_what_is_not_listed_is_counted(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Of more models than are taken, and of entries without an id, it is said how many; an id twice counts once."""
    names = [{"id": f"a/{number}"} for number in range(10_500)]
    entries = [*names, {"name": "x"}, {"id": ""}, "x", *names[:5]]
    server.pages["/v1/models"] = answered(200, json.dumps({"data": entries}).encode())
    for _ in range(2):
        catalog = listed(tmp_path, clock, source_of(server))
        assert len(catalog.models) == 10_000
        assert catalog.note.startswith(
            "Not listed here: 500 models beyond the first 10,000, 3 without a usable id."
        )


def test_nobody_there(clock: Clock, tmp_path: Path) -> None:
    """A server that is not running is told as what it is."""
    with ScriptedServer(pages={}) as gone:
        source = source_of(gone)
    catalog = listed(tmp_path, clock, source)
    assert (catalog.models, catalog.fetched_at) == ((), None)
    assert "127.0.0.1 cannot be reached" in catalog.note


def test_a_server_that_says_nothing_is_given_up(
    server: ScriptedServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stalled list costs a moment where there is an old one, and then that one is given."""
    listed(tmp_path, clock, source_of(server))
    monkeypatch.setattr("playground.wire.catalog.IMPATIENT_S", 0.2)
    server.pages["/v1/models"] = [Stall()]
    stale = listed(tmp_path, clock, source_of(server), refresh=True)
    assert ids(stale) == NAMES
    assert "did not answer within 0.2 s" in stale.note
    assert server.page_requests[-1].left.wait(20)


def test_a_list_without_end_is_not_read_to_it(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Past 16 MB the connection is closed."""
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n"
    server.pages["/v1/models"] = [head, *[b" " * 1_000_000] * (MAX_BYTES // 1_000_000 + 20), Stall()]
    assert "no end of data" in listed(tmp_path, clock, source_of(server)).note
    assert server.page_requests[0].left.wait(20)


def test_a_failure_is_not_tried_again_at_once(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Within half a minute the same failure is told again without asking, unless a reader asks for it."""
    server.pages["/v1/models"] = JUNK["an error"]

    async def thrice(catalogues: Catalogues) -> list[int]:
        counts = []
        for refresh, wait in ((False, 0.0), (False, RETRY_S - 1), (True, 0.0), (False, RETRY_S + 1)):
            clock.now += wait
            assert "on fire" in (await catalogues.of(source_of(server), refresh)).note
            counts.append(len(server.page_requests))
        return counts

    assert use(tmp_path, clock, thrice) == [1, 1, 2, 3]


def test_many_ask_and_one_is_sent(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Two panes and a class that open at once cost one request."""
    server.pages["/v1/models"] = [Pause(0.1), *LIST]

    async def together(catalogues: Catalogues) -> list[Catalog]:
        return await asyncio.gather(*(catalogues.of(source_of(server)) for _ in range(20)))

    assert {tuple(ids(c)) for c in use(tmp_path, clock, together)} == {tuple(NAMES)}
    assert len(server.page_requests) == 1


# -- the disk ----------------------------------------------------------------------------------------------------


def test_everything_known_survives_the_disk(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Prices, contexts, parameters, defaults and providers are the same after a restart, unknown ones too."""
    server.pages["/v1/models"] = answered(200, json.dumps(HUGGINGFACE_LIST).encode())
    source = Source.hosted(replace(HUGGINGFACE, base_url=server.base_url))
    assert listed(tmp_path, clock, source) == listed(tmp_path, clock, source)
    assert len(server.page_requests) == 1
    assert {p.name for p in tmp_path.iterdir()} == {"huggingface.json"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"source": 1}', b'{"source":"x","models":[{"id":1}]}', b"\xff"]
)
def test_a_broken_copy_is_no_copy(
    content: bytes, server: ScriptedServer, clock: Clock, tmp_path: Path
) -> None:
    """A file that cannot be read is fetched anew and replaced."""
    (tmp_path / "openrouter.json").write_bytes(content)
    assert ids(listed(tmp_path, clock, source_of(server))) == NAMES
    assert ids(listed(tmp_path, clock, source_of(server))) == NAMES
    assert len(server.page_requests) == 1


def test_a_disk_that_takes_nothing_is_no_error(
    server: ScriptedServer, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing can be written the list is still there for this run, and the log says why not for longer."""
    (tmp_path / "file").write_text("in the way")
    folder = tmp_path / "file" / "catalogues"

    async def twice(catalogues: Catalogues) -> list[list[str]]:
        return [ids(await catalogues.of(source_of(server))) for _ in range(2)]

    assert use(folder, clock, twice) == [NAMES, NAMES]
    assert len(server.page_requests) == 1
    assert "could not be kept" in caplog.text


def test_a_copy_is_replaced_in_one_step(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Whoever reads while a list is written sees a whole one; no unfinished file stays behind."""
    listed(tmp_path, clock, source_of(server))
    broken: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                json.loads((tmp_path / "openrouter.json").read_bytes())
            except (OSError, ValueError) as error:
                broken.append(repr(error))

    reader = threading.Thread(target=read)
    reader.start()

    async def often(catalogues: Catalogues) -> None:
        for _ in range(50):
            await catalogues.of(source_of(server), refresh=True)

    use(tmp_path, clock, often)
    done.set()
    reader.join()
    assert broken == []
    assert {p.name for p in tmp_path.iterdir()} == {"openrouter.json"}


def test_lists_of_servers_do_not_pile_up(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """Of the lists of typed servers the newest 64 are kept."""
    for number in range(70):
        (tmp_path / f"server-{number:024}.json").write_text("{}")
        os.utime(tmp_path / f"server-{number:024}.json", (number, number))
    newest = Source.server(server.base_url, {})
    listed(tmp_path, clock, newest)
    kept = {p.stem for p in tmp_path.iterdir()}
    assert len(kept) == 64
    assert newest.name in kept and f"server-{69:024}" in kept and f"server-{0:024}" not in kept


def test_what_one_key_sees_is_for_that_key(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """A list that came for a key is never given to another key, or to none."""
    sources = [Source.server(server.base_url, {"Authorization": f"Bearer {k}"}) for k in ("one", "two")]
    for source in (*sources, Source.server(server.base_url, {})):
        assert ids(listed(tmp_path, clock, source)) == NAMES
    assert [look.headers.get("authorization") for look in server.page_requests] == [
        "Bearer one",
        "Bearer two",
        None,
    ]


def test_known_asks_nobody(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """A preview, which comes with every keystroke, never causes a request."""
    assert (
        use(tmp_path, clock, lambda catalogues: catalogues.known(source_of(server), "openai/gpt-4")) is None
    )
    assert server.connections == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59.9, "less than a minute"),
        (60, "1 minute"),
        (7199, "1 hour"),
        (7200, "2 hours"),
        (86400, "1 day"),
        (1e9, "11574 days"),
    ],
)
def test_an_age_in_words(seconds: float, words: str) -> None:
    """As people say it, rounded down."""
    assert in_words(seconds) == words


def test_a_clock_that_was_put_back(server: ScriptedServer, clock: Clock, tmp_path: Path) -> None:
    """A list from the future is not older than now."""
    listed(tmp_path, clock, source_of(server))
    clock.now -= 1e6

    async def age(catalogues: Catalogues) -> float | None:
        return catalogues.age_s(await catalogues.of(source_of(server)))

    assert use(tmp_path, clock, age) == 0.0
