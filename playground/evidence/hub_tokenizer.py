"""The tokenizer of a model on the HuggingFace Hub: one file, fetched once, run here.

Kept apart from the embedded model's, which its own server runs; for models elsewhere ids are typed by hand.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import (
    GatedRepoError,
    HFValidationError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
)
from tokenizers import Tokenizer

from playground.errors import PlaygroundError
from playground.logit_bias import Token

FILE: Final = "tokenizer.json"
LARGEST_BYTES: Final = 64 * 1024 * 1024
LONGEST_TEXT: Final = 20_000


class HubTokenizer:
    """Cuts texts as one model does; call it with a text."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > LARGEST_BYTES:
            raise _too_large(path.name)
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises a bare Exception for every unreadable file
            raise PlaygroundError(
                f"The tokenizer file cannot be read: {error}.", "Type the ids by hand."
            ) from error

    def __call__(self, text: str) -> tuple[Token, ...]:
        """The tokens of a text, nothing added at its ends."""
        ids = self._tokenizer.encode(text[:LONGEST_TEXT], add_special_tokens=False).ids
        return tuple(Token(id, self.piece(id)) for id in ids)

    def piece(self, id: int) -> str:
        """The text that an id stands for, its leading space included; empty for an unknown id.

        Decoded behind a letter, because many tokenizers drop a space at the very beginning.
        """
        letter = self._tokenizer.encode("a", add_special_tokens=False).ids
        whole = str(self._tokenizer.decode([*letter, id], skip_special_tokens=False))
        return whole.removeprefix(str(self._tokenizer.decode(letter, skip_special_tokens=False)))


@lru_cache(maxsize=8)
def hub_tokenizer(model: str, token: str = "") -> HubTokenizer:
    """The tokenizer of a Hub model such as `openai/gpt-oss-20b`; a provider after a colon is left out.

    Blocks while the file is fetched, the first time only: call it in a thread. `token` is sent to the Hub alone, and
    only where it is given. Raises PlaygroundError.
    """
    repo = model.partition(":")[0]
    by_hand = "Type the token ids by hand."
    try:
        return HubTokenizer(_fetched(repo, token or False))
    except PlaygroundError:
        raise
    except GatedRepoError as error:
        raise PlaygroundError(
            f"The tokenizer of {repo} is gated.", f"Accept its terms on the Hub. {by_hand}"
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise PlaygroundError(f"There is no model {repo} on the Hub that can be seen.", by_hand) from error
    except RemoteEntryNotFoundError as error:
        raise PlaygroundError(f"{repo} has no {FILE} on the Hub.", by_hand) from error
    except Exception as error:  # the Hub's client lets all errors of its transport through
        raise PlaygroundError(
            "The HuggingFace Hub cannot be reached.", f"Try again later. {by_hand}"
        ) from error


def _fetched(repo: str, token: str | bool) -> Path:
    """The file in the local cache, fetched if need be and not too large."""
    cached = try_to_load_from_cache(repo, FILE)
    if isinstance(cached, str):
        return Path(cached)
    # Unlike the download this asks once: without a network that is known at once, and not after five retries.
    ahead = get_hf_file_metadata(hf_hub_url(repo, FILE), token=token)
    if ahead.size is None or ahead.size > LARGEST_BYTES:
        raise _too_large(repo)
    # The newest, as its model is: a tokenizer.json is data that a parser reads, and its size is bounded.
    return Path(hf_hub_download(repo, FILE, token=token))  # nosec B615


def _too_large(name: str) -> PlaygroundError:
    return PlaygroundError(
        f"The tokenizer file of {name} is larger than {LARGEST_BYTES:,} bytes.", "Type the token ids by hand."
    )
