"""How soon the bars of the dice are painted anew when a slider is moved: from its event to the paint."""

from __future__ import annotations

from statistics import median, quantiles
from typing import Final

from bench import browser
from bench.figures import OURS
from bench.pace import SILENT
from bench.site import PLAYGROUND
from bench.workbench import Workbench

_MOVES: Final = 200
_MOVED: Final = """async (moves) => {
  const slider = document.querySelector("#chain [data-name=temperature] input[type=range]");
  const bars = document.querySelector("#chain .dice-bars");
  const took = [];
  for (let at = 0; at < moves; at += 1) {
    const painted = new Promise((resolve) => {
      const seen = new MutationObserver(() => {
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(resolve, 0));
      });
      seen.observe(bars, { subtree: true, attributes: true, characterData: true, childList: true });
    });
    slider.value = String(0.1 + (at * 1.8) / moves);
    const begun = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await painted;
    took.push(performance.now() - begun);
  }
  return took;
}"""
"""Each move waits for the paint of the one before; the next frame has been painted when the timer runs."""


def dice(bench: Workbench) -> None:
    """Moves of one slider at a place of an answer of the embedded model, whose vocabulary has 49,152 tokens."""
    note = bench.noting(OURS)
    with (
        bench.serving(PLAYGROUND, SILENT) as (_, address),
        browser.visit(bench.chromium, PLAYGROUND) as visit,
    ):
        visit.open(address)
        visit.fill("#param-diff_frequency input[type=number]", "0")
        visit.fill("#param-max_tokens input[type=number]", "8")
        visit.settle()
        visit.ask("Say hello.", panes=1)
        visit.wait_until_idle()
        visit.page.locator("#pane-a .strip .tab", has_text="dice").click()
        visit.page.locator("#chain .dice-bars li").first.wait_for()
        visit.settle()
        for _ in range(bench.repeats):
            took: list[float] = visit.page.evaluate(_MOVED, _MOVES)
            note("slider to paint, median", "ms", median(took))
            note("slider to paint, 95th percentile", "ms", quantiles(took, n=20)[-1])
