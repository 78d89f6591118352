"""The benchmark's upstream plays the pace it is asked for, and tells truly who left before the end.

A benchmark is only as honest as the clock it holds against everybody.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from time import monotonic, time
from urllib.parse import urlsplit

import pytest

from bench.pace import BURST_APART, SILENT, STALLED, Pace
from bench.program import Program
from bench.visits import Visits


@pytest.fixture(scope="module")
def visits() -> Iterator[Visits]:
    """A running upstream."""
    with Program("-m", "bench.upstream") as upstream:
        yield Visits(upstream)


def ask(visits: Visits, pace: Pace, body: bytes = b"{}") -> socket.socket:
    """A bare connection that has asked for `pace`."""
    url = urlsplit(visits.base_url(pace))
    wire = socket.create_connection((url.hostname, url.port), timeout=10)
    head = f"POST {url.path}/chat/completions HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n"
    wire.sendall(head.encode() + body)
    return wire


@pytest.mark.parametrize(
    "pace", [Pace(7), Pace(500, 20), SILENT, STALLED, BURST_APART], ids=lambda pace: pace.path
)
def test_pace_survives_its_path(pace: Pace) -> None:
    """What is written into a base URL is what the upstream reads out of it."""
    assert Pace.of(f"{pace.path}/v1/chat/completions") == pace


def test_every_word_comes_and_the_visit_counts_as_served(visits: Visits) -> None:
    """A client that stays gets the whole answer and is not said to have left."""
    with ask(visits, Pace(40)) as wire:
        received = b""
        while not received.endswith(b"0\r\n\r\n"):
            received += wire.recv(65536)
    assert received.count(b'"content":') == 40
    assert received.count(b"data: [DONE]") == 1
    assert len(visits.wait("served", 1, 10)) == 1
    assert visits.wait("left", 1, 0.2) == []


def test_words_keep_their_distance(visits: Visits) -> None:
    """Ten words 20 ms apart take at least nine times as long."""
    start = monotonic()
    with ask(visits, Pace(10, 20)) as wire:
        received = b""
        while b"[DONE]" not in received:
            received += wire.recv(65536)
    assert monotonic() - start >= 0.18


@pytest.mark.parametrize("pace", [SILENT, STALLED, Pace(500, 20)], ids=lambda pace: pace.path)
def test_a_client_that_leaves_is_told_of(visits: Visits, pace: Pace) -> None:
    """Also where nothing is being sent, the upstream sees its client go, and says when."""
    visits.forget()
    wire = ask(visits, pace)
    (asked,) = visits.wait("asked", 1, 10)
    before = time()
    wire.close()
    (left,) = visits.wait("left", 1, 10)
    assert asked <= before <= left


def test_scores_come_when_asked_for(visits: Visits) -> None:
    """With top_logprobs 5 every word has a score and five alternatives."""
    with ask(visits, Pace(3), b'{"top_logprobs": 5}') as wire:
        received = b""
        while b"[DONE]" not in received:
            received += wire.recv(65536)
    assert received.count(b'"top_logprobs":[') == 3
    assert received.count(b'"logprob":') == 3 * 6
