"""Whoever typed the wrong one of http:// and https:// is told which one the server speaks.

Kept apart from the other faults of a connection because the remedy is one letter in the address.
"""

from __future__ import annotations

import ssl

import pytest

from playground.testing.scripted_server import Close, ScriptedServer, answered
from playground.wire.addresses import origin
from playground.wire.schemes import meant_address
from tests.wire.asking import answer_of, request

STREAMING = request(stream=True)


def test_tls_behind_http() -> None:
    """A server that speaks TLS at an http address: the alert that it sends, or its words, say which to try."""
    with ScriptedServer([b"\x15\x03\x01\x00\x02\x02\x46", Close()]) as server:
        answer = answer_of(STREAMING, server.base_url)
    https = origin(server.base_url).replace("http:", "https:")
    assert f"answers in TLS at this address. Try {https}" in str(answer.error)


@pytest.mark.parametrize(
    "words",
    [
        "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
        "Client sent an HTTP request to an HTTPS server.\n",
        "<!DOCTYPE HTML><html><head><title>400 Bad Request</title></head><body>Reason: You're speaking plain HTTP to "
        "an SSL-enabled server port.</body></html>",
    ],
    ids=["nginx", "Go", "Apache"],
)
def test_words_that_ask_for_tls(words: str) -> None:
    """What web servers say to plain HTTP at an https port is told as what it is."""
    with ScriptedServer(answered(400, words.encode(), "text/html")) as server:
        answer = answer_of(STREAMING, server.base_url)
    assert "answers in TLS" in str(answer.error) and "https:// in place of http://" in str(answer.error)


def test_a_provider_is_never_said_to_be_plain_http() -> None:
    """Something between that answers in its place is no reason to send it a key for all to read."""
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    assert meant_address("https://127.0.0.1:8080/v1", error) == "http://127.0.0.1:8080"
    assert meant_address("https://openrouter.ai/api/v1", error) == ""
