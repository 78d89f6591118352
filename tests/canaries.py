"""Keys that can be recognised wherever they turn up, and the search for them.

More than one test plants them, and all must look as hard.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

CANARIES: Final = {
    name: f"canary+{name}/of=a.test~0123"
    for name in (
        "env-hf",
        "env-router",
        "env-server",
        "typed-hf",
        "typed-router",
        "typed-server",
        "typed-other",
    )
}
"""One key each for whoever could have given one; the odd letters look different in every encoding."""


def forms(key: str) -> Iterable[str]:
    """A key as it is, and as the usual encodings would have it (base64 at each of its three offsets)."""
    yield key
    yield quote(key, safe="")
    yield key.encode().hex()
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + key.encode()).decode()
        yield encoded[4 if offset else 0 : -4]
    yield repr(key)[1:-1]


def found_in(text: str) -> set[str]:
    """The canaries that a text holds, in any form."""
    return {name for name, key in CANARIES.items() if any(form in text for form in forms(key))}


def found_under(folder: Path) -> set[str]:
    """The canaries in any file below a folder, or in its name."""
    texts = (f"{path}\n{path.read_bytes().decode('latin-1')}" for path in folder.rglob("*") if path.is_file())
    return set().union(*map(found_in, texts))
