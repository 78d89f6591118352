"""Who is asked, and every parameter, as arguments of a command: derived from the registry."""

from __future__ import annotations

import argparse
from typing import Any, Final

from playground.errors import InvalidRequest, Problem
from playground.parameters import REGISTRY
from playground.sweeps.axis import SWEPT, Axis

PARAMETERS: Final = tuple(name for name in SWEPT if name != "model")


def add_server(parser: argparse.ArgumentParser) -> None:
    """Adds who is asked."""
    names = "embedded, huggingface/<id>, openrouter/<id>, or an id of the server at the base URL"
    parser.add_argument("--model", default="embedded", help=names)
    parser.add_argument("--base-url", default="", help="a server of your own")


def add_preset(parser: argparse.ArgumentParser) -> None:
    """Adds the name of a preset."""
    told = "settings under a name, shipped or saved in the page; what is given here is over them"
    parser.add_argument("--preset", default="", metavar="NAME", help=told)


def add_parameters(parser: argparse.ArgumentParser) -> None:
    """Adds an argument for each parameter, with the range of its record as its help."""
    given = parser.add_argument_group(
        "parameters", "Left out, each takes its documented default, or what --preset says."
    )
    for name in PARAMETERS:
        told = f"{REGISTRY[name].kind.allowed}, or unset".replace("%", "%%")
        given.add_argument(f"--{name.replace('_', '-')}", dest=name, metavar="VALUE", help=told)


def parameters_of(said: argparse.Namespace) -> dict[str, Any]:
    """The values that were given, read as they are typed on the page. Raises InvalidRequest."""
    return {name: _value(name, text) for name in PARAMETERS if (text := getattr(said, name)) is not None}


def _value(name: str, text: str) -> Any:
    values = Axis.typed(name, text).values
    if len(values) != 1:
        raise InvalidRequest(
            [Problem(name, "", "", said="it has one value here; give several by sweep --over.")]
        )
    return values[0]
