"""How many answers the embedded model generates at the same time, asked of the server that runs it.

Kept apart because only who asks for many at once needs to know: further ones would wait there, and look slow.
"""

from __future__ import annotations

import httpx

from playground.chat import Endpoint
from playground.engine.tokenizer import TIMEOUT_S
from playground.wire.addresses import root_of
from playground.wire.certificates import certificates


async def slots_of(endpoint: Endpoint) -> int:
    """Its slots (llama.cpp's tools/server/README.md, GET /props: total_slots); 1 where it does not say."""
    headers = {"authorization": f"Bearer {endpoint.api_key}", **endpoint.headers}
    try:
        async with httpx.AsyncClient(
            headers=headers, timeout=TIMEOUT_S, trust_env=False, verify=certificates()
        ) as client:
            said = await client.get(f"{root_of(endpoint.base_url)}/props")
            return max(1, int(said.json()["total_slots"]))
    except (httpx.HTTPError, LookupError, TypeError, ValueError):
        return 1
