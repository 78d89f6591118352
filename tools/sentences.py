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

from tools.english import LOOKED_FOR, SILENT

SCRIPTS: Final = "assets/js"
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
    "your settings", "Your settings", "typed, not generated", "the page was left", "as listed", "cheapest",
    "longest context", "text", "number", "object", "choice", "anything", "all", "none", "distinct-1",
    "distinct-2", "repeated 4-grams", "{title}: hand-out",
    "No two different models have met in a vote that said something.",
    "No two different presets have met in a vote that said something.",
    "{label!t}, of {seeds}",
    'a list of {"type": "function", "function": {"name", "description", "parameters"}} with different names',
    "stopped early", "voted early", "cut off", "filtered", "unclear end", "empty", "identical",
    "{test!t}, p {p!n}", "p {p!n}).", "{saved!n} vote", "{saved!n} votes", "nothing",
    'Write "type": "object".', "Write {name}: <type> = ...", "Required, and null where it is left out: {places}.",
    "Without other properties: {places}.", "Taken out: {places}.", "Remove it.", "Correct it.", "Name them.",
    "{keyword} is none of {types}.", "{keyword} is no text.", "{keyword} is no whole number from 0 upwards.",
    "{keyword} is no number that fits here.", "{keyword} is no object of schemas.", "{keyword} is no list of schemas.",
    "{keyword} is no object of lists of names.", "{keyword} is no list of names.", "{keyword} is no schema.",
    "{keyword} is neither true nor false.", "{keyword} is no list of values.", "{keyword} is no number.",
    "{keyword} is a broken number on a whole one.", "{keyword} is not above 0.",
    "embedded/{model} is not on this machine yet.", "embedded/{name} names no model of the Hub.", "Write {form}.",
    "{repository} has only models that are cut into several files.", "{repository} has no GGUF file.",
    "message {place}, part {part}:", "{given} values;", "1 to {most_arms}", 'Write {"keyword": value}.',
    "Name a function.", "number {at} is {shown};", "number {at} holds {shown};", "Choose {containers}.",
    "Without {lost}: {numbers}.", "{keyword} is {value!n};", "{reference} leads to no schema here.",
    "{reference} is outside, and never fetched.",
    'a list of {"role": ..., "content": ...} with the roles {roles}, and at least one message',
)
# fmt: on
"""Words that are shown by themselves, which no rule tells from names."""
# fmt: off
OWN: Final = frozenset((
    "allowed", "also", "attempts.wait", "banning", "begun", "but", "by_itself", "called", "catalog.error",
    "catalog.message", "chosen", "comparisons.said", "counted", "differ", "ended", "engine_limits.reason",
    "failed", "faulty.error", "gave_up", "half", "hand_out.words", "held", "how", "hub.going", "hub.saved",
    "hub.staying", "hub.waiting", "library.error", "limiter.of", "limiter.words", "link.error",
    "llamacpp.reason", "llguidance_subset.reason", "lower", "model_file.error", "model_file.fault",
    "model_file.name", "model_file.reasons", "onwards", "otherwise", "pair.said", "process.cause",
    "process.last_words", "reading.reason", "run.cause", "run.error", "run.fault", "run.last_words", "runs",
    "same", "sampling.chance", "servers.error", "shape", "share", "shares.ahead", "shares.first", "shares.second",
    "signs.fault",
    "some", "subject", "superseded_words", "they_give", "thought", "tokens.fault", "took", "until", "untold",
    "validation.problems", "violation.bound", "violation.got", "violation.shown", "wait", "wanted", "way",
    "what", "when", "where", "which", "why", "why_not", "without",
))
# fmt: on
"""Holes that hold words of our own, and not a name, a number or somebody's words: they are translated too."""
_FIGURES: Final = "words.p p_value chance_words mb gb sampling.cool"
_CUTS: Final = "cutting.narrow cutting.less_narrow cutting.wide cutting.less_wide"
FIGURES: Final = frozenset((*_FIGURES.split(), *_CUTS.split()))
"""Holes that hold a number written for people, beside those that say how it is written (`{share:.0%}`)."""
_NAMED: Final = re.compile(r"\{(\w+)(![tn])?\}")
_HOLE: Final = re.compile(r"\{\w+(?:![tn])?\}")
_FIGURE: Final = re.compile(r",?(\.\d)?[defg%]?")
_SPOKEN: Final = re.compile(r"[A-Za-z]{2,}[,:;]? +[a-zA-Z]{2,}")
_CODE: Final = re.compile(
    r"=> |^\s*(select|insert|create|update|delete|from|import|return) |</|window\.|document\.|\bdef |^[a-z-]+/"
    r"|\(\?|\\[bwZd.\[]|\]\)?\?|<(most|least|limit|read)>|\|\(|^return \[|%s|-----|const "
    r"|\?\.\w|^\^|start: |\[str, |supports\? |inner SPACE|\w+_\w+ \w+_\w+ "
    r"|^(BEGIN|SET|SELECT|INSERT|PRAGMA) [A-Za-z]|^\w+-(src|ancestors) "
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
    for name in sorted(speaking(root)):
        path = root / name
        said = texts(ast.parse(path.read_text(encoding="utf-8")), path.stem)
        for part in dict.fromkeys(part for text in said for part in _parts(text)):
            yield Sentence(part, (name,), from_server=True)
    for word in ALONE:
        yield Sentence(word, ("tools/sentences.py",), from_server=True)


def speaking(root: Path) -> Iterator[str]:
    """The files whose sentences the page can come to show."""
    for path in (root / "playground").rglob("*.py"):
        name = path.relative_to(root).as_posix()
        if not any(name.removeprefix("playground/").startswith(silent) for silent in SILENT):
            yield name


def _parts(text: str) -> Iterator[str]:
    """Those of its sentences that no rule takes for code."""
    for part in all_parts(text):
        if _SPOKEN.search(_HOLE.sub("", part)) and not _CODE.search(part) and part not in LOOKED_FOR:
            yield part


def all_parts(text: str) -> Iterator[str]:
    """Its sentences; two holes of one name are told apart, for they may hold two things."""
    for part in re.split(r"(?<=[.!?]) (?=[A-Z{“\"])|(?<=;) (?=[a-z{])|\n+", text):
        seen: dict[str, int] = {}  # each part's own: its lambda is done with it before the next
        yield _NAMED.sub(lambda hole: _numbered(hole[1], hole[2] or _mark(hole[1]), seen), part.strip())  # noqa: B023


def _mark(name: str) -> str:
    """That of a hole in a text that is filled later, which names what stands there and no more."""
    return "!t" if name in OWN else ""


def _numbered(name: str, own: str, seen: dict[str, int]) -> str:
    seen[name] = seen.get(name, 0) + 1
    return f"{{{name}{seen[name] if seen[name] > 1 else ''}{own}}}"


def texts(tree: ast.AST, module: str) -> Iterator[str]:
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
    if isinstance(node, ast.FormattedValue) and _is_figure(node.format_spec):
        return [f"{{{_name(value)}!n}}"]
    if isinstance(value, ast.IfExp):
        found = [
            _piece(each, module, own) if isinstance(each, ast.Constant) else ["{it}"]
            for each in (value.body, value.orelse)
        ]
        return [text for texts in found for text in texts]
    return [f"{{{_hole(value, module, own)}}}"]


def _is_figure(spec: ast.expr | None) -> bool:
    """Whether this is how a number is written for people, such as `,` or `.2f`."""
    match spec:
        case ast.JoinedStr(values=[ast.Constant(str(form))]):
            return bool(_FIGURE.fullmatch(form))
        case _:
            return False


def _hole(value: ast.expr, module: str, own: Set[str]) -> str:
    name = _name(value)
    if name in FIGURES or f"{module}.{name}" in FIGURES:
        return f"{name}!n"
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
