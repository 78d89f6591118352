"""Gradio writes no type stubs while the page starts."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from playground.web.without_stubs import WRITER


def test_gradio_writes_no_stubs() -> None:
    """Its function for it is there, by this name, and the one that was imported with the page writes nothing."""
    module, function = WRITER
    spec = find_spec(module)
    assert spec is not None and spec.origin is not None
    assert f"\ndef {function}(" in Path(spec.origin).read_text(encoding="utf-8")
    assert getattr(sys.modules[module], function).__module__ == "playground.web.without_stubs"
