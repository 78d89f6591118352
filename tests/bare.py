"""The beginning of a program that uses a few modules of the package: they are imported without its front.

`playground/__init__.py` imports the clients and all that they need, which takes half of the time of such a program.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

BARE: Final = f"""
import sys, types
sys.modules["playground"] = types.ModuleType("playground")
sys.modules["playground"].__path__ = [{str(Path(__file__).parents[1] / "playground")!r}]
"""
