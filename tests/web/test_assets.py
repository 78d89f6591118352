"""What the page loads is asked for once: its addresses are others as soon as what is behind them is another."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from starlette.exceptions import HTTPException

from playground.web.assets import (
    ANY_ASSETS_URL,
    ASK_FIRST,
    ASSETS,
    ASSETS_URL,
    DIGEST,
    FOR_EVER,
    Assets,
    digest_of,
)

IN_A_PAGE = re.compile(r"""(?:src|href)=\\?["'](?:\./)?((?:assets|playground)/[^"'\\]+)""")


def test_every_file_of_the_page_is_asked_for_once(http: httpx.Client) -> None:
    """Ours and Gradio's, scripts and styles; the page itself is asked for each time."""
    page = http.get("/")
    assert "max-age" not in page.headers.get("cache-control", "")
    named = set(IN_A_PAGE.findall(page.text.replace("\\u0022", '"')))
    assert {address.partition("/")[0] for address in named} == {"assets", "playground"}
    lasting = {address: http.get(address).headers.get("cache-control") for address in named}
    assert lasting == dict.fromkeys(named, FOR_EVER)


def test_no_address_of_ours_is_without_the_digest(http: httpx.Client) -> None:
    """One that is would keep a browser at what it has, and have two of a module that is to be one."""
    for path in ("/", "/playground/room", "/playground/lessons/temperature/hand-out"):
        text = http.get(path).text
        assert re.search(rf"{ASSETS_URL}/|assets/{DIGEST}/", text), path
        assert re.findall(rf"(?:{ANY_ASSETS_URL}|[\"']assets)/(?:js|css)/", text) == [], path


@pytest.mark.parametrize("other", ["0123456789abcdef/", ""], ids=["of another release", "of none"])
def test_files_of_another_release_are_these_and_not_kept(other: str, http: httpx.Client) -> None:
    """A page that was open while the app was started anew goes on; nobody takes them for the old ones."""
    answer = http.get(f"/{ANY_ASSETS_URL}/{other}js/core/store.js")
    assert answer.text == (ASSETS / "js/core/store.js").read_text("utf-8")
    assert answer.headers["cache-control"] == ASK_FIRST
    again = {"if-none-match": answer.headers["etag"]}
    assert http.get(f"/{ANY_ASSETS_URL}/{other}js/core/store.js", headers=again).status_code == 304


@pytest.mark.parametrize("path", [f"/{ASSETS_URL}/js/nothing.js", "/assets/nothing-Bdx9080F.js"])
def test_what_is_not_there_is_not_kept(path: str, http: httpx.Client) -> None:
    """Another replica, or the next release, may have it."""
    answer = http.get(path)
    assert answer.status_code == 404
    assert answer.headers.get("cache-control") != FOR_EVER


@pytest.mark.parametrize(
    "path", [f"{DIGEST}/../../app.py", f"{DIGEST}/{DIGEST}/../../../app.py", "../app.py"]
)
def test_a_digest_opens_no_other_folder(path: str) -> None:
    """What is cut off a path leads out of the folder no more than the path did."""
    scope = {"type": "http", "method": "GET", "headers": []}
    with pytest.raises(HTTPException, match="404"):
        asyncio.run(Assets(directory=ASSETS).get_response(path, scope))


def test_a_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    """Each change makes another; the same files in another place, at another time, the same."""
    seen: set[str] = set()
    for name, text in [("a.js", "1"), ("a.js", "2"), ("b.js", "2"), ("sub/b.js", "2"), ("b.js", "")]:
        for folder in (tmp_path / f"{len(seen)}", tmp_path / f"{len(seen)}-copy"):
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_text(text)
        assert digest_of(folder) == digest_of(folder.with_name(folder.name.removesuffix("-copy")))
        seen.add(digest_of(folder))
    assert len(seen) == 5
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in seen)
