"""The page's scripts as one module, made when the app starts: 160 files less to ask for.

No build step, and no bundler: of a file only its `import` and `export` are written otherwise, line for line, so that a
browser's tools show the files as they are, by the source map. Our modules keep to the two forms that are read here and
import in no circle, which tests hold them to; what one imports later is a file beside them, such as a catalogue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Final

_IMPORT: Final = re.compile(r'^import \{([^}]*)\} from "([^"]+)";', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ((?:async )?function|class|const) (\w+)", re.MULTILINE)
_RENAMED: Final = re.compile(r"(\w+) as (\w+)")
_WAITS: Final = re.compile(r"^[^\s/*}].*\bawait\b", re.MULTILINE)
_LATER: Final = re.compile(r"\bimport\(`([^`$]*)/\$")
_BASE64: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def modules(folder: Path, entries: Iterator[str]) -> dict[str, str]:
    """The sources of these modules and of all that they import, by path, each behind what it imports."""
    sources: dict[str, str] = {}

    def add(path: str) -> None:
        if path not in sources:
            source = (folder / path).read_text("utf-8")
            for imported in _IMPORT.finditer(source):
                add(normpath(join(dirname(path), imported[2])))
            sources[path] = source

    for entry in entries:
        add(entry)
    return sources


def bundle(sources: Mapping[str, str]) -> str:
    """One module that exports `modules`, which has what each exports by its path without the ending."""
    number = {path: index for index, path in enumerate(sources)}
    written = [_function(path, source, number) for path, source in sources.items()]
    table = ", ".join(f"{json.dumps(path.removesuffix('.js'))}: m{index}" for path, index in number.items())
    return f"{''.join(written)}export const modules = {{ {table} }};\n//# sourceMappingURL=page.js.map\n"


def _function(path: str, source: str, number: Mapping[str, int]) -> str:
    """The module as a function that has run: what it exports is what that returns."""

    def taken(match: re.Match[str]) -> str:
        names = _RENAMED.sub(r"\1: \2", match[1])
        return f"const {{{names}}} = m{number[normpath(join(dirname(path), match[2]))]};"

    def later(match: re.Match[str]) -> str:
        return f"import(`./{normpath(join('js', dirname(path), match[1]))}/$"

    exported = ", ".join(match[2] for match in _EXPORT.finditer(source))
    body = _LATER.sub(later, _EXPORT.sub(r"\1 \2", _IMPORT.sub(taken, source)))
    begun = "await (async () => {" if _WAITS.search(source) else "(() => {"
    return f"const m{number[path]} = {begun} {body}return {{ {exported} }}; }})();\n"


def source_map(sources: Mapping[str, str]) -> str:
    """Which line of the bundle is which line of which file; each module begins and ends with a line of its own."""
    lines = []
    before = 0
    for index, source in enumerate(sources.values()):
        length = source.count("\n")
        lines += [f"A{_vlq(int(index > 0))}{_vlq(-before)}A", *["AACA"] * (length - 1), ""]
        before = length - 1
    paths = [f"js/{path}" for path in sources]
    return json.dumps({"version": 3, "sources": paths, "names": [], "mappings": ";".join(lines)})


def _vlq(number: int) -> str:
    """A number as source maps write it.

    >>> [_vlq(n) for n in (0, 1, -1, 16, -1000)]
    ['A', 'C', 'D', 'gB', 'x+B']
    """
    left = abs(number) << 1 | (number < 0)
    digits = ""
    while True:
        left, digit = left >> 5, left & 31
        digits += _BASE64[digit | (32 if left else 0)]
        if not left:
            return digits
