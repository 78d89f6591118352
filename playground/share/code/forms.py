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
    """One form: its mark, what its tab says, what it is for, and what writes it."""

    id: str
    label: str
    about: str
    write: Callable[[Sending], str]


FORMS: Final = (
    Form(
        "playground", "Python", "With this package, which is told what is set and what is not.", by_playground
    ),
    Form("hub", "huggingface_hub", "With the client of HuggingFace for Python.", by_hub),
    Form("openai", "openai", "With the client of OpenAI for Python.", by_openai),
    Form("javascript", "JavaScript", "With the client of OpenAI for Node.", by_javascript),
    Form("curl", "curl", "For any POSIX shell.", by_curl),
    Form("json", "JSON", "The body alone, as it leaves.", as_json),
)
