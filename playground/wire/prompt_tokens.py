"""Which tokens a llama.cpp server reads of a request, asked of it afterwards.

Kept apart from the answers because no answer tells it where it was stopped: the server is asked twice more, without
anything being generated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import Endpoint
from playground.errors import StreamFailed
from playground.logit_bias import Token
from playground.wire import keys
from playground.wire.addresses import host_of, root_of
from playground.wire.kinds.profile import Profile
from playground.wire.transport import Transport

SECONDS: Final = 10.0
"""How long each of the two questions may take."""
_WHOLE: Final = {"add_special": True, "parse_special": True, "with_pieces": True}


async def prompt_of(
    transport: Transport, profile: Profile, endpoint: Endpoint, body: Mapping[str, Any]
) -> tuple[Token, ...] | None:
    """The tokens that an answer to `body` follows on; None where the prompt holds more than text.

    llama.cpp's tools/server/README.md: POST /apply-template gives the chat as the text that is read, tools and all, its
    marks not yet tokens of their own; POST /tokenize cuts it. The model is named in both, for a server that has
    several. Raises WireError or KeyMissing.
    """
    if not _is_text(body.get("messages")):
        return None
    root = root_of(endpoint.base_url)
    headers = keys.headers(profile, endpoint, host_of(root))
    rendered = await transport.fetch(f"{root}/apply-template", headers, SECONDS, body)
    prompt = _field(rendered.checked(), "prompt", str)
    whole = {"model": body.get("model"), "content": prompt, **_WHOLE}
    cut = await transport.fetch(f"{root}/tokenize", headers, SECONDS, whole)
    try:
        return tuple(map(Token.of, _field(cut.checked(), "tokens", list)))
    except (KeyError, TypeError, ValueError) as error:
        raise _unlike("tokens") from error


def _is_text(messages: Any) -> bool:
    """Whether there are no pictures or sounds among the messages, which become tokens that no text is cut into."""
    if not isinstance(messages, list):
        return False
    contents = [message.get("content") for message in messages]
    parts = [part for content in contents if isinstance(content, list) for part in content]
    return all(isinstance(part, Mapping) and part.get("type") == "text" for part in parts)


def _field(document: Any, name: str, kind: type) -> Any:
    value = document.get(name) if isinstance(document, Mapping) else None
    if not isinstance(value, kind):
        raise _unlike(name)
    return value


def _unlike(name: str) -> StreamFailed:
    return StreamFailed(f"The server gave no {name}, as llama.cpp does.", "Check what kind of server it is.")
