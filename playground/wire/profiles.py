"""All kinds of server by name, read from the files of `kinds`.

Kept apart from what a profile is, because each kind's file needs that, and this needs all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final, get_args

from playground.chat import Provider
from playground.wire import kinds
from playground.wire.kinds.profile import Flavour, Profile


def _profile(flavour: Flavour) -> Profile:
    name = flavour.replace(".", "_")
    profile: Profile = getattr(import_module(f"{kinds.__name__}.{name}"), name.upper())
    return profile


PROFILES: Final[Mapping[Flavour, Profile]] = {flavour: _profile(flavour) for flavour in get_args(Flavour)}
"""In the order of `Flavour`."""

HOSTED: Final = tuple(p for name, p in PROFILES.items() if name in get_args(Provider) and name != "embedded")
"""The providers whose models are named after them, as in huggingface/..."""
