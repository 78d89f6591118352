"""The type hints of a function, looked up where it was written.

What is given as a tool may be a method, a partial, an object that can be called, or decorated, and under `from
__future__ import annotations` its hints are texts that only the `def` within it can be asked about.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, get_type_hints

Function = Callable[..., Any]


def written(function: Function) -> Function:
    """The function, as its `def` made it, within partials, methods, decorators and objects that can be called."""
    if isinstance(function, functools.partial):
        return written(function.func)
    if inspect.ismethod(function):
        return written(function.__func__)
    if hasattr(function, "__wrapped__"):
        return written(function.__wrapped__)
    called = getattr(type(function), "__call__", None)  # noqa: B004 (the method itself)
    return called if inspect.isfunction(called) else function


def signature_of(function: Function) -> inspect.Signature:
    """The function's signature with hints that are no texts any more.

    Raises NameError for a name that is not known where the function was written, SyntaxError for a hint that is no
    Python, TypeError or ValueError for a function that has no signature.
    """
    signature = inspect.signature(function)
    given = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    hinted = SimpleNamespace(
        __annotations__={n: hint for n, hint in given.items() if hint is not inspect.Parameter.empty}
    )
    inner = written(function)
    known = getattr(inner, "__globals__", {})
    hints = get_type_hints(
        hinted, known, {**_of_its_class(inner), **_closed_over(inner)}, include_extras=True
    )
    parameters = [
        parameter.replace(annotation=hints.get(name, parameter.annotation))
        for name, parameter in signature.parameters.items()
    ]
    return signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)


def _closed_over(function: Function) -> Mapping[str, Any]:
    """What a function within a function sees of the outer one: all that its own lines name."""
    return inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}


def _of_its_class(function: Function) -> Mapping[str, Any]:
    """The classes that stand within the class whose method this is, as its hints may name them."""
    place: Any = SimpleNamespace(**getattr(function, "__globals__", {}))
    for name in getattr(function, "__qualname__", "").split(".")[:-1]:
        place = getattr(place, name, None)
    return {n: v for n, v in vars(place).items() if inspect.isclass(v)} if inspect.isclass(place) else {}
