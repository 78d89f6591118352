"""What a program needs to send one request: its body, where it goes, whose key, and why it is as it is.

Kept apart from the languages so that all forms say the same, in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Any, Final

from playground.chat import ChatRequest
from playground.events import ReportLine
from playground.wire.body import build
from playground.wire.kinds.profile import Flavour, Profile

LLAMA_SERVER: Final = "http://127.0.0.1:8080/v1"
"""Where llama-server listens unless it is told otherwise (llama.cpp's tools/server/README.md)."""

OF_EMBEDDED: Final = (
    "The embedded model runs inside Parameter Playground, at no address of its own. "
    "This goes to llama-server of llama.cpp with the same model file, on its usual port."
)
NO_KEY: Final = "none"
"""What clients that insist on a key are given for a server that takes none."""

_COLUMNS: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a request goes, and what goes along.

    `typed` is the base URL that this package is given: empty where the model's name or the settings say it.
    `variable` is the environment variable with the key, empty where the server takes none. `payer` is the HuggingFace
    organisation that pays. `kind` is the kind of server where it was chosen by hand.
    """

    base_url: str
    typed: str = ""
    variable: str = ""
    payer: str = ""
    kind: Flavour | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sending:
    """One request on its way: `about` has a comment for fields of the body, `apart` those of what is not in it."""

    request: ChatRequest
    address: Address
    body: Mapping[str, Any]
    about: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()

    @property
    def streams(self) -> bool:
        """Whether the body, with what the extra JSON has made of it, asks for a stream."""
        return self.body.get("stream") is True

    @property
    def heads(self) -> tuple[str, ...]:
        """What is to be said before anything else."""
        return (*self.address.notes, *self.apart)

    @property
    def model(self) -> str:
        """The model as this package is told it."""
        model = self.request.model
        return model.id if self.address.typed else f"{model.provider}/{model.id}".rstrip("/")


def sending_of(request: ChatRequest, profile: Profile, server: str, address: Address) -> Sending:
    """The request as it would leave for `server` (its `server_name`), with the report's words for whoever reads it."""
    body, report = build(request, profile, server)
    about: dict[str, str] = {}
    apart: list[str] = []
    for line in report:
        if line.state == "sent" or not line.why:
            continue
        if line.parameter in body:
            about[line.parameter] = _words(line, body)
        else:
            apart.append(_words(line, body))
    return Sending(request, address, body, about, tuple(apart))


def _words(line: ReportLine, body: Mapping[str, Any]) -> str:
    """One line of the report as a comment has it."""
    state: str = line.state
    if state == "encoded" and isinstance(line.wire, Mapping) and line.parameter not in body:
        state = f"sent as {', '.join(line.wire)}"
    said = f"{line.parameter}: {state}." if line.parameter else ""
    return f"{said} {line.why}".strip()


def comments(texts: tuple[str, ...] | list[str], mark: str, indent: str = "") -> str:
    """Each text as comments of whole lines, which end in a line break; nothing where there is no text.

    >>> comments(["withheld.\\u2028It is void."], "#")
    '# withheld. It is void.\\n'
    """
    told = (" ".join(text.split()) for text in texts)  # at what any language takes for the end of a line
    lines = (line for text in told for line in wrap(text, _COLUMNS - len(indent), break_long_words=False))
    return "".join(f"{indent}{mark} {line}\n" for line in lines)
