"""A Hub model's tokenizer is read from its file, cuts with ids and pieces, and every obstacle has its sentence.

Kept apart from the embedded model's: nothing here runs a model. The tokenizers are real ones, trained on the spot.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from playground.errors import PlaygroundError
from playground.evidence import hub_tokenizer
from playground.evidence.hub_tokenizer import HubTokenizer
from playground.logit_bias import BAN, ban
from tests.bare import BARE

CORPUS = ["the cat sat on the mat", "The Cat and the elephant", "CAT cats"] * 20


def byte_level() -> Tokenizer:
    """As GPT-2, Llama 3 and SmolLM have it: bytes, a space is part of the word that follows."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        CORPUS, trainers.BpeTrainer(vocab_size=300, initial_alphabet=alphabet, show_progress=False)
    )
    return made


def metaspace() -> Tokenizer:
    """As Llama 2 and T5 have it: a sign for the space, which the decoder drops at the very beginning."""
    made = Tokenizer(models.Unigram())
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    made.decoder = decoders.Metaspace(prepend_scheme="never")
    made.train_from_iterator(CORPUS, trainers.UnigramTrainer(vocab_size=60, show_progress=False))
    return made


@pytest.fixture(params=[byte_level, metaspace], ids=lambda make: make.__name__)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A real hub_tokenizer.json."""
    path = tmp_path / "tokenizer.json"
    request.param().save(str(path))
    return path


@pytest.mark.parametrize("text", ["cat", " cat", "the Cat", " and the elephant", "cats"])
def test_the_pieces_make_up_the_text(file: Path, text: str) -> None:
    """With the leading space, which a plain decoding of one id would lose."""
    assert "".join(token.piece for token in HubTokenizer(file)(text)) == text


def test_a_word_can_be_banned(file: Path) -> None:
    """Each form that is one token of this tokenizer is banned by its own id."""
    cut = HubTokenizer(file)
    found = ban("cat", cut)
    whole = {c.tokens[0].id for c in found.cuts if c.whole}
    assert whole and all(found.bias[id] == BAN for id in whole)


def test_an_unknown_id_has_no_piece(file: Path) -> None:
    """Nothing is made up for an id that the tokenizer does not have."""
    assert HubTokenizer(file).piece(10**6) == ""


@pytest.mark.parametrize("content", ["", "{}", "[]", "no json", '{"model": 3}', "\0"])
def test_a_broken_file_is_an_error_with_a_next_step(content: str, tmp_path: Path) -> None:
    """Whatever stands in it."""
    path = tmp_path / "tokenizer.json"
    path.write_text(content)
    with pytest.raises(PlaygroundError, match="cannot be read") as raised:
        HubTokenizer(path)
    assert raised.value.next_step


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is asked before the file is opened."""
    path = tmp_path / "tokenizer.json"
    path.write_text("x" * 100)
    monkeypatch.setattr(hub_tokenizer, "LARGEST_BYTES", 99)
    with pytest.raises(PlaygroundError, match="larger than 99 bytes"):
        HubTokenizer(path)


ASK = f"""{BARE}
import json, sys
from playground.errors import PlaygroundError
from playground.evidence.hub_tokenizer import hub_tokenizer
try:
    print(json.dumps([token.piece for token in hub_tokenizer(sys.argv[1])("the Cat")]))
except PlaygroundError as error:
    print(json.dumps(str(error)))
"""


OFFLINE = {"HF_HUB_OFFLINE": "1"}
UNREACHABLE = {"HF_ENDPOINT": "http://127.0.0.1:9"}


def asked_offline(model: str, home: Path, without: dict[str, str] = OFFLINE) -> object:
    """What a process without a network, and with this Hub cache, makes of a model's hub_tokenizer."""
    environment = {"HF_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), **without}
    ran = subprocess.run(
        [sys.executable, "-c", ASK, model],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=environment,
    )
    assert "Retrying" not in ran.stderr  # which takes half a minute
    return json.loads(ran.stdout)


def test_a_cached_tokenizer_needs_no_network(tmp_path: Path) -> None:
    """As the Hub's own client keeps it; a provider behind the model's name is left out."""
    commit = "0" * 40
    folder = tmp_path / "hub" / "models--some--model"
    (folder / "snapshots" / commit).mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(commit)
    byte_level().save(str(folder / "snapshots" / commit / "tokenizer.json"))
    assert asked_offline("some/model:groq", tmp_path) == ["the", " Cat"]


@pytest.mark.parametrize(
    ("model", "without", "said"),
    [
        ("some/other", OFFLINE, "The HuggingFace Hub cannot be reached."),
        ("some/other", UNREACHABLE, "The HuggingFace Hub cannot be reached."),
        ("no such / name", OFFLINE, "There is no model no such / name"),
    ],
)
def test_without_it_the_obstacle_is_told(
    model: str, without: dict[str, str], said: str, tmp_path: Path
) -> None:
    """No network, or no possible name: what happened, and that ids can be typed by hand."""
    told = asked_offline(model, tmp_path, without)
    assert isinstance(told, str) and said in told and "ids by hand" in told
