"""Trusted sources as real modules, so that pydantic can be asked what it makes of them."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

_numbers = itertools.count()


def imported(source: str, folder: Path) -> ModuleType:
    """The module that a source becomes when Python imports it. For trusted sources only."""
    path = folder / f"pasted_{next(_numbers)}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # where pydantic looks, also later, for names in quotes
    spec.loader.exec_module(module)
    return module


def own_schema(module: ModuleType, name: str) -> dict[str, Any]:
    """The JSON Schema that pydantic gives for a class of the module."""
    schema: dict[str, Any] = getattr(module, name).model_json_schema()
    return schema
