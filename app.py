"""Starts Parameter Playground. `python app.py` and a HuggingFace Space both run this."""

import sys

from playground.web.start import main

if __name__ == "__main__":
    sys.exit(main())
