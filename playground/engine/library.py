"""The model files on this machine, and the way to fetch others: what `embedded/...` stands for, as a file.

Kept apart from the process because most of what can be asked here (which are there, how far a download is, what one
takes) must not start anything.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huggingface_hub import constants

from playground.engine import model_file
from playground.engine.download import Download, Progress, record_of
from playground.engine.gguf import BrokenFile, header_of
from playground.engine.hub_file import HubFile, hub_file
from playground.engine.model_file import ModelFile, Say
from playground.engine.names import HubName, chosen, hub_name, is_path
from playground.engine.offered import OFFERED
from playground.errors import ModelFileError
from playground.settings import Settings
from playground.wire.chat_template import ChatTemplate
from playground.wire.models import ModelInfo

_ANOTHER: Final = "Choose another model; the one that comes along is called embedded."
_HOSTS_OF_THE_HUB: Final = ("https://huggingface.co", "https://hf.co")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the Hub that is here, and whether it lies in our own folder, where it may be removed."""

    name: HubName
    path: Path
    own: bool


class Library:
    """Finds and fetches model files; `endpoint` is the Hub's address, None for the usual one. Safe from any thread."""

    def __init__(self, settings: Settings, endpoint: str | None = None) -> None:
        self._settings = settings
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._downloads: dict[Path, Download] = {}

    @property
    def folder(self) -> Path:
        """Where fetched files are kept, by owner and repository."""
        return self._settings.data_path / "models"

    def find(self, model: str, say: Say = lambda line: None) -> ModelFile:
        """The file that `embedded/<model>` means, empty for the one that comes along. Raises ModelFileError.

        Nothing is fetched but that one.
        """
        if not model:
            return model_file.find(self._settings, say)
        if is_path(model):
            return self._at(self._allowed_path(model), Path(model).stem)
        name = self.allowed(model)
        kept = self.here(name)
        if kept is None:
            raise ModelFileError(
                f"embedded/{model} is not on this machine yet.",
                "Open Models, then embedded, and download it; a call in Python does so by itself.",
            )
        return self._at(kept.path, kept.path.stem)

    def fetch(self, model: str, say: Say = lambda line: None) -> ModelFile:
        """The same, fetched first where it is not here; blocks until it is. Raises ModelFileError."""
        with suppress(ModelFileError):
            return self.find(model, say)
        if model and not is_path(model):
            file = self.about(model)
            say(f"Fetching {file.file} ({file.size / 10**6:,.0f} MB, once) from the HuggingFace Hub ...")
            self.begin(file).wait()
        return self.find(model, say)

    def about(self, model: str) -> HubFile:
        """What the Hub says of the file that a name means; it is asked. Raises ModelFileError."""
        return hub_file(self.allowed(model), self._endpoint, self._token())

    def begin(self, file: HubFile) -> Download:
        """Has a file fetched in the background; the download that is under way already, where there is one."""
        path = self.folder / file.repository / file.file
        with self._lock:
            running = self._downloads.get(path)
            if running is None or running.progress.ended:
                running = self._downloads[path] = Download(file, path, self._endpoint, self._token())
                running.start()
            return running

    def stop(self, model: str) -> None:
        """Stops the download of what a name means; what has come stays."""
        download = self._download(self.allowed(model))
        if download is not None:
            download.stop()

    def remove(self, model: str) -> None:
        """Removes what a name means from our own folder, and what has come of it. Raises ModelFileError."""
        name = self.allowed(model)
        self.stop(model)
        kept, download = self.here(name), self._download(name)
        if kept is not None and not kept.own:
            raise ModelFileError(
                f"{kept.path} is in the Hub's own cache.", "Remove it there: `hf cache delete`."
            )
        if kept is not None:
            path = kept.path
        elif download is not None:
            path = self.folder / name.repository / download.file.file
        else:
            return
        try:
            for each in [path, record_of(path), *path.parent.glob(f"{path.name}.*.part")]:
                each.unlink(missing_ok=True)
        except OSError as error:
            raise ModelFileError(
                f"{path} cannot be removed: {error.strerror}.", "Remove it by hand."
            ) from error
        with self._lock:
            self._downloads.pop(path, None)

    def progress(self, name: HubName) -> Progress | None:
        """How far the download of a file is, also of one that an earlier program has left; None: none was begun."""
        download = self._download(name)
        if download is not None:
            return download.progress
        path = self.folder / name.repository / name.wanted
        begun = [part.stat().st_size for part in path.parent.glob(f"{path.name}.*.part")]
        return Progress("stopped", max(begun), 0) if begun else None

    def under_way(self) -> list[tuple[HubFile, Progress]]:
        """The downloads that have not come to their end, each with how far it is."""
        with self._lock:
            known = list(self._downloads.values())
        return [(each.file, each.progress) for each in known if each.progress.state != "done"]

    def is_here(self, model: str) -> bool:
        """Whether a model is on this machine, or is the one that comes along. Raises ModelFileError for no name."""
        return not model or is_path(model) or self.here(self.allowed(model)) is not None

    def kept(self) -> list[Kept]:
        """All files of the Hub in our own folder, by name."""
        found = sorted(self.folder.glob("*/*/**/*.gguf"))
        return [Kept(_named(path.relative_to(self.folder)), path, own=True) for path in found]

    def template(self, model: str) -> ChatTemplate | None:
        """What the chat template of a model knows; None where the model is not here."""
        with suppress(ModelFileError, OSError):
            return self.find(model).template if model or self._settings.model_file else None
        return None

    def info(self, model: str) -> ModelInfo | None:
        """What a model's own file suggests to sample it with; None where it is not here, or comes along."""
        with suppress(ModelFileError, OSError):
            file = self.find(model) if model else None
            if file and file.header:
                return ModelInfo(model, model, suggested=file.header.sampling, suggested_in="in its file")
        return None

    def described(self, model: str) -> str:
        """The file, as a record names it: by its hash where that is known, else by its name."""
        if not model:
            return model_file.described(self._settings)
        with suppress(ModelFileError, OSError, ValueError, KeyError):
            path = self.find(model).path
            known = json.loads(record_of(path).read_text(encoding="utf-8"))
            return f"{known['repository']}/{known['file']} sha256:{known['sha256']}"
        return model if not is_path(model) else Path(model).stem

    def free_bytes(self) -> int:
        """What the disk of our folder has room for."""
        folder = next(each for each in (self.folder, *self.folder.parents) if each.exists())
        return shutil.disk_usage(folder).free

    def close(self) -> None:
        """Stops all downloads."""
        for download in list(self._downloads.values()):
            download.stop()

    def allowed(self, model: str) -> HubName:
        """The name, if it may be used here: on a public page the offered models alone. Raises ModelFileError."""
        name = hub_name(model)
        if self._settings.is_public and not any(
            offer.repository == name.repository and _means(name, offer.file) for offer in OFFERED
        ):
            names = ", ".join(f"embedded/{offer.name}" for offer in OFFERED)
            raise ModelFileError(f"On this public page embedded/{model} does not run.", f"These do: {names}.")
        return name

    def _allowed_path(self, model: str) -> Path:
        if self._settings.is_public:
            raise ModelFileError("On a public page no file is run by its path.", _ANOTHER)
        try:
            return Path(model).expanduser().resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise ModelFileError(f"{model} is no path.", _ANOTHER) from error

    def _at(self, path: Path, alias: str) -> ModelFile:
        """Raises ModelFileError where it cannot be a model."""
        try:
            return ModelFile(path, alias, released=False, header=header_of(path), way_out=_ANOTHER)
        except BrokenFile as error:
            raise ModelFileError(f"{path.name} cannot be used: {error}.", _ANOTHER) from error
        except OSError as error:
            raise ModelFileError(f"{path} cannot be read: {error.strerror}.", _ANOTHER) from error

    def here(self, name: HubName) -> Kept | None:
        """The file that a name means, where it is on this machine."""
        own = self.folder / name.repository
        for files, is_own in ((_ggufs(own, own), True), *((files, False) for files in self._cached(name))):
            with suppress(ModelFileError):
                file = chosen(list(files), name)
                return Kept(HubName(name.repository, file), files[file], is_own)
        return None

    def _cached(self, name: HubName) -> Iterator[dict[str, Path]]:
        """The files of a repository in the Hub's own cache, which other programs share: newest snapshot first."""
        snapshots = (
            Path(constants.HF_HUB_CACHE) / f"models--{name.repository.replace('/', '--')}" / "snapshots"
        )
        with suppress(OSError):
            newest = sorted(snapshots.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
            yield from (_ggufs(snapshot, snapshot) for snapshot in newest)

    def _download(self, name: HubName) -> Download | None:
        with self._lock:
            fitting = [
                each
                for each in self._downloads.values()
                if each.file.repository == name.repository and _means(name, each.file.file)
            ]
        return fitting[-1] if fitting else None

    def _token(self) -> str | bool:
        """The key of the settings, for HuggingFace's own hosts alone, and never a visitor's errand."""
        address = (self._endpoint or constants.ENDPOINT).rstrip("/")
        lent = self._settings.lends_keys and not self._settings.is_public and address in _HOSTS_OF_THE_HUB
        return (self._settings.hf_token if lent else "") or False


Provide = Callable[[Library, str, Say], ModelFile]
"""How an engine gets its files: `Library.find`, or `Library.fetch`."""


def _means(name: HubName, file: str) -> bool:
    with suppress(ModelFileError):
        return chosen([file], name) == file
    return False


def _named(inside: Path) -> HubName:
    owner, repository, *rest = inside.parts
    return HubName(f"{owner}/{repository}", "/".join(rest))


def _ggufs(folder: Path, root: Path) -> dict[str, Path]:
    with suppress(OSError):
        return {p.relative_to(root).as_posix(): p for p in sorted(folder.rglob("*.gguf")) if p.is_file()}
    return {}
