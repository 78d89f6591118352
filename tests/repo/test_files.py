"""No file holds what would tie it to one machine, one package index or one person.

Kept apart from the architecture: this is about every text file, not only Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from tests.scheduling import LONG

ROOT = Path(__file__).parents[2]
IGNORED = {
    ".git",
    *(line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()),
}

# Written so that this file does not hold what it looks for.
FORBIDDEN = {
    "the host of a package index": r"(?i)py[p]i\.org|pythonhoste[d]\.org|registry\.npm[j]s|(?:download|whl)\.pytorc[h]",
    "an address of a package index": r"(?i)index[-_]ur[l]|find[-_]link[s]|https?://\S+\.(?:wh[l]|tg[z])\b",
    "a path of one machine": r"(?<![\w.])/(?:(?:wor[k]|roo[t]|far[m])(?![\w-])|(?:hom[e]|User[s])/\w)",
    "what looks like a secret": (
        r"\bhf_[A-Za-z0-9]{30,}|\bsk-[A-Za-z0-9_-]{32,}|\bgh[pousr]_[A-Za-z0-9]{36}|\bAKIA[0-9A-Z]{16}\b"
        r"|-----BEGIN [A-Z ]*PRIVATE KE[Y]"
    ),
}


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of the repository, by path; what is ignored is not even looked through."""
    for path in folder.iterdir():
        inside = path.relative_to(ROOT).as_posix()
        if path.name in IGNORED or inside in IGNORED:
            continue
        if path.is_dir():
            yield from files(path)
        elif path.suffix != ".pyc":
            yield inside, path


@cache
def texts() -> Mapping[str, str]:
    """Every text file of the repository, by path; pictures and the like are left out."""
    found = {}
    for inside, path in files(ROOT):
        with suppress(UnicodeDecodeError):
            found[inside] = path.read_text(encoding="utf-8")
    return found


def findings(text: str) -> list[str]:
    """What of the forbidden a text holds."""
    return [f"{what}: {hit[0]}" for what, rule in FORBIDDEN.items() if (hit := re.search(rule, text))]


def test_no_file_holds_what_is_forbidden() -> None:
    """No package index, no machine's path, no secret in any file."""
    found = {path: hits for path, text in texts().items() if (hits := findings(text))}
    assert found == {}


def test_all_files_were_read() -> None:
    """The test above looked at the files that matter most."""
    assert {"Makefile", "requirements.txt", "constraints.txt", ".ci/run", "README.md"} <= texts().keys()


@pytest.mark.parametrize(
    "text",
    [
        "https://py" + "pi.org/simple",
        "https://files.python" + "hosted.org/packages/x",
        "pip install --index" + "-url x",
        "--extra-index" + "-url=x",
        "PIP_FIND" + "_LINKS=x",
        "x @ https://example.com/x-1.0.w" + "hl",
        "/wo" + "rk/main",
        "cd /ro" + "ot",
        "'/ho" + "me/ada/x'",
        "/Us" + "ers/ada",
        "hf_" + "a1" * 17,
        "sk-or-v1-" + "0123abcd" * 8,
        "gh" + "p_" + "a" * 36,
        "AKIA" + "0" * 16,
        "-----BEGIN RSA PRIVATE" + " KEY-----",
    ],
)
def test_the_forbidden_is_found(text: str) -> None:
    """Each kind of forbidden text is seen."""
    assert findings(f"some words, {text} and more")


@pytest.mark.parametrize(
    "text",
    ["https://host/v1", "playground/wire/work/x", "hf_...", "sk-or-...", "homes", "/v1/root", "~/.cache"],
)
def test_the_harmless_is_not_found(text: str) -> None:
    """Addresses of servers, relative paths and the shapes of keys are not taken for the forbidden."""
    assert findings(text) == []


@pytest.mark.parametrize("name", LONG)
def test_what_is_begun_first_is_there(name: str) -> None:
    """A folder that has moved would be begun last, and the other cores would wait for it."""
    assert (ROOT / name).exists()
