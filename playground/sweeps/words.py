"""What counts as a word, in every script: the one definition that all measures of words rest on.

Kept apart from the measures, because `\\w` of `re` knows no combining marks: it cuts Hindi at every vowel sign.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_KINDS: Final[dict[str, str]] = {
    "'": "'",
    "\u200c": "j",  # ZERO WIDTH NON-JOINER, within Persian words
    "\u200d": "j",  # ZERO WIDTH JOINER, within Indic words and emoji
    **dict.fromkeys(map(chr, range(0x1F3FB, 0x1F400)), "m"),  # colours of skin
    **dict.fromkeys(map(chr, range(0xE0020, 0xE0080)), "m"),  # tags, as in the flag of Scotland
    **dict.fromkeys(map(chr, range(0x1F1E6, 0x1F200)), "f"),  # letters of flags, two a flag
}
_GROUPS: Final = {"L": "w", "N": "w", "M": "m", "So": "s"}
"""By the general category of Unicode, or its first letter: of words, marks on what is before, and symbols."""

_WORD: Final = re.compile(r"w(?:[wmj]|'w)*|ff?m*|sm*(?:jsm*)*")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case and composed (NFC): runs of letters, digits and the marks on them.

    An apostrophe within a word is part of it. An emoji or other pictorial symbol (Unicode category So), with all that
    is joined to it, is a word. Punctuation is none, and parts words. Scripts without spaces, such as Chinese, have no
    such words: all between two marks of punctuation is one.

    >>> words("Don't stop, \u0939\u093f\u0928\u094d\u0926\u0940!")
    ("don't", 'stop', '\u0939\u093f\u0928\u094d\u0926\u0940')
    """
    plain = unicodedata.normalize("NFC", text).lower().replace("\u2019", "'")
    kinds = "".join(map(_kind, plain))
    return tuple(plain[found.start() : found.end()] for found in _WORD.finditer(kinds))


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """What a character can be in a word, as a letter of `_WORD`; a space for one that is in none."""
    group = unicodedata.category(character)
    return _KINDS.get(character) or _GROUPS.get(group) or _GROUPS.get(group[0]) or " "
