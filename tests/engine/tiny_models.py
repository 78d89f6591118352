"""Small GGUF files that llama.cpp really loads: models of a few hundred tokens that say what a test wants them to.

Written by hand, without a library: the format is a header, a list of values and a list of arrays (ggml's docs/gguf.md).
Their attention and their layers are nothing but zeros, so that each token alone decides which one follows: what such a
model says is a chain of tokens, and its most likely answer is known beforehand.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

CHATML: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
"""As SmolLM2's: it knows no tools, and drops them."""

WITH_TOOLS: Final = """
{%- if tools %}<|im_start|>system
<tools>
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}</tools>
Call as <tool_call>
{"name": f, "arguments": {}}
</tool_call><|im_end|>
{% endif %}
{%- for message in messages %}{{ '<|im_start|>' + message.role + '\\n' }}{{ message.content or '' }}
{%- for call in message.tool_calls or [] %}{{ '<tool_call>\\n{"name": "' + call.function.name }}
{{- '", "arguments": ' }}{{ call.function.arguments | tojson }}{{ '}\\n</tool_call>' }}{% endfor %}
{{- '<|im_end|>\\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""".lstrip()
"""As Qwen's, in short."""

THINKING: Final = """
{%- for message in messages %}{% if message.role == 'assistant' %}{% set content = message.content %}
{%- if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}
{{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}
{%- else %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n<think>\\n' }}{% endif %}""".lstrip()
"""As DeepSeek R1's: the model begins within a thought, and earlier thoughts are left out."""

_KEYS: Final = {bool: 7, int: 4, float: 6, str: 8}
_ARRAY: Final = 9
_ALIGNMENT: Final = 32
_NORMAL: Final = 1
_CONTROL: Final = 3
_WRITTEN: Final = 4  # a token that is cut out of a text as it stands


@dataclass(frozen=True)
class TinyModel:
    """A model that says `says` and ends; `template` is how it reads a chat, None: it has none.

    `sampling`: what its author suggests, by the names of general.sampling. `layers`: how many its header claims.
    """

    says: Sequence[str] = ("Hello", " there", ".")
    template: str | None = CHATML
    architecture: str = "llama"
    context: int = 512
    layers: int = 1
    sampling: Mapping[str, float] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        """The model as a file, about 1 MB."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content())
        return path

    def content(self) -> bytes:
        """The bytes of the file."""
        return _gguf(self._values(), self._arrays())

    def tokens(self) -> list[str]:
        """All tokens: the bytes as the BPE of GPT-2 spells them, the marks of a chat, and what it says."""
        return list(dict.fromkeys([*_byte_letters(), "<|im_start|>", "<|im_end|>", *self.says]))

    def _values(self) -> dict[str, Any]:
        name, tokens = self.architecture, self.tokens()
        kinds = [_NORMAL] * 256 + [_CONTROL] * 2 + [_WRITTEN] * (len(tokens) - 258)
        values: dict[str, Any] = {
            "general.architecture": name,
            "general.name": "Tiny",
            f"{name}.block_count": self.layers,
            f"{name}.context_length": self.context,
            f"{name}.embedding_length": self._width,
            f"{name}.feed_forward_length": 32,
            f"{name}.attention.head_count": self._width // 32,
            f"{name}.attention.head_count_kv": 1,
            f"{name}.attention.layer_norm_rms_epsilon": 1e-6,
            f"{name}.rope.dimension_count": 32,
            "tokenizer.ggml.model": "gpt2",
            "tokenizer.ggml.pre": "smollm",
            "tokenizer.ggml.tokens": tokens,
            "tokenizer.ggml.token_type": kinds,
            "tokenizer.ggml.merges": ["h e"],
            "tokenizer.ggml.bos_token_id": 256,
            "tokenizer.ggml.eos_token_id": 257,
            "tokenizer.ggml.add_bos_token": False,
        }
        values |= {f"general.sampling.{name}": value for name, value in self.sampling.items()}
        return values if self.template is None else {**values, "tokenizer.chat_template": self.template}

    @property
    def _width(self) -> int:
        return -(-len(self.tokens()) // 32) * 32

    def _arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        width, count = self._width, len(self.tokens())
        ones = np.ones(width, np.float32)
        embedding = np.zeros((count, width), np.float32)
        embedding[np.arange(count), np.arange(count)] = 1.0
        block = {
            "attn_q": _zeros(width, width), "attn_k": _zeros(32, width), "attn_v": _zeros(32, width),
            "attn_output": _zeros(width, width), "ffn_gate": _zeros(32, width), "ffn_up": _zeros(32, width),
            "ffn_down": _zeros(width, 32), "attn_norm": ones, "ffn_norm": ones,
        }  # fmt: skip
        return {
            "token_embd.weight": embedding,
            "output_norm.weight": ones,
            "output.weight": self._followers(),
            **{f"blk.0.{name}.weight": array for name, array in block.items()},
        }

    def _followers(self) -> np.ndarray[Any, Any]:
        """Row `b`, column `a`: how strongly token `b` follows `a`; a norm makes each token sqrt(width) long."""
        tokens = self.tokens()
        said = [tokens.index(word) for word in self.says]
        follows = np.zeros((len(tokens), self._width), np.float32)
        follows[said[0], :] = 1.0  # behind whatever stands at the end of a prompt
        for before, after in zip(said, [*said[1:], 257], strict=True):
            follows[:, before] = 0.0
            follows[after, before] = 1.0
        return follows


def _byte_letters() -> list[str]:
    """GPT-2's letter for each byte, in the order of its vocabulary (openai/gpt-2, src/encoder.py)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return [*map(chr, plain), *(chr(256 + place) for place in range(len(others)))]


def _zeros(*shape: int) -> np.ndarray[Any, Any]:
    return np.zeros(shape, np.float32)


def _gguf(values: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> bytes:
    head = [b"GGUF", struct.pack("<IQQ", 3, len(arrays), len(values))]
    head += [_text(name) + _typed(value) for name, value in values.items()]
    at, data = 0, b""
    for name, array in arrays.items():
        data += bytes(-len(data) % _ALIGNMENT)
        at = len(data)
        shape = array.shape[::-1]
        head.append(_text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, at))
        data += array.tobytes()
    whole = b"".join(head)
    return whole + bytes(-len(whole) % _ALIGNMENT) + data


def _text(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _typed(value: Any) -> bytes:
    if isinstance(value, list):
        kind = _KEYS[type(value[0])] if type(value[0]) is not int else 5
        return struct.pack("<IIQ", _ARRAY, kind, len(value)) + b"".join(map(_bare, value))
    return struct.pack("<I", _KEYS[type(value)]) + _bare(value)


def _bare(value: Any) -> bytes:
    if isinstance(value, str):
        return _text(value)
    return struct.pack({bool: "<?", int: "<I", float: "<f"}[type(value)], value)
