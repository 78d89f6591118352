"""The sentences of the code, as translators get them: what scripts hand to `t`, and what Python can say to a page.

Kept apart from the catalogues because this reads source, and knows nothing of languages.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

SCRIPTS: Final = "assets/js"
# fmt: off
SILENT: Final = (
    "command/", "engine/", "functions/", "markdown/", "operations/", "schema/", "share/code/",
    "share/paste/", "testing/", "votes/store/", "votes/files/export", "votes/files/importing", "votes/backup/hub",
    "votes/backup/card",
    "votes/self_naming", "words/", "settings", "contract", "calculator", "portal", "async_client",
    "client", "strict_json", "lessons/front_matter", "lessons/yaml_lines", "limits/sqlite_storage",
    "limits/counters", "sweeps/store", "sweeps/files", "share/values", "wire/tool_grammar",
    "wire/json_grammar", "wire/stream/sse", "wire/stream/chunks", "wire/schemes", "wire/documents",
    "wire/shapes", "wire/families", "wire/refusals/at_fault", "wire/refusals/bounds",
    "wire/stream/finish_reasons", "votes/redaction", "wire/turns", "wire/prompt_tokens", "web/api", "web/assets",
    "web/contract", "web/guard", "web/health", "web/lessons/hand_out", "web/markdown", "web/ports",
    "web/safe_integers", "web/self_check", "web/serve", "web/start", "web/watch",
)
# fmt: on
"""The parts of Python whose sentences do not reach the page, or are still English there."""
# fmt: off
ALONE: Final = (
    "Sampling", "Repetition", "Tokens", "Structure", "Delivery", "Preference", "More", "Extra",
    "Conversation", "preset", "model", "Lessons", "Sweep", "Class", "Votes", "Parameters", "message",
    "Message", "Send", "Stop", "Clear", "Tie", "Skip", "ended", "failed", "sent", "encoded",
    "withheld", "overridden", "added", "works", "rejected", "refused", "void", "random", "words",
    "tokens", "entropy", "surprise", "agreement", "speed", "cost", "bits", "waiting", "picture",
    "sound", "Logout", "Reward", "Everything", "Table", "Length and stopping", "base URL",
    "own server", "Back to the chat", "distinct words", "distinct pairs", "Sign in",
    "Sign in with Hugging Face", "Try again.",
    "Allowed: {allowed!t}.", "{parameter} is {value}; allowed is {allowed!t}.",
    "your settings", "Your settings",
    "stopped early", "voted early", "cut off", "filtered", "unclear end", "empty", "identical",
    'a list of {"role": ..., "content": ...} with the roles {roles}, and at least one message',
)
# fmt: on
"""Words that are shown by themselves, which no rule tells from names."""
# fmt: off
OWN: Final = frozenset((
    "allowed", "also", "attempts.wait", "catalog.error", "banning", "but", "by_itself", "called", "chosen",
    "comparisons.said", "counted", "differ", "ended", "failed", "half", "held", "how", "limiter.of",
    "limiter.words", "lower", "onwards", "otherwise", "pair.said", "runs", "same", "shape", "share", "shares.ahead",
    "shares.first", "shares.second",
    "some", "subject", "superseded_words", "they_give", "thought", "took", "until", "untold", "wait", "wanted",
    "way", "what", "when", "where", "which", "why", "why_not", "without",
))
# fmt: on
"""Holes that hold words of our own, and not a name, a number or somebody's words: they are translated too."""
_NAMED: Final = re.compile(r"\{(\w+)(!t)?\}")
_HOLE: Final = re.compile(r"\{\w+(?:!t)?\}")
_SPOKEN: Final = re.compile(r"[A-Za-z]{2,}[,:;]? [a-zA-Z]{2,}")
_CODE: Final = re.compile(
    r"=> |^\s*(select|insert|create|update|delete|from|import) |</|window\.|document\.|\bdef |^[a-z-]+/"
    r"|\(\?|\\[bwZd.\[]|\]\)?\?|<(most|least|limit|read)>|\|\(|^return \[|%s|-----|const "
    r"|\?\.\w|^\^|start: |\[str, |supports\? |inner SPACE|\w+_\w+ \w+_\w+ "
)

_LITERAL: Final = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
_JOINED: Final = rf"{_LITERAL}(?:\s*\+\s*{_LITERAL})*"
_CALL: Final = re.compile(rf"\b(?:t\(\s*({_JOINED})|tn\(\s*({_JOINED}),\s*({_JOINED}))")


@dataclass(frozen=True)
class Sentence:
    """One sentence, with holes as `{name}`; `many` is its form for another number than one."""

    text: str
    files: tuple[str, ...]
    many: str = ""
    from_server: bool = False

    def also(self, other: Sentence) -> Sentence:
        """The same, found in another place."""
        files = tuple(dict.fromkeys(self.files + other.files))
        return replace(
            self,
            files=files,
            many=self.many or other.many,
            from_server=self.from_server or other.from_server,
        )


def script_sentences(root: Path) -> Iterator[Sentence]:
    """What the page's scripts hand to `t` and `tn`."""
    for path in sorted((root / SCRIPTS).rglob("*.js")):
        for text, one, many in _CALL.findall(path.read_text(encoding="utf-8")):
            yield Sentence(_value(text or one), (path.relative_to(root).as_posix(),), _value(many))


def _value(source: str) -> str:
    """One or more literals of JavaScript, joined: Python reads them alike."""
    return "".join(ast.literal_eval(literal) for literal in re.findall(_LITERAL, source))


def python_sentences(root: Path) -> Iterator[Sentence]:
    """What Python can say to a page, sentence by sentence: they come together otherwise than they are written."""
    for name in sorted(_speaking(root)):
        path = root / name
        texts = _texts(ast.parse(path.read_text(encoding="utf-8")), path.stem)
        for part in dict.fromkeys(part for text in texts for part in _parts(text)):
            yield Sentence(part, (name,), from_server=True)
    for word in ALONE:
        yield Sentence(word, ("tools/sentences.py",), from_server=True)


def _speaking(root: Path) -> Iterator[str]:
    for path in (root / "playground").rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if not any(name.removeprefix("playground/").startswith(silent) for silent in SILENT):
            yield name


def _parts(text: str) -> Iterator[str]:
    """Its sentences; two holes of one name are told apart, for they may hold two things."""
    for part in re.split(r"(?<=[.!?]) (?=[A-Z{“\"])|(?<=;) (?=[a-z{])|\n+", text):
        if _SPOKEN.search(_HOLE.sub("", part)) and not _CODE.search(part):
            seen: dict[str, int] = {}  # each part's own: its lambda is done with it before the next
            yield _NAMED.sub(lambda hole: _numbered(hole[1], hole[2] or "", seen), part.strip())  # noqa: B023


def _numbered(name: str, own: str, seen: dict[str, int]) -> str:
    seen[name] = seen.get(name, 0) + 1
    return f"{{{name}{seen[name] if seen[name] > 1 else ''}{own}}}"


def _texts(tree: ast.AST, module: str) -> Iterator[str]:
    """Every literal that is no docstring, with holes where an f-string has some."""
    own = OWN | {f"{module}.{name.strip('_').lower()}" for name in _worded(tree)}
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            passed.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            passed |= {id(value) for value in node.values}
        if id(node) in passed:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            pieces = (_piece(value, module, own) for value in node.values)
            yield from map("".join, itertools.product(*pieces))


def _worded(tree: ast.AST) -> set[str]:
    """The names that are given words of our own in this module, and never anything else."""
    stored: list[str] = []
    worded: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(name)], value=value) if _words(value):
                worded.append(name)
            case ast.Name(name, ctx=ast.Store()) | ast.arg(arg=name):
                stored.append(name)
    return {name for name in worded if stored.count(name) == worded.count(name)}


def _words(node: ast.expr) -> bool:
    """Whether this is a text of ours, or one of two."""
    match node:
        case ast.Constant(str(text)):
            return text == "" or bool(_SPOKEN.search(text))
        case ast.IfExp(body=body, orelse=orelse):
            return _words(body) and _words(orelse)
        case ast.JoinedStr(values):
            return any(
                isinstance(value, ast.Constant) and _SPOKEN.search(str(value.value)) for value in values
            )
        case _:
            return False


def _piece(node: ast.expr, module: str, own: Set[str]) -> list[str]:
    """What may stand at this place of an f-string: its words, a hole, or either of two words."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    value = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(value, ast.IfExp):
        found = [
            _piece(each, module, own) if isinstance(each, ast.Constant) else ["{it}"]
            for each in (value.body, value.orelse)
        ]
        return [text for texts in found for text in texts]
    return [f"{{{_hole(value, module, own)}}}"]


def _hole(value: ast.expr, module: str, own: Set[str]) -> str:
    name = _name(value)
    return f"{name}!t" if name in own or f"{module}.{name}" in own else name


def _name(value: ast.expr) -> str:
    match value:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(func, args) if args and _name(func) in (
            "len",
            "str",
            "repr",
            "dumps",
            "join",
            "round",
            "abs",
        ):
            return _name(args[0])
        case ast.Call(func):
            return _name(func)
        case ast.Subscript(value=of) | ast.Starred(value=of):
            return _name(of)
        case ast.BinOp(left):
            return _name(left)
        case _:
            return "it"
