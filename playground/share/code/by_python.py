"""The request in Python, by the clients of others: `openai` and `huggingface_hub`.

What their calls have no argument for goes in by `extra_body`, which both put into the body as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from playground.share.code.literals import PYTHON, literal
from playground.share.code.sending import NO_KEY, Sending, comments

OPENAI_TAKES: Final = frozenset(
    {
        "model",
        "messages",
        "frequency_penalty",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "metadata",
        "n",
        "parallel_tool_calls",
        "presence_penalty",
        "reasoning_effort",
        "response_format",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
    }
)
"""Arguments of `openai`'s chat.completions.create, as far as requests made here have them."""

HUB_TAKES: Final = (
    OPENAI_TAKES
    - {
        "max_completion_tokens",
        "metadata",
        "parallel_tool_calls",
        "reasoning_effort",
        "service_tier",
        "store",
        "user",
        "verbosity",
    }
) | {"tool_prompt"}
"""Arguments of `huggingface_hub`'s InferenceClient.chat_completion (version 2.4)."""

_STREAM_SHOWN: Final = """for chunk in answer:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
"""
_SHOWN: Final = "print(answer.choices[0].message.content)\n"
_STREAM_UNSET: Final = "Left to the server: without None this client would send false."
_NEEDS_A_KEY: Final = "This server takes no key, and the client insists on one."
_KEEPS_TOKEN: Final = "This server takes no key; without one the client would send it your HuggingFace token."


def by_openai(sending: Sending) -> str:
    """A program that sends the request with `openai`."""
    address = sending.address
    headers = {"X-HF-Bill-To": address.payer} if address.payer else {}
    given = [("base_url", literal(address.base_url, PYTHON), ""), _key(sending, _NEEDS_A_KEY)]
    if headers:
        given.append(("default_headers", literal(headers, PYTHON), ""))
    return "".join(
        (
            comments(sending.heads, "#"),
            "import os\n\n" if address.variable else "",
            "from openai import OpenAI\n\n",
            _call("client = OpenAI", given),
            "\n",
            _call("answer = client.chat.completions.create", _arguments(sending, OPENAI_TAKES)),
            "\n",
            _STREAM_SHOWN if sending.streams else _SHOWN,
        )
    )


def by_hub(sending: Sending) -> str:
    """A program that sends the request with `huggingface_hub`."""
    address = sending.address
    is_router = sending.request.model.provider == "huggingface"
    given = [] if is_router else [("base_url", literal(_hubs_address(address.base_url), PYTHON), "")]
    given.append(_key(sending, _KEEPS_TOKEN))
    if address.payer:
        given.append(("bill_to", literal(address.payer, PYTHON), ""))
    arguments = _arguments(sending, HUB_TAKES)
    if "stream" not in sending.body:
        arguments.append(("stream", "None", _STREAM_UNSET))
    return "".join(
        (
            comments([*hubs_changes(sending), *sending.heads], "#"),
            "import os\n\n" if address.variable else "",
            "from huggingface_hub import InferenceClient\n\n",
            _call("client = InferenceClient", given),
            "\n",
            _call("answer = client.chat_completion", arguments),
            "\n",
            _STREAM_SHOWN if sending.streams else _SHOWN,
        )
    )


def hubs_changes(sending: Sending) -> list[str]:
    """What huggingface_hub would send otherwise than it is given, in sentences; mostly nothing.

    Source: its inference/_providers (2.4): filter_none, and HFInferenceConversational for any base URL.
    """
    is_router = sending.request.model.provider == "huggingface"
    body = sending.body
    held = body if is_router else {name: value for name, value in body.items() if name != "messages"}
    said = []
    if without_nulls(held) != held:
        said.append("Not quite the same: huggingface_hub leaves out what is null, also within schemas.")
    shape = body.get("response_format")
    if not is_router and isinstance(shape, Mapping) and shape.get("type") == "json_schema":
        said.append(
            "Not quite the same: to a base URL huggingface_hub sends response_format in TGI's older form, "
            'as {"type": "json_object", "value": ...}.'
        )
    return said


def without_nulls(value: Any) -> Any:
    """The same JSON without every name whose value is null; items of lists stay."""
    if isinstance(value, Mapping):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list | tuple) else value


def _hubs_address(base_url: str) -> str:
    """A base URL that huggingface_hub adds nothing wrong to: it puts /v1 behind any that does not end in it."""
    return base_url if base_url.endswith("/v1") else f"{base_url}/chat/completions"


Argument = tuple[str, str, str]
"""A name, its value as it is written, and a comment or nothing."""


def _key(sending: Sending, without: str) -> Argument:
    if sending.address.variable:
        return "api_key", f'os.environ["{sending.address.variable}"]', ""
    return "api_key", f'"{NO_KEY}"', without


def _arguments(sending: Sending, takes: frozenset[str]) -> list[Argument]:
    """The body as arguments, and as extra_body what the call has none for; null as an argument reads as left out."""
    own = {n: v for n, v in sending.body.items() if n in takes and v is not None}
    rest = {n: v for n, v in sending.body.items() if n not in own}
    given = [
        (name, literal(value, PYTHON, "    ", len(name) + 2), sending.about.get(name, ""))
        for name, value in own.items()
    ]
    if rest:
        said = " ".join(sending.about[name] for name in rest if name in sending.about)
        given.append(("extra_body", literal(rest, PYTHON, "    ", len("extra_body=,")), said))
    return given


def _call(function: str, given: list[Argument]) -> str:
    lines = (f"{comments([said], '#', '    ') if said else ''}    {n}={v},\n" for n, v, said in given)
    return f"{function}(\n{''.join(lines)})\n"
