"""The dialects of the field: what servers are known to send, and what it means.

It is read as documentation: each row is a shape that some server or gateway really sent, with the report that tells
of it, the chunks as they came, and the answer that they are. Texts are invented.
"""

from __future__ import annotations

from collections.abc import Mapping

from playground.attachments import Attachment
from playground.events import Alternative, TokenScore
from tests.wire.dialect import Dialect, end, of
from tests.wire.dialects_of_calls import CALLS
from tests.wire.dialects_of_ends import ENDS, FAILED
from tests.wire.dialects_of_forms import FORMS

USAGE = {"prompt_tokens": 5, "completion_tokens": 2}
HELLO = {"text": "Hello", "ended": "done"}
REFUSED = {"text": "I can't help.", "refusal": "I can't help.", "ended": "done"}
THOUGHT = {"reasoning": "I should", "text": "Hi", "ended": "done"}
SCORED = {"logprobs": (TokenScore("Hi", -0.5),), "text": "Hi", "ended": "done"}
TOP = {"logprobs": (TokenScore("Hi", -0.5, (Alternative("Hi", -0.5), Alternative("Yo", -1.5)), 7),)}

WORDS: Mapping[str, Dialect] = {
    "a refusal in pieces": Dialect(
        "OpenAI", [of({"content": None, "refusal": "I can't"}), of({"refusal": " help."}), end()], REFUSED
    ),
    "a refusal, whole": Dialect(
        "openclaw#102321",
        [{"choices": [{"message": {"content": None, "refusal": "I can't help."}, "finish_reason": "stop"}]}],
        REFUSED,
    ),
    "a refusal as a part": Dialect(
        "openai-agents-js#1495",
        [of({"content": [{"type": "refusal", "refusal": "I can't help."}]}), end()],
        REFUSED,
    ),
    "the whole message at the end": Dialect(
        "hermes-browser-extension#11",
        [
            of({"content": "Hel"}),
            of({"content": "lo"}),
            {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]},
        ],
        HELLO,
    ),
    "a message that grows beside": Dialect(
        "Perplexity",
        [
            of({"content": "Hel"}, message={"content": "Hel"}),
            of({"content": "lo"}, message={"content": "Hello"}),
            end(message={"content": "Hello"}),
        ],
        HELLO,
    ),
    "a message that says more": Dialect(
        "",
        [of({"content": "Hel"}), {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}],
        HELLO,
    ),
    "a message without the blanks": Dialect(
        "",
        [
            of({"content": "Hello \n"}),
            {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]},
        ],
        {"text": "Hello \n"},
    ),
    "messages that grow": Dialect(
        "",
        [{"choices": [{"message": {"content": text}}]} for text in ("H", "Hel", "Hel", "Hello")] + [end()],
        HELLO,
    ),
    "messages that are pieces": Dialect(
        "", [{"choices": [{"message": {"content": text}}]} for text in ("Hel", "l", "o")] + [end()], HELLO
    ),
    "the text of a completion": Dialect(
        "",
        [
            {"choices": [{"index": 0, "text": "Hel"}]},
            {"choices": [{"index": 0, "text": "lo", "finish_reason": "stop"}]},
        ],
        HELLO,
    ),
    "thinking as a part": Dialect(
        "Mistral: litellm#16272",
        [
            of({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "I should"}]}]}),
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "reasoning_content": Dialect(
        "DeepSeek",
        [of({"reasoning_content": "I should", "content": None}), of({"content": "Hi"}), end()],
        THOUGHT,
    ),
    "reasoning": Dialect(
        "OpenRouter", [of({"reasoning": "I should", "content": ""}), of({"content": "Hi"}), end()], THOUGHT
    ),
    "reasoning_details alone": Dialect(
        "MiniMax: litellm#31890",
        [
            of({"reasoning_details": [{"type": "reasoning.text", "text": "I"}]}),
            of({"reasoning_details": [{"type": "reasoning.text", "text": " should"}]}),
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "reasoning_details that grow": Dialect(
        "MiniMax's reference",
        [
            of({"reasoning_details": [{"type": "reasoning.text", "text": "I"}]}),
            of({"reasoning_details": [{"type": "reasoning.text", "text": "I should"}]}),
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "a summary of reasoning": Dialect(
        "OpenRouter",
        [
            of(
                {
                    "reasoning_details": [
                        {"type": "reasoning.summary", "summary": "I should"},
                        {"type": "reasoning.encrypted", "data": "x"},
                    ]
                }
            ),
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "reasoning in both forms": Dialect(
        "OpenRouter",
        [
            *[
                of({"reasoning": text, "reasoning_details": [{"type": "reasoning.text", "text": text}]})
                for text in ("I", " should")
            ],
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "reasoning again in the other form": Dialect(
        "",
        [
            of({"reasoning": "I should"}),
            of({"reasoning_details": [{"type": "reasoning.text", "text": "I should"}]}),
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "the last of the reasoning again in the other form": Dialect(
        "",
        [
            *[of({"reasoning": text}) for text in ("I", " should")],
            of({"reasoning_details": [{"type": "reasoning.text", "text": " should"}]}),
            of({"content": "Hi"}),
            end(),
        ],
        THOUGHT,
    ),
    "images": Dialect(
        "OpenRouter",
        [
            of({"content": "Hello", "images": [{"image_url": {"url": "data:1"}}]}),
            of({"images": [{"image_url": {"url": "data:1"}}]}),
            end(),
        ],
        {**HELLO, "attachments": (Attachment("image"),)},
    ),
    "audio in pieces": Dialect(
        "OpenAI",
        [
            of({"audio": {"id": "a", "transcript": "Hel"}}),
            of({"audio": {"transcript": "lo", "data": "xx"}}),
            end(),
        ],
        {**HELLO, "attachments": (Attachment("audio"),)},
    ),
    "parts that are no text": Dialect(
        "",
        [of({"content": [{"type": "text", "text": "Hello"}, {"type": "image_url", "image_url": {}}]}), end()],
        {**HELLO, "attachments": (Attachment("image"),)},
    ),
    "an index that is not 0": Dialect(
        "grok2api#62",
        [{"choices": [{"index": 1, "delta": {"content": "Hello"}, "finish_reason": "stop"}]}],
        HELLO,
    ),
    "chunks without choices or delta": Dialect(
        "Azure",
        [
            {"choices": [], "prompt_filter_results": []},
            of({"content": "Hello"}),
            {"choices": [{"index": 0, "finish_reason": None, "content_filter_offsets": {}}]},
            end(),
        ],
        HELLO,
    ),
    "pings": Dialect("", [{"type": "ping"}, {}, of({"content": "Hello"}), [], "still there", end()], HELLO),
    "a list of chunks": Dialect("Gemini", [[of({"content": "Hel"}), of({"content": "lo"})], end()], HELLO),
}

FACTS: Mapping[str, Dialect] = {
    "usage in the choice": Dialect(
        "Moonshot", [of({"content": "Hello"}), end(usage=USAGE)], {**HELLO, "prompt": 5, "completion": 2}
    ),
    "usage in x_groq": Dialect(
        "Groq",
        [of({"content": "Hello"}), {**end(), "x_groq": {"id": "r", "usage": USAGE}}],
        {**HELLO, "prompt": 5, "completion": 2},
    ),
    "usage in every chunk": Dialect(
        "vLLM, continuous_usage_stats",
        [
            {**of({"content": "Hello"}), "usage": {"prompt_tokens": 5, "completion_tokens": 1}},
            {**end(), "usage": USAGE},
        ],
        {**HELLO, "prompt": 5, "completion": 2},
    ),
    "usage by other names": Dialect(
        "",
        [of({"content": "Hello"}), {**end(), "usage": {"input_tokens": 5, "output_tokens": 2}}],
        {**HELLO, "prompt": 5, "completion": 2},
    ),
    "scores": Dialect(
        "OpenAI",
        [of({"content": "Hi"}, logprobs={"content": [{"token": "Hi", "logprob": -0.5}]}), end()],
        SCORED,
    ),
    "scores of a refusal": Dialect(
        "OpenAI",
        [
            of({"refusal": "Hi"}, logprobs={"content": None, "refusal": [{"token": "Hi", "logprob": -0.5}]}),
            end(),
        ],
        SCORED,
    ),
    "scores of the old completions": Dialect(
        "Together",
        [of({"content": "Hi"}, logprobs={"tokens": ["Hi"], "token_logprobs": [-0.5]}), end()],
        SCORED,
    ),
    "scores with alternatives, in columns": Dialect(
        "older vLLM",
        [
            of(
                {"content": "Hi"},
                logprobs={
                    "tokens": ["Hi"],
                    "token_logprobs": [-0.5],
                    "top_logprobs": [{"Yo": -1.5, "Hi": -0.5}],
                    "token_ids": [7],
                },
            ),
            end(),
        ],
        TOP,
    ),
    "a bare score": Dialect("Together's streams", [of({"content": "Hi"}, logprobs=-0.5), end()], SCORED),
    "stop by the way": Dialect(
        "",
        [
            of({"content": "Hel"}, finish_reason="stop"),
            of({"content": "lo"}, finish_reason="stop"),
            end("length"),
        ],
        {"text": "Hello", "ended": "length", "finish_reason": "length"},
    ),
    "stop by the way, with the last word": Dialect(
        "",
        [of({"content": "Hel"}, finish_reason="stop"), of({"content": "lo"}, finish_reason="length")],
        {"text": "Hello", "ended": "length"},
    ),
    "stop behind the true word": Dialect(
        "", [of({"content": "Hello"}), end("length"), end()], {"text": "Hello", "ended": "length"}
    ),
    "length by the way": Dialect(
        "",
        [
            of({"content": "Hel"}, finish_reason="length"),
            of({"content": "lo"}, finish_reason="length"),
            end(),
        ],
        {"text": "Hello", "ended": "done"},
    ),
    "a null behind the word": Dialect("", [of({"content": "Hello"}, finish_reason="stop"), end(None)], HELLO),
    "the word null": Dialect(
        "DashScope",
        [of({"content": "Hello"}, finish_reason="null"), end()],
        {**HELLO, "finish_reason": "stop"},
    ),
    "the word in an object": Dialect(
        "SGLang",
        [of({"content": "Hello"}), end({"type": "length", "length": 2})],
        {"text": "Hello", "ended": "length"},
    ),
}

FAILURES: Mapping[str, Dialect] = {
    "an error in the choice": Dialect(
        "OpenRouter's schema",
        [of({}, finish_reason="error", error={"message": "boom", "code": 502})],
        {"says": "boom"},
    ),
    "base_resp": Dialect(
        "MiniMax",
        [{"choices": None, "base_resp": {"status_code": 1008, "status_msg": "boom"}}],
        {"says": "boom"},
    ),
    "a word that means failure": Dialect(
        "Zhipu", [of({"content": "Hel"}), end("network_error")], {"says": "network_error", "text": "Hel"}
    ),
    "insufficient_system_resource": Dialect(
        "DeepSeek", [end("insufficient_system_resource")], {"says": "insufficient_system_resource"}
    ),
    "abort": Dialect("vllm#57082", [of({"content": "Hel"}), end("abort")], {"says": "abort", "text": "Hel"}),
    "words and nothing else": Dialect("", [{"detail": "boom"}], {"says": "boom"}),
    "a text and nothing else": Dialect("", ["boom"], {"says": "boom"}),
    "an empty list and nothing else": Dialect("", [[]], {"says": "an object was expected"}),
    **FAILED,
}

SOUND: Mapping[str, Dialect] = {**CALLS, **WORDS, **FACTS, **FORMS, **ENDS}
