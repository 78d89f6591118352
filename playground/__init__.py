"""Parameter Playground: see what every chat-completion parameter really does."""

from playground.async_client import AsyncClient
from playground.client import Client
from playground.errors import InvalidRequest, PlaygroundError
from playground.events import Answer
from playground.evidence.eaten import eaten_by_thoughts
from playground.functions.from_python import call_function, call_function_async
from playground.functions.tool_calls import assistant_message, tool_message, whole_calls
from playground.parameters import UNSET
from playground.preset import Preset
from playground.schema.parsed import ParsedAnswer

__all__ = [
    "UNSET",
    "Answer",
    "AsyncClient",
    "Client",
    "InvalidRequest",
    "ParsedAnswer",
    "PlaygroundError",
    "Preset",
    "assistant_message",
    "call_function",
    "call_function_async",
    "eaten_by_thoughts",
    "tool_message",
    "whole_calls",
]
