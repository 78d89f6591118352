"""What stands behind `embedded/`: nothing, a repository of the Hub with one of its files, or a path.

Kept apart, and pure, because a name is typed, pasted from a link and read from votes: here it is decided what it means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from playground.errors import ModelFileError

FORM: Final = "embedded/<owner>/<repository>, with :<file or quantisation> behind it if need be"
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_PART_OF_MANY: Final = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.IGNORECASE)
_NO_MODEL: Final = re.compile(r"mmproj|imatrix", re.IGNORECASE)
_LIKELIEST: Final = ("Q4_K_M", "Q4_K_S", "Q4_0", "Q5_K_M", "Q8_0")
"""What is taken where no quantisation is named, as llama.cpp and Ollama do: Q4_K_M first."""


@dataclass(frozen=True, slots=True)
class HubName:
    """A repository of the Hub, and which of its files: a name, a quantisation, or empty for the usual one."""

    repository: str
    wanted: str = ""

    def __str__(self) -> str:
        return f"{self.repository}:{self.wanted}" if self.wanted else self.repository


def is_path(name: str) -> bool:
    """Whether what stands behind `embedded/` is the path of a file."""
    return name.startswith(("/", "~", "./", "../", "\\")) or re.match(r"[A-Za-z]:[\\/]", name) is not None


def hub_name(name: str) -> HubName:
    """The repository and file that a name means. Raises ModelFileError.

    >>> hub_name("Qwen/Qwen3-0.6B-GGUF:Q8_0")
    HubName(repository='Qwen/Qwen3-0.6B-GGUF', wanted='Q8_0')
    """
    repository, _, wanted = name.partition(":")
    parts = PurePosixPath(wanted).parts
    if (
        not _REPOSITORY.fullmatch(repository)
        or ".." in repository
        or "\\" in wanted
        or {"..", "/"} & {*parts}
    ):
        raise ModelFileError(f"embedded/{name} names no model of the Hub.", f"Write {FORM}.")
    return HubName(repository, wanted)


def chosen(files: Sequence[str], name: HubName) -> str:
    """The one of a repository's files that a name means. Raises ModelFileError."""
    models = [f for f in files if f.lower().endswith(".gguf") and not _NO_MODEL.search(f)]
    whole = [file for file in models if not _PART_OF_MANY.search(file)]
    if not whole:
        what = "only models that are cut into several files" if models else "no GGUF file"
        raise ModelFileError(f"{name.repository} has {what}.", "Choose a repository whose name ends in GGUF.")
    for wanted in (name.wanted,) if name.wanted else _LIKELIEST:
        found = _matching(whole, wanted)
        if found:
            return min(found, key=len)
    if name.wanted:
        raise ModelFileError(
            f"{name.repository} has no {name.wanted}; it has {_few(whole)}.",
            "Name one of these behind the colon.",
        )
    return whole[0]


def _matching(files: Sequence[str], wanted: str) -> list[str]:
    """Those of this name, or of this quantisation, which stands between dots or hyphens in a file's name."""
    if wanted.lower().endswith(".gguf"):
        return [file for file in files if wanted in (file, PurePosixPath(file).name)]
    tag = re.compile(rf"(?:^|[-._/]){re.escape(wanted)}(?=[-.]|$)", re.IGNORECASE)
    return [file for file in files if tag.search(file[: -len(".gguf")])]


def _few(files: Sequence[str]) -> str:
    names = [PurePosixPath(file).name for file in files]
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
