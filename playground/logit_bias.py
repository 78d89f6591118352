"""The forms of a word, how a tokenizer cuts them, and the bias that bans them.

Kept apart from the tokenizers, which need a network or an engine: here one is only a function from text to tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

BAN: Final = -100.0
SHORTEST_PIECE: Final = 3
"""Letters that a piece of a word must have to be banned for it: shorter ones are part of too many other words."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its id, and the text that it stands for (a part of a character shows as a replacement sign)."""

    id: int
    piece: str

    @classmethod
    def of(cls, told: Any) -> Token:
        """A token as llama.cpp's POST /tokenize tells it: alone as its id, or with its piece, text or bytes.

        Raises KeyError, TypeError, ValueError.
        """
        if not isinstance(told, Mapping):
            return cls(int(told), "")
        piece = told["piece"]
        return cls(
            int(told["id"]), piece if isinstance(piece, str) else bytes(piece).decode(errors="replace")
        )


Tokenize = Callable[[str], Sequence[Token]]
"""What cuts a text into tokens, without adding any at its ends."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One form of a word as it is cut. `banned` is the token to ban for it; where it is None, `why` says so."""

    form: str
    tokens: tuple[Token, ...]
    banned: Token | None = None
    why: str = ""

    @property
    def whole(self) -> bool:
        """Whether the form is one token."""
        return len(self.tokens) == 1


@dataclass(frozen=True, slots=True)
class Ban:
    """The bias that bans a word, and each form of it with what is banned for it."""

    bias: Mapping[int, float]
    cuts: tuple[Cut, ...]


def forms(word: str) -> tuple[str, ...]:
    """The forms of a word that a tokenizer may tell apart: capitals and small letters, with and without a space.

    >>> forms("cat")
    ('cat', ' cat', 'Cat', ' Cat', 'CAT', ' CAT')
    """
    bare = word.strip()
    if not bare:
        return ()
    spelled = dict.fromkeys(
        (bare, bare.lower(), bare[:1].upper() + bare[1:], bare.capitalize(), bare.upper())
    )
    return tuple(lead + spelling for spelling in spelled for lead in ("", " "))


def cuts(word: str, tokenize: Tokenize) -> tuple[Cut, ...]:
    """Each form of a word as it is cut, and the token that stands for it best.

    A form of several tokens is stopped by its longest piece, which other words may share: that is said. Nothing
    keeps a model from spelling a word with other tokens.
    """
    return tuple(_cut(form, tuple(tokenize(form))) for form in forms(word))


def ban(word: str, tokenize: Tokenize) -> Ban:
    """The bias that bans a word in all its forms, as far as single tokens can."""
    found = cuts(word, tokenize)
    return Ban({cut.banned.id: BAN for cut in found if cut.banned is not None}, found)


def _cut(form: str, tokens: tuple[Token, ...]) -> Cut:
    if not tokens:
        return Cut(form, tokens, None, "The tokenizer makes nothing of it.")
    if len(tokens) == 1:
        return Cut(form, tokens, tokens[0])
    longest = max(tokens, key=lambda token: len(token.piece.strip()))
    if len(longest.piece.strip()) < SHORTEST_PIECE or "\ufffd" in longest.piece:
        return Cut(form, tokens, None, "It is cut into pieces that are part of too many other words.")
    return Cut(form, tokens, longest, f"Other words that hold {longest.piece!r} are banned with it.")
