"""Words and scores in forms of every kind, and each said once: more of the dialects of the field.

Kept apart from the other dialects because there are many, and most differ from one another in one field alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playground.events import Alternative, TokenScore, ToolCall
from tests.wire.dialect import Dialect, call, end, of

HI = TokenScore("Hi", -0.5)
SCORES = {"content": [{"token": "Hi", "logprob": -0.5}]}


def _row(answer: Mapping[str, Any], *chunks: Any) -> Dialect:
    return Dialect("", [*chunks, end()], {**answer, "ended": "done"})


def _details(*texts: str) -> list[Any]:
    return [of({"reasoning_details": [{"type": "reasoning.text", "text": text}]}) for text in texts]


def _messages(*texts: str) -> list[Any]:
    return [{"choices": [{"message": {"content": text}}]} for text in texts]


def _part(text: str) -> Any:
    return of({"content": [{"type": "text", "text": text}]})


TEXTS: Mapping[str, Any] = {
    "a list of texts": of({"content": ["Hel", "lo"]}),
    "a delta that is a list": of(["Hel", "lo"]),
    "a message that is a text": {"choices": [{"message": "Hello"}]},
    "choices that are an object": {"choices": {"index": 0, "delta": {"content": "Hello"}}},
}
THOUGHTS: Mapping[str, Any] = {
    "thinking": of({"thinking": "I should"}),
    "thinking as a list": of({"thinking": [{"text": "I should"}]}),
    "thinking_content": of({"thinking_content": "I should"}),
    "thought": of({"thought": "I should"}),
    "thinking_blocks": of({"thinking_blocks": [{"type": "thinking", "thinking": "I should"}]}),
    "reasoningContent": of({"reasoningContent": {"reasoningText": {"text": "I should"}}}),
    "content marked as a thought": of(
        {"content": "I should", "extra_content": {"google": {"thought": True}}}
    ),
    "beside the delta": {"choices": [{"index": 0, "delta": {}, "reasoning_content": "I should"}]},
    **{
        f"a part: {part}": of({"content": [part]})
        for part in (
            {"type": "reasoning", "reasoning": "I should"},
            {"type": "thinking", "text": "I should"},
            {"type": "reasoning_content", "text": "I should"},
        )
    },
}
PIECES: Mapping[tuple[str, ...], str] = {
    ("ha", "ha", "!"): "haha!",
    ("\n", "\n\n", "x"): "\n\n\nx",
    ("1", "10", "0"): "1100",
    ("ha", "ha"): "haha",
    ("H", "Hel", "Hel", "Hello"): "Hello",
}
SCORED: Mapping[str, Any] = {
    "beside the choices": {**of({"content": "Hi"}), "logprobs": SCORES["content"]},
    "within the delta": of({"content": "Hi", "logprobs": SCORES}),
    "as text": of({"content": "Hi"}, logprobs={"content": [{"token": "Hi", "logprob": "-0.5"}]}),
}

FORMS: Mapping[str, Dialect] = {
    **{name: _row({"text": "Hello"}, chunk) for name, chunk in TEXTS.items()},
    **{
        f"reasoning: {name}": _row({"text": "Hi", "reasoning": "I should"}, chunk, of({"content": "Hi"}))
        for name, chunk in THOUGHTS.items()
    },
    **{
        f"details {texts}": _row({"text": "Hi", "reasoning": all_}, *_details(*texts), of({"content": "Hi"}))
        for texts, all_ in PIECES.items()
    },
    **{f"messages {texts}": _row({"text": all_}, *_messages(*texts)) for texts, all_ in PIECES.items()},
    "a text that says all again": _row(
        {"text": "Hello"}, of({"content": "Hel"}), of({"content": "lo"}), of({}, text="Hello")
    ),
    "a refusal in both fields": _row({"text": "No", "refusal": "No"}, of({"content": "No", "refusal": "No"})),
    "a refusal in parts": _row({"refusal": "No"}, of({"refusal": [{"type": "refusal", "refusal": "No"}]})),
    "half and half of the thoughts": _row(
        {"reasoning": "😀"}, of({"reasoning_content": "\ud83d"}), of({"reasoning_content": "\ude00"})
    ),
    "half and half of a refusal": _row(
        {"refusal": "😀"}, of({"refusal": "\ud83d"}), of({"refusal": "\ude00"})
    ),
    "half and half in parts": _row({"text": "😀"}, _part("\ud83d"), _part("\ude00")),
    "half of a token": _row(
        {"text": "\ufffd", "logprobs": (TokenScore("\ufffd", -0.5),)},
        of({"content": "\ud83d"}, logprobs=-0.5),
    ),
    **{
        f"a bare score of {score}": _row(
            {"logprobs": (TokenScore("Hi", float(score)),)}, of({"content": "Hi"}, logprobs=score)
        )
        for score in (0.0, 0, -1)
    },
    **{f"scores {name}": _row({"logprobs": (HI,)}, chunk) for name, chunk in SCORED.items()},
    "scores of the text and a refusal": _row(
        {"logprobs": (HI, HI)}, of({"content": "Hi"}, logprobs={**SCORES, "refusal": SCORES["content"]})
    ),
    "an object for a content": _row(
        {"text": '{"a": "ä"}'}, {"choices": [{"message": {"content": {"a": "ä"}}}]}
    ),
    "a text for a delta": _row({"text": "Hello"}, of("Hello")),
    "steps of reasoning": _row(
        {"reasoning": "I look.", "text": "Hi"},
        of({"reasoning_steps": [{"thought": "I look."}]}),
        of({"content": "Hi"}),
    ),
    "a number for a content": _row({"text": "42"}, {"choices": [{"message": {"content": 42}}]}),
    "a truth for a content": _row({"text": "true"}, {"choices": [{"message": {"content": True}}]}),
    "texts and parts in one list": _row(
        {"text": "Hello"}, of({"content": ["He", {"type": "text", "text": "llo"}]})
    ),
    "a part with its text under another name": _row(
        {"text": "Hi"}, of({"content": [{"type": "text", "content": "Hi"}]})
    ),
    "the words at another index than the role": _row(
        {"text": "Hello"},
        of({"role": "assistant", "content": ""}),
        *({"choices": [{"index": 1, "delta": {"content": text}}]} for text in ("Hel", "lo")),
    ),
    "one text in two choices at once": _row(
        {"text": "Hello"}, {"choices": [{"index": 0, "delta": {"content": text}} for text in ("Hel", "lo")]}
    ),
    "all scores in the last chunk again": _row(
        {"logprobs": (HI, HI), "text": "HiHi"},
        *[of({"content": "Hi"}, logprobs=SCORES)] * 2,
        of({}, logprobs={"content": SCORES["content"] * 2}),
    ),
    "scores said again": _row(
        {"text": "Hi", "logprobs": (HI,)},
        of({"content": "Hi"}, logprobs=SCORES),
        {"choices": [{"message": {"content": "Hi", "logprobs": SCORES}}]},
    ),
    "alternatives in a map": _row(
        {"logprobs": (TokenScore("Hi", -0.5, (Alternative("Hi", -0.5), Alternative("Yo", -1.5))),)},
        of(
            {"content": "Hi"},
            logprobs={
                "content": [{"token": "Hi", "logprob": -0.5, "top_logprobs": {"Yo": -1.5, "Hi": -0.5}}]
            },
        ),
    ),
    "half and half of arguments": Dialect(
        "",
        [call(0, "c1", "f", '"\ud83d'), call(0, None, None, '\ude00"'), end()],
        {"tool_calls": (ToolCall("c1", "f", '"😀"'),)},
    ),
}
