"""What decided a draw beside the steps of the chain, as far as a request tells.

Kept apart from the steps because none of it is a formula over the scores: it must be said where the bars are shown.
"""

from __future__ import annotations

from typing import Final

from playground.chat import ChatRequest

GRAMMARS: Final = ("response_format", "tools", "tool_choice", "tool_prompt")
"""With these the embedded model draws under a grammar, of which the steps of the chain know nothing."""


def unshown(request: ChatRequest) -> str:
    """A sentence on what the bars of a request do not show; empty where they show all."""
    grammars = [name for name in GRAMMARS if name in request.parameters]
    said = []
    if grammars:
        said.append(
            f"{' and '.join(grammars)} put a grammar over the draw: what cannot follow is cut, and these bars are "
            "without that."
        )
    if request.extra:
        said.append(
            f"The extra JSON ({', '.join(request.extra)}) goes to the engine as it stands: what it does to the draw is "
            "not in these bars."
        )
    return " ".join(said)
