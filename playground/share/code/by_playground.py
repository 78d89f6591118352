"""The request in Python, by this package: what a server needs encoded or withheld, it does so by itself."""

from __future__ import annotations

from typing import Any

from playground.parameters import REGISTRY, UNSET, parameters_of
from playground.share.code.literals import PYTHON, literal
from playground.share.code.sending import Sending, comments

_LEFT: str = "Left to the server: without UNSET each of these would have its documented default."


def by_playground(sending: Sending) -> str:
    """A program that sends the request with `Client`."""
    address, request = sending.address, sending.request
    given: dict[str, Any] = {"model": sending.model, "messages": list(request.messages)}
    given |= {
        n: request.parameters[n] for n in REGISTRY if n in request.parameters and not _is_apart(n, sending)
    }
    if request.extra:
        given["extra_body"] = dict(request.extra)
    unset = [
        p.name
        for p in parameters_of("create")
        if p.name not in given and p.default_beside(request.parameters) is not UNSET
    ]
    lines = [
        f"{comments(_about(name, sending), '#', ' ' * 8)}        {name}={_value(value, name)},\n"
        for name, value in given.items()
    ]
    if unset:
        lines += [comments([_LEFT], "#", " " * 8), *(f"        {name}=UNSET,\n" for name in unset)]
    names = "UNSET, Client" if unset else "Client"
    own_key = address.variable if address.typed else ""
    head = ("import os\n\n" if own_key else "") + f"from playground import {names}\n\n"
    return "".join(
        (
            comments(_notes(sending), "#"),
            head,
            f"with Client({_target(sending)}) as client:\n",
            f"    {'events' if request.streams else 'answer'} = client.create(\n",
            *lines,
            "    )\n",
            _shown(request.streams),
        )
    )


def _is_apart(name: str, sending: Sending) -> bool:
    """Whether a parameter is no business of `create`: n is not asked for by one side of a pair."""
    return name in ("diff_frequency", "pref_params") or (name == "n" and sending.request.is_side)


def _about(name: str, sending: Sending) -> list[str]:
    said = [text for text in sending.apart if text.startswith(f"{name}: ")]
    return said or [sending.about[name]] if said or name in sending.about else []


def _notes(sending: Sending) -> list[str]:
    payer = sending.address.payer
    notes = [text for text in sending.apart if text.startswith("n: ") and _is_apart("n", sending)]
    if payer:
        notes.append(f"With PLAYGROUND_HF_BILL_TO={payer} in the environment that organisation pays.")
    if sending.address.variable and not sending.address.typed:
        notes.append(f"The key is read from {sending.address.variable}, in the environment or in .env.")
    return notes


def _value(value: Any, name: str) -> str:
    return literal(value, PYTHON, " " * 8, len(name) + 2)


def _target(sending: Sending) -> str:
    address = sending.address
    given = []
    if address.typed:
        given.append(f"base_url={literal(address.typed, PYTHON)}")
        if address.variable:
            given.append(f'api_key=os.environ["{address.variable}"]')
    if address.kind:
        given.append(f'kind="{address.kind}"')
    return ", ".join(given)


def _shown(streams: bool) -> str:
    if not streams:
        return "    print(answer.text)\n"
    return "    for event in events:\n        print(event)\n"
