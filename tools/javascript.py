"""The rules of the page's scripts that no linter knows, as functions from source text to the sentences that it breaks.

Kept apart from the rules of the Python, which are read from its syntax trees. Here text does: Biome has laid it out,
and sees itself to cycles, long functions and names that are not used (biome.json).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.architecture import MAX_FILE_LINES

SCRIPTS: Final = "assets/js"
UNIT_TESTS: Final = "tests/js"
REQUESTS: Final = f"{SCRIPTS}/core/api.js"
"""The one module that makes requests."""
WORDS: Final = f"{SCRIPTS}/core/words.js"
"""Where the page's language is known."""
GENERATED: Final = f"{SCRIPTS}/contract.js"
MOUNT: Final = "mount"
"""What a module exports for Gradio, which imports it by a string (playground/web/parameters/row.py)."""
MAX_COLUMNS: Final = 120
"""The formatter keeps code within 110; a sentence in a string may end a little later."""

_REQUESTS: Final = re.compile(r"\b(fetch\(|XMLHttpRequest|EventSource|WebSocket|sendBeacon)")
_MARKUP: Final = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|document\.write|DOMParser|eval\(|new Function)"
)
_EXPORT: Final = re.compile(r"^export (?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_IMPORT: Final = re.compile(r"^import \{([^}]*)\} from \"([^\"]+)\"", re.MULTILINE)
_TYPE_IMPORT: Final = re.compile(r"@import \{([^}]*)\} from \"([^\"]+)\"")
_INLINE_TYPE: Final = re.compile(r"import\(\"([^\"]+)\"\)\.(\w+)")

Sources = Mapping[str, str]
"""Source text by path in the repository, such as `assets/js/core/dom.js`."""


def sources(root: Path) -> dict[str, str]:
    """The page's scripts, and the unit tests of them, under `root`."""
    found = [path for folder in (SCRIPTS, UNIT_TESTS) for path in sorted((root / folder).rglob("*.js"))]
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in found}


def requests_in_one_module(files: Sources) -> Iterator[str]:
    """The page speaks to its server by core/api.js alone."""
    for path, number, line in _lines(files):
        if path != REQUESTS and _REQUESTS.search(line):
            yield f"{path}:{number} makes a request of its own; call {REQUESTS}"


def no_markup(files: Sources) -> Iterator[str]:
    """No text ever becomes markup, or is run."""
    for path, number, line in _lines(files):
        if found := _MARKUP.search(line):
            yield f"{path}:{number} uses {found[1].rstrip('(')}"


def sentences_are_literal(files: Sources) -> Iterator[str]:
    """What is handed to `t` stands there itself: translators are given what is read from the source."""
    for path, number, line in _lines(files):
        if path.startswith(SCRIPTS) and path != WORDS and re.search(r"\btn?\((?!\s*[\"']|$)", line):
            yield f"{path}:{number} hands no literal to t(); what comes from the server goes to translated()"


def names_are_no_sentences(files: Sources) -> Iterator[str]:
    """A class, or what a style asks for, is the same in every language: one that is translated has no style."""
    for path, number, line in _lines(files):
        if path.startswith(SCRIPTS) and re.search(r"(\bclass|\"data-[a-z-]+\"): [^,}]*\bt\(", line):
            yield f"{path}:{number} hands a name of the styles to t()"


def narrow(files: Sources) -> Iterator[str]:
    """A line can be read without scrolling."""
    for path, number, line in _lines(files):
        if len(line) > MAX_COLUMNS and path != GENERATED:
            yield f"{path}:{number} has {len(line)} columns; {MAX_COLUMNS} is the limit"


def short_scripts(files: Sources) -> Iterator[str]:
    """No file is longer than can be read in one sitting."""
    for path, text in files.items():
        if (length := len(text.splitlines())) > MAX_FILE_LINES:
            yield f"{path} has {length} lines; {MAX_FILE_LINES} is the limit"


def introduced_scripts(files: Sources) -> Iterator[str]:
    """Every module begins with a comment that says in a sentence what it does."""
    for path, text in files.items():
        if not re.match(r"// [A-Z\"][^\n]*(\n// [^\n]*)*?[.:]", text):
            yield f"{path} needs a first comment that says what it does"


def exports_are_used(files: Sources) -> Iterator[str]:
    """Nothing is offered that no other module takes, be it for its type alone."""
    used = {(target, name) for path, text in files.items() for target, name in _imports(path, text)}
    for path, text in files.items():
        for name in _EXPORT.findall(text):
            if name != MOUNT and (path, name) not in used and path != GENERATED:
                yield f"{path} exports {name}, which nobody imports"


def _imports(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Which name of which file is imported."""
    named = [*_IMPORT.findall(text), *_TYPE_IMPORT.findall(text)]
    pairs = [(target, name) for names, target in named for name in names.split(",")]
    pairs += [(target, name) for target, name in _INLINE_TYPE.findall(text)]
    for target, name in pairs:
        file = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        yield file, name.strip().partition(" as ")[0]


def _lines(files: Sources) -> Iterator[tuple[str, int, str]]:
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            yield path, number, line
