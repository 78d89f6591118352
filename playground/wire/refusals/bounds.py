"""The numbers in a server's refusal: bounds of a value or of the answer's length, and room left in the context.

It is read as a table: who says so, and in which words. A new wording costs a row, and a line in its test. Words that
can be read in two ways have no row here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_PLAIN: Final = r"-?\d+(?:\.\d+)?"
_N: Final = rf"(?>`?(?:-?\d{{1,3}}(?:,\d{{3}})+|{_PLAIN})`?)(?![A-Za-z\d_%]| ?%)"
"""A number that is none of thousands (8k) and no share (95%)."""

_NAMES: Final = "most|least|below|above|only|limit|read|total|written|counted"


def _worded(*wordings: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of wordings in which `N` stands for a number, and `<name>` for one that is read under this name.

    `<name!>` is one without commas, since it stands beside one, as in [1,100].
    """

    def number(found: re.Match[str]) -> str:
        return f"(?P<{found[1]}>{_PLAIN if found[2] else _N})" if found[1] else _N

    return tuple(re.compile(re.sub(rf"<({_NAMES})(!?)>|\bN\b", number, w), re.IGNORECASE) for w in wordings)


_IS: Final = r"(?:(?<!not )\bbe|a value|this value is|must have value|\band)"
"""What comes before a comparison that the value must pass."""

OF_MAX_TOKENS: Final = _worded(
    r"supports at most <most> completion tokens",  # OpenAI, Azure
    r"max_tokens: N > <most>, which is the maximum allowed number of output",  # Anthropic
    r"exceeds <most>, the maximum (?:output|completion) length",
    r"can only afford <most>",  # OpenRouter, 402
    r"max_tokens > <most> must have stream",  # Fireworks
    r"maximum tokens value that is lower than <below>",  # Bedrock
)
"""Limits of the answer's length, whatever parameter the server names."""

OF_TOP_LOGPROBS: Final = _worded(
    r"Requested sample logprobs of N, which is greater than max allowed: <most>",
)
"""vLLM, which says logprobs of both."""

BOUNDS: Final = _worded(
    # DeepSeek: the valid range of x is [1, 8192]; DashScope: Range of x should be [0, 2);
    # vLLM: x must be in (0, 1]; GLM says it in Chinese, and names an open interval
    r"(?:range(?: of \w+)?(?: is| should be|:)?|(?:must|should) be (?:in|within|between)|范围[是为:：]?|区间) ?"
    r"(?:\[<least!>|\(<above!>), ?(?:<most>\]|<below>\))",
    r"(?:range(?: is| of|:)?|范围[是为:：]?) ?<least> ?(?:\.\.|to|-|–|~|到|至) ?<most>(?!,? \(?exclusive)",
    r"range is from <least> \(inclusive\) to (?:<below> \(exclusive\)|<most> \(inclusive\))",  # Vertex
    r"be between <least> and <most>(?!,? \(?exclusive)",
    r"be between <above> and <below>,? \(?exclusive",  # SambaNova
    # OpenAI: Expected a value >= 16; Groq: must be less than or equal to `8192`; Mistral, and all on FastAPI:
    # Input should be less than or equal to 1.5; TGI: must be > 0.0 and < 1.0; vLLM: must be at least 1;
    # pydantic 1: ensure this value is less than or equal to 16; Bedrock: Member must have value less than or equal to 1
    rf"{_IS} (?:<=|≤|less than or equal to|at most|no more than|up to) <most>",
    rf"{_IS} (?:>=|≥|greater than or equal to|at least|no less than) <least>",
    rf"{_IS} (?:<|(?:less|lower|smaller) than|below) <below>",
    rf"{_IS} (?:>|(?:greater|higher|larger) than|above) <above>",
    r"N is not (?:less|lower) (?:than )?or equal to <most>",  # Bedrock
    r"N is not (?:greater|higher) (?:than )?or equal to <least>",
    r"(?:^|: )N is greater than the maximum of <most>",  # jsonschema
    r"(?:^|: )N is less than the minimum of <least>",
    r"only values up to <most>",
    r"not (?:exceed|be (?:above|(?:greater|higher|larger|more) than)) <most>",
    r"not be (?:below|(?:less|lower|smaller) than) <least>",
    r"only <only> is (?:allowed|supported)",  # Kimi
    r"may only be set to <only>",  # Anthropic while thinking
    r"must (?:be|equal)(?: equal to| exactly)? <only>"  # Mistral, while greedy: must be 1 when
    r"(?= (?:when|if|for|with)\b|[.;] |[.,;)]*(?: and)? ?$|, (?:got|but))",
)

_ROOM: Final = _worded(
    r"maximum context length is <limit> tokens and your request has <read> input",  # vLLM
    r"must be <= <limit>\. Given: <read> `inputs` tokens and N `max_new_tokens`",  # TGI, Together
    r"exceed context limit: <read> \+ N > <limit>",  # Anthropic
    # OpenAI, vLLM, DeepSeek: (97 in the messages, 4,000 in the completion);
    # OpenRouter: (10 of text input, 9 in the output); Azure, llama-cpp-python: (97 in your prompt; 4000 for the ...)
    r"maximum context length is <limit> tokens[.,] (?:however|and),? you requested (?:about )?<total> tokens "
    r"\([^)]*?<written> (?:in|for) (?:the )?(?:completion|output)",
    r"maximum context length is <limit> tokens\. however, you requested N output tokens and your prompt "
    r"contains <read> input",  # vLLM since 0.11; "at least" so many is no number to count with
    r"maximum context length of <limit> tokens\. You requested a total of N tokens: <read> tokens from the input",
    # SGLang
    r"prompt_tokens \(<read>\) \+ max_tokens \(N\) must be (?:<=|less than or equal to) <limit>",
    r"exceeded model token limit: <limit> \(requested: <total>\)",  # Moonshot, with what was to be written
    r"Current length is <counted> while limit is <limit>",  # Cerebras
)
"""How much the context holds, and what of it is taken: what is read, or a total with what was to be written. Whether
what is counted has that in it is not said."""


def room(words: str, written: Any, length: int) -> int | None:
    """How many tokens the context has left for the answer, by the server's own numbers; None where it has none.

    `written`: the limit of the answer that was sent, where one was. `length`: how many bytes the request has, which
    are never fewer than its tokens: a count that is higher has the answer in it.
    """
    for pattern in _ROOM:
        if found := pattern.search(words):
            said = {name: int(_number(text)) for name, text in found.groupdict().items() if text}
            return _left(said, written if isinstance(written, int) else 0, length)
    return None


def _left(said: Mapping[str, int], sent: int, length: int) -> int | None:
    if "read" in said:
        return said["limit"] - said["read"]
    if "counted" in said and said["counted"] <= length:
        return None
    written = said.get("written", sent)
    total = said.get("total", said.get("counted", 0))
    return said["limit"] - (total - written) if 0 < written < total else None


def bounds(words: str, wordings: tuple[re.Pattern[str], ...]) -> dict[str, set[float]]:
    """The numbers by what they are: most, least, below, above, only."""
    found: dict[str, set[float]] = {}
    for pattern in wordings:
        for match in pattern.finditer(words):
            for bound, text in match.groupdict().items():
                if text:
                    found.setdefault(bound, set()).add(_number(text))
    return found


def _number(text: str) -> float:
    return float(text.strip("`").replace(",", ""))
