"""`parameter-playground`, and `python -m playground`: which of its commands is meant, and its exit code.

Without a command it serves the page, as app.py does.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from playground.command import ask, bring_back, export, lessons, probe, sweep
from playground.command.exit_codes import CALLED_WRONGLY, FAILED, INTERRUPTED, UNHEARD
from playground.errors import InvalidRequest, PlaygroundError
from playground.web import start


class Command(NamedTuple):
    """What it does in a sentence, the arguments that it takes, and how it is run; that gives the exit code."""

    does: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS: Final[Mapping[str, Command]] = {
    "ask": Command(ask.DOES, ask.arguments, ask.run),
    "sweep": Command(sweep.DOES, sweep.arguments, sweep.run),
    "probe": Command(probe.DOES, probe.arguments, probe.run),
    "lessons": Command(lessons.DOES, lessons.arguments, lessons.run),
    "export": Command(export.DOES, export.arguments, export.run),
    "import": Command(bring_back.DOES, bring_back.arguments, bring_back.run),
}


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    made = argparse.ArgumentParser(
        prog="parameter-playground",
        description="Serves the page. With a command it does one thing in the terminal instead. "
        "Exit codes: 0 done, 1 it failed (the reason is on the standard error), 2 it was called wrongly.",
    )
    commands = made.add_subparsers(dest="command", metavar="command")
    for name, command in COMMANDS.items():
        command.arguments(commands.add_parser(name, help=command.does, description=command.does))
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what is asked for; the exit code."""
    said = parser().parse_args(arguments)
    if said.command is None:
        return start.main()
    try:
        code = COMMANDS[said.command].run(said)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains as it ends
        return UNHEARD
    except InvalidRequest as error:
        print(error, file=sys.stderr)
        return CALLED_WRONGLY
    except (PlaygroundError, OSError, UnicodeError) as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
