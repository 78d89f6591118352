"""How tokenizers spell their tokens, as the text that they stand for.

Sources: openai/gpt-2, src/encoder.py (bytes_to_unicode: each byte is a printable letter); google/sentencepiece (U+2581
stands for a blank).
"""

from __future__ import annotations

from functools import cache


@cache
def _bytes_of_letters() -> dict[str, int]:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + at): byte for at, byte in enumerate(others)}


def spelt_out(token: str) -> str:
    """The text of a token as its vocabulary spells it; part of a character shows as a replacement sign.

    >>> [spelt_out(each) for each in ("\\u0120cat", "\\u00c3\\u00a9", "\\u2581cat", "<|im_start|>")]
    [' cat', '\\xe9', ' cat', '<|im_start|>']
    """
    letters = _bytes_of_letters()
    if all(letter in letters for letter in token):
        return bytes(letters[letter] for letter in token).decode(errors="replace")
    return token.replace("\u2581", " ")
