"""What a GGUF file says of itself, read without loading it; whatever else is there is a sentence and no crash."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from playground.engine import memory
from playground.engine.gguf import BrokenFile, header_of
from playground.engine.model_file import find
from playground.errors import ModelFileError
from playground.settings import Settings
from playground.wire.chat_template import SMOLLM2_TEMPLATE, ChatTemplate
from tests.engine.tiny_models import THINKING, WITH_TOOLS, TinyModel


def test_the_model_that_comes_along() -> None:
    """Its own header says what is known of it here: 30 layers with 3 heads of 64 numbers, keys and values."""
    header = header_of(find(Settings()).path)
    assert (header.architecture, header.context, header.vocabulary) == ("llama", 8192, 49152)
    assert header.cache_bytes == 30 * 3 * (64 + 64) * 2
    assert header.template == SMOLLM2_TEMPLATE


@pytest.mark.parametrize(
    ("template", "known"),
    [
        (None, ChatTemplate()),
        (WITH_TOOLS, ChatTemplate(tools=True, chatml=True)),
        (THINKING, ChatTemplate(thinks=True, chatml=True)),
        ("{# tools #}{{ messages }}", ChatTemplate()),
    ],
)
def test_what_a_template_knows(tmp_path: Path, template: str | None, known: ChatTemplate) -> None:
    """Read from the file; a comment knows nothing."""
    assert header_of(TinyModel(template=template).write(tmp_path / "m.gguf")).template == known


def test_heads_that_differ_by_layer_are_added_up() -> None:
    """As in models whose layers are of several kinds."""
    from playground.engine import gguf

    values = {
        "general.architecture": "lfm2",
        "lfm2.block_count": 3,
        "lfm2.embedding_length": 128,
        "lfm2.attention.head_count": 2,
        "lfm2.attention.head_count_kv": [0, 8, 0],
    }
    assert gguf._header(values).cache_bytes == 8 * (64 + 64) * 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"PK\x03\x04" + bytes(100),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60) + bytes(64),
        b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 2**62) + bytes(64),
        b"GGUF"
        + struct.pack("<IQQ", 3, 0, 1)
        + struct.pack("<Q", 1)
        + b"a"
        + struct.pack("<IIQ", 9, 8, 2**62),
        b"GGUF"
        + struct.pack("<IQQ", 3, 0, 1)
        + struct.pack("<Q", 1)
        + b"a"
        + struct.pack("<IIQ", 9, 4, 2**62),
        b"GGUF"
        + struct.pack("<IQQ", 3, 0, 1)
        + struct.pack("<Q", 1)
        + b"a"
        + struct.pack("<I", 77)
        + bytes(9),
        b"GGUF" + struct.pack("<IQQ", 99, 0, 0) + bytes(64),
    ],
)
def test_what_is_no_model_is_said(tmp_path: Path, content: bytes) -> None:
    """Sizes that no file has cost neither time nor memory."""
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(BrokenFile):
        header_of(path)


@pytest.mark.parametrize(
    "model",
    [TinyModel(context=0), TinyModel(layers=0), TinyModel(layers=513)],
    ids=["context", "none", "many"],
)
def test_a_size_that_ends_llama_cpp_is_told_before(tmp_path: Path, model: TinyModel) -> None:
    """Also of the file that the settings name, where all else is left to llama.cpp's own words."""
    named = model.write(tmp_path / "m.gguf")
    with pytest.raises(
        ModelFileError, match=r"cannot be used: its header gives llama\.\w+ as \d+, and not as"
    ):
        find(Settings(model_file=str(named)))


def test_every_beginning_of_a_file_is_read_or_refused(tmp_path: Path) -> None:
    """A download that was cut anywhere."""
    content = TinyModel().content()
    whole = content[: content.index(b"tokenizer.ggml.add_bos_token")]
    path = tmp_path / "m.gguf"
    for end in range(0, len(whole), 311):
        path.write_bytes(whole[:end])
        with pytest.raises(BrokenFile):
            header_of(path)


def test_what_is_free_is_what_the_system_and_the_container_leave(tmp_path: Path) -> None:
    """The less of the two; None where nothing is said."""
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9 kB\nMemAvailable:    2000000 kB\n")
    assert memory.available(meminfo, tmp_path) == 2_000_000 * 1024
    for name, text in {
        "memory.max": "900000",
        "memory.current": "500000",
        "memory.stat": "anon 1\nfile 100000",
    }.items():
        (tmp_path / name).write_text(text)
    assert memory.available(meminfo, tmp_path) == 500_000
    assert memory.available(tmp_path / "absent", tmp_path) is None
