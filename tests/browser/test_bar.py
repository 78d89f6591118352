"""The bar: whatever the width of the window, nothing in it is cut off or out of reach."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conftest import HANDSET, LAPTOP

WIDTHS = (1700, 1561, 1560, 1400, 1391, 1390, 1201, 1200, 1131, 1130, 1024, 991, 990, 901, 900, 600, 390, 360)
CUT_OFF = """[...document.querySelectorAll("#bar :is(button, input)")].filter((box) => {
  const { left, right, width } = box.getBoundingClientRect();
  return width > 0 && (left < 0 || right > innerWidth);
}).map((box) => box.id || box.textContent || box.ariaLabel)"""


def test_nothing_is_cut_off_at_any_width(page: Page) -> None:
    """Around each width at which the layout changes, and on phones, where it has two rows at most from 390 on."""
    cut = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": LAPTOP["height"]})
        cut[width] = page.evaluate(CUT_OFF)
    assert cut == {width: [] for width in WIDTHS}
    page.set_viewport_size(HANDSET)
    assert page.evaluate("document.querySelector('#bar').offsetHeight") < 100
    page.set_viewport_size(LAPTOP)
