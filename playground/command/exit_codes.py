"""The exit codes of all commands; 0 is done."""

from __future__ import annotations

from typing import Final

FAILED: Final = 1
CALLED_WRONGLY: Final = 2
INTERRUPTED: Final = 130
UNHEARD: Final = 141
"""As shells have it for programs that Ctrl-C has ended, and whose reader has gone, as in `| head`."""
