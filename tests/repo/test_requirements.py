"""Dependencies are pinned, have a reason, are used, and are those that are installed.

Kept apart from the README's tests: the requirements files are the source, the README's table only shows them.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version
from pathlib import Path

import pytest

from tools import architecture, docs

ROOT = Path(__file__).parents[2]
OURS = {"app", "playground", "tools", "tests", "bench"}
PINS = [(name, pin, why) for name in docs.REQUIREMENTS for pin, why in docs.pins(ROOT / name)]
CONSTRAINTS = dict(pin.split("==") for pin, _ in docs.pins(ROOT / "constraints.txt"))
WITHOUT_DEPENDENCIES = {"requirements-model.txt", "requirements-trl.txt"}
FOR_TESTS = tuple(f"requirements{kind}.txt" for kind in ("", "-dev", "-trl", "-thirdparty"))
distributions = cache(packages_distributions)


def canonical(name: str) -> str:
    """A distribution's name as an index knows it, without extras."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def direct(*files: str) -> set[str]:
    """The distributions that these requirements files name."""
    return {canonical(pin.split("==")[0]) for file in files for pin, _ in docs.pins(ROOT / file)}


def imported(*folders: str) -> dict[str, set[str]]:
    """The distributions that the Python files in these folders import, each with those files."""
    names = architecture.packages(architecture.sources(ROOT, *folders))
    return {
        canonical(distributions().get(name, [name])[0]): files
        for name, files in names.items()
        if name not in OURS
    }


@pytest.mark.parametrize(("file", "pin", "why"), PINS)
def test_direct_dependency_is_pinned_with_a_reason(file: str, pin: str, why: str) -> None:
    """Each line is name==version and says why it is there; the constraints agree with it."""
    assert re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", pin)
    assert why
    name, wanted = re.sub(r"\[.*\]", "", pin).split("==")
    assert file in WITHOUT_DEPENDENCIES or CONSTRAINTS[name] == wanted


@pytest.mark.parametrize(
    ("folders", "files"),
    [
        (("app.py", "playground"), ("requirements.txt",)),
        (("tools", "tests"), FOR_TESTS),
        (("bench",), (*FOR_TESTS, "requirements-bench.txt")),
    ],
    ids=["product", "tests", "bench"],
)
def test_what_is_imported_is_a_direct_dependency(folders: tuple[str, ...], files: tuple[str, ...]) -> None:
    """Nothing is used merely because something else happens to pull it in."""
    undeclared = {name: users for name, users in imported(*folders).items() if name not in direct(*files)}
    assert undeclared == {}


def test_no_dependency_of_the_product_is_idle() -> None:
    """Each package that `make run` installs by name is imported by the product."""
    assert direct("requirements.txt") - imported("app.py", "playground").keys() == set()


def test_what_runs_is_what_is_pinned() -> None:
    """The packages of this very environment have the pinned versions."""
    installed = {name: found for name in CONSTRAINTS if (found := _installed(name))}
    assert installed == {name: CONSTRAINTS[name] for name in installed}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
