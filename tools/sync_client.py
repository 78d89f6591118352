"""Writes playground/client.py: the calls of `AsyncClient`, with their overloads, as they are without asyncio.

Kept apart from the other generated texts because it reads code, and two clients written by hand drift apart.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE: Final = Path("playground/async_client.py")
TARGET: Final = Path("playground/client.py")

_HEAD: Final = '''"""Chat completions for code without asyncio: the calls of `AsyncClient`, run on a thread of its own.

Written by `make docs` from async_client.py: what is changed here by hand is lost.
"""

from __future__ import annotations

'''
_CLASS: Final = '''

class Client(Portal):
    """Chat completions for code without asyncio: the calls of `AsyncClient`, run on a thread of its own.

    Use it in a `with` block, or call `close()`; the embedded model's process ends with it. One that is neither
    closed nor kept ends as well, at the latest when the program does.
    """

'''
_OVERLOADED: Final = '''    @signed("{name}")
    def {name}(self, **arguments: Any) -> {result}:
        """See `AsyncClient.{name}`; with `stream=True` an ordinary iterator."""
        call = self._client.{name}
        result: {result} = self._run(call, arguments)
        return result
'''
_BODY: Final = '''
        """See `AsyncClient.{name}`."""
        call = partial(
            self._client.{name},{passed}
        )
        return self._call(call)
'''
_OWN: Final = {"playground.async_client": {"NOT_GIVEN", "Format", "M"}, "playground.portal": {"Portal"}}


def client(source: str) -> str:
    """The text of client.py for that of async_client.py."""
    module = ast.parse(source)
    calls = "\n".join(_calls(source, module))
    return _HEAD + "\n".join(_imports(module, calls)) + "\n" + _CLASS + calls


def _calls(source: str, module: ast.Module) -> Iterator[str]:
    """Every public call as it is without asyncio, one with overloads behind them."""
    own = next(each for each in module.body if isinstance(each, ast.ClassDef) and each.name == "AsyncClient")
    for call in own.body:
        if not isinstance(call, ast.AsyncFunctionDef) or call.name.startswith("_") or call.name == "aclose":
            continue
        marks = [ast.unparse(mark) for mark in call.decorator_list]
        if "overload" in marks:
            yield "    @overload\n" + _head(source, call) + " ...\n"
        elif marks:
            yield _OVERLOADED.format(name=call.name, result=_result(call))
        else:
            yield _head(source, call) + _BODY.format(name=call.name, passed=_passed(call.args))


def _head(source: str, call: ast.AsyncFunctionDef) -> str:
    """The lines from `def` to the colon, as they are written."""
    text = "\n".join(source.splitlines()[call.lineno - 1 : call.body[0].lineno])
    end = text.rindex(f"-> {ast.unparse(call.returns)}:") if call.returns else len(text)
    return text[:end].replace("async def", "def", 1) + f"-> {_result(call)}:"


def _result(call: ast.AsyncFunctionDef) -> str:
    return re.sub(r"\bAsyncGenerator\b", "Iterator", ast.unparse(call.returns) if call.returns else "None")


def _passed(given: ast.arguments) -> str:
    """The arguments of a call, handed on under their names, a line each."""
    by_place = [each.arg for each in given.args if each.arg != "self"]
    by_name = [f"{each.arg}={each.arg}" for each in given.kwonlyargs]
    rest = [f"**{given.kwarg.arg}"] if given.kwarg else []
    return "".join(f"\n            {each}," for each in [*by_place, *by_name, *rest])


def _imports(module: ast.Module, calls: str) -> Iterator[str]:
    """The imports of async_client.py that the calls need, and those of this class alone, in their groups."""
    named = {
        each.module: {name.name for name in each.names if re.search(rf"\b{name.name}\b", calls)}
        for each in module.body
        if isinstance(each, ast.ImportFrom) and each.module not in (None, "__future__")
    }
    named |= {"functools": {"partial"}, **_OWN}
    named["collections.abc"] = (named["collections.abc"] - {"AsyncGenerator"}) | {"Iterator"}
    lines = {str(name): _import(str(name), words) for name, words in named.items() if words}
    yield "\n".join(lines[name] for name in sorted(lines) if not name.startswith("playground"))
    yield ""
    yield "\n".join(lines[name] for name in sorted(lines) if name.startswith("playground"))


def _import(module: str, words: set[str]) -> str:
    """One import, its names in the order in which a linter wants them: constants, classes, functions."""
    names = sorted(words, key=lambda word: (not (len(word) > 1 and word.isupper()), word[0].islower(), word))
    line = f"from {module} import {', '.join(names)}"
    apart = "".join(f"    {name},\n" for name in names)
    return line if len(line) <= 110 else f"from {module} import (\n{apart})"
