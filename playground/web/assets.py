"""What the browser loads as it is, JavaScript, styles and the icon: where it lies and for how long it lasts.

The files lie beside the package in a checkout, and within it where it was installed. Their address has a digest of
them all in it, as the names of Gradio's files have one of each, so that a browser asks for them once and never
again, and never has some modules of one release beside some of another.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_PACKAGE: Final = Path(__file__).parents[1]

ASSETS: Final = next(
    folder for folder in (_PACKAGE / "assets", _PACKAGE.with_name("assets")) if folder.is_dir()
)
ANY_ASSETS_URL: Final = "playground/assets"
"""Without a slash before it: a Space may serve the page below the root."""

FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "no-cache"


def digest_of(folder: Path) -> str:
    """Sixteen letters that are others as soon as one of the files, or its name, is another."""
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


DIGEST: Final = digest_of(ASSETS)
ASSETS_URL: Final = f"{ANY_ASSETS_URL}/{DIGEST}"
_OF_SOME_DIGEST: Final = re.compile(r"([0-9a-f]{16})/(.+)", re.DOTALL)
_OF_GRADIO: Final = re.compile(r"/assets/[^/]+-[\w-]{8,}\.(?:js|css)")


class Assets(StaticFiles):
    """Our own files. Who asks for those of another release, or of none, gets these, and asks again the next time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file behind the digest."""
        dated = _OF_SOME_DIGEST.fullmatch(path)
        response = await super().get_response(dated[2] if dated else path, scope)
        response.headers["cache-control"] = FOR_EVER if dated and dated[1] == DIGEST else ASK_FIRST
        return response


def lasts(path: str, status: int) -> bool:
    """Whether an answer is a file of Gradio's whose name says what is in it; Gradio itself says nothing of it.

    >>> lasts("/assets/core-Bdx9080F.js", 200), lasts("/assets/core-Bdx9080F.js", 404), lasts("/config", 200)
    (True, False, False)
    """
    return status == 200 and _OF_GRADIO.fullmatch(path) is not None
