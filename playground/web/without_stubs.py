"""Keeps Gradio from writing type stubs for editors each time it is imported, which is a third of that time.

It parses the source of each of its components for them. There is no setting, and by the time that Gradio can be
reached it is done, so its one function for it is taken away while its module loads.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, Final

WRITER: Final = ("gradio.component_meta", "create_or_modify_pyi")
"""The module, and the function in it, that write them."""


class _WithoutStubs(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        setattr(module, WRITER[1], _write_nothing)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != WRITER[0]:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.origin is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _WithoutStubs(fullname, spec.origin)
        return spec


def _write_nothing(*_: Any) -> None: ...


def import_gradio_without_stubs() -> None:
    """From now on; where Gradio has been imported already, it has written them."""
    sys.meta_path.insert(0, _Finder())
