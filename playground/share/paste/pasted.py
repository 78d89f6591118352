"""What was pasted, whichever it is: a link or a file of this page, a curl command, a JSON body, or a Python call."""

from __future__ import annotations

import re
from typing import Final

from playground.share.link import MARK, NAME, opened
from playground.share.paste.by_curl import by_curl, is_curl
from playground.share.paste.by_json import by_json
from playground.share.paste.by_python import by_python
from playground.share.paste.found import document_of
from playground.share.setup import NO_MODEL, NotASetup, Setup, setup_of
from playground.share.values import bounded

LONGEST: Final = 1024 * 1024
"""Characters of what is looked into."""

_LINK: Final = re.compile(rf"(?:\S*#)?{NAME}=")


def pasted(text: str) -> tuple[Setup, tuple[str, ...]]:
    """The setup that it amounts to, and what of it was not understood or cannot be restored; nothing is set by it.

    Raises NotASetup, which says in a sentence what it is instead.
    """
    text = text.strip().removeprefix("\ufeff")
    if not text or len(text) > LONGEST:
        what = f"more than {LONGEST >> 20} MB" if text else "nothing"
        raise NotASetup(
            f"There is {what} in it.", "Paste a link, a curl command, a JSON body or a Python call."
        )
    is_own = f'"{MARK}"' in text[:200] if text.startswith("{") else _LINK.match(text)
    if is_own:
        return opened(text)
    read = by_curl if is_curl(text) else by_json if text.startswith(("{", "[")) else by_python
    found = read(text)
    setup, lost = setup_of(document_of(found))
    unnamed = ("It names no model: choose one.",) if setup.model == NO_MODEL else ()
    return setup, (*bounded(found.not_understood), *unnamed, *lost)
