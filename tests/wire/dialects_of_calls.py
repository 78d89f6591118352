"""How servers send tool calls: the rule of `playground.wire.stream.tool_calls`, shape by shape.

Kept apart from the other dialects because they are as many as all of those.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from playground.events import ToolCall
from tests.wire.dialect import Dialect, call, end, of

CITY = '{"city": "Bonn"}'
WEATHER = ToolCall("c1", "get_weather", CITY)
HELLO = {"text": "Hello", "ended": "done"}


def calls(*made: ToolCall) -> Mapping[str, Any]:
    """The answer that these calls are."""
    return {"tool_calls": made, "ended": "done"}


def said(*entries: Mapping[str, Any]) -> Any:
    """A whole message with these calls."""
    return {"choices": [{"message": {"tool_calls": [*entries]}, "finish_reason": "tool_calls"}]}


def entry(id: str | None, name: str | None, arguments: Any) -> Mapping[str, Any]:
    """A call of a whole message; what is None is left out."""
    function = {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}
    return {"function": function} if id is None else {"id": id, "function": function}


A, B = '{"a": 1}', '{"a": 2}'
TWO = calls(ToolCall("f", "f", A), ToolCall("f", "f", B))
CALLS: Mapping[str, Dialect] = {
    "as OpenAI has it": Dialect(
        "OpenAI",
        [
            call(0, "c1", "get_weather", ""),
            call(0, None, None, '{"city"'),
            call(0, None, None, ': "Bonn"}'),
            end("tool_calls"),
        ],
        calls(WEATHER),
    ),
    "no index": Dialect("Gemini", [call(None, "c1", "get_weather", CITY), end()], calls(WEATHER)),
    "at index 1 alone": Dialect("litellm#5231", [call(1, "c1", "get_weather", CITY), end()], calls(WEATHER)),
    "the name behind the arguments": Dialect(
        "", [call(0, "c1", None, CITY), call(0, None, "get_weather"), end()], calls(WEATHER)
    ),
    "arguments as an object": Dialect(
        "Ollama", [call(0, "c1", "get_weather", {"city": "Bonn"}), end()], calls(WEATHER)
    ),
    "no list around it": Dialect(
        "TGI#2794",
        [
            of(
                {
                    "tool_calls": {
                        "index": 0,
                        "id": "c1",
                        "function": {"name": "get_weather", "arguments": CITY},
                    }
                }
            ),
            end(),
        ],
        calls(WEATHER),
    ),
    "all of index 0 and one id": Dialect(
        "transformers serve",
        [call(0, "a", "f", '{"x": 1}'), call(0, "a", "f", '{"x": 2}'), call(0, "a", "g", "{}"), end()],
        calls(ToolCall("a", "f", '{"x": 1}'), ToolCall("a", "f", '{"x": 2}'), ToolCall("a", "g", "{}")),
    ),
    "a new id with each piece": Dialect(
        "LM Studio: hermes-agent#5254",
        [
            call(0, "c1", "get_weather", ""),
            *[call(0, f"x{at}", "", piece) for at, piece in enumerate(('{"city', '": "Bo', 'nn"}'))],
            end(),
        ],
        calls(WEATHER),
    ),
    "a new id and the name again": Dialect(
        "vllm#33520",
        [call(0, "c1", "get_weather", '{"city'), call(0, "c2", "get_weather", '": "Bonn"}'), end()],
        calls(WEATHER),
    ),
    "an id of one blank": Dialect(
        "vercel/ai#18440",
        [call(0, "c1", "get_weather", '{"city'), call(0, " ", "", '": "Bonn"}'), end()],
        calls(WEATHER),
    ),
    "a blank for each id": Dialect(
        "",
        [call(0, " ", "get_weather", CITY), call(1, " ", "get_weather", CITY), end()],
        calls(*[ToolCall("", "get_weather", CITY)] * 2),
    ),
    "its arguments at another index": Dialect(
        "LocalAI#9722", [call(0, "c1", "get_weather"), call(1, "c1", None, CITY), end()], calls(WEATHER)
    ),
    "whole at another index": Dialect(
        "LocalAI#9722",
        [call(0, "c1", "get_weather", CITY), call(1, "c1", "get_weather", CITY), end()],
        calls(WEATHER),
    ),
    "the name in pieces": Dialect(
        "openclaw#127603",
        [call(0, "c1", "get_", ""), call(0, "c1", "weather", ""), call(0, None, None, CITY), end()],
        calls(WEATHER),
    ),
    "the name in pieces, with the arguments": Dialect(
        "openclaw#127603",
        [call(0, "c1", "get_", ""), call(0, None, "weather", CITY), end()],
        calls(WEATHER),
        {"tools": [{"type": "function", "function": {"name": "get_weather"}}]},
    ),
    "empty arguments before the real ones": Dialect(
        "Bedrock: openai-agents-js#712",
        [call(0, "c1", "get_weather", "{}"), call(0, None, None, CITY), end()],
        calls(WEATHER),
    ),
    "empty arguments": Dialect("", [call(0, "c1", "now", "{}"), end()], calls(ToolCall("c1", "now", "{}"))),
    "whole again under its id": Dialect(
        "", [call(0, "c1", "get_weather", CITY), call(0, "c1", "get_weather", CITY), end()], calls(WEATHER)
    ),
    "two equal ones without ids": Dialect(
        "",
        [call(None, None, "roll", '{"d": 6}'), call(None, None, "roll", '{"d": 6}'), end()],
        calls(*[ToolCall("", "roll", '{"d": 6}')] * 2),
    ),
    "several in one delta, without indices": Dialect(
        "",
        [
            of(
                {
                    "tool_calls": [
                        {"function": {"name": "now", "arguments": ""}},
                        {"function": {"name": "now", "arguments": ""}},
                    ]
                }
            ),
            end(),
        ],
        calls(*[ToolCall("", "now", "")] * 2),
    ),
    "one id for all, in turns": Dialect(
        "",
        [
            call(0, "x", "f", ""),
            call(1, "x", "g", ""),
            call(0, "x", None, '{"a": 1}'),
            call(1, "x", None, '{"b": 2}'),
            end(),
        ],
        calls(ToolCall("x", "f", '{"a": 1}'), ToolCall("x", "g", '{"b": 2}')),
    ),
    "pieces that say nothing": Dialect(
        "",
        [of({"tool_calls": [{}, None, {"index": 0, "function": None}]}), of({"content": "Hello"}), end()],
        HELLO,
    ),
    "an old function_call": Dialect(
        "GigaChat; OpenAI before tools",
        [
            of({"function_call": {"name": "get_weather", "arguments": ""}}),
            of({"function_call": {"arguments": CITY}}),
            end("function_call"),
        ],
        calls(ToolCall("", "get_weather", CITY)),
    ),
    "an old function_call, whole": Dialect(
        "GigaChat",
        [
            {
                "choices": [
                    {
                        "message": {
                            "content": "",
                            "function_call": {"name": "get_weather", "arguments": {"city": "Bonn"}},
                        },
                        "finish_reason": "function_call",
                    }
                ]
            }
        ],
        calls(ToolCall("", "get_weather", CITY)),
    ),
    "again in the last message": Dialect(
        "",
        [
            call(0, "c1", "get_weather", CITY),
            {
                "choices": [
                    {
                        "message": {
                            "tool_calls": [
                                {"id": "c1", "function": {"name": "get_weather", "arguments": CITY}}
                            ]
                        },
                        "finish_reason": "tool_calls",
                    }
                ]
            },
        ],
        calls(WEATHER),
    ),
    "a document in which all have one id": Dialect(
        "transformers serve",
        [said(entry("x", "f", A), entry("x", "g", B), entry("x", "g", B), entry("x", "f", ""))],
        calls(ToolCall("x", "f", A), *[ToolCall("x", "g", B)] * 2, ToolCall("x", "f", "")),
    ),
    "one id for all in one delta": Dialect(
        "",
        [
            of({"tool_calls": [{"index": 0, **entry("x", "f", A)}, {"index": 0, **entry("x", "f", A)}]}),
            end(),
        ],
        calls(*[ToolCall("x", "f", A)] * 2),
    ),
    "the function's name as id": Dialect(
        "gateways",
        [
            call(0, "f", "f", ""),
            call(0, None, None, A),
            call(1, "f", "f", ""),
            call(1, None, None, B),
            end(),
        ],
        TWO,
    ),
    "the function's name as id, in turns": Dialect(
        "gateways",
        [
            call(0, "f", "f", ""),
            call(1, "f", "f", ""),
            call(0, None, None, A[:4]),
            call(1, None, None, B[:4]),
            call(0, "f", None, A[4:]),
            call(1, "f", None, B[4:]),
            end(),
        ],
        TWO,
    ),
    "indices of any form": Dialect(
        "",
        [
            call(0.0, "c1", "get_weather", ""),  # type: ignore[arg-type]
            call("0", None, None, CITY[:7]),  # type: ignore[arg-type]
            call(0, None, None, CITY[7:]),
            end(),
        ],
        calls(WEATHER),
    ),
    "whole again at the end, without a name": Dialect(
        "", [call(0, "c1", "get_weather", CITY), call(0, "c9", None, CITY), end()], calls(WEATHER)
    ),
    "whole again in the last message, under another id, without a name": Dialect(
        "", [call(0, "c1", "get_weather", CITY), said(entry("c9", None, CITY))], calls(WEATHER)
    ),
    "others in a later message": Dialect(
        "",
        [call(0, "c1", "get_weather", CITY), said(entry("c2", "f", A))],
        calls(WEATHER, ToolCall("c2", "f", A)),
    ),
    "the id late, with the name again": Dialect(
        "", [call(0, None, "get_weather", CITY), call(0, "c1", "get_weather", ""), end()], calls(WEATHER)
    ),
    "a name that grows": Dialect(
        "",
        [call(0, "c1", "get_", ""), call(0, "c1", "get_weather", ""), call(0, None, None, CITY), end()],
        calls(WEATHER),
    ),
    "blanks around the name": Dialect("", [call(0, "c1", " get_weather\n", CITY), end()], calls(WEATHER)),
    "arguments that grow": Dialect(
        "",
        [
            call(0, "c1", "get_weather", ""),
            *[call(0, None, None, CITY[:to]) for to in (2, 6, 12, 12, len(CITY))],
            end(),
        ],
        calls(WEATHER),
    ),
    "arguments that begin again within": Dialect(
        "",
        [call(0, "c1", "f", '{"'), call(0, None, None, '{": 1}'), end()],
        calls(ToolCall("c1", "f", '{"{": 1}')),
    ),
    "nothing before the real arguments": Dialect(
        "",
        [call(0, "c1", "get_weather", "null"), call(0, None, None, "{ }"), call(0, None, None, CITY), end()],
        calls(WEATHER),
    ),
    "nothing behind the real arguments": Dialect(
        "", [call(0, "c1", "get_weather", CITY), call(0, None, None, "{}"), end()], calls(WEATHER)
    ),
    "arguments encoded twice": Dialect(
        "", [call(0, "c1", "get_weather", json.dumps(CITY)), end()], calls(WEATHER)
    ),
    "arguments encoded twice, in pieces": Dialect(
        "",
        [
            call(0, "c1", "get_weather", json.dumps(CITY)[:6]),
            call(0, None, None, json.dumps(CITY)[6:]),
            end(),
        ],
        calls(WEATHER),
    ),
    "parameters for arguments": Dialect(
        "",
        [
            of(
                {
                    "tool_calls": [
                        {"id": "c1", "function": {"name": "get_weather", "parameters": {"city": "Bonn"}}}
                    ]
                }
            ),
            end(),
        ],
        calls(WEATHER),
    ),
    "a custom tool": Dialect(
        "OpenAI",
        [said({"id": "c1", "type": "custom", "custom": {"name": "run", "input": "ls -l"}})],
        calls(ToolCall("c1", "run", "ls -l")),
    ),
    "an object by index": Dialect(
        "",
        [of({"tool_calls": {"0": entry("x", "f", A), "1": entry("y", "g", B)}}), end()],
        calls(ToolCall("x", "f", A), ToolCall("y", "g", B)),
    ),
    "a list in a list": Dialect(
        "", [of({"tool_calls": [[entry("c1", "get_weather", CITY)]]}), end()], calls(WEATHER)
    ),
    **{
        f"the calls in a second choice at index {index}": Dialect(
            "GitHub Copilot: mini-swe-agent#804",
            [
                {
                    "choices": [
                        {"index": 0, "message": {"content": "Let me look"}, "finish_reason": "tool_calls"},
                        {
                            "index": index,
                            "message": {"content": None, "tool_calls": [entry("c1", "get_weather", CITY)]},
                            "finish_reason": "tool_calls",
                        },
                    ]
                }
            ],
            {**calls(WEATHER), "text": "Let me look", "finish_reason": "tool_calls"},
        )
        for index in (0, 1)
    },
    "the calls at an index of their own": Dialect(
        "litellm#33931",
        [
            of({"content": "Let me "}),
            of({"content": "look"}),
            {"choices": [{"index": 1, "delta": {"tool_calls": [entry("c1", "get_weather", CITY)]}}]},
            {"choices": [{"index": 1, "delta": {}, "finish_reason": "tool_calls"}]},
        ],
        {**calls(WEATHER), "text": "Let me look", "finish_reason": "tool_calls"},
    ),
    "arguments that grow from their first letter": Dialect(
        "",
        [
            *(call(0, "c1", "get_weather", CITY[:size]) for size in (1, 5, len(CITY))),
            end("tool_calls"),
        ],
        calls(WEATHER),
    ),
    "whole arguments again, written otherwise": Dialect(
        "",
        [
            call(0, "c1", "get_weather", CITY),
            call(0, "c1", "get_weather", json.dumps(json.loads(CITY), indent=1)),
            end("tool_calls"),
        ],
        calls(WEATHER),
    ),
    "JSON text": Dialect(
        "",
        [said(), of({"tool_calls": json.dumps([entry("c1", "get_weather", CITY)])}), end()],
        calls(WEATHER),
    ),
}
