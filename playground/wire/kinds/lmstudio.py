"""LM Studio's server.

Sources: LM Studio's docs of 2026-04 (developer/openai-compat/chat-completions, structured-output; developer/rest/
endpoints; developer/api-changelog up to 0.4.1), and its bug tracker: 189 (json_object is refused, still by 0.4.20),
670 (tool_choice is a word; still in 2026-07), lms 60 (no log probabilities in chat completions, and no error).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.chat import ChatRequest
from playground.schema.response_format import openai_form
from playground.wire.documents import Document
from playground.wire.heard import Heard
from playground.wire.kinds.openai import BY_ID, COMMON, OF_OPENAI, WHOLE, implemented
from playground.wire.kinds.profile import Continuation, Mark, Profile
from playground.wire.models import entries_of
from playground.wire.rules import Encode, Rename, Withhold, choice_word, newer_limit, only_the_forced_tool
from playground.wire.runs import Sight


def _with_a_schema(request: ChatRequest) -> Mapping[str, Any]:
    """ "'response_format.type' must be 'json_schema' or 'text'": any object is asked for by the schema of any."""
    form = openai_form(request.parameters["response_format"])
    if form["type"] == "json_object":
        schema = form.get("schema") or {"type": "object"}
        form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    return {"response_format": form}


def _tells(heard: Heard) -> str:
    """Its own list of models says of each in which format its file is; an empty one is under no other server's path."""
    entries = entries_of(heard.fields("api/v0/models"))
    if entries is None:
        return ""
    formats = all(isinstance(entry, Mapping) and "compatibility_type" in entry for entry in entries)
    return "It has LM Studio's /api/v0/models." if formats else ""


def _sees(document: Document) -> Mapping[str, bool]:
    """Its own list says of each model whether it is one of language alone ("llm"), or of vision too ("vlm")."""
    entries = (entry for entry in entries_of(document.content) or () if isinstance(entry, Mapping))
    kinds = ((entry.get("id"), entry.get("type")) for entry in entries)
    return {id: kind == "vlm" for id, kind in kinds if isinstance(id, str) and kind in ("vlm", "llm")}


_NO_SCORES: Final = Withhold("LM Studio's chat completions give no log probabilities, and say nothing.")

_UNNAMED: Final = Withhold("LM Studio's chat completions do not name it.")

LMSTUDIO: Final = Profile(
    flavour="lmstudio",
    label="LM Studio",
    rules={
        **COMMON,
        "logprobs": _NO_SCORES,
        "top_logprobs": _NO_SCORES,
        **dict.fromkeys((*OF_OPENAI, "n", "parallel_tool_calls"), _UNNAMED),
        "max_completion_tokens": newer_limit("LM Studio"),
        "reasoning_effort": Withhold(
            "LM Studio sets it in its own API alone (reasoning): its chat completions do not name it."
        ),
        "min_p": Withhold("LM Studio has it in its own API alone: its chat completions do not name it."),
        "repetition_penalty": Rename("repeat_penalty", "LM Studio's own name for it."),
        "response_format": Encode(
            _with_a_schema, "In OpenAI's form; LM Studio takes any JSON as a schema alone."
        ),
        "tools": Encode(only_the_forced_tool, "Only the forced one: LM Studio cannot force one of several."),
        "tool_choice": Encode(
            choice_word, "LM Studio refuses an object; the one tool sent makes the word the same."
        ),
    },
    kinds=BY_ID,
    defaults={
        **WHOLE,
        "temperature": "the model's own settings in LM Studio",
        "top_p": "the model's own settings in LM Studio",
        "max_tokens": "all that fits",
        "seed": "random",
        "tool_choice": "auto",
    },
    continuation=Continuation(
        "unknown", "LM Studio goes on from a beginning; some of its runtimes repeat it first."
    ),
    mark=Mark(("api/v0/models",), _tells),
    sight=Sight("api/v0/models", _sees),
    takes=implemented,
)
