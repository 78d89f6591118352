"""Whether a view fits: enlarged to 200 %, in 320 points, with wider spacing, and turned round; nothing is cut.

Kept apart from the tests so that each of them can look at the views that it brings up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page, ViewportSize

CONDITIONS: Final[tuple[tuple[str, ViewportSize, str], ...]] = (
    ("at 200 %", {"width": 700, "height": 450}, "ltr"),
    ("in 320 points", {"width": 320, "height": 640}, "ltr"),
    ("from right to left on a phone", {"width": 390, "height": 844}, "rtl"),
    ("from right to left", {"width": 1400, "height": 900}, "rtl"),
)
"""What WCAG 1.4.4 and 1.4.10 ask for, and both ways to read on both screens; the last as large as the page mostly is,
which is set anew for each of them, in a tenth of a second."""
SPACING: Final = """on => {
  document.getElementById("spacing")?.remove();
  if (!on) return;
  const style = Object.assign(document.createElement("style"), { id: "spacing" });
  style.textContent = `*:not(svg *) { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`;
  document.head.append(style);
}"""
"""What WCAG 1.4.12 has a reader set."""
CUT: Final = """() => {
  const found = [];
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} points wide`);
  const all = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  const words = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  for (const node of all.querySelectorAll("*")) {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (!words(node) && !node.matches("button, input, select, textarea, img")) continue;
    const { left, right, top, bottom, width, height } = node.getBoundingClientRect();
    if (width <= 1 || height <= 1 || node.closest(".visually-hidden, .sr-only, svg")) continue;
    const name = () => `${node.localName} ${node.id || node.className}: ${(node.textContent || "").slice(0, 30)}`;
    const own = getComputedStyle(node);
    const hides = ["hidden", "clip"].includes(own.overflowX) && own.textOverflow !== "ellipsis";
    if (words(node) && hides && node.scrollWidth > node.clientWidth + 1) found.push(`cuts its words: ${name()}`);
    let box = node.parentElement;
    let fixed = own.position === "fixed";
    for (; box && !fixed; box = box.parentElement) {
      const { overflowX, overflowY, position, textOverflow } = getComputedStyle(box);
      if (["auto", "scroll"].includes(overflowX) || ["auto", "scroll"].includes(overflowY)) break;
      if (textOverflow === "ellipsis") break;
      if (["hidden", "clip"].includes(overflowX)) {
        const edge = box.getBoundingClientRect();
        const over = Math.max(edge.left - left, right - edge.right);
        const below = overflowY === "visible" ? 0 : Math.max(edge.top - top, bottom - edge.bottom);
        if (Math.max(over, below) > 6) found.push(`is cut by ${box.id || box.className}: ${name()}`);
      }
      fixed = position === "fixed";
    }
    if ((fixed || !box) && (left < -1 || right > innerWidth + 1)) found.push(`hangs over: ${name()}`);
  }
  return found;
}"""


def misfits(page: Page, view: str) -> Iterator[str]:
    """What is cut, or hangs over an edge, in any of the conditions; then all is as it was."""
    size = page.viewport_size
    assert size is not None
    page.evaluate(SPACING, True)
    yield from (f"{view}, spaced: {fault}" for fault in page.evaluate(CUT))
    page.evaluate(SPACING, False)
    for condition, given, direction in CONDITIONS:
        page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
        page.set_viewport_size(given)
        yield from (f"{view}, {condition}: {fault}" for fault in page.evaluate(CUT))
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.set_viewport_size(size)
