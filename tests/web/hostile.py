"""What a stranger sends who means harm: bodies, queries and paths that no page sends.

Kept apart from the tests that send it: what is odd does not depend on who is asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

CANARY: Final = "canary-outside-of-the-data-folder"
"""Stands in a file beside the data folder, that nobody may be told of."""

TOLD: Final = (
    "Traceback",
    "/site-packages/",
    "playground/web/",
    "root:x:",
    CANARY,
    "SQLite format",
    "[build-system]",
)
"""What no answer may hold: code, paths, files of this machine."""

_UP: Final = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%252e%252e%252f",
    "..\\",
    "..%5c",
    "....//",
    "..;/",
    "%c0%ae/",
    ".%00./",
)
_LEADS: Final = (
    "",
    "/",
    "//",
    "file://",
    "file:///",
    "./",
    "~/",
    "\\\\",
    "C:\\",
    "%00",
    "x/",
    "embedded/",
    "hf://",
)
_TARGETS: Final = (
    "etc/passwd", "secret.txt", "visitor-salt", "limits.sqlite", "votes.sqlite", ".env", "pyproject.toml",
    "proc/self/environ", "etc/passwd%00.gguf", "secret.txt\x00.json", "secret.txt.gguf",
)  # fmt: skip

TRAVERSALS: Final = st.builds(
    lambda lead, up, depth, target: f"{lead}{up * depth}{target}",
    st.sampled_from(_LEADS),
    st.sampled_from(_UP),
    st.integers(0, 12),
    st.sampled_from(_TARGETS),
)
"""Ways out of a folder: some 17,000."""

TEXTS: Final = TRAVERSALS | st.sampled_from(
    [
        "",
        "x",
        "__proto__",
        "\x00",
        "\ud800",
        "🙂" * 9,
        "$" * 9,
        "${7*7}",
        "{{7*7}}",
        "' or 1=1 --",
        "x" * 100_000,
    ]
)
NUMBERS: Final = st.sampled_from(
    [-1, 0, 1.5, 10**9, -(10**400), 10**400, float("nan"), float("inf"), -float("inf"), 2**63]
)
ODD: Final = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4) | TEXTS, inner, max_size=3)
    ),
    max_leaves=5,
)
RAW: Final = st.sampled_from(
    [
        b"", b"{", b"[]", b"null", b'"x"', b"NaN", b"{}x", b"\xff\xfe\x00", b'{"a": "\xff"}', b'{"a": "\\ud800"}',
        b'{"model": 1, "model": 2, "messages": 1, "messages": []}', b"[" * 100_000, b'{"a":' * 50_000,
        b'{"a": ' + b"9" * 5000 + b"}", b"x" * (2 * 1024 * 1024 + 9), b"--x\r\ncontent-disposition: form-data\r\n",
    ]
)  # fmt: skip
KINDS: Final = st.sampled_from(
    [
        "application/json", "application/json; charset=utf-16", "text/plain", "multipart/form-data", "", "x" * 500,
        "application/x-www-form-urlencoded", "application/json, text/html",
    ]
)  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn, usual: Mapping[str, Any]) -> bytes:
    """What the page would send with one or two things wrong in it, or something else entirely."""
    if draw(st.integers(0, 5)) == 0:
        return draw(RAW)
    body: dict[str, Any] = json.loads(json.dumps(usual))
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from([*body, "unknown", "__class__"]))
        inner = body.get(name)
        if isinstance(inner, dict) and inner and draw(st.booleans()):
            inner[draw(st.sampled_from(list(inner)))] = draw(ODD)
        elif draw(st.integers(0, 4)) == 0:
            body.pop(name, None)
        else:
            body[name] = draw(ODD)
    return json.dumps(body).encode()


def as_path(text: str) -> str:
    """The text as a piece of an address; what is escaped already stays so."""
    return quote(text.encode("utf-8", "replace"), safe="%/;\\~:")[:4000]
