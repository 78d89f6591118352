"""What a failed call to the Hub means, in words, and whether it may have changed something there all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from huggingface_hub.errors import HfHubHTTPError

from playground.errors import BackupError, PlaygroundError

AGAIN: Final = "The votes are saved here; it is tried again."
LONGEST_WAIT_S: Final = 900.0


@contextmanager
def said_in_words(dataset: str) -> Iterator[None]:
    """Whatever the Hub's client raises within is a BackupError outside."""
    try:
        yield
    except PlaygroundError:
        raise
    except Exception as error:  # the Hub's client lets through whatever its HTTP library raises
        raise _in_words(error, dataset) from error


def _in_words(error: Exception, dataset: str) -> BackupError:
    """What a failed call means. Only an answer below 500 says for certain that nothing was changed."""
    if not isinstance(error, HfHubHTTPError) or error.response is None:
        return BackupError(
            f"The Hub could not be reached, or answered oddly ({type(error).__name__}).",
            AGAIN,
        )
    status = error.response.status_code
    if status in (401, 403):
        message = f"The Hub refused the token for {dataset} (status {status})."
        return BackupError(message, "Give a token that may write to this dataset.", certain=True)
    if status == 429:
        return BackupError(
            "The Hub takes no more commits for now.",
            AGAIN,
            retry_after_s=_seconds(error.response.headers.get("retry-after")),
            certain=True,
        )
    if status == 412:
        return BackupError(f"Another program has written to {dataset} at the same time.", AGAIN, certain=True)
    return BackupError(
        f"The Hub answered with status {status}.",
        AGAIN,
        retry_after_s=_seconds(error.response.headers.get("retry-after")),
        certain=status < 500,
    )


def _seconds(header: str | None) -> float | None:
    return min(float(header), LONGEST_WAIT_S) if header and header.isdecimal() else None
