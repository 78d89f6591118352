"""What the page asks for: one request, or two to compare, read from its JSON.

Kept apart because everything in it comes from outside and may be anything at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from playground.backend import Target, draw, request_of
from playground.chat import ChatRequest
from playground.preference.pair import Mode

BODY_LIMIT: Final = 2 * 1024 * 1024


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object that a request carries. Raises ValueError when it carries none, or more than 2 MB."""
    raw = b""
    async for piece in request.stream():
        raw += piece
        if len(raw) > BODY_LIMIT:
            raise ValueError("This request is larger than 2 MB.")
    sent = json.loads(raw)
    if not isinstance(sent, dict):
        raise ValueError("This request is not what the page sends.")
    return sent


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the page: every value that is set, where it goes, the extra JSON, and how pairs are shown.

    `second` is what the second side has in place of the first's model and parameters; a pair is certain then.
    """

    values: Mapping[str, Any]
    target: Target
    extra_body: Mapping[str, Any]
    second: Mapping[str, Any]
    mode: Mode

    @classmethod
    async def read(cls, request: Request) -> Asked:
        """Parses the page's JSON. Raises ValueError when it is none, or too large."""
        sent = await read_json(request)
        parameters, second = sent.get("parameters") or {}, sent.get("second") or {}
        if not isinstance(parameters, dict) or not isinstance(second, dict):
            raise ValueError("This request is not what the page sends.")
        target = Target(
            base_url=str(sent.get("base_url") or ""), api_key=request.headers.get("x-provider-key", "")
        )
        values = {**parameters, "model": sent.get("model"), "messages": sent.get("messages")}
        mode: Mode = "open" if sent.get("mode") == "open" else "blind"
        return cls(values, target, sent.get("extra_body") or {}, second, mode)

    def request(self) -> ChatRequest:
        """The request as the page's widgets have it. Raises InvalidRequest."""
        return request_of(self.values, "create_preference", self.target, self.extra_body)

    def requests(self) -> tuple[ChatRequest, ...]:
        """What to send: the request alone or, by the draw or because a second side is set up, two."""
        drawn = draw(self.request(), *((lambda: -1.0,) if self.second else ()))
        if not self.second:
            return drawn
        kept = {n: v for n, v in self.values.items() if n not in ("diff_frequency", "pref_params")}
        values = {n: v for n, v in {**kept, **self.second}.items() if v is not None}
        return drawn[0], request_of(values, "create", self.target, self.extra_body)
