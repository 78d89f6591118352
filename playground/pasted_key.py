"""A key, or an address, out of what was pasted in its place: out of a shell, a program, a header or a .env.

The settings, the page and Python callers all hand on keys as people copy them, and whoever judges where a key may go
must see the key itself: in quotes it would not be known by its form. Addresses are copied with the same around them.
"""

from __future__ import annotations

import re
from typing import Final

_AROUND: Final = (
    " \t\r\n\v\f\0\u00a0\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
    "\"'`<>,;{}\\\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
)
"""What neither begins nor ends with: blanks and line ends, marks that nobody sees, quotes, braces, a comma or a
semicolon, the backslash before the next line."""

_SHELL: Final = r"(?:-H|--header|export|set)\s+|\$env:"
_NAME: Final = r"""["']?(?:[a-z0-9]+[_-])*(?:{})["']?\s*[=:]\s*"""

_BEFORE_KEY: Final = re.compile(
    rf"""{_SHELL}|(?:authorization["']?\s*[:=]\s*)?["']?bearer(?:\s+|$)|[a-z_][a-z0-9_]*\s*=\s*(?=["'])"""
    rf"""|{_NAME.format("api_?key|key|token")}""",
    re.IGNORECASE,
)
"""A header's name and scheme, or the name that is set to the key, and what a shell has before either."""
_BEFORE_ADDRESS: Final = re.compile(
    rf"""{_SHELL}|{_NAME.format("url|uri|base|endpoint|host|server")}(?=[{re.escape(_AROUND)}]*https?:)""",
    re.IGNORECASE,
)
"""The name that is set to the address; `host:8080` is an address itself."""
_COMMENT: Final = re.compile(r"\s#[^\r\n]*$")
_LONGEST: Final = 8_000
"""Characters; what is longer is neither a key nor an address, and is not searched."""


def cleaned_key(pasted: str) -> str:
    """The key alone: without blanks and quotes around it, `Bearer` or `NAME=` before it, a comma or comment after it.

    Empty where only what comes before a key was pasted. What is within a key stays as it is: two keys in two lines
    must not become one, nor a part of a key be lost.

    >>> [cleaned_key(text) for text in ("'sk-1' ", 'export HF_TOKEN="hf_1";', "Authorization: Bearer hf_1", "a=b==")]
    ['sk-1', 'hf_1', 'hf_1', 'a=b==']
    """
    return _cleaned(pasted, _BEFORE_KEY)


def cleaned_address(pasted: str) -> str:
    """The address alone, in the same way.

    >>> cleaned_address('export OPENAI_BASE_URL="http://localhost:8080/v1"  # mine')
    'http://localhost:8080/v1'
    """
    return _cleaned(pasted, _BEFORE_ADDRESS)


def _cleaned(pasted: str, before: re.Pattern[str]) -> str:
    text, found = "", pasted.strip(_AROUND)
    while len(found) <= _LONGEST and text != found:
        text = found
        found = _COMMENT.sub("", text.strip(_AROUND))
        if named := before.match(found):
            found = found[named.end() :]
    return found
