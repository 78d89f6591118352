"""What the bytes of a response are: one document or many, a stream, or a page; and where each of them ends.

Kept apart from the dialects because it is decided before a word of the answer is read.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from playground.events import fold
from playground.wire.documents import text_of
from playground.wire.stream.answers import AnswerReader
from tests.wire.dialect import HELLO, STREAM, end, lines, of, read, streamed

WHOLE = json.dumps({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]})


@pytest.mark.parametrize("size", [0, 1])
@pytest.mark.parametrize("content_type", [STREAM, "application/json", "text/plain", ""])
@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        f"\ufeff \n{WHOLE}\n",
        f"{WHOLE}\n\ndata: [DONE]\n\n",
        f"{WHOLE}data: [DONE]",
        "\n".join(HELLO),
        f"[{','.join(HELLO)}]",
        "".join(f"data: {data}\n\n" for data in [*HELLO, "[DONE]"]),
        "".join(f"data: {data}\n" for data in [*HELLO, "[DONE]"]),
        "".join(f"data:{data}\r\n" for data in HELLO),
        "".join(f"data: {data}\n" for data in ["[]", "a text", *HELLO]),
        f": ping\n\n{WHOLE}",
        ": ping\n\n" + "\n".join(HELLO),
        f"data: {json.dumps(json.loads(WHOLE), indent=2)}\n\n",
        " data: " + "\n\n Data:".join(HELLO) + "\n\n",
        f"data: {HELLO[0]}\n\ndata: {HELLO[1]}\n\n[DONE]\n",
        f"data: {HELLO[0]}\n\ndata: {HELLO[1]}\n\nevent: done\n\n",
        "".join(f"data: {data}\n\n" for data in HELLO) + "event: error\ndata: null\n\n",
        *[json.dumps({name: json.loads(WHOLE), "success": True}) for name in ("data", "result", "output")],
        "".join(f'data: {{"output": {data}}}\n\n' for data in HELLO),
        '{"message": {"content": "Hello"}, "done": true, "done_reason": "stop"}',
        '{"message": {"content": "Hel"}, "done": false}\n{"message": {"content": "lo"}, "done": true}',
        ": comment\n\nevent: x\n" + "".join(f"data: {data}\n\n" for data in HELLO),
    ],
    ids=[
        "document",
        "mark",
        "done behind",
        "done at once",
        "lines",
        "list",
        "stream",
        "tight",
        "CR LF",
        "odd",
        "comment and document",
        "comment and lines",
        "over many lines",
        "odd names",
        "bare done",
        "event done",
        "error null",
        "data",
        "result",
        "output",
        "output of chunks",
        "Ollama",
        "Ollama in pieces",
        "name",
    ],
)
def test_the_bytes_say_what_they_are(body: str, content_type: str, size: int) -> None:
    """A document and a stream are read as what they are, whatever they are called and however they are cut."""
    answer = read(body.encode(), content_type, size=size)
    assert (answer.text, answer.ended, answer.error) == ("Hello", "done", None)


def test_a_page_is_no_answer() -> None:
    """What looks like JSON in it is a script or a style."""
    answer = read(b"<html><script>\n{\n}\n</script></html>", "text/html")
    assert "Check the base URL" in str(answer.error)


@pytest.mark.parametrize("size", [0, 1])
def test_the_letters_of_a_stream(size: int) -> None:
    """Those that it declares, where they are no UTF-8."""
    body = 'data: {"choices": [{"delta": {"content": "Schlüssel"}}]}\n\n'
    for letters in ("latin-1", "utf-8"):
        answer = read(body.encode(letters), f"{STREAM}; charset=ISO-8859-1", size=size)
        assert answer.text == "Schlüssel"


def test_usage_beside_what_is_wrapped() -> None:
    """It counts, and so do Ollama's own counts."""
    usage = {"input_tokens": 5, "output_tokens": 2}
    wrapped = json.dumps({"output": json.loads(WHOLE), "usage": usage})
    own = {"message": {"content": "x"}, "done": True, "prompt_eval_count": 5, "eval_count": 2}
    for body in (wrapped, json.dumps(own)):
        found = read(body.encode()).usage
        assert (found.prompt_tokens, found.completion_tokens) == (5, 2)


def test_lines_without_blank_lines_come_as_they_are_sent() -> None:
    """Each event is given when the next one begins, and not all of them at the end."""
    reader = AnswerReader(STREAM)
    assert not reader.feed(f"data: {HELLO[0]}\n".encode(), 0.0)
    assert [e.text for e in reader.feed(f"data: {HELLO[1]}\n".encode(), 0.0)] == ["Hel"]  # type: ignore[union-attr]


@pytest.mark.parametrize("before", ["", HELLO[0]])
def test_an_error_as_a_field(before: str) -> None:
    """llama.cpp put errors into a field of that name until 2025: llama.cpp#14566."""
    body = (streamed(before) if before else b"") + b'error: {"message": "the slot is lost", "code": 500}\n\n'
    answer = read(body)
    assert (answer.ended, answer.text) == ("error", "Hel" if before else "")
    assert "the slot is lost" in str(answer.error)


@pytest.mark.parametrize(
    ("raw", "content_type", "text"),
    [
        ("Schlüssel".encode("latin-1"), "text/plain; charset=ISO-8859-1", "Schlüssel"),
        ("Schlüssel".encode(), "text/plain; charset=ISO-8859-1", "Schlüssel"),
        ("ключ".encode("cp1251"), 'text/html;Charset="windows-1251"', "ключ"),
        (b"a\xff", "application/json", "a\ufffd"),
        (b"a\xff", "text/plain; charset=klingon", "a\ufffd"),
        (b"a\xff", "text/plain; charset=hex", "a\ufffd"),
    ],
)
def test_the_letters_of_a_document(raw: bytes, content_type: str, text: str) -> None:
    """UTF-8 where it is that, else what it says that it is."""
    assert text_of(raw, content_type) == text


OLLAMAS = {"message": {"content": "Hel"}, "done": False}
LLAMACPPS = {
    "choices": [
        {"finish_reason": "stop", "index": 0, "message": {"role": "assistant", "content": 'Paris, "ja"'}}
    ]
}


@pytest.mark.parametrize("breaks", [True, False])
def test_a_document_that_broke_off_is_cut_off(breaks: bool) -> None:
    """At every place, whatever word for its end came first (llama.cpp writes it so), and with the text that came."""
    body = json.dumps(LLAMACPPS).encode()
    for size in range(body.index(b"Paris") + 1, len(body)):
        reader = AnswerReader("application/json")
        events = reader.feed(body[:size], 0.0)
        if breaks:
            reader.broken("the connection was lost")
        answer = fold([*events, *reader.close(0.0), reader.ended(0.0)])
        assert (answer.ended, answer.complete, answer.finish_reason) == ("cut off", False, None), size
        assert answer.text and 'Paris, "ja"'.startswith(answer.text)


@pytest.mark.parametrize(
    ("documents", "ended", "text"),
    [
        ([OLLAMAS], "cut off", "Hel"),
        ([OLLAMAS, '{"model": "m", "mess'], "cut off", "Hel"),
        (
            [{"message": {"content": "Hel"}, "done": False}, {"message": {"content": "lo"}, "done": True}],
            "done",
            "Hello",
        ),
        ([of({"content": "Hel"})], "cut off", "Hel"),
        ([[of({"content": "Hel"}), of({"content": "lo"})]], "cut off", "Hello"),
        ([of({"content": "Hel"}), end()], "done", "Hel"),
        ([{"choices": [{"message": {"content": "Hello"}}]}], "done", "Hello"),
        (
            [{"type": "message", "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn"}],
            "error",
            "",
        ),
        ([[{"generated_text": "Hello"}]], "error", ""),
        ([{"response": "Hello", "done": True, "done_reason": "stop"}], "error", ""),
    ],
)
def test_pieces_in_documents_of_their_own(documents: list[Any], ended: str, text: str) -> None:
    """Lines of JSON, as Ollama's own API streams them: without a last one they are cut off, and an answer is whole."""
    answer = read("\n".join(lines(documents)).encode(), "application/json")
    assert (answer.ended, answer.text) == (ended, text)
    assert ended != "error" or "no choices" in str(answer.error)


@pytest.mark.parametrize(
    "words", ['{"detail": "boom"}', '{"success": false, "errors": [{"message": "boom"}]}']
)
@pytest.mark.parametrize("body", ["{}", "data: {}\n\ndata: [DONE]\n\n"], ids=["document", "stream"])
def test_words_without_choices_are_an_error(words: str, body: str) -> None:
    """In the server's own words: that there are no choices is said only where it has none."""
    answer = read(body.replace("{}", words).encode())
    assert answer.ended == "error" and "error: boom" in str(answer.error)
