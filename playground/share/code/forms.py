"""All forms that a request can be had in as code: each with its name and the function that writes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from playground.share.code.by_curl import as_json, by_curl
from playground.share.code.by_javascript import by_javascript
from playground.share.code.by_playground import by_playground
from playground.share.code.by_python import by_hub, by_openai
from playground.share.code.sending import Sending


class Form(NamedTuple):
    """One form: its mark, what its tab says, its language, and what writes it."""

    id: str
    label: str
    language: str
    write: Callable[[Sending], str]


FORMS: Final = (
    Form("playground", "Python", "python", by_playground),
    Form("hub", "Python, huggingface_hub", "python", by_hub),
    Form("openai", "Python, openai", "python", by_openai),
    Form("javascript", "JavaScript, openai", "javascript", by_javascript),
    Form("curl", "curl", "bash", by_curl),
    Form("json", "JSON", "json", as_json),
)
