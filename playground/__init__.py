"""Parameter Playground: see what every chat-completion parameter really does."""

from playground.async_client import AsyncClient
from playground.client import Client
from playground.errors import InvalidRequest, PlaygroundError
from playground.events import Answer
from playground.parameters import UNSET
from playground.structured.calls import assistant_message, tool_message, whole_calls
from playground.structured.functions import call_function
from playground.structured.parsed import ParsedAnswer

__all__ = [
    "UNSET",
    "Answer",
    "AsyncClient",
    "Client",
    "InvalidRequest",
    "ParsedAnswer",
    "PlaygroundError",
    "assistant_message",
    "call_function",
    "tool_message",
    "whole_calls",
]
