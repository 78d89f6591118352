"""The licences of all that `requirements.txt` brings along, as the installed packages themselves say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from packaging.requirements import Requirement

UNTOLD: Final = "says none"
_LONGEST: Final = 60
_CLASSIFIER: Final = "License :: OSI Approved :: "


def licence_rows(pins: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each package and its licence, in the order of their names."""
    found: dict[str, str] = {}
    waiting = list(pins)
    while waiting:
        asked = Requirement(waiting.pop())
        name = re.sub("[-_.]+", "-", asked.name).lower()
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:  # for another system than this one
            continue
        found[name] = licence_of(package)
        waiting += [each for each in package.requires or () if _is_wanted(each, asked.extras)]
    yield from sorted(found.items())


def licence_of(package: Distribution) -> str:
    """The licence in a package's own words, and as short as they have it."""
    said = package.metadata.json
    listed = [c.removeprefix(_CLASSIFIER) for c in said.get("classifier", ()) if c.startswith(_CLASSIFIER)]
    words = str(said.get("license", "")).strip().partition("\n")[0]
    short = words if len(words) <= _LONGEST and words != "UNKNOWN" else ""
    return str(said.get("license_expression", "")) or ", ".join(listed) or short or UNTOLD


def _is_wanted(requirement: str, extras: Iterable[str]) -> bool:
    marker = Requirement(requirement).marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))
