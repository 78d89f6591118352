"""A curl command as a request: its words as a shell would split them, and its options as curl has them.

Source of the options: curl's manual page (8.x). No variable is filled in and no file is read.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

from playground.share.paste.by_json import json_object
from playground.share.paste.found import KEY_FOUND, Found
from playground.share.setup import NotASetup

_BEFORE: Final = re.compile(r"\A(?:[ \t]*(?:#[^\n]*|(?:export[ \t]+|set[ \t]+)?\w+=[^\n]*)?\n)+")
"""Lines that may stand before the command: comments, and variables that are set."""
_HERE: Final = re.compile(r"<<-?\s*(['\"]?)(\w+)\1[^\n]*\n(.*?)\n\s*\2\s*(?:\n|\Z)", re.DOTALL)
_PIECE: Final = re.compile(
    r"""(?P<kept>'[^']*'|"(?:\\.|[^"\\])*"|\\.)|\$'(?P<escaped>(?:\\.|[^'\\])*)'"""
    r"""|(?P<end>(?<=\s)[0-9]?>|[|;&<>]|\n(?!\s*(?:["'-]|https?:|\Z)))""",
    re.DOTALL,
)
"""What is quoted, in each of the ways that bash has; or where the command ends, for a pipe, say."""
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
_LETTERS: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "e": "\x1b",
    "E": "\x1b",
    "f": "\f",
    "v": "\v",
}
_DATA: Final = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_HEADERS: Final = ("-H", "--header")
_WITH_VALUE: Final = (
    "-X",
    "--request",
    "-o",
    "--output",
    "-m",
    "--max-time",
    "-u",
    "--user",
    "-A",
    "--user-agent",
)
_QUIET: Final = frozenset({"content-type", "accept", "user-agent"})


def is_curl(text: str) -> bool:
    """Whether a text is a curl command, be it behind comments or a prompt."""
    return re.match(r"(?:\$\s+)?curl(?:\.exe)?\s", _BEFORE.sub("", text).lstrip()) is not None


def by_curl(text: str) -> Found:
    """The request that a command would send. Raises NotASetup where it has no JSON, or quotes that do not end."""
    text = _BEFORE.sub("", text)
    here = _HERE.search(text)
    typed = text if here is None else text[: here.start()] + text[here.end() :]
    try:
        words = shlex.split(_one_command(re.sub(r"[\\^]\r?\n", " ", typed)))
    except ValueError as error:
        raise NotASetup("A quotation mark in this command never ends.", "Copy it whole.") from error
    url, data, said = "", "", []
    for option, value in _options(words):
        if option in _DATA:
            data = here[3] if value == "@-" and here else value
        elif option in _HEADERS:
            said += _of_header(value)
        elif option in ("", "--url"):
            url = value
        elif option in ("-u", "--user"):
            said.append(KEY_FOUND)
        elif option not in _WITH_VALUE and value:
            said.append(f"The option {option} was not understood.")
    if data.startswith("@"):
        raise NotASetup(f"Its body is in a file, {data[1:][:60]}.", "Paste what is in the file.")
    url, _, query = url.partition("?")
    if query:
        said.append("What stands behind the ? of its address was not taken over.")
    return Found(json_object(data), url, tuple(dict.fromkeys(said)))


def _one_command(typed: str) -> str:
    """The first command of what was typed, with `$'...'`, which shlex does not know, quoted as it does.

    >>> shlex.split(_one_command("curl $'it\\\\'s' | jq"))
    ['curl', "it's"]
    """
    told, at = [], 0
    for piece in _PIECE.finditer(typed):
        told.append(typed[at : piece.start()])
        at = piece.end()
        if piece["end"]:
            return "".join(told)
        told.append(piece["kept"] or shlex.quote(_unescaped(piece["escaped"])))
    return "".join(told) + typed[at:]


def _unescaped(text: str) -> str:
    """What stands in `$'...'` as bash reads it (its manual, ANSI-C Quoting)."""

    def letter(found: re.Match[str]) -> str:
        x, u, long, octal, other = found.groups()
        number = int(x or u or long or "0", 16) if x or u or long else int(octal or "0", 8)
        return _LETTERS.get(other, other) if other else chr(min(number, 0x10FFFF))

    paired = _ESCAPE.sub(letter, text).encode(
        "utf-16-le", "surrogatepass"
    )  # browsers write both halves of a pair
    return paired.decode("utf-16-le", "replace")


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    """Each option with its value; an address has no option, and a switch no value."""
    rest = iter(words[words.index(next(w for w in words if w.startswith("curl"))) + 1 :])
    for word in rest:
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if not word.startswith("-") or word == "-":
            yield "", word
        elif equals:
            yield name, value
        elif name in (*_DATA, *_HEADERS, *_WITH_VALUE, "--url"):
            yield name, next(rest, "")
        elif name[:2] in ("-d", "-H", "-X") and not name.startswith("--"):
            yield name[:2], name[2:]
        else:
            yield name, ""


def _of_header(header: str) -> list[str]:
    name, _, value = header.partition(":")
    if name.strip().lower() in ("authorization", "api-key", "x-api-key"):
        return [] if "$" in value else [KEY_FOUND]
    return [] if name.strip().lower() in _QUIET else [f"The header {name.strip()[:60]} was not taken over."]
