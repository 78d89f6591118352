"""Writes playground/client.py: the calls of `AsyncClient`, with their overloads, as they are without asyncio.

Kept apart from the other generated texts because it reads code, and two clients written by hand drift apart.
"""

from __future__ import annotations

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

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, Unpack, overload

from playground.async_client import Format, M
from playground.backend import Pair, SideEvent
from playground.chat import JsonObject
from playground.events import Answer, Event
from playground.parameters import CreateParameters, PreferenceParameters, Unset
from playground.portal import Portal
from playground.preset import PresetName, Two
from playground.schema.parsed import ParsedAnswer
from playground.signature import signed


class Client(Portal):
    """Chat completions for code without asyncio: the calls of `AsyncClient`, run on a thread of its own.

    Use it in a `with` block, or call `close()`; the embedded model's process ends with it. One that is neither
    closed nor kept ends as well, at the latest when the program does.
    """
'''
_CALL: Final = '''    @signed("{name}")
    def {name}(self, **arguments: Any) -> {result}:
        """See `AsyncClient.{name}`; with `stream=True` an ordinary iterator."""
        call = self._client.{name}
        result: {result} = self._run(call, arguments)
        return result
'''
_METHOD: Final = re.compile(
    r"(?P<marks>(?:    @[^\n]*\n)+)    async def (?P<name>[a-z]\w*)\((?P<rest>.*?)\n"
    r"    \) -> (?P<result>[^\n]+?):(?P<stub> \.\.\.)?\n",
    re.DOTALL,
)


def client(source: str) -> str:
    """The text of client.py for that of async_client.py."""
    return "\n".join([_HEAD, *_methods(source)])


def _methods(source: str) -> Iterator[str]:
    """Every overload as it is without asyncio, and behind those of one call the call itself."""
    for method in _METHOD.finditer(source):
        result = re.sub(r"\bAsyncGenerator\b", "Iterator", method["result"])
        if method["stub"]:
            yield f"{method['marks']}    def {method['name']}({method['rest']}\n    ) -> {result}: ...\n"
        else:
            yield _CALL.format(name=method["name"], result=result)
