"""TRL's own functions take every export as its trainers would, with the chat templates of real models.

Kept apart from the other tests of exports because here somebody else's program is the judge. TRL is installed
without PyTorch, so what is run is all that its trainers do to a file before the first tensor.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from playground.events import ToolCall
from playground.votes.files.export import SUFFIXES, Container, Content, export
from playground.votes.store.store import Stored
from playground.votes.vote import Vote
from tests.votes.making import pending, unhurried, vote, votes, with_calls

if TYPE_CHECKING:  # slow to import: each worker collects these tests, and one runs them
    from datasets import Dataset
    from transformers import PreTrainedTokenizerFast

FOR_TOOLS: Final = ("qwen3", "qwen2_5", "llama3_1", "llama3_2", "glm4moe", "deepseekv3_training")
FOR_TEXT: Final = ("gemma3", "phi3", "cohere", "llama3")
CONTAINERS: Final[tuple[Container, ...]] = ("jsonl", "parquet", "parquet_tools")
SEVERAL = settings(unhurried, max_examples=20)


@cache
def trl() -> ModuleType:
    """What TRL does to a file before it trains."""
    from trl import data_utils

    return data_utils


@cache
def tokenizer(template: str) -> PreTrainedTokenizerFast:
    """A tokenizer of single bytes with a real model's chat template: what goes in can be read again."""
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    bare = Tokenizer(models.BPE(vocab={letter: i for i, letter in enumerate(alphabet)}, merges=[]))
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bare.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=bare, bos_token="<s>", eos_token="</s>")
    written = Path(str(trl().__file__)).parent / f"chat_templates/{template}.jinja"
    made.chat_template = written.read_text(encoding="utf-8")
    return made


def loaded(cast: list[Vote], content: Content, container: Container, folder: str) -> Dataset | None:
    """The export as a trainer would load it; None where no vote gives a row."""
    path = Path(folder) / f"{content}{SUFFIXES[container]}"
    stored = (Stored(i, each.to_json(), True) for i, each in enumerate(cast, 1))
    if export(stored, path, content, container).rows == 0:
        return None
    from datasets import load_dataset

    kind = "json" if container == "jsonl" else "parquet"
    return load_dataset(kind, data_files=str(path), split="train", cache_dir=f"{folder}/cache")


def row_of(cast: Vote, container: Container, folder: Path) -> dict[str, Any]:
    """The only row of that vote's comparison."""
    found = loaded([cast], "preference", container, str(folder))
    assert found is not None
    row: dict[str, Any]
    (row,) = found
    return row


def rendered(judge: PreTrainedTokenizerFast, messages: list[dict[str, Any]], tools: Any, **more: Any) -> str:
    """A conversation as a trainer tokenizes it, read back."""
    return str(judge.decode(trl()._tokenize(judge, messages, tools=tools, **more)["input_ids"]))


def judged_by(row: dict[str, Any]) -> tuple[str, ...]:
    """The templates that a row is shown to; those without functions only see plain text."""
    messages = [m for name in ("prompt", "chosen", "rejected", "completion") for m in row.get(name, [])]
    plain = all(m["role"] != "tool" and "tool_calls" not in m for m in messages)
    system = any(m["role"] == "system" for m in messages)
    return (*FOR_TOOLS, *(FOR_TEXT if plain and not system else ()))


def words(answer: list[dict[str, Any]]) -> str:
    """What of an answer every template shows: its text, but beside a function call some show only the call."""
    (message,) = answer
    return "" if "tool_calls" in message else str(message["content"]).strip()


@SEVERAL
@given(st.lists(votes(), min_size=3, max_size=10), st.sampled_from(CONTAINERS))
def test_a_comparison_is_tokenized_as_dpo_does(cast: list[Vote], container: Container) -> None:
    """Each row is conversational, and both answers, and only they, follow the prompt in every template."""
    with TemporaryDirectory() as folder:
        for row in loaded(cast, "preference", container, folder) or ():
            assert trl().is_conversational(row)
            assert trl().maybe_extract_prompt(row) == row
            tools = json.loads(row["tools"])
            for name in judged_by(row):
                judge = tokenizer(name)
                prompt = rendered(judge, row["prompt"], tools, add_generation_prompt=True)
                for side in ("chosen", "rejected"):
                    whole = rendered(judge, row["prompt"] + row[side], tools)
                    assert words(row[side]) in whole
                    assert len(whole) > len(prompt)
                text = trl().apply_chat_template(row, judge, tools=tools)
                assert set(text) == {"prompt", "chosen", "rejected"}
                assert words(row["chosen"]) in text["prompt"] + text["chosen"]


@SEVERAL
@given(st.lists(votes(), min_size=3, max_size=10), st.sampled_from(CONTAINERS))
def test_the_prompt_can_be_left_out(cast: list[Vote], container: Container) -> None:
    """TRL finds our prompt in the implicit form of each row, which is what reward models are trained on."""
    with TemporaryDirectory() as folder:
        for row in loaded(cast, "reward", container, folder) or ():
            explicit = {name: row[name] for name in ("prompt", "chosen", "rejected")}
            implicit = {name: row["prompt"] + row[name] for name in ("chosen", "rejected")}
            assert trl().extract_prompt(implicit) == explicit
            assert isinstance(row["margin"], float)
            text = trl().maybe_apply_chat_template(
                implicit, tokenizer("qwen3"), tools=json.loads(row["tools"])
            )
            assert set(text) == {"chosen", "rejected"}


@SEVERAL
@given(st.lists(votes(), min_size=3, max_size=10), st.sampled_from(CONTAINERS))
def test_unpaired_rows_are_those_that_trl_makes(cast: list[Vote], container: Container) -> None:
    """For every decided vote the KTO rows are the ones that TRL unpairs from the comparison; the rest are both bad."""
    with TemporaryDirectory() as folder:
        ours = loaded(cast, "kto", container, folder)
        pairs = loaded(cast, "preference", container, folder)
        theirs = trl().unpair_preference_dataset(pairs) if pairs is not None else ()
        wanted = sorted(json.dumps([r["vote_id"], r["completion"], r["label"], r["prompt"]]) for r in theirs)
        both_bad = {each.vote_id for each in cast if each.choice == "both_bad"}
        decided = [r for r in ours or () if r["vote_id"] not in both_bad]
        found = sorted(json.dumps([r["vote_id"], r["completion"], r["label"], r["prompt"]]) for r in decided)
        assert found == wanted
        for row in ours or ():
            assert row["label"] in ((False,) if row["vote_id"] in both_bad else (True, False))
            for name in judged_by(row):
                text = trl().apply_chat_template(row, tokenizer(name), tools=json.loads(row["tools"]))
                assert text["label"] is row["label"]
                assert words(row["completion"]) in text["prompt"] + text["completion"]


@pytest.mark.parametrize("name", FOR_TOOLS)
def test_no_function_is_spoken_of_where_there_was_none(name: str, tmp_path: Path) -> None:
    """A conversation without functions is rendered as one that never heard of them."""
    row = row_of(vote(), "jsonl", tmp_path)
    judge = tokenizer(name)
    assert rendered(judge, row["prompt"], json.loads(row["tools"])) == rendered(judge, row["prompt"], None)


@pytest.mark.parametrize("name", FOR_TOOLS)
def test_functions_reach_the_model(name: str, tmp_path: Path) -> None:
    """Functions on offer, calls and results all appear in what a model is trained on."""
    tools = [
        {"type": "function", "function": {"name": "clock", "description": "Tells it.", "parameters": {}}}
    ]
    call = {"id": "c1", "type": "function", "function": {"name": "clock", "arguments": '{"zone": "Mars"}'}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": "What time is it?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "name": "clock", "content": "half past twelve"},
    ]
    pair = pending(messages=messages, own={"tools": tools}, other={"tools": tools, "temperature": 1.3})
    pair = with_calls(pair, "second", ToolCall("c2", "clock", '{"zone": "Venus"}'))
    row = row_of(vote(pair), "parquet_tools", tmp_path)
    said = rendered(tokenizer(name), row["prompt"], json.loads(row["tools"]))
    assert all(word in said for word in ("clock", "Mars", "half past twelve"))
    answers = [rendered(tokenizer(name), row["prompt"] + row[side], None) for side in ("chosen", "rejected")]
    assert sum("Venus" in each for each in answers) == 1
