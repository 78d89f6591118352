"""The signature that `help()`, notebooks and `inspect` show of a call: every parameter, with its documented default.

Kept apart from the clients, whose typed promise type checkers read; at run time Python shows of an
`Unpack[TypedDict]` nothing but `**parameters`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from playground.parameters import REQUIRED, UNSET, Call, parameters_of

F = TypeVar("F", bound=Callable[..., Any])


def signed(call: Call) -> Callable[[F], F]:
    """Has a method show all parameters of `call`; those without a documented default show UNSET."""
    names = [
        inspect.Parameter(p.name, inspect.Parameter.KEYWORD_ONLY, default=_default(p.name, p.default))
        for p in parameters_of(call)
    ]
    own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    beside = {"extra_body": None, "preset": "", **({"presets": None} if call == "create_preference" else {})}
    others = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, default=v) for n, v in beside.items()]

    def sign(function: F) -> F:
        function.__signature__ = inspect.Signature([own, *names, *others])  # type: ignore[attr-defined]
        return function

    return sign


def _default(name: str, documented: Any) -> Any:
    if name in REQUIRED:
        return inspect.Parameter.empty
    return UNSET if documented is None else documented
