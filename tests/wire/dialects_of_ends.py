"""The dialects of an answer's end: why it came, what it took, and the failures within HTTP 200.

Kept apart from those of its words, which are told by their shapes; here most rows are one fact by many names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.wire.dialect import Dialect, end, of

HELLO = {"text": "Hello", "ended": "done"}
COUNTED = {**HELLO, "prompt": 5, "completion": 2}

USAGES: Mapping[str, Mapping[str, Any]] = {
    "a gateway": {"usage": {"prompt_tokens": "5", "completion_tokens": "2"}},
    "the difference": {"usage": {"prompt_tokens": 5, "total_tokens": 7}},
    "Vercel's AI SDK": {"usage": {"promptTokens": 5, "completionTokens": 2}},
    "Google": {"usageMetadata": {"promptTokenCount": 5, "candidatesTokenCount": 2}},
    "Ollama": {"prompt_eval_count": 5, "eval_count": 2},
}

ENDS: Mapping[str, Dialect] = {
    "usage in the delta": Dialect(
        "Cohere",
        [
            of({"content": "Hello"}),
            of(
                {
                    "usage": {
                        "billed_units": {"input_tokens": 4},
                        "tokens": {"input_tokens": 5.0, "output_tokens": 2.0},
                    }
                }
            ),
            end(),
        ],
        COUNTED,
    ),
    **{
        f"usage as {json.dumps(fields)}": Dialect(
            source, [of({"content": "Hello"}), {**end(), **fields}], COUNTED
        )
        for source, fields in USAGES.items()
    },
    "usage in two chunks, and zeros": Dialect(
        "",
        [
            {**of({"content": "Hello"}), "usage": {"prompt_tokens": 5, "completion_tokens": 0}},
            {**end(), "usage": {"prompt_tokens": 0, "completion_tokens": 2}},
            {"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0}},
        ],
        COUNTED,
    ),
    "what was read alone": Dialect(
        "",
        [of({"content": "Hello"}), {**end(), "usage": {"prompt_tokens": 5}}],
        {**HELLO, "prompt": 5, "completion": 1},
    ),
    **{
        f"the end as {json.dumps(last)}": Dialect(
            "", [of({"content": "Hello"}), last], {"text": "Hello", "ended": "length"}
        )
        for last in (
            of({"finish_reason": "length"}),
            {**of({}), "finish_reason": "length"},
            of({}, finishReason="MAX_TOKENS"),
            of({}, stop_reason="max_tokens"),
            {"done": True, "done_reason": "length"},
            end({"reason": "length"}),
            {"incomplete_details": {"reason": "max_output_tokens"}},
            end("stop", native_finish_reason="MAX_TOKENS"),
        )
    },
    **{
        f"indices {indices}": Dialect(
            "",
            [
                {"choices": [{"index": at, "delta": {"content": text}}]}
                for at, text in zip(indices, ("Hel", "lo"), strict=True)
            ]
            + [end()],
            HELLO,
        )
        for indices in (("0", 0), (0, "0"), (1, "1"))
    },
    **{
        f"all is well, {json.dumps(beside)}": Dialect(
            "", [{**of({"content": "Hello"}), **beside}, {**end(), **beside}], HELLO
        )
        for beside in (
            {"error": {"code": 0, "message": ""}},
            {"error": {"code": None, "message": None}},
            {"error": "null"},
            {"base_resp": {"status_code": "0", "status_msg": "success"}},
            {"base_resp": {"status_code": 200}},
        )
    },
    "an empty error in the choice": Dialect("", [of({"content": "Hello"}, error={}), end(error={})], HELLO),
    "a raw tab": Dialect(
        "", ['{"choices": [{"delta": {"content": "a\tb"}}]}', end()], {"text": "a\tb", "ended": "done"}
    ),
    "two objects in one": Dialect(
        "", [json.dumps(of({"content": "Hel"})) + json.dumps(of({"content": "lo"})), end()], HELLO
    ),
    "data: twice": Dialect("", ["data: " + json.dumps(of({"content": "Hello"})), end()], HELLO),
    "a ping between words, and no finish reason": Dialect(
        "", [of({"content": "Hel"}), "ping", of({"content": "lo"})], HELLO
    ),
}

FAILED: Mapping[str, Dialect] = {
    **{
        f"behind words, {json.dumps(last)}": Dialect(
            "", [of({"content": "Hel"}), last], {"says": "boom", "text": "Hel"}
        )
        for last in (
            *({name: "boom"} for name in ("detail", "message", "msg", "Message", "err", "error_message")),
            {"type": "error", "message": "boom"},
            "boom",
            {"error_code": 110, "error_msg": "boom"},
            {"title": "boom", "status": 503},
            {"status": "error", "message": "boom"},
            of({"error": "boom"}),
            {"choices": [{"message": {"error": {"message": "boom"}}}]},
        )
    },
    "x_groq": Dialect(
        "Groq's SDK, XGroq.error",
        [of({"content": "Hel"}), {**end(), "x_groq": {"error": "boom"}}],
        {"says": "boom", "text": "Hel"},
    ),
    "of another kind of API": Dialect(
        "Anthropic, in a stream",
        [{"type": "content_block_delta", "delta": {"type": "text_delta", "text": "Hello"}}],
        {"says": "no choices"},
    ),
    "failed_generation": Dialect(
        "Groq",
        [{"error": {"message": "Failed to call a function.", "failed_generation": "<function=boom>"}}],
        {"says": "<function=boom>"},
    ),
    "half a chunk in the middle": Dialect(
        "",
        [of({"content": "Hel"}), '{"choices": [{"delta": {"con', of({"content": "lo"}), end()],
        {"says": "not JSON", "text": "Hello"},
    ),
}
