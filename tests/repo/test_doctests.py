"""The examples in docstrings are right: each module that has some is run.

Kept apart from the README's examples, which are whole programs.
"""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITH_EXAMPLES = sorted(
    file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for folder in ("playground", "tools", "bench")
    for file in (ROOT / folder).rglob("*.py")
    if ">>>" in file.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_of_a_module_are_right(module: str) -> None:
    """Each gives what stands below it."""
    found = doctest.testmod(import_module(module))
    assert found.attempted and not found.failed
