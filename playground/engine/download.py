"""One file on its way from the Hub to this disk: it can be watched, stopped, and gone on with later.

Kept apart from `hf_hub_download`, which huggingface_hub 2.4 begins anew after every stop: here what has come stays,
and its transport, its keys and its errors are used.
"""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import threading
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import IO, Final, Literal

from huggingface_hub import hf_hub_url
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # it exports them lazily
    build_hf_headers,
    hf_raise_for_status,
    http_stream_backoff,
    tqdm,
)

from playground.engine.hub_file import HubFile
from playground.errors import ModelFileError

SPARE: Final = 256 * 1024**2
"""Bytes of the disk that stay free for others."""
TRIES: Final = 5
"""Attempts in a row that bring nothing; one that brings something begins the count anew."""
SILENCE_S: Final = 15.0
_SPEED_OVER_S: Final = 5.0

State = Literal["fetching", "checking", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: bytes of `total`, bytes a second of late, and why it ended where it failed."""

    state: State
    done: int
    total: int
    per_second: float = 0.0
    why: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "stopped", "failed")


class _Stopped(Exception):
    """Somebody has stopped it."""


class Download:
    """Fetches `file` to `path` in a thread of its own; beside it grows `<path>.part`, and stays when it is stopped."""

    def __init__(self, file: HubFile, path: Path, endpoint: str | None, token: str | bool) -> None:
        self.file = file
        self._path = path
        self._url = hf_hub_url(file.repository, file.file, revision=file.commit, endpoint=endpoint)
        self._headers = {**build_hf_headers(token=token), "Accept-Encoding": "identity"}
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._seen: deque[tuple[float, int]] = deque(maxlen=64)
        self._progress = Progress("fetching", 0, file.size)
        self._open: IO[bytes] | None = None

    @property
    def progress(self) -> Progress:
        """How far it is now."""
        return replace(self._progress, per_second=self._speed())

    def start(self) -> None:
        """Begins, or goes on where one before was stopped."""
        threading.Thread(target=self._run, name="model-download", daemon=True).start()

    def stop(self) -> None:
        """Ends it at once, also while the server is silent; what has come stays for the next time."""
        self._stopping.set()
        self._end("stopped")
        with suppress(OSError):
            if self._open is not None:
                self._open.close()  # whoever still waits for the server can write no more

    def wait(self) -> None:
        """Returns once the file is here. Raises ModelFileError where it does not come."""
        self._ended.wait()
        if self._progress.state == "stopped":
            raise ModelFileError(
                f"The download of {self.file.file} was stopped.", "Ask again to go on with it."
            )
        if self._progress.state == "failed":
            raise ModelFileError(self._progress.why, "")

    def _run(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._is_kept():
                part = part_of(self._path, self.file)
                self._fetch(part)
                self._check(part)
                self._keep(part)
        except _Stopped:
            self._end("stopped")
        except (ModelFileError, OSError) as error:
            self._end("failed", _sentence(error, self._path))
        except Exception as error:  # noqa: BLE001 - of whatever library: the thread must end with a sentence
            self._end(
                "failed", f"The download of {self.file.file} failed: {type(error).__name__}. Try again."
            )
        else:
            self._end("done")

    def _fetch(self, part: Path) -> None:
        """All that is missing, in as many attempts as it takes."""
        tries = 0
        have = _size(part)
        with tqdm(
            desc=self.file.file[-40:],
            total=self.file.size,
            initial=have,
            unit="B",
            unit_scale=True,
            disable=None,
        ) as bar:
            while (have := _size(part)) < self.file.size:
                self._need_room(have)
                try:
                    self._attempt(part, have, bar)
                except (_Stopped, OSError):
                    raise
                except Exception as error:  # of whatever library: said below, or tried again
                    tries = 0 if _size(part) > have else tries + 1
                    if tries == TRIES or _is_final(error):
                        raise ModelFileError(
                            f"The download of {self.file.file} broke off: {str(error).partition(chr(10))[0][:200]}.",
                            "Try again: it goes on where it stands.",
                        ) from error
                    if self._stopping.wait(min(2.0**tries, 8.0)):
                        raise _Stopped from None

    def _attempt(self, part: Path, have: int, bar: tqdm) -> None:
        headers = {**self._headers, **({"Range": f"bytes={have}-"} if have else {})}
        with http_stream_backoff(
            "GET", self._url, headers=headers, timeout=SILENCE_S, max_retries=0
        ) as response:
            hf_raise_for_status(response)
            resumed = response.status_code == 206
            with part.open("ab" if resumed else "wb") as file:
                self._open = file
                have = have if resumed else 0
                self._note(have)
                for chunk in response.iter_bytes():
                    if self._stopping.is_set():
                        raise _Stopped
                    file.write(chunk)
                    have += len(chunk)
                    self._note(have)
                    bar.update(len(chunk))

    def _note(self, have: int) -> None:
        if not self._stopping.is_set():
            self._progress = Progress("fetching", have, self.file.size)
            self._seen.append((monotonic(), have))

    def _speed(self) -> float:
        now = monotonic()
        seen = [(at, have) for at, have in list(self._seen) if now - at < _SPEED_OVER_S]
        if len(seen) < 2 or self._progress.state != "fetching":
            return 0.0
        return max(0.0, (seen[-1][1] - seen[0][1]) / max(now - seen[0][0], 0.001))

    def _need_room(self, have: int) -> None:
        """Raises ModelFileError where the disk has no room for the rest."""
        missing, free = self.file.size - have, shutil.disk_usage(self._path.parent).free
        if free < missing + SPARE:
            raise ModelFileError(
                f"{self.file.file} needs {_mb(missing)} more on the disk of {self._path.parent}, which has "
                f"{_mb(free)} free.",
                "Free some, or set PLAYGROUND_DATA_DIR to a folder on another disk.",
            )

    def _check(self, part: Path) -> None:
        """Raises ModelFileError, and removes what came, where that is not the file."""
        self._progress = Progress("checking", self.file.size, self.file.size)
        digest = hashlib.sha256()
        with part.open("rb") as file:
            while block := file.read(4 * 1024**2):
                if self._stopping.is_set():
                    raise _Stopped
                digest.update(block)
        if _size(part) != self.file.size or (self.file.sha256 and digest.hexdigest() != self.file.sha256):
            part.unlink(missing_ok=True)
            raise ModelFileError(
                f"What came is not {self.file.file}: its SHA-256 is another one than the Hub says.",
                "It was removed. Download it again.",
            )

    def _is_kept(self) -> bool:
        """Whether this very file is here already, as after a second click on a download that has just ended."""
        with suppress(OSError, ValueError, TypeError):
            known = HubFile(**json.loads(record_of(self._path).read_text(encoding="utf-8")))
            return known.version == self.file.version and _size(self._path) == self.file.size
        return False

    def _keep(self, part: Path) -> None:
        record_of(self._path).write_text(json.dumps(asdict(self.file), indent=1), encoding="utf-8")
        part.replace(self._path)

    def _end(self, state: State, why: str = "") -> None:
        if not self._ended.is_set():
            self._progress = replace(self._progress, state=state, why=why)
            self._ended.set()


def part_of(path: Path, file: HubFile) -> Path:
    """Where a file grows; another version of it would grow elsewhere."""
    return path.with_name(f"{path.name}.{file.version[:12]}.part")


def record_of(path: Path) -> Path:
    """Where it stands what a fetched file is, beside it."""
    return path.with_name(f"{path.name}.json")


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _is_final(error: Exception) -> bool:
    """Whether asking again would be of no use."""
    response = getattr(error, "response", None) if isinstance(error, HfHubHTTPError) else None
    return (
        response is not None
        and 400 <= response.status_code < 500
        and response.status_code not in (408, 416, 429)
    )


def _sentence(error: ModelFileError | OSError, path: Path) -> str:
    if isinstance(error, ModelFileError):
        return str(error)
    if error.errno == errno.ENOSPC:
        return f"The disk of {path.parent} is full. Free some, and go on."
    return f"{path.parent} cannot be written to: {error.strerror}. Set PLAYGROUND_DATA_DIR to another folder."


def _mb(size: int) -> str:
    return f"{size / 10**6:,.0f} MB"
