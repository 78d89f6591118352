"""Server-sent events: bytes in, the data of each event out; pure and incremental.

Ready-made readers split lines as Python does, and so break a token that holds U+2028, or lose an event behind a byte
order mark. The format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import re
from typing import Final

from playground.errors import StreamFailed
from playground.wire.documents import text_of

MAX_EVENT_BYTES: Final = 16 * 1024 * 1024
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_JSON_BEGINS: Final = re.compile(rb"data:[ \t]*[{\[]")
_JSON_GOES_ON: Final = re.compile(rb"[\"{}\[\],\d-]|(?:true|false|null)[ \t]*,?[ \t]*\Z")


class Failure(str):
    """The data of an event that is named "error": whatever its shape, the server calls it one."""

    __slots__ = ()


class Done(str):
    """The data of an event that is named "done", often none: the stream ends with it."""

    __slots__ = ()


_KINDS: Final[dict[bytes, type[str]]] = {b"error": Failure, b"done": Done}


class SseParser:
    """Takes bytes in pieces of any size; gives the data of every event that they complete.

    Lines end with LF, CRLF or CR, and with nothing else. Comments and the fields id and retry are read and
    dropped, and so is the name of an event, except that the data of one named "error" is a `Failure` and that of
    one named "done" is `Done`: no chat server says anything else in them that its data does not say. Differences to a
    browser, since these servers meant what they said:
    - `flush` gives an event that the end of the stream left unterminated, for want of the last blank line.
    - A field `error` is the data of a `Failure` (llama.cpp until 2025: llama.cpp#14566).
    - Lines of data with no blank line between them are events of their own where one ends like a JSON document and
      the next begins like one (gateways of GLM and Kimi: eventsource-parser#31). No one document is cut so: JSON has
      no place in which a brace follows upon a closing one at the end of a line.
    - A line that begins like JSON is data without its name, and so is one that goes on with it: a document behind
      comments, or printed over many lines with `data:` before the first. Not in a page, where a line began with "<".
    - Fields are read in either case and behind blanks.
    - What is no UTF-8 is read by the character set that `content_type` declares, as a document is.
    """

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES, content_type: str = "") -> None:
        self._max = max_event_bytes
        self._content_type = content_type
        self._rest = bytearray()
        self._data = bytearray()  # of one event: each line of data, and behind each a line feed
        self._size = 0  # of these lines as they came, so that a flood of empty ones counts as well
        self._kind: type[str] = str
        self._after_cr = False
        self._at_start = True
        self._is_page = False
        self.error: StreamFailed | None = None
        """What ended the reading: an event that is too large. The events before it have been given."""

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that `chunk` completes; none any more once there is an `error`."""
        if self.error is not None:
            return []
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")  # the second half of a CRLF that was split
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" not in chunk:
            self._rest += chunk
            if len(self._rest) > self._max:
                self._end_as_too_large()
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
        return self._events(lines) if self.error is None else []

    def _events(self, lines: list[bytes]) -> list[str]:
        events: list[str] = []
        data = self._data
        if self._at_start:
            self._at_start = False
            lines[0] = lines[0].removeprefix(BYTE_ORDER_MARK)
        for line in lines:
            if self.error is not None:
                break
            if line.startswith(b"data:"):
                if data and _JSON_BEGINS.match(line) and _ends_like_json(data):
                    events.append(self._event())
                data += line[6:] if line.startswith(b"data: ") else line[5:]
                data += b"\n"
                self._size += len(line) + 1
                if self._size > self._max:
                    self._end_as_too_large()
            elif line:
                events += self._unusual(line)
            else:
                if data or self._kind is Done:
                    events.append(self._event())
                self._kind = str
        return events

    def _unusual(self, line: bytes) -> list[str]:
        """The events that a line completes which neither is empty nor begins with `data:`."""
        line = line.lstrip(b" \t")
        name, _, value = line.partition(b":")
        match name.lower():
            case b"data":
                return self._events([b"data:" + value])
            case b"event":
                self._kind = _KINDS.get(value.strip(), str)
            case b"error":
                events = [self._event()] if self._data else []
                self._kind = Failure
                return events + self._events([b"data:" + value.strip()])
            case _ if self._is_json(line):
                return self._events([b"data:" + line])
        return []

    def _is_json(self, line: bytes) -> bool:
        """Whether a line without the name of a field is data all the same."""
        if not self._data:
            self._is_page = self._is_page or line.startswith(b"<")
            return not self._is_page and line.startswith((b"{", b"["))
        return self._data.startswith((b"{", b"[")) and _JSON_GOES_ON.match(line) is not None

    def _event(self) -> str:
        """The event that its data amounts to; a new one begins."""
        data = self._data[:-1]
        self._data.clear()
        self._size = 0
        try:
            return self._kind(data.decode())
        except UnicodeDecodeError:
            return self._kind(text_of(data, self._content_type))

    def _end_as_too_large(self) -> None:
        self._rest.clear()
        self._data.clear()
        self.error = StreamFailed(
            f"The server sent one event of more than {self._max:,} bytes.",
            "Ask for less at once, such as fewer top_logprobs, and try again.",
        )


def _ends_like_json(data: bytearray) -> bool:
    """Whether the last line does."""
    return data[data.rfind(b"\n", 0, -1) + 1 :].rstrip(b" \t\n").endswith((b"}", b"]"))
