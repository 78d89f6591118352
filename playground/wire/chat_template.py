"""What the chat template of a GGUF file knows: tools, thinking, and how it opens a turn.

Kept apart from the file because what becomes of a parameter depends on it and on nothing else of a model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMENTS = re.compile(r"\{#.*?#\}", re.DOTALL)
_THOUGHTS = re.compile(r"</?think|enable_thinking|reasoning_content|\[THINK\]|<\|channel\|>|\bthinking\b")


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """`tools`: it shows the model its functions. `thinks`: it has a place for thoughts. `chatml`: it opens a turn as
    ChatML does, with `<|im_start|>assistant`.
    """

    tools: bool = False
    thinks: bool = False
    chatml: bool = False

    @classmethod
    def read(cls, source: str) -> ChatTemplate:
        """What a Jinja source knows: llama.cpp renders it (common/chat.cpp), and its own parsers read the answer.

        >>> ChatTemplate.read("{% if tools %}...{% endif %}{{ '<|im_start|>assistant' }}")
        ChatTemplate(tools=True, thinks=False, chatml=True)
        """
        code = _COMMENTS.sub("", source)
        return cls(
            tools=re.search(r"\btools\b", code) is not None,
            thinks=_THOUGHTS.search(code) is not None,
            chatml="<|im_start|>" in code,
        )


SMOLLM2_TEMPLATE = ChatTemplate(chatml=True)
"""Of the model that comes along: it drops tools without a word."""
