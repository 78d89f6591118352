"""A chat pane: the conversation, and the answer that streams into it.

Kept apart because `gr.Chatbot` renders a model's text as Markdown and HTML, repaints a whole answer for every
piece, and knows neither token scores nor how an answer ended. A pane is a custom component on `gr.HTML` that is
fed with data by assets/js/chat/pane.js; a model's text only ever becomes a text node.
"""

from __future__ import annotations

import gradio as gr

from playground.web.parameters.row import custom
from playground.web.texts import ENDED, WELCOME, example_cards


def pane(index: int) -> gr.HTML:
    """Pane `index`: 0 is `pane-a`, which shows the conversation; 1 is `pane-b`, for a second answer."""
    label = "ab"[index]
    return custom(
        "chat/pane",
        elem_id=f"pane-{label}",
        classes=("pane",),
        index=index,
        name=label.upper(),
        words=dict(ENDED),
        empty={**WELCOME, "examples": example_cards()} if index == 0 else None,
    )
