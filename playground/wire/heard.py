"""What a server has answered to the few questions by which kinds are told apart.

Kept apart from the asking because each kind reads it in its own file, and needs no connection for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.wire.documents import Document
from playground.wire.models import entries_of


@dataclass(frozen=True, slots=True)
class Heard:
    """Its list of models, and what came from each path that a kind has asked for; None where nothing came."""

    listed: Document | None
    documents: Mapping[str, Document | None]

    def fields(self, path: str) -> Mapping[str, Any]:
        """The JSON object at `path`, or an empty one where there is none."""
        document = self.documents.get(path)
        content = document.content if document is not None else None
        return content if isinstance(content, Mapping) else {}

    @property
    def owners(self) -> frozenset[str]:
        """To whom the listed models belong."""
        entries = entries_of(self.listed.content) if self.listed is not None else None
        named = (entry.get("owned_by") for entry in entries or () if isinstance(entry, Mapping))
        return frozenset(owner for owner in named if isinstance(owner, str))

    @property
    def is_closed(self) -> bool:
        """Whether it shows its models to nobody without a key."""
        return self.listed is not None and self.listed.status in (401, 403)

    @property
    def is_complete(self) -> bool:
        """Whether it answered every question, be it that there is no such page."""
        return self.listed is not None and None not in self.documents.values()

    def is_signed(self, server: str) -> bool:
        """Whether any answer, be it a refusal, names this program in its Server header."""
        answers = (self.listed, *self.documents.values())
        return any(answer is not None and answer.server == server for answer in answers)
