"""The view of lessons: a custom component beside the real rows and the chat."""

from __future__ import annotations

import gradio as gr

from playground.web.parameters.row import custom


def lessons_view(opener: gr.Button) -> None:
    """Puts the view on the page, hidden until `opener` is pressed or a link to a lesson is followed."""
    custom("lessons/view", elem_id="view-lessons")
    custom("lessons/stage", elem_id="lesson-stage")
    opener.click(None, js="() => { window.playground.show('lessons'); }")
