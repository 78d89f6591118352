"""Which fields of the body a refusal is about: the one that the server names, else the first that its words mention.

Words may be about several: those that they list, and those of which each has a statement of its own. Kept apart from
the refusals because servers have as many ways to name a field as to refuse it, and because a field that is named
falsely sends its reader the wrong way.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

LIMITS: Final = ("max_tokens", "max_completion_tokens")
"""Body fields that are one parameter, by its own name first."""

RENAMED: Final[Mapping[str, str]] = {
    LIMITS[1]: LIMITS[0],
    "random_seed": "seed",
    "repeat_penalty": "repetition_penalty",
    "reasoning": "reasoning_effort",
    "chat_template_kwargs": "reasoning_effort",
}
"""Body fields that are a parameter under another name, at OpenAI, Mistral, llama.cpp, vLLM and OpenRouter: a test
holds it to the profiles."""

_ACTORS: Final = frozenset({"provider", "user"})
"""Of whom most is said on their own account: "User is not allowed to use this model"."""

_PLAIN_WORDS: Final = frozenset(
    {
        *("model", "messages", "stream", "stop", "seed", "tools", "models", "store", "reasoning", "thinking"),
        *("functions", "prompt", "text", "metadata", "options"),
    }
)
"""Names that also occur in ordinary sentences; they count only where it is a field that is spoken of."""

_MUST_BE: Final = r"{} (?:must|should|may|can)(?:not| not| only)? be\b"

_WRITTEN_AS_FIELD: Final = (
    r"[`'\"]{}[`'\"]",
    r"{}\[\d",  # Google: tools[0].function_declarations
    r"(?:^|[;(] ?){}: ",  # pydantic
)
_AS_FIELD: Final = (
    *_WRITTEN_AS_FIELD,
    rf"(?<![Tt]he )(?<![Yy]our )(?<![Tt]his )(?<!\b[Aa] ){_MUST_BE}",
)
"""How a plain word is told to be a field."""

_NOT_TAKEN: Final = (
    r"(?:not (?:yet |currently )?(?:supported|enabled|available|(?:allowed|permitted)(?! to (?!be\b)))"
    r"|unsupported|deprecated|disabled)"
)
"""But a user may be "not allowed to" do what is none of a field's business."""

_PARAMETER: Final = (
    # xAI: Argument not supported on this model: stop; Model x does not support parameter stop;
    # llama.cpp: Unsupported param: tools
    r"(?i:argument|param(?:eter)?|field)s?(?:[\w ]{{0,60}}:)? {}(?=[.,;)]|$| (?:is|are|for|on|with|in)\b)",
    r"{} param(?:eter)? requires",  # llama.cpp: tools param requires --jinja flag
    r"{} ?参数",  # GLM
)
_UNSUPPORTED: Final = (rf"{{}}[`'\"]? (?:is|are) {_NOT_TAKEN}", *_PARAMETER)
"""What is said of a parameter and of nothing else."""

_OTHER_NAMES: Final = (
    (r"\bmax_new_tokens\b", LIMITS),  # TGI, whatever the request calls it
    (r"\bmax_output_tokens\b|\bmaxOutputTokens\b", LIMITS),  # Azure behind OpenRouter, and Google's Vertex
    (r"(?i)\bmax(?:imum)? tokens (?:must|cannot|you requested|value)", LIMITS),  # Cohere, Bedrock
    (r"(?i)\bstop[_ ]?(?:sequence|word)s?\b", ("stop",)),  # Bedrock, Google
    (r"[Tt]hinking level", ("reasoning_effort",)),  # Google
)
"""What servers call a body field beside its name."""

_STRUCTURED: Final = r"(?:structured[ _]outputs?|JSON[ _](?:mode|schema|object|output))"

_SAYINGS: Final = (
    # Ollama, OpenRouter, Google: Tool use with function calling is unsupported
    (r"(?i)support (?:tools\b|tool use|(?:tool|function)[ -]call)", ("tools",)),
    (
        rf"(?i)\b(?:tool use|(?:tool|function)[ -]call(?:s|ing))(?: with [\w ]{{1,30}})? (?:is|are) {_NOT_TAKEN}",
        ("tools",),
    ),
    (r"Invalid schema for function", ("tools",)),  # OpenAI
    # Groq, beside the failed_generation
    (r"Failed to call a function|(?i:tool call validation failed)|parse tool call arguments", ("tools",)),
    (r"Tool choice is none, but", ("tools",)),
    (r"Tool choice is required, but", ("tool_choice",)),
    (r"Failed to (?:generate|validate) JSON|JSON does not match the expected schema", ("response_format",)),
    (r"The model generated output that could not be parsed", ("tools", "response_format")),
    # Google
    (rf"(?i)\blog ?prob(?:abilitie)?s (?:is|are) {_NOT_TAKEN}", ("logprobs",)),
    (rf"(?i)\b{_STRUCTURED} (?:is|are) {_NOT_TAKEN}|support {_STRUCTURED}", ("response_format",)),
    (r"with a response mime type", ("response_format",)),
    (r"(?i)\bstreaming (?:mode )?is (?:not (?:supported|enabled)|unsupported)", ("stream",)),
    (r"Multiple candidates is not enabled", ("n",)),
    # vLLM, which says logprobs of both; without tools there is no choice to make
    (r"Requested sample logprobs of", ("top_logprobs",)),
    (r"tool choice requires|--tool-call-parser", ("tools",)),
    (r"[Tt]ool choice must be", ("tool_choice",)),  # mlx-openai-server (issue 49)
    # llama.cpp
    (r"grammar constraints with tools|[Ff]ailed to parse grammar", ("grammar", "response_format", "tools")),
    (r'"json_schema" or "grammar"', ("grammar", "response_format")),
)
"""Sentences that are about a parameter and about nothing else, with the first of these that was sent."""

_NAME: Final = r"(?<!\w)[`'\"]?[A-Za-z]\w*[`'\"]?"
_NEXT: Final = r"(?:,? (?:and|or|&) |[,;] ?)"
_LIST: Final = rf"\[?({_NAME}(?:{_NEXT}{_NAME})*)(?:\]|(?=[.;)]|$| (?:is|are|for|on|with|in|by)\b))"
_FIELDS: Final = r"(?:argument|param(?:eter)?|field|property|propertie|key|option)(?:s|\(s\))?"

_LISTED: Final = (
    # Anthropic: `temperature`, `top_p` and `top_k` are deprecated
    rf"({_NAME}(?:{_NEXT}{_NAME})+) are {_NOT_TAKEN}(?! (?:together|simultaneously|at the same|in combination))",
    # Azure: Unrecognized request arguments supplied: tool_choice, tools;
    # LiteLLM: does not support parameters: ['seed', 'logprobs']
    rf"\b(?:un(?:recognized|supported|known|expected)|extra|invalid|not support)"
    rf"(?: \w+){{0,2}} {_FIELDS}(?: \w+\b)?:? ?{_LIST}",
    rf"(?:not|n't) support ({_NAME}(?:{_NEXT}{_NAME})+)(?=[.;)]|$| for\b)",
    # xAI: Argument not supported on this model: seed, stop
    rf"\b{_FIELDS}(?: is| are)? {_NOT_TAKEN}(?: \w+){{0,4}}: ?{_LIST}",
    # Google, Bedrock, Fireworks: one after the other
    r'unknown name ("\w+")',
    r"extraneous key (\[\w+\])",
    r"not permitted, field: ('\w+')",
)
"""Where words list fields that are not taken."""

_PENALTIES: Final = (
    rf"(?i)(?<!frequency )(?<!presence )\bpenalt(?:y is|ies are) {_NOT_TAKEN}",
    ("frequency_penalty", "presence_penalty"),
)
"""Google, of both."""

_TAKEN: Final = re.compile(
    rf"\b(?:expected one of|(?<!not )(?:supported|allowed|permitted|valid|known) {_FIELDS}(?: are| is)?):? ?"
    rf"\[?{_NAME}(?:{_NEXT}{_NAME})*",
    re.IGNORECASE,
)
"""A list of what would be taken, in which no name is that of what is at fault."""

_HEAD: Final = (
    # "temperature: Input should", "The top_p must be", "body/top_p is not supported", ('body', 'top_p') in Python;
    # Bedrock: at 'inferenceConfig.temperature' failed to satisfy
    r"(?:^|[;,.:(>/{{]|(?<= and)|(?<=\b[Tt]he)) ?[`'\"(]{{0,2}}{}"
    r"(?:[.\[][\w.\[\]]{{0,80}})?[`'\"]{{0,2}}"
    rf"(?=: | ?\)|\)| (?:must|should)\b| (?:is|are) (?:{_NOT_TAKEN}|out of range)| failed to satisfy)",
    r"{}(?= (?:Input should|Extra inputs|ensure this|extra fields))",  # pydantic, as text
)
"""Where a statement about a field begins."""

_SUBJECTS: Final = re.compile(
    rf"({_NAME}(?:{_NEXT}{_NAME})+) (?:must|should)(?: both| each)? be (?:in|within|between|at|less|greater|[<>≤≥\d])",
    re.IGNORECASE,
)
"""Several of which one thing is said."""

_A_FAULT: Final = re.compile(
    r"\b(?:not|must|should|cannot|ensure|range|maximum|minimum|exceeds?)\b"
    r"|\b(?:required|invalid|unknown|unsupported|deprecated|disabled)\b",
    re.IGNORECASE,
)
"""What tells a statement that finds fault from a value that is told again."""

_SHARE: Final = re.compile(
    r"([\d,]*\d) (?:tokens )?(?:(?:of|in|from|for) )?(?:the |your )?(?:\w+ )?"
    r"`?(input|messages|prompt|output|completion|max_new_tokens)"
)
"""How many tokens are read and how many may be written, as OpenRouter, OpenAI, vLLM, SGLang and TGI say what is too
long."""

_WRITTEN: Final = frozenset({"output", "completion", "max_new_tokens"})

_OF_REQUESTS: Final = frozenset({400, 403, 404, 413, 422, 501})
"""Statuses whose words are about the request; others mention a field by chance."""

_NO_SUCH_MODEL: Final = re.compile(r"\bmodel\b.{0,300}(?:not exist|not found|unknown)", re.IGNORECASE)
"""With 404: its name may be that of a field."""

_SPOKEN: Final = "[ _-]?"
"""What stands between the parts of a name where it is plain that a field is spoken of: frequency penalty."""

_PLACES: Final = ("detail", "details", "errors")
"""Where validators list what is wrong; Mistral has the first within the message."""

_PASSING: Final = frozenset({"model", "models", "messages", "stream", "stop", "provider", "user"})
"""What may be out of order on the server's own account."""


def field_at_fault(document: Any, words: str, sent: Mapping[str, Any], status: int) -> str | None:
    """The field of the body `sent` that an error `document` with these `words` is about; None where it is none."""
    for field in _named(document):
        if sent_as := [name for name in sent if _is_named(field, _names_of(name, sent))]:
            return sent_as[0]
    words = _TAKEN.sub("", words.replace(_written_by_model(document), ""))
    if status not in _OF_REQUESTS:
        return _first(_unmistakable(words, sent))
    if status == 404 and _NO_SUCH_MODEL.search(words):
        return "model"
    if found := _first(_mentions(words, sent)):
        return found
    return "model" if status == 404 and re.search(r"\bmodel\b", words, re.IGNORECASE) else None


def fields_listed(words: str, sent: Collection[str]) -> list[str]:
    """The fields of `sent` that the words list as not taken, each once."""
    return list(dict.fromkeys(name for _, name in _listed(words, sent)))


def statements(words: str, sent: Collection[str]) -> dict[str, str]:
    """What the words say of each field of `sent` that they find fault with in a statement of its own.

    "temperature must be <= 1; top_p must be <= 0.9" -> {"temperature": "temperature must be <= 1; ", "top_p": ...}.
    """
    begins = sorted(
        (match.start("name"), name)
        for name in sent
        for called in _names_of(name, sent)
        for pattern in _HEAD
        for match in re.finditer(pattern.format(f"(?P<name>{_spelt(called, _SPOKEN)})"), words)
    )
    ends = [at for at, _ in [*begins, (len(words), "")][1:]]
    said: dict[str, str] = {}
    for (at, name), end in zip(begins, ends, strict=True):
        if _A_FAULT.search(words, at, end):
            said[name] = said.get(name, "") + words[at:end]
    for match in _SUBJECTS.finditer(words):
        named = _fields_in(match[1], sent)
        said |= {name: said[named[-1]] for name in named if named[-1] in said}
    return said


def _listed(words: str, sent: Collection[str]) -> list[tuple[int, str]]:
    found = (match for pattern in _LISTED for match in re.finditer(pattern, words, re.IGNORECASE))
    places = [(match.start(1), name) for match in found for name in _fields_in(match[1], sent)]
    return places + _said([_PENALTIES], words, sent)


def _fields_in(listed: str, sent: Collection[str]) -> list[str]:
    parts = re.findall(r"\w+", listed)
    return [name for part in parts for name in sent if _is_named(part, _names_of(name, sent))]


def _first(found: Iterable[tuple[int, str]]) -> str | None:
    return min(found, key=lambda mention: mention[0], default=(0, None))[1]


def _names_of(field: str, sent: Collection[str]) -> list[str]:
    """What a field may be called: its own name, and those that its parameter has elsewhere, unless sent too."""
    parameter = RENAMED.get(field, field)
    others = [parameter, *(name for name, own in RENAMED.items() if own == parameter)]
    return [field, *(name for name in others if name not in sent)]


def _is_named(field: str, names: Iterable[str]) -> bool:
    """Whether one of the names is this field's, however it is spelt: top_p, topP, TopP."""
    return _letters(field) in map(_letters, names)


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _mentions(words: str, sent: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Where the words mention which field. Of what is too long together, the limit is one if it is the larger part."""
    found = [
        (place, name)
        for name in sent
        for called in _names_of(name, sent)
        if (place := _mentioned(called, words)) is not None
    ]
    found += [*_said((*_OTHER_NAMES, *_SAYINGS), words, sent), *_listed(words, sent)]
    shares = [(int(number.replace(",", "")), part in _WRITTEN) for number, part in _SHARE.findall(words)]
    if {is_written for _, is_written in shares} == {True, False}:
        found = [(place, name) for place, name in found if name not in LIMITS]
        if sum(number if is_written else -number for number, is_written in shares) > 0:
            found += [(len(words), name) for name in LIMITS if name in sent]
    return found


def _unmistakable(words: str, sent: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Where the words say of a field that it is not taken, whatever else may be wrong."""
    found = [
        (place, name)
        for name in sent
        if name not in _PASSING and (place := _place(_UNSUPPORTED, _spelt(name, _SPOKEN), words)) is not None
    ]
    found += [(place, name) for place, name in _listed(words, sent) if name not in _PASSING]
    return found + _said(_SAYINGS, words, sent)


def _said(
    table: Iterable[tuple[str, tuple[str, ...]]], words: str, sent: Collection[str]
) -> list[tuple[int, str]]:
    found = ((re.search(pattern, words), names) for pattern, names in table)
    return [(match.start(), name) for match, names in found if match for name in names if name in sent]


def _mentioned(name: str, words: str) -> int | None:
    """Where the words have this name, as a word of its own and no part of a model's name."""
    spoken = _spelt(name, _SPOKEN)
    if name in _ACTORS:
        return _place((*_WRITTEN_AS_FIELD, *_PARAMETER), spoken, words)
    if name in _PLAIN_WORDS:
        return _place((*_AS_FIELD, *_UNSUPPORTED), spoken, words)
    places = (_place(("{}",), _spelt(name), words), _place((_MUST_BE, *_UNSUPPORTED), spoken, words))
    return min((place for place in places if place is not None), default=None)


def _place(patterns: Iterable[str], spelt: str, words: str) -> int | None:
    """Where the first of the patterns stands that has the name in it."""
    found = (re.search(pattern.format(spelt), words) for pattern in patterns)
    return min((match.start() for match in found if match), default=None)


def _spelt(name: str, between: str = "[_-]?") -> str:
    """A pattern of the name as it is written anywhere: top_p, topP (xAI), TopP, Top_p (DashScope), TOP_P.

    A single letter is no name in capitals. Letters of other scripts may stand beside it: Chinese has no blanks.
    """
    case = "i" if len(name) > 1 else ""
    parts = re.sub(r"(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])", lambda _: between, re.escape(name))
    return rf"(?<![A-Za-z0-9_-])(?{case}:{parts})(?![A-Za-z0-9_-])"


def _named(document: Any) -> list[str]:
    """The names that the server gives for what is at fault: OpenAI's param, and places in the request."""
    error = document.get("error", document) if isinstance(document, Mapping) else None
    param = error.get("param") if isinstance(error, Mapping) else None
    return [*(_parts(param)[:1] if isinstance(param, str) else []), *_locations(document)]


def _locations(document: Any) -> list[str]:
    """Places in the request, part by part, as validators name them.

    FastAPI: detail[].loc is ["body", "top_p"]; Google: details[].fieldViolations[].field is
    "generation_config.top_p"; ASP.NET and Laravel: errors has messages by field.
    """
    outer = document if isinstance(document, Mapping) else {}
    within = [each for each in (outer, outer.get("message"), outer.get("error")) if isinstance(each, Mapping)]
    entries = [entry for each in within for name in _PLACES for entry in _entries(each.get(name))]
    entries += [each for entry in entries for each in _entries(entry.get("fieldViolations"))]
    entries += [{"field": name} for each in within for name in _fields(each.get("errors"))]
    paths = [entry.get("loc", entry.get("field")) for entry in entries]
    parts = [_parts(path) if isinstance(path, str) else path for path in paths]
    return [part for path in parts if isinstance(path, list) for part in path if isinstance(part, str)]


def _entries(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _fields(errors: Any) -> Iterable[str]:
    return errors if isinstance(errors, Mapping) else ()


def _parts(path: str) -> list[str]:
    return [part for part in re.split(r"[.\[\]/$]+", path) if part]


def _written_by_model(document: Any) -> str:
    """What the model wrote (Groq), in which a word is no name of a field."""
    error = document.get("error") if isinstance(document, Mapping) else None
    written = error.get("failed_generation") if isinstance(error, Mapping) else None
    return " ".join(written.split()) if isinstance(written, str) else ""
