"""An answer that gives its model away is flagged, and one that merely talks of models is not."""

from __future__ import annotations

import pytest

from playground.votes.self_naming import names_itself, words_of_model


@pytest.mark.parametrize(
    ("text", "model", "found"),
    [
        ("I am ChatGPT, made by OpenAI.", "openai/gpt-oss-20b", ("chatgpt", "openai")),
        ("Ich bin Claude.", "anthropic/claude-x", ("claude",)),
        ("My name is Qwen2.5-Instruct.", "Qwen/Qwen2.5-7B", ("qwen",)),
        ("As SmolLM I can say", "HuggingFaceTB/SmolLM2-135M-Instruct", ("smollm",)),
        ("I was trained by Google.", "x/gemma-3", ("google",)),
        ("I'm phi, a model by Microsoft", "microsoft/phi-4", ("microsoft", "phi")),
        ("Thanks to the team at Hugging Face!", "a/b", ("hugging face",)),
        ("GPT-4o here", "a/b", ("gpt",)),
        ("Je suis Zephyr.", "HuggingFaceH4/zephyr-7b-beta", ("zephyr",)),
    ],
)
def test_names_are_found(text: str, model: str, found: tuple[str, ...]) -> None:
    """A vendor's name, or a telling word of the model's own id, is found in any language and with a version."""
    assert names_itself(text, model) == found


@pytest.mark.parametrize(
    ("text", "model", "prompt"),
    [
        ("The meta level of apples: google it.", "x/y", ""),
        ("A large model is instructed in chat.", "org/large-chat-instruct", ""),
        ("OpenAI was founded in 2015.", "x/y", "When was OpenAI founded?"),
        ("I am sure that phi is about 1.618; Google agrees.", "x/y", ""),
        ("misqwened", "qwen/qwen", ""),
    ],
)
def test_ordinary_words_are_not(text: str, model: str, prompt: str) -> None:
    """Ordinary words, parts of words, and what the question itself named are not held against an answer."""
    assert names_itself(text, model, prompt) == ()


def test_speaking_of_itself_counts_even_when_asked() -> None:
    """Asked whether it is Claude, an answer that says so is flagged all the same."""
    assert names_itself("Yes, I am Claude.", "x/y", "Are you Claude?") == ("claude",)
    assert names_itself("No idea what Claude is.", "x/y", "Are you Claude?") == ()


def test_sizes_and_common_words_of_an_id_tell_nothing() -> None:
    """Of an id only the telling words are kept."""
    assert words_of_model("meta-llama/Llama-3.1-8B-Instruct-GGUF") == {"meta", "llama"}
