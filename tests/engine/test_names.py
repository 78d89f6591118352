"""A name behind `embedded/` means one file, or is refused in a sentence."""

from __future__ import annotations

import pytest

from playground.engine.names import HubName, chosen, hub_name, is_path
from playground.errors import ModelFileError

FILES = [
    "README.md",
    "m-Q8_0.gguf",
    "m-Q4_K_M.gguf",
    "m-UD-Q4_K_XL.gguf",
    "mmproj-m-f16.gguf",
    "sub/m-BF16.gguf",
]


@pytest.mark.parametrize(
    ("wanted", "file"),
    [
        ("", "m-Q4_K_M.gguf"),
        ("Q8_0", "m-Q8_0.gguf"),
        ("q4_k_m", "m-Q4_K_M.gguf"),
        ("UD-Q4_K_XL", "m-UD-Q4_K_XL.gguf"),
        ("BF16", "sub/m-BF16.gguf"),
        ("m-Q8_0.gguf", "m-Q8_0.gguf"),
        ("m-BF16.gguf", "sub/m-BF16.gguf"),
    ],
)
def test_a_quantisation_or_a_name_means_a_file(wanted: str, file: str) -> None:
    """Nothing behind the colon means the usual one; a projector of pictures is no model."""
    assert chosen(FILES, HubName("ada/m-GGUF", wanted)) == file


@pytest.mark.parametrize(
    ("files", "wanted", "says"),
    [
        (FILES, "Q4_K", "has no Q4_K; it has m-Q8_0.gguf, m-Q4_K_M.gguf"),
        (["README.md"], "", "has no GGUF file"),
        (["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"], "", "cut into several files"),
    ],
)
def test_what_is_not_there_is_said(files: list[str], wanted: str, says: str) -> None:
    """With what there is instead."""
    with pytest.raises(ModelFileError, match=says):
        chosen(files, HubName("ada/m-GGUF", wanted))


def test_where_only_another_one_is_there_it_is_taken() -> None:
    """A repository of one file needs no colon."""
    assert chosen(["m-IQ2_M.gguf"], HubName("ada/m")) == "m-IQ2_M.gguf"


@pytest.mark.parametrize(
    "name", ["m", "ada/", "ada/m/x", "../m", "ada/..", "ada/m:../x.gguf", "ada/m:a\\b.gguf", "-a/m"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    """Nothing that would lead out of the folder of models gets through."""
    with pytest.raises(ModelFileError, match=r"names no model of the Hub"):
        hub_name(name)


def test_a_path_is_told_from_a_repository() -> None:
    """By how it begins; a folder of one's own is written with a dot."""
    assert all(map(is_path, ("/m.gguf", "~/m.gguf", "./m.gguf", "../m.gguf", "C:\\m.gguf")))
    assert not is_path("ada/m.gguf")
