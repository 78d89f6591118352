"""Doubles of servers, to test what talks to one: a server that plays a script, and a real one with a fault.

docs/testing.md shows each at work.
"""

from playground.testing.fault import Fault
from playground.testing.faults import FAULTS
from playground.testing.faulty_server import FaultyServer
from playground.testing.scripted_server import (
    DONE,
    Close,
    Pause,
    ReceivedRequest,
    Reset,
    ScriptedServer,
    Stall,
    Until,
    answered,
    data,
    finish,
    streamed,
    text,
    whole,
)

__all__ = [
    "DONE",
    "FAULTS",
    "Close",
    "Fault",
    "FaultyServer",
    "Pause",
    "ReceivedRequest",
    "Reset",
    "ScriptedServer",
    "Stall",
    "Until",
    "answered",
    "data",
    "finish",
    "streamed",
    "text",
    "whole",
]
