"""Parameter Playground: see what every chat-completion parameter really does."""

from playground.client import AsyncClient, Client
from playground.errors import InvalidRequest, PlaygroundError
from playground.events import Answer
from playground.parameters import UNSET

__all__ = ["UNSET", "Answer", "AsyncClient", "Client", "InvalidRequest", "PlaygroundError"]
