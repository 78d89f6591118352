"""What a visitor brings beside the request: keys, typed or from signing in with HuggingFace, and where it goes.

Keys come with every request, are read here on the server, and must never come back out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Protocol, get_args

import gradio as gr
from gradio import oauth
from gradio.utils import get_space
from starlette.exceptions import HTTPException
from starlette.requests import Request

from playground.chat import Provider
from playground.servers import Target
from playground.settings import Settings
from playground.wire.kinds.profile import Flavour
from playground.wire.profiles import PROFILES

VISITOR_HEADER: Final = "x-playground-visitor"
"""Who asks, for counting: set by `web/visits.py` alone, which takes away what came under this name."""

KEYS_HEADER: Final = "x-provider-keys"
"""A JSON object of keys: each under huggingface, openrouter, or the `http://host:port` that it was typed for."""

_MOST_KEYS: Final = 32

SERVER_FLAVOURS: Final[tuple[Flavour, ...]] = tuple(
    flavour for flavour in PROFILES if flavour not in get_args(Provider)
)
"""What the kind of a typed server may be chosen to be, by hand."""


def keys_of(request: Request, settings: Settings) -> Mapping[str, str]:
    """The visitor's keys, each under the name of whom it is for; a typed one wins over the one of signing in.

    Raises ValueError when the header is not what the page sends; what it holds is never repeated.
    """
    keys = _typed(request.headers.get(KEYS_HEADER))
    if token := _signed_in(request, settings):
        keys.setdefault("huggingface", token)
    return keys


class WithHeaders(Protocol):
    """What has headers, be it Starlette's request or Gradio's."""

    @property
    def headers(self) -> Mapping[str, str]:
        """By their names."""
        ...


def visitor_of(request: WithHeaders) -> str:
    """Who asks, for counting; empty on a local page."""
    return request.headers.get(VISITOR_HEADER, "").partition(".")[0]


def flavour_of(chosen: object) -> Flavour | None:
    """The kind of server that was chosen by hand; None to have it found out. Raises ValueError."""
    if not chosen:
        return None
    for flavour in SERVER_FLAVOURS:
        if chosen == flavour:
            return flavour
    raise ValueError(f"A server's kind is one of {', '.join(SERVER_FLAVOURS)}.")


def payer_of(typed: object) -> str:
    """The HuggingFace organisation that was typed to be billed; it goes into a header. Raises ValueError."""
    if not typed:
        return ""
    if isinstance(typed, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}", typed):
        return typed
    raise ValueError("The organisation to bill is its name on HuggingFace: letters, digits, hyphens, dots.")


def target_of(request: Request, sent: Mapping[str, Any], settings: Settings) -> Target:
    """Where a request goes and with which keys: its `base_url`, `flavour` and `bill_to`, all of them optional.

    Raises ValueError.
    """
    base_url = sent.get("base_url") or ""
    if not isinstance(base_url, str):
        raise ValueError("This request is not what the page sends: base_url must be a text.")
    return Target(
        base_url=base_url.strip(),
        flavour=flavour_of(sent.get("flavour")),
        bill_to=payer_of(sent.get("bill_to")),
        keys=keys_of(request, settings),
        visitor=visitor_of(request),
    )


def offers_sign_in(settings: Settings) -> bool:
    """Whether signing in is for real: Gradio's own conditions, since elsewhere its button stops the start."""
    given = (oauth.OAUTH_CLIENT_ID, oauth.OAUTH_CLIENT_SECRET, oauth.OAUTH_SCOPES, oauth.OPENID_PROVIDER_URL)
    return settings.offers_sign_in and bool(get_space()) and all(given)


def sign_in_button(settings: Settings) -> None:
    """Puts HuggingFace's button on the page, where it works."""
    if offers_sign_in(settings):
        gr.LoginButton(elem_id="sign-in", size="sm", scale=0, min_width=0)


def subject_of(session: object, settings: Settings) -> str:
    """Who has signed in, by HuggingFace's own name for them, of a session cookie that Gradio has verified."""
    if not offers_sign_in(settings) or not isinstance(session, Mapping):
        return ""
    info = session.get("oauth_info") or {}
    return str((info.get("userinfo") or {}).get("sub") or "") if isinstance(info, Mapping) else ""


def _typed(header: str | None) -> dict[str, str]:
    try:
        keys = json.loads(header or "{}")
    except (ValueError, RecursionError):
        keys = None
    if (
        not isinstance(keys, dict)
        or len(keys) > _MOST_KEYS
        or not all(isinstance(k, str) for k in keys.values())
    ):
        raise ValueError("This request's keys are not what the page sends.")
    return keys


def _signed_in(request: Request, settings: Settings) -> str | None:
    """The token that Gradio keeps in the signed session cookie (gradio/oauth.py), while it is valid.

    Off a Space the cookie is signed with a secret that everybody knows, so it is not even read there.
    """
    if not offers_sign_in(settings):
        return None
    try:
        return oauth.require_oauth_token(request)
    except HTTPException:
        return None
