"""A vote can say from which commit it came, and says none where there is none."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from playground.version import VERSION, exact_version


def git(folder: Path, *words: str) -> None:
    """Runs git as somebody, whatever this machine's settings are."""
    who = ["-c", "user.name=somebody", "-c", "user.email=somebody@host.example"]
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_the_version_names_the_commit_of_its_own_checkout(tmp_path: Path) -> None:
    """Changed files are told; a copy without a repository, even within another one, has the number alone."""
    inner = tmp_path / "installed"
    inner.mkdir()
    git(tmp_path, "init", "--quiet")
    (tmp_path / "file").write_text("one")
    assert exact_version(tmp_path) == VERSION  # no commit yet
    exact_version.cache_clear()
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    clean = exact_version(tmp_path)
    assert re.fullmatch(re.escape(VERSION) + r"\+[0-9a-f]{12}", clean)
    assert exact_version(inner) == VERSION
    exact_version.cache_clear()
    (tmp_path / "file").write_text("other")
    assert exact_version(tmp_path) == f"{clean}-dirty"
