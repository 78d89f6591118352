"""The switch at response_format and tools: what it makes of the value, and that nothing typed is lost by it.

Kept apart from the editors because it stands in the row, and changes a value without them.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import edit, set_row, value_of
from tests.browser.test_editors import PET


def test_the_switch_says_whether_a_schema_is_strict(page: Page) -> None:
    """On without a word of it in the value; off it stays off while the class is edited, and its source is kept."""
    edit(page, "structure", "response_format")
    source, strict = (
        page.get_by_label("Pydantic source"),
        page.locator("#param-response_format .strict input"),
    )
    source.fill(PET)
    page.get_by_role("button", name="Done").click()
    expect(strict).to_be_checked()
    strict.uncheck()
    page.click("#param-response_format .opener")
    expect(source).to_have_value(PET)
    source.fill(PET.replace("legs", "paws"))
    page.get_by_role("button", name="Done").click()
    expect(page.locator(".editor")).to_be_hidden()  # once what was typed has been read
    off = value_of(page, "response_format")
    assert isinstance(off, dict) and off["json_schema"]["strict"] is False
    assert "paws" in off["json_schema"]["schema"]["properties"]
    expect(strict).not_to_be_checked()
    strict.check()
    assert value_of(page, "response_format") == off["json_schema"]["schema"]
    set_row(page, "response_format", {"type": "json_object"})
    expect(strict).to_be_hidden()
    function = {"name": "f", "parameters": {"type": "object", "properties": {}}}
    tool = {"type": "function", "function": function}
    set_row(page, "tools", [tool])
    page.locator("#param-tools .strict input").uncheck()
    assert value_of(page, "tools") == [{**tool, "function": {**function, "strict": False}}]
    page.locator("#param-tools .strict input").check()
    assert value_of(page, "tools") == [tool]
