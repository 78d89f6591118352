"""`python -m playground`: the command line."""

import sys

from playground.command.main import main

if __name__ == "__main__":
    sys.exit(main())
