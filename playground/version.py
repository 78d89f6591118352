"""The version of this program, which votes, probe tables and exports carry.

Kept apart so that a release changes one line.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "1.0.0"
