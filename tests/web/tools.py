"""The page's MCP tools, called as an assistant does.

Kept apart because what they answer and whom they count are tested in two places.
"""

from __future__ import annotations

import asyncio
from typing import Any

from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult


def ask_tool(app: str, name: str, **arguments: Any) -> CallToolResult:
    """What a tool answers."""

    async def main() -> CallToolResult:
        async with (
            streamable_http_client(f"{app.rstrip('/')}/gradio_api/mcp/") as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            return await session.call_tool(name, arguments)

    return asyncio.run(main())
