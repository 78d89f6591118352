"""Server-sent events: bytes in, the data of each event out; pure and incremental.

Kept apart because ready-made readers split lines as Python does, and so break a token that holds U+2028, or
lose an event behind a byte order mark. The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

from typing import Final

from playground.errors import StreamFailed

MAX_EVENT_BYTES: Final = 16 * 1024 * 1024
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Failure(str):
    """The data of an event that is named "error": whatever its shape, the server calls it one."""

    __slots__ = ()


class SseParser:
    """Takes bytes in pieces of any size; gives the data of every event that they complete.

    Lines end with LF, CRLF or CR, and with nothing else. Comments and the fields id and retry are read and
    dropped, and so is the name of an event, except that the data of one named "error" is a `Failure`: no chat
    server says anything else in them that its data does not say. One difference to a browser: `flush` gives an
    event that the end of the stream left unterminated, since a server that forgets the last blank line still
    meant what it said.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_event_bytes
        self._rest = bytearray()
        self._data = bytearray()  # of one event: each line of data, and behind each a line feed
        self._size = 0  # of these lines as they came, so that a flood of empty ones counts as well
        self._kind: type[str] = str
        self._after_cr = False
        self._at_start = True

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that `chunk` completes. Raises StreamFailed when an event is too large."""
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")  # the second half of a CRLF that was split
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" not in chunk:
            self._rest += chunk
            self._check_size(len(self._rest))
            return []
        if self._rest:
            chunk = bytes(self._rest) + chunk
            self._rest.clear()
        lines = chunk.split(b"\n")
        self._rest += lines.pop()
        return self._events(lines)

    def flush(self) -> list[str]:
        """The event that the end of the stream left without its blank line, if there is one."""
        lines = [bytes(self._rest), b""]
        self._rest.clear()
        return self._events(lines)

    def _events(self, lines: list[bytes]) -> list[str]:
        events: list[str] = []
        data = self._data
        if self._at_start:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BYTE_ORDER_MARK)
        for line in lines:
            if line.startswith(b"data:"):
                data += line[6:] if line.startswith(b"data: ") else line[5:]
                data += b"\n"
                self._size += len(line) + 1
                self._check_size(self._size)
            elif line == b"data":
                data += b"\n"
                self._size += 5
                self._check_size(self._size)
            elif line.startswith(b"event:"):
                self._kind = Failure if line[6:].strip() == b"error" else str
            elif not line:
                if data:
                    events.append(self._kind(data[:-1].decode("utf-8", "replace")))
                    data.clear()
                    self._size = 0
                self._kind = str
        return events

    def _check_size(self, size: int) -> None:
        if size > self._max:
            raise StreamFailed(
                f"The server sent one event of more than {self._max:,} bytes.",
                "Ask for less at once, such as fewer top_logprobs, and try again.",
            )
