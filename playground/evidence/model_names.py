"""Whether two names are names of one model: what servers add to a name, and nothing else.

Names are compared by rules of their own: gpt-4o-2024-08-06 is gpt-4o, gpt-4o-mini is not.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final, NamedTuple

from playground.evidence.sign import Seen

_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12]\d|3[01])"
_STAMP: Final = re.compile(
    rf"[-@](?P<stamp>latest|20[12]\d-?{_MONTH}-?{_DAY}|(?!1024){_MONTH}-?{_DAY}|2\d{_MONTH}|00\d)$"
)
"""A snapshot, as servers date them: -2024-08-06, @20240620, -0613 (a day), -05-20, -2411 (a month), -001.

1024 is a day as well as a size, and so is left to stand.
"""

_QUANTISATION: Final = re.compile(
    r"[-._@](?P<bits>i?q[1-8](?:_[a-z0-9]+)*|[bf]p?16|(?:nv|mx)?fp[48]|int[48]|w\da\d+|[48]bit"
    r"|awq|gptq|bnb|dynamic|ud)$"
)
"""One suffix of several that tell how the weights were rounded: -awq-int4, -fp8-dynamic, -bnb-4bit."""
_FILE: Final = re.compile(r"[-.](?:gguf|bin|safetensors)$")
_NO_VARIANT: Final = frozenset({"free", "latest"})
"""What stands behind a colon in a response without making another model."""

_BILLIONS: Final = re.compile(r"\d+(?:x\d+)?(?:\.\d+)?[bm]")
_ANOTHER: Final = re.compile(
    rf"{_BILLIONS.pattern}|(?!1024)\d+(?:\.\d+)?|mini|nano|micro|tiny|small|medium|large|x+l|lite|light|flash"
    r"|turbo|pro|max|ultra|distill(?:ed)?|base|coder|vision|vl|thinking"
)
"""Words that makers put into the name of another model of theirs."""


class _Name(NamedTuple):
    owner: str
    stem: str
    stamp: str
    quantisation: frozenset[str]
    tag: str


def same_model(asked: str, named: str) -> Seen:
    """Whether the model that is named is the one asked for; unknown where the names alone cannot tell.

    An owner in front, a provider behind (openai/gpt-oss-20b:groq), a file's ending and case make no difference,
    and a snapshot is one of the model that was asked for. A size more is another model; of most other words only
    their makers know.
    """
    one, other = _read(asked), _read(named)
    if not one.stem or not other.stem:
        return "unknown"
    if one.stem != other.stem:
        return "no" if _are_others(one.stem, other.stem) else "unknown"
    rounded = one.quantisation and other.quantisation
    if _differ(one.stamp, other.stamp) or (rounded and not one.quantisation & other.quantisation):
        return "no"
    is_family = bool(one.stamp and not other.stamp) or one.quantisation != other.quantisation
    if is_family or _differ(one.owner, other.owner) or not _same_tag(one.tag, other.tag):
        return "unknown"
    return "yes"


def _read(name: str) -> _Name:
    """The parts of a name."""
    path, _, tag = name.strip().lower().partition(":")
    folder, _, base = _FILE.sub("", path.replace("\\", "/")).rpartition("/")
    owner = folder if folder and "/" not in folder else ""
    quantisation = set()
    while quantised := _QUANTISATION.search(base):
        quantisation.add(quantised["bits"])
        base = base[: quantised.start()]
    stamped = _STAMP.search(base)
    base = base[: stamped.start()] if stamped else base
    stamp = stamped["stamp"].replace("-", "") if stamped else ""
    return _Name(owner, base, "" if stamp == "latest" else stamp, frozenset(quantisation), tag)


def _are_others(one: str, other: str) -> bool:
    """Whether two names that differ must be those of two models.

    Not where one has all words of the other, nor where both begin alike up to a size: providers add words of their
    own there (llama-3.3-70b-versatile for llama-3.3-70b-instruct). But always where a word is known to tell two apart.
    """
    if _plain(one) == _plain(other):
        return False
    ours, theirs = re.split(r"[-_ ]", one), re.split(r"[-_ ]", other)
    more, less = set(ours) - set(theirs), set(theirs) - set(ours)
    if any(_ANOTHER.fullmatch(word) for word in more | less):
        return True
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))
    return bool(more and less) and not any(_BILLIONS.fullmatch(word) for word, _ in alike)


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _same_tag(asked: str, named: str) -> bool:
    """Whether what stands behind the colon is left out, or the same: a provider may be, a size may not."""
    if asked and named:
        return asked == named
    return named in _NO_VARIANT if named else not any(sign.isdigit() for sign in asked)


def _plain(stem: str) -> str:
    return re.sub(r"[-._ ]", "", stem)
