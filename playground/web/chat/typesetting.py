"""One answer's text on its way to blocks, beside the stream.

Kept apart from the frames because nothing may wait for it: whatever a model writes, words and ends go out first.
"""

from __future__ import annotations

import asyncio

from playground.markdown.growing import GrowingDocument, Grown


class Typesetting:
    """Takes the words of one answer; `set` makes blocks of those that are closed, in a thread."""

    def __init__(self) -> None:
        self._document: GrowingDocument | None = GrowingDocument()
        self._pieces: list[str] = []
        self._is_setting = False

    def add(self, text: str) -> None:
        """More of the text."""
        self._pieces.append(text)

    def leave(self) -> None:
        """The text is shown in another way, token by token: no blocks are wanted."""
        self._document = None

    async def set(self) -> Grown | None:
        """The blocks that have been closed since the last time, if any have and the answer has not ended meanwhile."""
        document = self._document
        if document is None or not self._pieces:
            return None
        text = self._taken()
        if not document.may_close(text):
            document.wait(text)
            return None
        self._is_setting = True
        grown = await asyncio.to_thread(document.add, text)
        self._is_setting = False
        return grown if self._document else None

    def finish(self) -> Grown | None:
        """The last blocks where they are few and at hand; else the page asks for them once it has the words."""
        document, self._document = self._document, None
        if document is None or self._is_setting:
            return None
        document.wait(self._taken())
        grown = document.finish() if document.is_nearly_done else None
        return grown if grown and grown.end else None

    def _taken(self) -> str:
        text = "".join(self._pieces)
        self._pieces.clear()
        return text
