"""A setup as the fragment of a link, which browsers send to no server, and as a file where that would be too long.

Kept apart from what a setup holds: here it is packed, and what strangers packed is opened with care.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from playground import strict_json
from playground.share.setup import NotASetup, Setup, setup_of
from playground.value_types import MAX_DOCUMENT_BYTES

NAME: Final = "set"
"""What the fragment begins with, up to an equals sign."""
VERSION: Final = 1
LONG_LINK: Final = 8 * 1024
"""Characters; chats, mails and shorteners cut longer ones."""
LARGEST_FILE: Final = 1024 * 1024
MARK: Final = "parameter_playground"
"""What a file has its version under."""

_AGAIN: Final = "Ask for the link again, and copy it whole."
_LONGEST: Final = 2 * MAX_DOCUMENT_BYTES


def fragment_of(setup: Setup) -> str:
    """`set=1.` and the setup, deflated, in the letters that stand for themselves in an address (RFC 4648, 5).

    Raises NotASetup where it would be too large to be opened.
    """
    packed = _text(setup.to_json()).encode()
    if len(packed) > MAX_DOCUMENT_BYTES:
        raise NotASetup(
            f"A link holds up to {MAX_DOCUMENT_BYTES >> 10} kB, and this is {len(packed) >> 10} kB.",
            "Save it as a file.",
        )
    letters = base64.urlsafe_b64encode(zlib.compress(packed, 9)).rstrip(b"=").decode()
    return f"{NAME}={VERSION}.{letters}"


def file_of(setup: Setup) -> str:
    """The setup as a file: JSON that can be read, and edited by hand. Raises NotASetup where it is too large."""
    text = json.dumps({MARK: VERSION, **setup.to_json()}, ensure_ascii=False, indent=2) + "\n"
    if len(text.encode()) > LARGEST_FILE:
        raise NotASetup(f"A file holds up to {LARGEST_FILE >> 20} MB, and this is more.", "Share less of it.")
    return text


def opened(text: str) -> tuple[Setup, tuple[str, ...]]:
    """The setup in a link, its fragment, or a file, and what of it cannot be restored; nothing is set by it.

    Raises NotASetup, which says in a sentence what it is instead.
    """
    text = text.strip()
    if text.startswith("{"):
        return setup_of(_without_mark(_json(text, "This file")))
    _, found, packed = text.rpartition(f"{NAME}=")
    version, _, letters = packed.partition(".")
    if not found or not version.isascii() or not version.isdecimal():
        raise NotASetup("This is no link of Parameter Playground.", _AGAIN)
    _check(int(version[:9]), "link")
    return setup_of(_json(_unpacked(letters), "This link"))


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _check(version: int, what: str) -> None:
    if version != VERSION:
        raise NotASetup(
            f"This {what} was made by another version of the playground ({version}; this one reads {VERSION}).",
            "Open it there.",
        )


def _without_mark(document: Any) -> Any:
    if not isinstance(document, Mapping) or not isinstance(document.get(MARK), int):
        raise NotASetup("This file holds no settings of Parameter Playground.")
    _check(document[MARK], "file")
    return {name: value for name, value in document.items() if name != MARK}


def _unpacked(letters: str) -> str:
    """What was deflated, of which never more than is allowed is made."""
    inflate = zlib.decompressobj()
    try:
        packed = base64.b64decode(letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True)
        if len(packed) > _LONGEST:
            raise NotASetup(f"This link holds more than {MAX_DOCUMENT_BYTES >> 10} kB.")
        raw = inflate.decompress(packed, MAX_DOCUMENT_BYTES + 1)
        if len(raw) <= MAX_DOCUMENT_BYTES and not inflate.eof:
            raise NotASetup("This link is not whole.", _AGAIN)
        text = raw.decode()
    except (zlib.error, binascii.Error, ValueError) as error:
        raise NotASetup("This link is damaged.", _AGAIN) from error
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise NotASetup(f"This link holds more than {MAX_DOCUMENT_BYTES >> 10} kB.")
    return text


def _json(text: str, what: str) -> Any:
    try:
        return strict_json.read(text)
    except ValueError as error:
        raise NotASetup(f"{what} is no JSON that a request could hold.") from error
