"""What the browser loads, JavaScript, styles and the icon: where it lies, and for how long it lasts.

The files lie beside the package in a checkout, and within it where it was installed. Their address has a digest of
them all in it, as the names of Gradio's files have one of each, so that a browser asks for them once and never
again, and never has some modules of one release beside some of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from playground.web.bundle import bundle, modules, source_map

_PACKAGE: Final = Path(__file__).parents[1]

ASSETS: Final = next(
    folder for folder in (_PACKAGE / "assets", _PACKAGE.with_name("assets")) if folder.is_dir()
)
ANY_ASSETS_URL: Final = "playground/assets"
"""Without a slash before it: a Space may serve the page below the root."""

FILES: Final = (f"/{ANY_ASSETS_URL}/", "/assets/", "/static/")
"""Where paths of files begin, ours and Gradio's: alike for every visitor."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"


STYLES: Final = (
    *("page", "row", "pane", "tokens", "markdown", "ballot", "compose", "conversations", "second", "votes"),
    *("dialog", "server", "posture", "language", "share", "presets", "editor", "dice", "replay", "sweep"),
    *("lessons", "direction"),
)
"""Those of the page, in their order."""
_MOUNTED: Final = re.compile(r"^export function mount\b", re.MULTILINE)


def entries(folder: Path) -> Iterator[str]:
    """The modules that the page begins with: the language, whose catalogue is on its way then while Gradio's own
    scripts are, what is seen as `window.playground`, and what fills a component."""
    yield from ("language/gradio.js", "playground.js")
    for path in sorted(folder.rglob("*.js")):
        if _MOUNTED.search(path.read_text("utf-8")):
            yield path.relative_to(folder).as_posix()


def _made() -> dict[str, tuple[str, str]]:
    """Text and type of each file that is made of several."""
    sources = modules(ASSETS / "js", entries(ASSETS / "js"))
    styles = "".join((ASSETS / f"css/{name}.css").read_text("utf-8") for name in STYLES)
    return {
        "page.js": (bundle(sources), "text/javascript"),
        "page.js.map": (source_map(sources), "application/json"),
        "page.css": (styles, "text/css"),
    }


def digest_of(folder: Path, made: Iterable[str] = ()) -> str:
    """Sixteen letters that are others as soon as one of the files, its name or what is made of them is another."""
    digest = sha256("".join(made).encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


MADE: Final = _made()
DIGEST: Final = digest_of(ASSETS, [text for text, _ in MADE.values()])
ASSETS_URL: Final = f"{ANY_ASSETS_URL}/{DIGEST}"
_OF_SOME_DIGEST: Final = re.compile(r"([0-9a-f]{16})/(.+)", re.DOTALL)
_OF_GRADIO: Final = re.compile(r"/assets/[^/]+-[\w-]{8,}\.(?:js|css)")


class Assets(StaticFiles):
    """Our own files. Who asks for those of another release, or of none, gets these, and asks again the next time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file behind the digest."""
        dated = _OF_SOME_DIGEST.fullmatch(path)
        name = dated[2] if dated else path
        if name in MADE:
            text, kind = MADE[name]
            response = Response(text, media_type=kind)
        else:
            response = await super().get_response(name, scope)
        response.headers["cache-control"] = FOR_EVER if dated and dated[1] == DIGEST else ASK_FIRST
        return response


def lasts(path: str, status: int) -> bool:
    """Whether an answer is a file of Gradio's whose name says what is in it; Gradio itself says nothing of it.

    >>> lasts("/assets/core-Bdx9080F.js", 200), lasts("/assets/core-Bdx9080F.js", 404), lasts("/config", 200)
    (True, False, False)
    """
    return status == 200 and _OF_GRADIO.fullmatch(path) is not None
