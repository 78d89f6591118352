"""Families of models that several servers have, told by their names.

Kept apart from the kinds of server, since one family has more than one way to it.
"""

from __future__ import annotations

import re
from typing import Final

_BEHIND: Final = r"(?:[@-].*)?"
"""A date, a size of the context or a speed, which makes no other family."""

CLAUDE_UNSAMPLED: Final = re.compile(
    r"claude-(?:opus-4[.-][789]|4[.-][789]-opus|(?:opus|sonnet|fable|mythos)-[5-9](?:[.-]\d)?|haiku-5[.-]5)"
    + _BEHIND
)
"""From Opus 4.7, Sonnet 5, Fable, Mythos and Haiku 5.5 on: without sampling parameters (yoagent v0.27.3, 2026-11)."""

CLAUDE_UNFORCED: Final = re.compile(r"claude-(?:(?:opus|sonnet)-5[.-]5|(?:fable|mythos)-5[.-]1)" + _BEHIND)
"""Claude Opus and Sonnet 5.5, Fable and Mythos 5.1: they cannot be made to call a function."""

CLAUDE_FORCED_BY: Final = "Claude Opus 5.5, Sonnet 5.5 and Fable 5.1 refuse a tool_choice that forces a call."

_DATED: Final = r"(?:-\d{4}-\d\d-\d\d)?"

GPT_ALWAYS_THINKING: Final = re.compile(rf"o[134](?:-.*)?|gpt-5(?:-(?:mini|nano|pro|codex))?{_DATED}")
"""o1 to o4 and the first GPT-5, which have no effort none."""

GPT_6_ALWAYS_THINKING: Final = re.compile(rf"gpt-6(?:\.\d+)?-astra{_DATED}|gpt-6\.1-sol{_DATED}|gpt-6\.2-.*")
"""GPT-6 without effort none."""

GPT_QUIET_UNASKED: Final = re.compile(rf"gpt-5\.[1245](?:-(?:mini|nano))?{_DATED}")
"""GPT-5.1 to 5.5, which think when they are asked to."""

GPT_TOOLS_OR_THOUGHT: Final = re.compile(rf"gpt-5\.[45](?:-(?:mini|nano))?{_DATED}")
"""Those of them that call functions only while they do not think."""

GPT_THINKING_UNASKED: Final = re.compile(
    rf"gpt-5\.6(?:-(?:luna|sol|terra))?{_DATED}|gpt-6-(?:luna|sol|terra){_DATED}|gpt-6\.1-(?:luna|terra){_DATED}"
)
"""GPT-5.6 and 6, which think unless effort is none."""

DEEPSEEK_THINKING: Final = re.compile(r"deepseek-(?!chat$).*")
"""All of today's, which think unless that is switched off; deepseek-chat was the one that did not."""
