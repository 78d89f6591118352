"""What the embedded model reads before an answer is asked for: a long prompt, in pieces between the words of others."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Hashable
from contextlib import aclosing, suppress
from typing import Final

from playground.chat import ChatRequest
from playground.engine.reading import is_long, read
from playground.engine.run import Loaded
from playground.errors import InvalidRequest, PlaygroundError, Problem
from playground.value_types import shown
from playground.wire.body import build
from playground.wire.kinds.profile import Profile
from playground.wire.prompt_tokens import prompt_of
from playground.wire.transport import Transport

_CACHED: Final = "a prompt that is kept while it is read in pieces: others have their words in between"


async def read_ahead(
    request: ChatRequest,
    profile: Profile,
    loaded: Loaded,
    transport: Transport,
    owner: Hashable,
    is_public: bool,
) -> AsyncGenerator[str]:
    """Has a long prompt read in pieces, and says how far it is.

    What cannot be read is asked all the same, and refused then. Raises InvalidRequest where it may not lie in the cache
    on a public page.
    """
    if request.extra.get("cache_prompt") is False:
        if is_public:
            raise InvalidRequest([Problem("extra_body", shown({"cache_prompt": False}), _CACHED)])
        return
    with suppress(PlaygroundError):
        body = build(request, profile)[0]
        if not is_long(body):
            return
        tokens = await prompt_of(transport, profile, loaded.endpoint, body)
        ids = [token.id for token in tokens or ()]
        async with aclosing(read(loaded, ids, owner, body.get("id_slot"))) as pieces:
            async for done in pieces:
                if done < len(ids) - 1:
                    yield f"The embedded model has read {done} of {len(ids)} tokens of what was asked."
