"""What the page costs the embedded model: its tokens per second through the page, and when asked directly.

Here the model and the browser share the machine, as they do for every newcomer.
"""

from __future__ import annotations

import json
from typing import Any, Final

from bench import browser
from bench.figures import OURS
from bench.model import Model
from bench.pace import SILENT
from bench.site import PLAYGROUND
from bench.workbench import Workbench

_QUESTION: Final = "Tell me a long story about a lighthouse keeper and the sea, with many details."
_GREEDY: Final = ("#param-temperature", "#param-pref_params\\.temperature")
_PANES: Final = {"one pane": 1, "two panes": 2}


def embedded(bench: Workbench) -> None:
    """The same bodies in turn through the page and straight to a model of our own, one at a time and two."""
    page, direct = bench.noting(OURS), bench.noting("asked directly")
    with Model() as model, bench.serving(PLAYGROUND, SILENT) as (_, address):
        _through_page(bench, address, 1)  # the first answer warms up
        for _ in range(bench.repeats):
            for name, panes in _PANES.items():
                painted, first, bodies = _through_page(bench, address, panes)
                asked = model.tokens_per_second(bodies)
                page(f"speed, {name}", "tokens/s", painted)
                direct(f"speed, {name}", "tokens/s", asked)
                page(f"speed kept, {name}", "%", painted / asked * 100)
                page(f"first token after Send, {name}", "ms", first * 1000)


def _through_page(bench: Workbench, address: str, panes: int) -> tuple[float, float, list[Any]]:
    """Tokens per second from the click to the last word painted, seconds to the first, and the bodies sent."""
    with browser.visit(bench.chromium, PLAYGROUND) as visit:
        visit.open(address)
        for row in _GREEDY:
            visit.fill(f"{row} input[type=number]", "0")
        visit.fill("#param-diff_frequency input[type=number]", str(panes - 1))
        visit.untick("#blind input")  # a blind pair shows its bodies only after a vote
        visit.settle()
        visit.ask(_QUESTION, panes=panes)
        visit.wait_until_whole()
        visit.wait_until_idle()
        painted = visit.painted()
        answers = [_answer(visit, pane) for pane in ("#pane-a", "#pane-b")[:panes]]
    return sum(tokens for tokens, _ in answers) / painted.last, painted.first, [body for _, body in answers]


def _answer(visit: browser.Visit, pane: str) -> tuple[int, Any]:
    """Tokens and body of a pane's answer, as its strip and its drawer show them."""
    answer = visit.page.locator(f"{pane} .turn.assistant").last
    answer.get_by_role("button", name="request").click()
    body = json.loads(answer.locator(".drawer pre").inner_text())
    counts = answer.locator(".strip .fact").first.inner_text()
    return int(counts.split(" out")[0].split()[-1]), body
