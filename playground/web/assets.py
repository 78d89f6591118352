"""What the browser loads as it is, JavaScript, styles and the icon: where it lies, and its address.

The files lie beside the package in a checkout, and within it where it was installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]

ASSETS: Final = next(
    folder for folder in (_PACKAGE / "assets", _PACKAGE.with_name("assets")) if folder.is_dir()
)
ASSETS_URL: Final = "playground/assets"
"""Without a slash before it: a Space may serve the page below the root."""
