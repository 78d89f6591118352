"""What the HuggingFace Hub says of one file before it is fetched: which it is, its size, its SHA-256, its licence.

Kept apart from the fetching because this is also what a visitor is asked to agree to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from huggingface_hub import HfApi, ModelInfo
from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

from playground.engine.names import HubName, chosen
from playground.errors import ModelFileError

TIMEOUT_S: Final = 15.0
_AGAIN: Final = "Check the network, or https://status.huggingface.co, and try again."


@dataclass(frozen=True, slots=True)
class HubFile:
    """One file at one commit. `sha256` is empty, and `licence` too, where the Hub does not say."""

    repository: str
    file: str
    commit: str
    size: int
    sha256: str
    licence: str

    @property
    def version(self) -> str:
        """Tells its content from that of another file of the same name."""
        return self.sha256 or self.commit


def hub_file(name: HubName, endpoint: str | None, token: str | bool) -> HubFile:
    """The file of the Hub that a name means. `endpoint`: None for the usual address. Raises ModelFileError."""
    try:
        api = HfApi(endpoint=endpoint, token=token)
        info = api.model_info(name.repository, files_metadata=True, timeout=TIMEOUT_S)
    except GatedRepoError as error:
        raise ModelFileError(
            f"{name.repository} is gated: its authors give it to those who accept its terms.",
            "Accept them on the Hub, and set HF_TOKEN to a key of yours that may read it.",
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelFileError(
            f"There is no model {name.repository} on the Hub that can be seen.", "Check its name."
        ) from error
    except Exception as error:  # the Hub's client lets the errors of its transport through
        raise ModelFileError(f"The HuggingFace Hub gives no answer: {_short(error)}.", _AGAIN) from error
    return _described(info, name)


def _described(info: ModelInfo, name: HubName) -> HubFile:
    files = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    file = chosen(list(files), name)
    about = files[file]
    if not about.size or not info.sha:
        raise ModelFileError(f"The Hub does not say how large {file} of {name.repository} is.", _AGAIN)
    sha256 = about.lfs.sha256 if about.lfs else ""
    return HubFile(name.repository, file, info.sha, about.size, sha256, _licence(info))


def _licence(info: ModelInfo) -> str:
    card: Any = info.card_data
    named = card and (card.get("license_name") or card.get("license"))
    return named if isinstance(named, str) else ""


def _short(error: Exception) -> str:
    text = str(error).partition("\n")[0].strip().rstrip(".")
    return text[:200] or type(error).__name__
