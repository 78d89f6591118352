"""How servers say what they would take: who says so, in which words, what was asked with, and what helps.

It is read as a table. The words are those of public reports, with numbers of our own.
"""

from __future__ import annotations

from typing import Any, Final

from playground.parameters import UNSET

TOOL: Final = {"type": "function", "function": {"name": "f", "parameters": {}}}
LONG: Final = {"max_tokens": 5000}
HOT: Final = {"temperature": 2.0}
CALLING: Final = {"tools": [TOOL], "tool_choice": "required"}
PENALTIES: Final = {"presence_penalty": 0.5, "frequency_penalty": 0.5}

WORDINGS: Final[list[tuple[str, str, dict[str, Any], dict[str, Any]]]] = [
    (
        "OpenAI",
        "max_tokens is too large: 5000. This model supports at most 4096 completion tokens, whereas "
        "you provided 5000.",
        LONG,
        {"max_tokens": 4096},
    ),
    (
        "OpenAI",
        "This model's maximum context length is 4096 tokens. However, you requested 5097 tokens (97 "
        "in the messages, 5,000 in the completion). Please reduce the length of the messages or "
        "completion.",
        LONG,
        {"max_tokens": 3999},
    ),
    (
        "OpenAI",
        "This model's maximum context length is 4096 tokens. However, you requested 5147 tokens (97 "
        "in the messages, 50 in the functions, and 5000 in the completion).",
        LONG,
        {"max_tokens": 3949},
    ),
    (
        "OpenAI",
        "Unsupported value: 'temperature' does not support 2 with this model. Only the default (1) "
        "value is supported.",
        HOT,
        {"temperature": UNSET},
    ),
    (
        "OpenAI",
        "Invalid 'temperature': decimal above maximum value. Expected a value <= 1, but got 2 instead.",
        HOT,
        {"temperature": 1},
    ),
    (
        "OpenAI",
        "Invalid 'max_tokens': integer below minimum value. Expected a value >= 16, but got 10 instead.",
        {"max_tokens": 10},
        {"max_tokens": 16},
    ),
    (
        "Azure behind OpenRouter",
        "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 10"
        " instead.",
        {"max_tokens": 10},
        {"max_tokens": 16},
    ),
    ("OpenAI", "Unrecognized request argument supplied: top_p", {"top_p": 0.5}, {"top_p": UNSET}),
    (
        "Anthropic",
        "max_tokens: 5000 > 4096, which is the maximum allowed number of output tokens for "
        "claude-3-haiku-20240307",
        LONG,
        {"max_tokens": 4096},
    ),
    (
        "Anthropic",
        "input length and `max_tokens` exceed context limit: 3000 + 5000 > 4096, decrease input "
        "length or `max_tokens` and try again",
        LONG,
        {"max_tokens": 1096},
    ),
    ("Anthropic", "`temperature` is deprecated for this model.", HOT, {"temperature": UNSET}),
    ("Anthropic", "`temperature` may only be set to 1 when thinking is enabled.", HOT, {"temperature": 1.0}),
    (
        "Bedrock",
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        {**HOT, "top_p": 0.5},
        {"temperature": UNSET},
    ),
    (
        "Groq",
        "`max_tokens` must be less than or equal to `4096`, the maximum value for `max_tokens` is "
        "less than the `context_window` for this model",
        LONG,
        {"max_tokens": 4096},
    ),
    (
        "Groq",
        "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
        {"tools": [TOOL]},
        {"tools": UNSET},
    ),
    (
        "DeepSeek",
        "Invalid max_tokens value, the valid range of max_tokens is [1, 4096]",
        LONG,
        {"max_tokens": 4096},
    ),
    (
        "DashScope",
        "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 4096]",
        LONG,
        {"max_tokens": 4096},
    ),
    (
        "DashScope",
        "<400> InternalError.Algo.InvalidParameter: Range of temperature should be [0, 2)",
        HOT,
        {"temperature": 1.9},
    ),
    (
        "DashScope",
        "This model only support stream mode, please enable the stream parameter to access the model.",
        LONG,
        {"stream": True},
    ),
    ("Kimi", "invalid temperature: only 1 is allowed for this model", HOT, {"temperature": 1.0}),
    ("Fireworks", "Requests with max_tokens > 4096 must have stream=true", LONG, {"max_tokens": 4096}),
    (
        "Vertex",
        "Unable to submit request because it has a maxOutputTokens value of 5000 but the supported "
        "range is from 1 (inclusive) to 4097 (exclusive). Update the value and try again.",
        LONG,
        {"max_tokens": 4096},
    ),
    (
        "Vertex",
        "Unable to submit request because it has a temperature value of 2 but the supported range is "
        "from 0 (inclusive) to 1.0001 (exclusive).",
        HOT,
        {"temperature": 1.0},
    ),
    (
        "Google",
        "Function calling is not enabled for models/gemma-3-27b-it",
        {"tools": [TOOL]},
        {"tools": UNSET},
    ),
    (
        "Google",
        "Penalty is not enabled for models/gemini-2.5-flash",
        {"presence_penalty": 0.5},
        {"presence_penalty": UNSET},
    ),
    (
        "xAI",
        "Argument not supported on this model: presencePenalty",
        {"presence_penalty": 0.5},
        {"presence_penalty": UNSET},
    ),
    (
        "vLLM",
        "'max_tokens' or 'max_completion_tokens' is too large: 5000. This model's maximum context "
        "length is 4096 tokens and your request has 100 input tokens (5000 > 4096 - 100).",
        LONG,
        {"max_tokens": 3996},
    ),
    (
        "vLLM",
        "This model's maximum context length is 4096 tokens. However, you requested 5000 output "
        "tokens and your prompt contains 96 input tokens, for a total of 5096 tokens.",
        LONG,
        {"max_tokens": 4000},
    ),
    (
        "vLLM",
        "This model's maximum context length is 4096 tokens. However, you requested 4000 output "
        "tokens and your prompt contains at least 97 input tokens, for a total of at least 4097 "
        "tokens.",
        {"max_tokens": 4000},
        {"max_tokens": UNSET},
    ),
    ("vLLM", "top_p must be in (0, 1], got 0.0.", {"top_p": 0.0}, {"top_p": 0.05}),
    (
        "vLLM",
        "Requested sample logprobs of 9, which is greater than max allowed: 5",
        {"logprobs": True, "top_logprobs": 9},
        {"top_logprobs": 5},
    ),
    (
        "vLLM",
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        {"tools": [TOOL], "tool_choice": "required"},
        {"tools": UNSET, "tool_choice": UNSET},
    ),
    (
        "TGI",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 100 "
        "`inputs` tokens and 5000 `max_new_tokens`",
        LONG,
        {"max_tokens": 3996},
    ),
    (
        "TGI",
        "Input validation error: `max_new_tokens` must be <= 192. Given: 5000",
        LONG,
        {"max_tokens": 192},
    ),
    (
        "TGI",
        "Input validation error: `temperature` must be strictly positive",
        {"temperature": 0.0},
        {"temperature": UNSET},
    ),
    ("TGI", "Input validation error: `top_p` must be > 0.0 and < 1.0", {"top_p": 1.0}, {"top_p": 0.95}),
    (
        "Ollama",
        "registry.ollama.ai/library/gemma3:270m does not support tools",
        {"tools": [TOOL]},
        {"tools": UNSET},
    ),
    ("xAI", "Argument not supported on this model: stop", {"stop": ["x"]}, {"stop": UNSET}),
    ("xAI", "Model grok-4.6 does not support parameter stop.", {"stop": ["x"]}, {"stop": UNSET}),
    (
        "mlx-openai-server",
        "Tool choice must be 'auto' when tools are provided.",
        {"tools": [TOOL], "tool_choice": "required"},
        {"tool_choice": "auto"},
    ),
    (
        "any",
        "Tool choice must be auto",
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "f"}}},
        {"tool_choice": "auto"},
    ),
    ("any", "seed is not supported", {"seed": 1}, {"seed": UNSET}),
    ("any", "max_completion_tokens must be at most 4096", LONG, {"max_tokens": 4096}),
    ("any", "max_tokens: 5000 exceeds 4,096, the maximum output length", LONG, {"max_tokens": 4096}),
    ("any", "max_tokens is out of range [1, 4097)", LONG, {"max_tokens": 4096}),
    ("any", "temperature is out of range: 0..1", HOT, {"temperature": 1.0}),
    ("any", "temperature must be between 0 and 15 exclusive", HOT, {"temperature": UNSET}),
    (
        "any",
        "You are not allowed to request logprobs from this model",
        {"logprobs": True, "top_logprobs": 3},
        {"logprobs": UNSET, "top_logprobs": UNSET},
    ),
    (
        "any",
        "'stream' is not supported here",
        {"stream": True, "stream_options": {"include_usage": True}},
        {"stream": UNSET, "stream_options": UNSET},
    ),
    (
        "SGLang",
        "Requested token count exceeds the model's maximum context length of 4096 tokens. You requested a total of "
        "5010 tokens: 10 tokens from the input messages and 5000 tokens for the completion.",
        LONG,
        {"max_tokens": 4086},
    ),
    (
        "Moonshot",
        "Invalid request: Your request exceeded model token limit: 4096 (requested: 5010)",
        LONG,
        {"max_tokens": 4086},
    ),
    (
        "Cerebras",
        "Please reduce the length of the messages or completion. Current length is 5010 while limit is 4096",
        LONG,
        {"max_tokens": 4086},
    ),
    (
        "Azure",
        "This model's maximum context length is 4096 tokens, however you requested 5097 tokens (97 in your prompt; "
        "5000 for the completion). Please reduce your prompt; or completion length.",
        LONG,
        {"max_tokens": 3999},
    ),
    (
        "OpenAI",
        "max_tokens is too large: 5000. This model's maximum context length is 4096 tokens, and you requested 5008 "
        "tokens (8 in the messages, 5000 in the completion).",
        LONG,
        {"max_tokens": 4088},
    ),
    (
        "any",
        "prompt_tokens (96) + max_tokens (5000) must be less than or equal to 4096",
        LONG,
        {"max_tokens": 4000},
    ),
    (
        "Bedrock",
        "The maximum tokens you requested exceeds the model limit of 4096. Try again with a maximum tokens value "
        "that is lower than 4096.",
        LONG,
        {"max_tokens": 4095},
    ),
    (
        "Cohere",
        "too many tokens: max tokens must be less than or equal to 4096 -- provided value is 5000",
        LONG,
        {"max_tokens": 4096},
    ),
    ("GLM", "max_tokens 取值范围 [1,4095]", LONG, {"max_tokens": 4095}),
    ("GLM", "top_p参数非法。限制开区间(0,1)。", {"top_p": 1.0}, {"top_p": 0.95}),
    ("SambaNova", "top_p must be between 0 and 1, exclusive", {"top_p": 1.0}, {"top_p": 0.95}),
    ("MiniMax", "invalid params, temperature should be in (0, 1]", HOT, {"temperature": 1.0}),
    ("Mistral", "top_p must be 1 when using greedy sampling.", {"top_p": 0.5}, {"top_p": 1.0}),
    ("Fastify", "body/temperature must be <= 1", HOT, {"temperature": 1.0}),
    ("NestJS", "temperature must not be greater than 1", HOT, {"temperature": 1.0}),
    (
        "Anthropic",
        "`temperature`, `top_p` and `top_k` are deprecated for this model",
        {**HOT, "top_p": 0.5},
        {"temperature": UNSET, "top_p": UNSET},
    ),
    (
        "LiteLLM",
        "bedrock does not support parameters: ['seed', 'logprobs'], for model=x. To drop these, set x.",
        {"seed": 1, "logprobs": True, "top_logprobs": 2},
        {"seed": UNSET, "logprobs": UNSET, "top_logprobs": UNSET},
    ),
    ("any", "max_tokens cannot exceed 4096", LONG, {"max_tokens": 4096}),
    ("any", "max_tokens cannot be less than 16", {"max_tokens": 10}, {"max_tokens": 16}),
    ("any", "seed must be less than or equal to 2147483647", {"seed": 4000000000}, {"seed": 2147483647}),
    (
        "Google",
        "Logprobs is not enabled for models/gemini-2.5-flash",
        {"logprobs": True, "top_logprobs": 3},
        {"logprobs": UNSET, "top_logprobs": UNSET},
    ),
    ("Bedrock", "This model doesn't support the stopSequences field.", {"stop": ["x"]}, {"stop": UNSET}),
    ("DashScope", "Temperature should be in [0.0, 2.0)", HOT, {"temperature": 1.9}),
    ("Perplexity", "Temperature must be between 0 and 2 (exclusive).", HOT, {"temperature": 1.9}),
    ("any", "Top_p should be in (0.0, 1.0]", {"top_p": 0.0}, {"top_p": 0.05}),
    ("any", "Presence_penalty should be in [-1.0, 1.0]", {"presence_penalty": 2.0}, {"presence_penalty": 1.0}),
    ("any", "TOP_P must be <= 0.9", {"top_p": 1.0}, {"top_p": 0.9}),
    ("any", "`Temperature` must be <= 1", HOT, {"temperature": 1.0}),
    ("any", "Frequency penalty is not supported", {"frequency_penalty": 0.5}, {"frequency_penalty": UNSET}),
    ("any", "Structured outputs are not supported by this model", {"response_format": {"type": "object"}},
     {"response_format": UNSET}),
    ("Google", "Tool use with function calling is unsupported", {"tools": [TOOL]}, {"tools": UNSET}),
    ("GLM", "temperature 参数非法。限制数值范围[0,1]", HOT, {"temperature": 1.0}),
    ("any", "temperature 取值范围为 0 到 1", HOT, {"temperature": 1.0}),
    ("Bedrock", "Malformed input request: #/temperature: 2 is not less or equal to 1, please reformat your input", HOT,
     {"temperature": 1.0}),
    ("Bedrock", "1 validation error detected: Value '2' at 'inferenceConfig.temperature' failed to satisfy constraint: "
     "Member must have value less than or equal to 1", HOT, {"temperature": 1.0}),
    ("jsonschema", "max_tokens: 5000 is greater than the maximum of 4096", LONG, {"max_tokens": 4096}),
    ("any", "Invalid value for max_tokens: 5000. Must be in range 1-4096", LONG, {"max_tokens": 4096}),
    ("any", "max_tokens: only values up to 4096 are supported", LONG, {"max_tokens": 4096}),
    ("any", "temperature must be ≤ 1", HOT, {"temperature": 1.0}),
    ("any", "only temperature=1 is supported", HOT, {"temperature": 1.0}),
    ("any", "Only a temperature of 1 is supported", HOT, {"temperature": 1.0}),
    ("any", "only top_p=1 is supported with temperature", {**HOT, "top_p": 0.5}, {"top_p": 1.0}),
    ("any", "temperature must be equal to 1, got 2", HOT, {"temperature": 1.0}),
    ("any", "temperature must be 1 or less when tools are set", HOT, {"temperature": UNSET}),
    ("any", "tool_choice must be one of auto, none", CALLING, {"tool_choice": "auto"}),
    ("any", "tool_choice must be either auto or none", CALLING, {"tool_choice": "auto"}),
    ("any", "Invalid tool_choice 'required', must be one of ['auto', 'none']", CALLING, {"tool_choice": "auto"}),
    ("any", "tool_choice must be one of auto, or something else", CALLING, {"tool_choice": UNSET}),
    ("any", "tool_choice must be one of auto, required", {**CALLING, "tool_choice": "none"}, {"tool_choice": UNSET}),
    ("LM Studio", "Invalid tool_choice type: 'object'. Supported string values: none, auto, required",
     {**CALLING, "tool_choice": {"type": "function", "function": {"name": "f"}}}, {"tool_choice": "required"}),
    # of several at once
    ("Azure", "Unrecognized request arguments supplied: tool_choice, tools", CALLING,
     {"tool_choice": UNSET, "tools": UNSET}),
    ("Azure", "Unrecognized request arguments supplied: logprobs, seed, top_logprobs",
     {"logprobs": True, "top_logprobs": 2, "seed": 1}, {"logprobs": UNSET, "seed": UNSET, "top_logprobs": UNSET}),
    ("any", "Unsupported parameters: logprobs, seed", {"logprobs": True, "seed": 1},
     {"logprobs": UNSET, "seed": UNSET}),
    ("xAI", "Argument not supported on this model: presencePenalty, frequencyPenalty", PENALTIES,
     dict.fromkeys(PENALTIES, UNSET)),
    ("Google", "Penalty is not enabled for models/gemini-2.5-flash", PENALTIES, dict.fromkeys(PENALTIES, UNSET)),
    ("any", "Presence penalty is not enabled", PENALTIES, {"presence_penalty": UNSET}),
    ("NestJS", "temperature must not be greater than 1; presence_penalty must not be less than -1",
     {**HOT, "presence_penalty": -2.0}, {"temperature": 1.0, "presence_penalty": -1.0}),
    ("Bedrock", "#/temperature: 2 is not less or equal to 1#/topP: 0.1 is not greater or equal to 0.5, please reformat",
     {**HOT, "top_p": 0.1}, {"temperature": 1.0, "top_p": 0.5}),
    ("pydantic", "2 validation errors for X temperature Input should be less than or equal to 1 [type=x, input_value=2]"
     " seed Extra inputs are not permitted [type=y]", {**HOT, "seed": 1}, {"temperature": 1.0, "seed": UNSET}),
    ("vLLM", "[{'type': 'less_than_equal', 'loc': ('body', 'temperature'), 'msg': 'Input should be less than or equal "
     "to 1'}, {'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not permitted'}]",
     {**HOT, "seed": 1}, {"temperature": 1.0, "seed": UNSET}),
    ("any", "temperature and top_p must be between 0 and 1", {**HOT, "top_p": 0.5}, {"temperature": 1.0}),
    ("any", "temperature, top_p must be at most 0.9", {**HOT, "top_p": 1.0}, {"temperature": 0.9, "top_p": 0.9}),
    ("any", "The sum of prompt tokens and max_tokens must not exceed 4096; temperature must be <= 1", {**HOT, **LONG},
     {"max_tokens": UNSET, "temperature": 1.0}),
    ("any", "tools are not supported, tool_choice must be 'auto'", CALLING, {"tools": UNSET, "tool_choice": UNSET}),
]  # fmt: skip
