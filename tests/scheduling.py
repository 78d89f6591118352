"""How the tests are spread over the workers of `make test`: by file, the long ones first.

Kept apart from the fixtures: no test sees any of this.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.second_tries import allow_a_second_try

LONG: Final = (
    "tests/browser",
    "tests/evidence/test_probes.py",
    "tests/embedded",
    "tests/engine/test_sampling.py",
    "tests/engine/test_repeatability.py",
    "tests/web",
    "tests/engine",
    "tests/repo",
    "tests/votes",
)
"""Begun first, in this order, so that none is begun last while the other cores have nothing left to do."""


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """A worker gets whole files, since their tests share what is costly to start."""

    def _split_scope(self, nodeid: str) -> str:
        """The browser's files go in two parts, each with one app, one engine and one browser, which take 8 s of a core
        to start; the probes go by function."""
        file = nodeid.partition("::")[0]
        if file.startswith("tests/browser/"):
            letter = file.removeprefix("tests/browser/test_")[0]
            return f"tests/browser, {'a to l' if letter < 'm' else 'm to z'}"
        return nodeid.partition("[")[0] if file == "tests/evidence/test_probes.py" else file


def rank(item: pytest.Item) -> int:
    """Where the test's file stands among the long ones."""
    return next((i for i, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the long ones first, and lets those that drive a browser have a second try."""
    items.sort(key=rank)
    allow_a_second_try(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, since a test that waits for a page or a process leaves its core idle."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """By file, whatever --dist says."""
    return ByFile(config, log)
