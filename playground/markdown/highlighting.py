"""Code in colours: which of its pieces are keywords, strings, numbers, comments.

Kept apart because it alone knows Pygments, and how little of it is trusted with a model's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, Token

from playground.markdown.blocks import Element, Node

LONGEST: Final = 10_000
"""Characters of code that are coloured; a lexer is a heap of regular expressions."""
LONGEST_LINE: Final = 500
"""Characters of one line of it: on longer ones some of those expressions take their time."""
_NO_CODE: Final = re.compile(r"[\w\s.\[\]]{300}")
"""So many words and blanks in a row are no code, and those that look for a method's head go through them again and
again: 8,000 characters of "a " took C# 16 seconds."""

_FAMILIES: Final = [
    "awk",
    "bash",
    "c",
    "clojure",
    "cmake",
    "cpp",
    "csharp",
    "css",
    "dart",
    "diff",
    "docker",
    "elixir",
    "erlang",
    "fortran",
    "go",
    "graphql",
    "haskell",
    "html",
    "ini",
    "java",
    "javascript",
    "json",
    "julia",
    "kotlin",
    "latex",
    "lua",
    "make",
    "matlab",
    "nginx",
    "nix",
    "ocaml",
    "objective-c",
    "perl",
    "php",
    "powershell",
    "protobuf",
    "python",
    "r",
    "ruby",
    "rust",
    "scala",
    "scss",
    "sql",
    "swift",
    "toml",
    "typescript",
    "vim",
    "xml",
    "yaml",
    "zig",
]
_ALIASES: Final = {
    "c#": "csharp",
    "c++": "cpp",
    "cs": "csharp",
    "console": "bash",
    "dockerfile": "docker",
    "golang": "go",
    "js": "javascript",
    "jsonc": "json",
    "jsx": "javascript",
    "kt": "kotlin",
    "makefile": "make",
    "objc": "objective-c",
    "postgresql": "sql",
    "proto": "protobuf",
    "ps1": "powershell",
    "py": "python",
    "python3": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "tex": "latex",
    "ts": "typescript",
    "tsx": "typescript",
    "yml": "yaml",
    "zsh": "bash",
}
LEXERS: Final[Mapping[str, str]] = {**{name: name for name in _FAMILIES}, **_ALIASES}
"""The languages that are coloured, by the names that answers give them; lexers slow on hostile code are left out."""

_CLASSES: Final = (
    (Comment, "comment"),
    (String, "string"),
    (Number, "number"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Tag, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Attribute, "name"),
    (Name.Decorator, "name"),
    (Name.Builtin, "builtin"),
    (Name.Exception, "builtin"),
    (Name.Variable, "builtin"),
    (Generic.Inserted, "inserted"),
    (Generic.Deleted, "deleted"),
)
"""What is coloured alike, by Pygments' kinds of token; the page has a colour for each in both themes."""


def highlighted(code: str, language: str) -> tuple[Node, ...]:
    """The same code, its pieces in elements of a class; as it is where the language is unknown or it is too long."""
    lexer_name = LEXERS.get(language.lower())
    if not lexer_name or not _is_quick(code):
        return (code,) if code else ()
    pieces = tuple(_pieces(code, lexer_name))
    return (
        pieces
        if "".join(p if isinstance(p, str) else str(p.children[0]) for p in pieces) == code
        else (code,)
    )


def _is_quick(code: str) -> bool:
    """Whether any lexer is through with it soon."""
    is_short = len(code) <= LONGEST and max(map(len, code.split("\n"))) <= LONGEST_LINE
    return is_short and not _NO_CODE.search(code)


def _pieces(code: str, lexer_name: str) -> Iterator[Node]:
    lexer = get_lexer_by_name(lexer_name, stripnl=False, ensurenl=False)
    for look, tokens in groupby(lexer.get_tokens(code), key=lambda token: _class_of(token[0])):
        text = "".join(text for _, text in tokens)
        yield Element("span", {"class": look}, (text,)) if look else text


def _class_of(kind: type[Token]) -> str:
    return next((look for family, look in _CLASSES if kind in family), "")
