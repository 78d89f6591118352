"""The languages of the page beside English: one for each catalogue that lies here."""

from __future__ import annotations

from pathlib import Path


def languages() -> list[str]:
    """Their tags, such as `de` or `pt-BR`, from the names of the files."""
    return sorted(file.stem for file in Path(__file__).parent.glob("*.po"))
