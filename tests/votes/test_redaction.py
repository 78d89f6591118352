"""No key survives in a record, whoever typed it and wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.votes.redaction import MARK, holds_key, redacted
from tests.votes.making import unhurried

LETTERS = "a1B2c3D4e5F6g7H8i9J0"
KEYS = {
    "huggingface": "hf" + "_" + LETTERS + LETTERS[:14],
    "openai": "sk" + "-" + LETTERS * 2,
    "openai project": "sk" + "-proj-" + LETTERS + "_-" + LETTERS,
    "openrouter": "sk" + "-or-v1-" + LETTERS * 3,
    "anthropic": "sk" + "-ant-api03-" + LETTERS,
    "github": "gh" + "p_" + LETTERS * 2,
    "github fine": "github" + "_pat_" + LETTERS * 2,
    "gitlab": "gl" + "pat-" + LETTERS,
    "slack": "xo" + "xb-123456789012-" + LETTERS,
    "aws": "AK" + "IA" + "ABCDEFGH12345678",
    "google": "AI" + "za" + LETTERS + LETTERS[:15],
    "groq": "gs" + "k_" + LETTERS * 2,
    "jwt": "ey" + "J" + LETTERS + ".ey" + "J" + LETTERS + "." + LETTERS,
    "pem": "-----BEGIN RSA PRIVATE" + f" KEY-----\n{LETTERS}\n-----END RSA PRIVATE" + " KEY-----",
    "pem cut": "-----BEGIN PRIVATE" + f" KEY-----\n{LETTERS}",
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("around", ["{}", "my key: {}, keep it", '{{"api_key":"{}"}}', "Bearer {}", "({})\n"])
def test_keys_are_replaced_wherever_they_stand(kind: str, around: str) -> None:
    """Keys of every known kind are replaced in texts, lists, values and names of fields; the rest stays."""
    text = around.format(KEYS[kind])
    cleaned = redacted({"content": [{"text": text}, text], text: 1})
    assert LETTERS not in repr(cleaned)
    assert KEYS[kind] not in repr(cleaned)
    assert MARK in cleaned["content"][1]
    if kind != "pem cut":
        assert cleaned["content"][1] == around.format(MARK)


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_is_found_wherever_it_stands(kind: str) -> None:
    """In a text, a list, a value or the name of a field, and deeper than Python can call itself."""
    deep: object = KEYS[kind]
    for _ in range(5_000):
        deep = [deep]
    assert all(map(holds_key, (KEYS[kind], [{"a": KEYS[kind]}], {KEYS[kind]: 1}, {"a": (KEYS[kind],)}, deep)))
    assert not holds_key({"a": ["no key", 1, None], "hf_": "sk-"})


@unhurried
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_redacting_twice_is_redacting_once(text: str) -> None:
    """What has been cleaned stays as it is, so that a stored text keeps its hash."""
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize(
    "text", ["hf_transfer is a library", "risk-free sk-1", "eyJust asking", "AKIA is short"]
)
def test_ordinary_words_are_kept(text: str) -> None:
    """Words that merely begin like a key are left alone."""
    assert redacted(text) == text
