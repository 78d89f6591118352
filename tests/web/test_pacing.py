"""However events come, frames keep their pace, lose nothing and can be read; on a clock that skips all waiting.

Kept apart from the tests of single frames: here there are many events, and time passes.
"""

from __future__ import annotations

import asyncio
import json
import selectors
from collections.abc import AsyncGenerator, Callable, Coroutine
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playground.errors import PlaygroundError
from playground.events import (
    Ended,
    Event,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    TokenScore,
    TokensScored,
    ToolCallDelta,
    UsageReported,
)
from playground.panes import Panes
from playground.web.chat.frames import Frames, paced

T = TypeVar("T")


class Clockwork(selectors.DefaultSelector):
    """A selector that does not wait: it sets the clock on by the time that it was asked to wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready; where a time is given, that time has passed."""
        self.now += timeout or 0.0
        return super().select(None if timeout is None else 0)


def run(main: Callable[[Callable[[], float]], Coroutine[Any, Any, T]]) -> T:
    """Runs `main(clock)` on an event loop whose time is the clockwork's."""
    clockwork = Clockwork()
    loop = asyncio.SelectorEventLoop(clockwork)
    loop.time = lambda: clockwork.now  # type: ignore[method-assign]
    try:
        return loop.run_until_complete(main(loop.time))
    finally:
        loop.close()


async def steady(per_second: float, seconds: float) -> AsyncGenerator[Event]:
    """An answer that comes word by word, at the same pace."""
    yield Started({}, ())
    for number in range(int(per_second * seconds)):
        await asyncio.sleep(1 / per_second)
        yield TextDelta(f"{number} ", 0.0)
    yield Ended("done", seconds)


def painted(per_second: float, seconds: float, sides: int = 2) -> list[tuple[float, list[Any]]]:
    """When each frame went out, and what was in it."""

    async def main(clock: Callable[[], float]) -> list[tuple[float, list[Any]]]:
        frames = Frames(tuple("ab"[:sides]))
        panes = Panes([steady(per_second, seconds) for _ in range(sides)])
        return [(clock(), json.loads(line)) async for line in paced(panes, frames)]

    return run(main)


@pytest.mark.parametrize("per_second", [5, 50, 500, 5000])
@pytest.mark.parametrize("sides", [1, 2])
def test_at_most_about_twenty_frames_a_second(per_second: float, sides: int) -> None:
    """However fast tokens come, and on however many sides: at most 22 a second beside start and end."""
    times = [at for at, _ in painted(per_second, 4.0, sides)]
    paced_ones = times[1:-1]
    gaps = [later - earlier for earlier, later in pairwise(paced_ones)]
    assert min(gaps) > 1 / 22.5
    assert len(times) <= 4 * 22.5 + 3


@pytest.mark.parametrize("per_second", [50, 500])
def test_what_came_is_painted_soon(per_second: float) -> None:
    """While tokens come at 50 a second or more, no pause between frames is longer than 70 ms."""
    times = [at for at, _ in painted(per_second, 4.0)]
    assert max(later - earlier for earlier, later in pairwise(times)) <= 0.07


def test_slow_words_wait_for_nothing() -> None:
    """Words that come more rarely than frames may go out at the moment that they come, each in its own frame."""
    frames = painted(5, 2.0, sides=1)
    words = [round(at, 6) for at, items in frames if any(kind == "text" for _, kind, _ in items)]
    assert words == [round(0.2 * number, 6) for number in range(1, 11)]


def test_nothing_is_lost_at_any_pace() -> None:
    """The text of all frames is the text of all events, in order, and each side's end comes last."""
    for per_second in (7, 50, 3000):
        items = [item for _, frame in painted(per_second, 1.0) for item in frame]
        for side in (0, 1):
            mine = [(kind, data) for pane, kind, data in items if pane == side]
            assert "".join(data for kind, data in mine if kind == "text") == "".join(
                f"{number} " for number in range(per_second)
            )
            assert mine[0][0] == "started"
            assert mine[-1][0] == "ended"


# -- anything at all ---------------------------------------------------------------------------------------------

ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
SCORES = st.builds(TokenScore, ODD, st.floats(allow_nan=True))
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(TextDelta, ODD, st.just(0.1)),
    st.builds(ReasoningDelta, ODD, st.just(0.1)),
    st.builds(TokensScored, st.lists(SCORES, max_size=2).map(tuple)),
    st.builds(ToolCallDelta, st.integers(0, 1), ODD, ODD, ODD, st.just(0.1)),
    st.builds(UsageReported, st.integers(0, 9), st.integers(0, 9), st.just({})),
    st.builds(Finished, ODD),
)
SIDED = st.lists(st.tuples(st.integers(0, 1), EVENTS, st.booleans()), max_size=30)
ENDS = st.builds(
    Ended, st.sampled_from(["done", "error"]), st.floats(0, 9), st.none() | st.builds(PlaygroundError, ODD)
)


@example([(0, TokensScored((TokenScore("x", float("nan")),)), True)], Ended("done", float("inf")))
@given(SIDED, ENDS)
def test_joining_changes_nothing(events: list[tuple[int, Event, bool]], end: Ended) -> None:
    """Whenever a frame is taken, every kind's content comes through whole and in its order, as strict JSON."""
    frames, sent = Frames(("a", "b")), b""
    for side, event, taken in events:
        frames.add(side, event)
        sent += frames.take() if taken and not frames.empty else b""
    for side in (0, 1):
        frames.add(side, end)
    sent += frames.take()
    assert frames.empty
    items = [item for line in sent.splitlines() for item in json.loads(line, parse_constant=_refuse)]
    for side in (0, 1):
        mine = [(kind, data) for pane, kind, data in items if pane == side]
        here = [event for pane, event, _ in events if pane == side]
        assert _joined(mine, "text") == "".join(e.text for e in here if isinstance(e, TextDelta))
        assert _joined(mine, "reasoning") == "".join(e.text for e in here if isinstance(e, ReasoningDelta))
        tokens = [row[0] for kind, data in mine if kind == "tokens" for row in data]
        assert tokens == [t.token for e in here if isinstance(e, TokensScored) for t in e.tokens]
        calls = [data["arguments"] for kind, data in mine if kind == "call"]
        assert calls == [e.arguments for e in here if isinstance(e, ToolCallDelta)]
        assert [kind for kind, _ in mine].count("ended") == 1
        assert mine[-1][0] == "ended"


def _joined(items: list[tuple[str, Any]], wanted: str) -> str:
    return "".join(data for kind, data in items if kind == wanted)


def _refuse(word: str) -> Any:
    raise AssertionError(f"{word} is no JSON")
