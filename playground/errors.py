"""Every error a user can meet, in one tree.

Kept apart so that each layer can raise them and the edges (page, API, command line) can print them alike.

    PlaygroundError           what happened, and what to do next
    +-- InvalidRequest        one or more parameters are wrong; nothing was sent
    +-- SettingsError         an environment variable or .env line cannot be used
    +-- EngineError           the embedded model cannot be started or has died
    |   +-- ModelFileError    its file is missing, corrupt, or cannot be fetched
    |   +-- EngineBusy        another model answers for so long that its turn does not come
    |   +-- EngineClosed      it was ended on purpose
    +-- WireError             a server could not be reached, refused, or broke off
    |   +-- ServerRefused     it answered with an HTTP status of 400 or more, or with words that mean one
    |   |   +-- NoProvider    a router has no provider that takes every parameter
    |   +-- ServerUnreachable no connection: DNS, refused, TLS
    |   +-- ServerTimedOut    connect, first byte, silence or total time ran out
    |   +-- ServerResting     it failed so often just now that it is left alone for some seconds
    |   +-- StreamFailed      it reported an error, or sent nonsense, within the stream
    +-- KeyMissing            this provider needs a key and none was given
    +-- VoteError             a vote cannot be used as it is
    |   +-- VoteConflict      another vote is stored under the same id
    |   +-- VoteTakenBack     its voter has taken it back, or another vote on the same pair
    +-- StoreError            the votes cannot be read or saved
    +-- BackupError           the votes cannot be copied to, or fetched from, the Hub
    +-- RoomError             what somebody wants of a room of a class cannot be done there, or not now
    +-- LimitReached          a visitor has had what a public page gives; says when it begins anew
    |   +-- BudgetSpent       the owner's key has paid what it may today
    +-- CannotListen          no port, or no address, for the page to listen on
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playground.remedy import NO_REMEDY, Remedy


class PlaygroundError(Exception):
    """What happened (`message`) and what to do next (`next_step`); both are whole sentences.

    `remedy`: parameters with which to ask again, where some are known to help, as a mapping for the call; else empty.
    """

    def __init__(
        self,
        message: str,
        next_step: str = "",
        parameter: str | None = None,
        remedy: Remedy = NO_REMEDY,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step
        self.parameter = parameter
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong parameter: its name, the value given (shortened), and what would be allowed.

    `said` is a sentence that takes the place of these two where the fault lies deep within a document.
    """

    parameter: str
    value: str
    allowed: str
    said: str = ""

    def __str__(self) -> str:
        if self.said:
            return f"{self.parameter}: {self.said}"
        return f"{self.parameter} is {self.value}; allowed is {self.allowed}."


class InvalidRequest(PlaygroundError):
    """All problems of one request at once; nothing was sent. `remedy` is one against all of them, or empty."""

    def __init__(self, problems: Sequence[Problem], remedy: Remedy = NO_REMEDY) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)), "Nothing was sent.", remedy=remedy)


class SettingsError(PlaygroundError):
    """An environment variable or a line of .env cannot be used."""


class EngineError(PlaygroundError):
    """The embedded model cannot be started, or its process has died."""


class ModelFileError(EngineError):
    """The model file is missing, corrupt, or cannot be fetched."""


class EngineBusy(EngineError):
    """One model is loaded at a time, and the answers of another one have not ended."""


class EngineClosed(EngineError):
    """It was ended on purpose: nobody needs to be told who has not asked for it."""


class WireError(PlaygroundError):
    """A server could not be reached, refused the request, or broke off."""


class ServerRefused(WireError):
    """The server refused: with an HTTP status of 400 or more, or in so many words within an answer of HTTP 200.

    `status` is that number, or the one that the words stand for. `words` are the server's own.
    """

    def __init__(
        self,
        message: str,
        next_step: str = "",
        parameter: str | None = None,
        remedy: Remedy = NO_REMEDY,
        *,
        status: int,
        words: str = "",
    ) -> None:
        super().__init__(message, next_step, parameter, remedy)
        self.status = status
        self.words = words


class NoProvider(ServerRefused):
    """A router passed over every provider, since none takes all the parameters that were sent."""


class ServerUnreachable(WireError):
    """No connection to the server: name not found, refused, or TLS failed."""


class ServerTimedOut(WireError):
    """The server was too slow to connect, to begin, to go on, or to finish."""


class ServerResting(WireError):
    """The server failed so often just now that it is left alone. `wait_s`: for so many seconds more."""

    def __init__(self, message: str, next_step: str = "", *, wait_s: int) -> None:
        super().__init__(message, next_step)
        self.wait_s = wait_s


class StreamFailed(WireError):
    """The server reported an error, or sent something unreadable, within the stream."""


class KeyMissing(PlaygroundError):
    """This provider needs a key and none was given."""


class VoteError(PlaygroundError):
    """A vote cannot be used as it is: a field is wrong, or its pair does not allow it."""


class VoteConflict(VoteError):
    """Another vote is stored under the same id; the stored one stays as it is."""


class VoteTakenBack(VoteError):
    """Its voter has taken this vote back, or another one on the same pair; it is not saved again."""


class StoreError(PlaygroundError):
    """The votes cannot be read or saved; what was to be saved has not been saved."""


class BackupError(PlaygroundError):
    """The votes cannot be copied to, or fetched from, the Hub; those saved here are untouched.

    `retry_after_s`: how long the Hub asks to wait, None where it does not say. `certain`: whether it is known
    that nothing was changed there.
    """

    def __init__(
        self,
        message: str,
        next_step: str = "",
        *,
        retry_after_s: float | None = None,
        certain: bool = False,
    ) -> None:
        super().__init__(message, next_step)
        self.retry_after_s = retry_after_s
        self.certain = certain


class RoomError(PlaygroundError):
    """What somebody wants of a room of a class cannot be done there, or not now."""


class LimitReached(PlaygroundError):
    """A visitor has had what a public page gives. `ends_in_s`: until when, as whole seconds from now."""

    def __init__(self, message: str, next_step: str = "", *, ends_in_s: int) -> None:
        super().__init__(message, next_step)
        self.ends_in_s = ends_in_s


class BudgetSpent(LimitReached):
    """The owner's key has paid what it may, for all visitors or for this one, until the day is over."""


class CannotListen(PlaygroundError):
    """There is no port, or no address, for the page to listen on."""
