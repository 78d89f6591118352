"""Whether two names are names of one model: what servers add to a name, and nothing else.

Kept apart because names are compared by rules of their own: gpt-4o-2024-08-06 is gpt-4o, gpt-4o-mini is not.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from playground.insight.sign import Seen

_STAMP: Final = re.compile(
    r"[-@](?P<stamp>latest|20\d\d-?[01]\d-?[0-3]\d|(?:0[1-9]|1[0-2])-?[0-3]\d|2\d(?:0[1-9]|1[0-2])|00\d)$"
)
"""A snapshot, as servers date them: -2024-08-06, @20240620, -0613 (a day), -05-20, -2411 (a month), -001."""

_QUANTISATION: Final = re.compile(
    r"[-._@](?P<bits>i?q[1-8](?:_[a-z0-9]+)*|[bf]p?16|fp[48]|int[48]|w\da\d+|awq|gptq|mxfp4|[48]bit)$"
)
_FILE: Final = re.compile(r"\.(?:gguf|bin|safetensors)$")
_NO_VARIANT: Final = frozenset({"free", "latest"})
"""What stands behind a colon in a response without making another model."""


class _Name(NamedTuple):
    owner: str
    stem: str
    stamp: str
    quantisation: str
    tag: str


def same_model(asked: str, named: str) -> Seen:
    """Whether the model that is named is the one asked for; unknown where the names alone cannot tell.

    An owner in front, a provider behind (openai/gpt-oss-20b:groq), a file's ending and case make no difference,
    and a snapshot is one of the model that was asked for. A size or a word more is another model.
    """
    one, other = _read(asked), _read(named)
    if not one.stem or not other.stem:
        return "unknown"
    if one.stem != other.stem:
        return "unknown" if _plain(one.stem) == _plain(other.stem) else "no"
    if _differ(one.stamp, other.stamp) or _differ(one.quantisation, other.quantisation):
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
    quantised = _QUANTISATION.search(base)
    base = base[: quantised.start()] if quantised else base
    stamped = _STAMP.search(base)
    base = base[: stamped.start()] if stamped else base
    stamp = stamped["stamp"].replace("-", "") if stamped else ""
    return _Name(owner, base, "" if stamp == "latest" else stamp, quantised["bits"] if quantised else "", tag)


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _same_tag(asked: str, named: str) -> bool:
    """Whether what stands behind the colon is left out, or the same: a provider may be, a size may not."""
    if asked and named:
        return asked == named
    return named in _NO_VARIANT if named else not any(sign.isdigit() for sign in asked)


def _plain(stem: str) -> str:
    return re.sub(r"[-._ ]", "", stem)
