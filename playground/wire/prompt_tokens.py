"""Which tokens a server reads of a request, asked of it apart from the answer, without anything being generated.

Kept apart from the answers because no answer tells it where it was stopped.
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
from playground.wire.token_spelling import spelt_out
from playground.wire.transport import Transport

SECONDS: Final = 10.0
"""How long each question may take."""
_WHOLE: Final = {"add_special": True, "parse_special": True, "with_pieces": True}
_OF_TEMPLATE: Final = (
    "model",
    "messages",
    "tools",
    "chat_template_kwargs",
    "continue_final_message",
    "add_generation_prompt",
)


async def prompt_of(
    transport: Transport, profile: Profile, endpoint: Endpoint, body: Mapping[str, Any]
) -> tuple[Token, ...] | None:
    """The tokens that an answer to `body` follows on; None where the server does not tell them, or of pictures.

    Raises WireError or KeyMissing.
    """
    if not profile.tells_prompt or not _is_text(body.get("messages")):
        return None
    root = root_of(endpoint.base_url)
    headers = keys.headers(profile, endpoint, host_of(root))

    async def ask(path: str, sent: Mapping[str, Any]) -> Any:
        return (await transport.fetch(f"{root}/{path}", headers, SECONDS, sent)).checked()

    if profile.tells_prompt == "tokenize":
        return _of_vllm(await ask("tokenize", _to_tokenize(body)))
    prompt = _field(await ask("apply-template", body), "prompt", str)
    cut = _field(
        await ask("tokenize", {"model": body.get("model"), "content": prompt, **_WHOLE}), "tokens", list
    )
    try:
        return tuple(map(Token.of, cut))
    except (KeyError, TypeError, ValueError) as error:
        raise _unlike("tokens") from error


def _to_tokenize(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What of a request vLLM's template sees (entrypoints/openai, TokenizeChatRequest)."""
    return {**{name: body[name] for name in _OF_TEMPLATE if name in body}, "return_token_strs": True}


def _of_vllm(told: Any) -> tuple[Token, ...]:
    """From vLLM's ids, and beside them the tokens as its vocabulary spells them, which older releases leave out."""
    ids = _field(told, "tokens", list)
    names = told.get("token_strs") or [""] * len(ids)
    if not all(type(id) is int for id in ids) or len(names) != len(ids):
        raise _unlike("tokens")
    return tuple(Token(id, spelt_out(str(name))) for id, name in zip(ids, names, strict=True))


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
    return StreamFailed(f"The server gave no {name}, as its kind does.", "Check what kind of server it is.")
