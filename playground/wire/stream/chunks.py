"""What servers say, as events: one decoder for the chunks of a stream and for a whole answer.

Kept apart from the transport so that it stays pure: parsed JSON in, events out. It is on the path of every
token, so it looks only at what it needs, makes no model of the chunk, and trusts no shape. What dialects there are
stands in tests/wire/dialects.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import from_json

from playground.attachments import Attachment, citations_in
from playground.errors import ServerRefused, StreamFailed
from playground.events import (
    AttachmentSent,
    EndedAs,
    Event,
    Finished,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
    TokensScored,
    UsageReported,
)
from playground.value_types import Tools
from playground.wire.data_texts import documents, is_done, is_whole
from playground.wire.documents import unwrapped
from playground.wire.refusals.refusal import failure, parsed, plain, words_of
from playground.wire.returned import ReturnedFields
from playground.wire.stream import failures, usage
from playground.wire.stream.choices import Choices, Flow, asks_for_several
from playground.wire.stream.finish_reasons import NAMES as ENDS
from playground.wire.stream.finish_reasons import ended_as, ending, word_beside, word_in
from playground.wire.stream.scores import Scores
from playground.wire.stream.tool_calls import ToolCalls
from playground.wire.surrogates import Halves, mended_around
from playground.wire.words import REASONING, Said, Words, said_in

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_LONGEST_QUOTE: Final = 200
_USUAL_FIELDS: Final = 4
"""Of a choice: its index, delta, logprobs and finish_reason."""
_WORDS_ALONE: Final = ("message", "detail", "msg", "errors", "Message")
"""What an object without choices may have to say, if nothing else comes."""

_BESIDE_CHOICES: Final = (failures.NAMES | usage.NAMES | ENDS | {"citations", "search_results"}) - {"usage"}
_IN_CHOICE: Final = (failures.NAMES | usage.NAMES | ENDS) - {"finish_reason"}
"""Fields that say more of an answer than its words; the two that come in each chunk, as null, are looked at apart."""


class ChunkDecoder:
    """Takes the data of one event after the other; remembers what must be known at the end.

    `sent` is the body of the request to `host`: an error may name a part of it, and it says which functions there are.
    """

    def __init__(self, host: str = "The server", sent: Mapping[str, Any] = NOTHING) -> None:
        self.done = False
        self.reason: str | None = None
        self.error: ServerRefused | StreamFailed | None = None
        self.choices = Choices(asks_for_several(sent))
        self.returned = ReturnedFields()
        self.has_choices = False
        self.without_choices = ""
        """An object that came where nothing that came has choices."""
        self.is_in_pieces = False
        self._host = host
        self._sent = sent
        self._begun = False  # or, where something was put aside, gone on since
        self._begun_before = False
        self._early: set[str] = set()
        self._said_done = False
        self._goes_on = False  # behind the last word for its end
        self._aside: tuple[Any, str] | None = None
        self._lost: str | None = None
        self._within: Mapping[str, Any] | None = None
        self._usage: UsageReported | None = None
        self._text, self._refusal, self._reasoning = Words(), Words(), Words()
        self._flows = (
            (ReasoningDelta, self._reasoning),
            (TextDelta, self._text),
            (RefusalDelta, self._refusal),
        )
        self._add_text = self._text.pieces.append
        self._is_completion = False
        self._is_plain = True  # whether a plain piece of text is nothing else
        self._scores = Scores()
        self._form = ""
        self._attached: set[tuple[str, str]] = set()
        tools = sent.get("tools")
        offered = map(Tools.name_of, tools) if isinstance(tools, (list, tuple)) else ()
        self._calls = ToolCalls(name for name in offered if name)
        self._halves = Halves()

    @property
    def ended(self) -> EndedAs:
        """How the stream ended, if it ended now."""
        if self.error is not None:
            return "error"
        if self.reason is not None and (self.done or not self._goes_on):
            return ended_as(self.reason)
        return "done" if self.done else "cut off"

    def data(self, data: str, at: float) -> list[Event]:
        """The events of one data text; sets `done` at [DONE] and `error` at an error or at half a chunk."""
        try:
            chunk = from_json(data)
        except ValueError:
            return self._unusual(data, at)
        events = self.chunk(chunk, at)
        return self._whole(events) if self._halves.waiting else events

    def failure(self, data: str, at: float) -> list[Event]:
        """The events of a data text that the server calls an error; sets `error` whatever its shape."""
        document = parsed(data)
        events = self._whole(self.chunk(document, at)) if isinstance(document, dict) else []
        self._fail(document, words_of(document) or plain(data))
        return events

    def rest(self, at: float) -> list[Event]:
        """The events that only the end of the answer decides: what was held back, and why it ended."""
        self._judge_end()
        late = [kind(text, at) for kind, words in self._flows if (text := words.settle())]
        events = [*self._halves.joined(late), *self._halves.rest(at)]
        if self.reason is not None and (self.done or not self._goes_on):
            events.append(Finished(self.reason))
        return events

    def chunk(self, chunk: Any, at: float) -> list[Event]:
        """The events of one parsed chunk, of a list of them, or of a whole answer."""
        if not isinstance(chunk, dict):
            return self._no_chunk(chunk, at)
        events: list[Event] = []
        chunk = chunk if "choices" in chunk else self._unwrapped(chunk)
        choices = chunk.get("choices")
        choice = self.choices.own(choices, self._flows_so_far) if choices else None
        if "logprobs" in chunk and choice is not None:
            choice = {"logprobs": chunk["logprobs"], **choice}
        if choice is not None:
            self.has_choices = True
            self._choice(choice, at, events)
        elif words_of({name: chunk.get(name) for name in _WORDS_ALONE}):
            self._put_aside(chunk, words_of(chunk))
        if (
            chunk.get("usage")
            or not _BESIDE_CHOICES.isdisjoint(chunk)
            or chunk.get("object") == "error"
            or (choice is not None and not _IN_CHOICE.isdisjoint(choice))
            or self._within is not None
        ):
            self._beside(chunk, choice or NOTHING, events)
        if self.reason is not None and ended_as(self.reason) == "error":
            self._fail(chunk, self._failed_by(choice))
        return events

    def choice(self, choice: Mapping[str, Any], at: float) -> list[Event]:
        """The events of one choice read by itself, whatever its index."""
        return self._whole(self.chunk({"choices": [{**choice, "index": 0}]}, at))

    def _unwrapped(self, chunk: Mapping[str, Any]) -> Mapping[str, Any]:
        """A chunk without choices of its own; Ollama's says by `done` whether it was the last."""
        self.done = self.done or chunk.get("done") is True
        return unwrapped(chunk)

    def _beside(self, chunk: Mapping[str, Any], choice: Mapping[str, Any], events: list[Event]) -> None:
        """What is said of the answer beside its words: the tokens it took, its end, and whether it failed."""
        within, self._within = self._within or NOTHING, None
        self._attach(((each, each.url) for each in citations_in(chunk)), events)
        if (told := usage.usage_in(chunk, choice, within)) is not None:
            self._usage = usage.both(self._usage, told)
            events.append(self._usage)
        if not choice.get("finish_reason"):
            self._finished(word_beside(choice, within, chunk))
        if (said := failures.failure_in(chunk, choice, within)) is not None:
            self._fail(said, words_of(said))

    def _put_aside(self, chunk: Any, words: str) -> None:
        """Keeps what is no chunk for the end to judge: the first one behind the words that came last."""
        if self._aside is None or self._begun:
            self._aside = chunk, words
            self._begun, self._begun_before = False, self._begun or self._begun_before

    def _flows_so_far(self) -> set[Flow]:
        """Which kinds of things the answer has something of."""
        has: dict[Flow, object] = {
            "words": self._text.pieces or self._refusal.pieces,
            "thoughts": self._reasoning.pieces,
            "calls": self._calls.count,
        }
        return {flow for flow, come in has.items() if come}

    def _choice(self, choice: Mapping[str, Any], at: float, events: list[Event]) -> None:
        """The events of a choice. Most hold a piece of text and nothing else, and are read without looking further."""
        delta = choice.get("delta")
        is_plain = False
        if delta:
            self.is_in_pieces = True
            if not isinstance(delta, dict):
                delta = {"content": delta} if isinstance(delta, (list, str)) else {}
            content = delta.get("content")
            # Most servers name all the rest in each delta, as null: what is left beside the role is the content alone.
            left = 1 if len(delta) == 1 else len(delta) - [*delta.values()].count(None)
            is_plain = type(content) is str and (left == 1 or (left == 2 and bool(delta.get("role"))))
            if is_plain and self._is_plain:
                if content:
                    self._add_text(content)
                    events.append(TextDelta(content, at))
            else:
                self._delta(delta, at, events)
        if not events or len(choice) > _USUAL_FIELDS:
            self._words_beside(choice, at, events)
        if events:
            self._begun = True
            if self.reason is not None:
                self._early.add(self.reason)
                self._goes_on = True
        has_more = not is_plain or choice.get("logprobs") is not None
        if has_more and (scores := self._scores.new(choice, delta, events)):
            events.append(TokensScored(scores))
        if choice.get("finish_reason"):
            self._finished(word_in(choice))

    def _words_beside(self, choice: Mapping[str, Any], at: float, events: list[Event]) -> None:
        """What a choice says beside its delta, or without one: thoughts, a message, the text of a completion."""
        if any(choice.get(name) for name in REASONING):
            self._delta({name: choice[name] for name in REASONING if choice.get(name)}, at, events)
        if message := choice.get("message"):
            self._message(message if isinstance(message, dict) else {"content": message}, at, events)
        text = choice.get("text")
        if not events and text and isinstance(text, str):
            self._is_completion = self._is_completion or not self._text.pieces
            hear = Words.add if self._is_completion else Words.whole
            if text := hear(self._text, text):
                events.append(TextDelta(text, at))

    def _finished(self, word: str | None) -> None:
        """Takes why it ended. Some say `stop` by the way, in each chunk or behind the true word: it counts for less.

        So does any word behind which something of the answer came.
        """
        if word and (self.reason is None or self.reason in self._early or ending(word) != "itself"):
            self.reason = word
        if word:
            self._goes_on = False

    def _delta(self, delta: Mapping[str, Any], at: float, events: list[Event]) -> None:
        """Pieces of any kind."""
        self._within = delta
        self.returned.take(delta, self._text.came)
        self._say(said_in(delta), self._thought, Words.add, at, events)
        if calls := delta.get("tool_calls"):
            events += self._calls.take(calls, at)
        elif call := delta.get("function_call"):
            events += self._calls.take({"function": call}, at)

    def _message(self, message: Mapping[str, Any], at: float, events: list[Event]) -> None:
        """A whole answer; or beside or behind the pieces all that was said so far; or a piece under another name."""
        self._within = message
        if not self.returned.by_pieces:
            self.returned = ReturnedFields.of(message)  # one that grows says all of it again
        said = said_in(message)
        self._say(said, lambda said: self._reasoning.whole(said.reasoning), Words.whole, at, events)
        if calls := message.get("tool_calls"):
            events += self._calls.again(calls, at)
        elif call := message.get("function_call"):
            events += self._calls.again({"function": call}, at)

    def _say(
        self,
        said: Said,
        think: Callable[[Said], str],
        hear: Callable[[Words, str], str],
        at: float,
        events: list[Event],
    ) -> None:
        """The events of words, as far as they are new."""
        if said.reasoning and (text := think(said)):
            events.append(ReasoningDelta(text, at))
        if said.text and (text := self._reasoning.settle()):
            events.append(ReasoningDelta(text, at))
        if said.text == said.refusal:  # once: where it is told already, else as a refusal
            said.text, said.refusal = (said.text, "") if self._text.pieces else ("", said.refusal)
        if said.text and (text := hear(self._text, said.text)):
            events.append(TextDelta(text, at))
        if said.refusal and (text := hear(self._refusal, said.refusal)):
            events.append(RefusalDelta(text, at))
        self._attach(said.attachments, events)
        self._is_plain = not (self.returned.in_parts or self._reasoning.is_open)

    def _attach(self, things: Iterable[tuple[Attachment, str]], events: list[Event]) -> None:
        """The events of what came beside the words, each thing once."""
        for attachment, identity in things:
            if (attachment.kind, identity) not in self._attached:
                self._attached.add((attachment.kind, identity))
                events.append(AttachmentSent(attachment))

    def _thought(self, said: Said) -> str:
        """What is new in a piece of reasoning; details of it may hold all so far (MiniMax's are documented to)."""
        self._form = self._form or said.form
        if said.form != self._form:
            return self._reasoning.echo(said.reasoning)
        hear = self._reasoning.either if said.form == "details" else self._reasoning.add
        return hear(said.reasoning)

    def _no_chunk(self, chunk: Any, at: float) -> list[Event]:
        """The events of a list of chunks; anything else is put aside, for the end to judge."""
        if isinstance(chunk, list) and any(isinstance(each, dict) for each in chunk):
            return [event for each in chunk if isinstance(each, dict) for event in self.chunk(each, at)]
        if isinstance(chunk, str) and is_done(chunk):
            self.done = self._said_done = True
        elif isinstance(chunk, str) and chunk.lstrip().startswith("{") and is_whole(chunk):
            return self.data(chunk, at)  # encoded twice
        elif chunk is not None:
            self._put_aside(chunk, chunk if isinstance(chunk, str) else "")
        return []

    def _unusual(self, data: str, at: float) -> list[Event]:
        """[DONE]; or JSON that the fast parser refuses, such as half of an escaped emoji; or nonsense."""
        said = data.strip()
        if said == "" or is_done(said):
            self.done = self._said_done = self.done or said != ""
            return []
        if said.startswith("data:"):  # twice
            return self.data(said.removeprefix("data:").strip(), at)
        lines = data.split("\n") if "\n" in data else []
        if any(is_whole(line) for line in lines if line.lstrip().startswith(("{", "[DONE]"))):
            return [event for line in lines if line.strip() for event in self.data(line, at)]
        try:
            chunks = [mended_around(document) for document in documents(said)]
        except (ValueError, RecursionError):
            if said.startswith("{"):
                self._lost = self._lost or data
            else:
                self._put_aside(None, data)
            return []
        return self._whole([event for chunk in chunks for event in self.chunk(chunk, at)])

    def _whole(self, events: list[Event]) -> list[Event]:
        """The events with halves of characters put together; what stays half becomes U+FFFD."""
        for _, words in self._flows:
            words.pair()
        return self._halves.joined(events)

    def _fail(self, document: Any, words: str) -> None:
        if self.error is None:
            self.error = failure(
                self._host, document, words, self._sent, begun=self._begun or self._begun_before
            )

    def _failed_by(self, choice: Mapping[str, Any] | None) -> str:
        """The words of a failure that is one by its finish reason alone."""
        told = words_of((choice or NOTHING).get("finish_message"))
        return told or ("" if self.reason in (None, "error") else f"its finish reason is {self.reason!r}")

    def _judge_end(self) -> None:
        """Sets `error` where the end is none of a whole answer.

        A piece that cannot be read is missing from it, whatever came behind. What is no chunk is passed over before
        the end that the server gives, and between words; it is the error where nothing else came behind it. And of
        [DONE] alone nobody has an answer.
        """
        if self.error is not None:
            return
        if self._lost is not None:
            self.error = _no_json(self._lost)
        elif self._aside is not None and self.reason is None and not (self._begun and self.done):
            self._fail_by_aside(*self._aside)
        elif self.without_choices:
            self.error = StreamFailed(
                f"The server's answer holds no choices: {self.without_choices[:_LONGEST_QUOTE]!r}.",
                "Check that this is the address of a chat-completion server.",
            )
        elif self.reason is not None:
            return
        elif self._said_done and not (self._begun or self._begun_before):
            self.error = StreamFailed(
                "The server said that it is done, and sent no answer.", "Send it again."
            )

    def _fail_by_aside(self, chunk: Any, words: str) -> None:
        if isinstance(chunk, dict):
            self._fail(chunk, words)
        elif words:
            self.error = _no_json(words)
        else:
            self.error = StreamFailed(
                f"The server sent {str(chunk)[:_LONGEST_QUOTE]!r} where an object was expected.",
                "Check that this is the address of a chat-completion server.",
            )


def _no_json(data: str) -> StreamFailed:
    return StreamFailed(
        f"The server sent something that is not JSON: {data[:_LONGEST_QUOTE]!r}.",
        "What else came is kept; try again, or choose another server.",
    )
