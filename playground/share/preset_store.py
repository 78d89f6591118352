"""Presets in the data folder, a file each: two programs that save at the same time never overwrite each other's.

Kept apart from the file's form because here a disk can refuse.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from playground.errors import InvalidRequest, PlaygroundError, Problem
from playground.preset import Preset
from playground.share.preset_file import LARGEST_FILE, MOST_PRESETS, NotAPreset, file_of, presets_in
from playground.share.presets import PRESETS
from playground.value_types import shown
from playground.whole_file import write

FOLDER: Final = "presets"
_MARK_FILE: Final = "folder"


class Kept(NamedTuple):
    """The presets that are kept, by name, and what is wrong with files that cannot be read, each in a sentence."""

    presets: tuple[Preset, ...]
    problems: tuple[str, ...]


class PresetStore:
    """The presets in one folder. What cannot be read or written raises PlaygroundError, which names the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def kept(self) -> Kept:
        """All of them, in the order of their names."""
        found: dict[str, Preset] = {}
        problems: list[str] = []
        for path in self._paths():
            if len(found) >= MOST_PRESETS:
                problems.append(f"{path} and all behind it: up to {MOST_PRESETS} presets are read.")
                break
            try:
                with _saying(path, "read"):
                    if path.stat().st_size > LARGEST_FILE:
                        raise NotAPreset("It is too large.")
                    presets, lost = presets_in(path.read_text(encoding="utf-8"))
            except (PlaygroundError, UnicodeDecodeError) as error:
                why = error.message if isinstance(error, PlaygroundError) else "It is no UTF-8 text."
                problems.append(f"{path}: {why}")
                continue
            for preset in presets:
                own = path == self._path(preset.name)
                if preset.name in found:
                    problems.append(f"{path}: there is a {shown(preset.name)} in another file as well.")
                if own or preset.name not in found:
                    found[preset.name] = preset
            problems += [f"{path}: {why}" for why in lost]
        return Kept(tuple(found[name] for name in sorted(found)), tuple(problems))

    def save(self, preset: Preset) -> None:
        """Keeps a preset, in place of one of its name. Whole or not at all, and on the disk when this returns."""
        if len(self._paths()) >= MOST_PRESETS and not self._path(preset.name).exists():
            raise NotAPreset(
                f"{MOST_PRESETS} presets are kept already.",
                "Export some and delete them, then save this one.",
            )
        self._put(preset)

    def rename(self, old: str, preset: Preset) -> None:
        """Gives the preset called `old` another name. Raises NotAPreset where that is taken."""
        if self._path(preset.name).exists():
            raise NotAPreset(f"There is a preset {shown(preset.name)} already.", "Type another name.")
        self._check_ours(old)
        self._put(preset)
        self.delete(old)

    def _put(self, preset: Preset) -> None:
        path = self._path(preset.name)
        with _saying(path, "written"):
            write(path, file_of([preset]))

    def delete(self, name: str) -> None:
        """Forgets a preset; one that is not there is forgotten already.

        Raises NotAPreset where it stands in a file that somebody has put there: what else is in it is not ours.
        """
        self._check_ours(name)
        path = self._path(name)
        with _saying(path, "deleted"):
            path.unlink(missing_ok=True)

    def _check_ours(self, name: str) -> None:
        others = [path for path in self._paths() if path != self._path(name) and name in _names(path)]
        if others:
            raise NotAPreset(
                f"{shown(name)} stands in {others[0]}, which was put there by hand.", "Take it out there."
            )

    def find(self, name: str) -> Preset:
        """The preset of this name, shipped or kept. Raises InvalidRequest, which names those that there are."""
        return named(name, self.kept().presets)

    def mark(self) -> str:
        """What this folder is told from others by: a browser that knows it takes what is missing here for deleted.

        Empty where the folder cannot be written.
        """
        path = self.folder / _MARK_FILE
        try:
            if not path.exists():
                write(path, secrets.token_hex(8))
            return path.read_text(encoding="ascii").strip()[:64]
        except (OSError, UnicodeDecodeError):
            return ""

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"))

    def _path(self, name: str) -> Path:
        return self.folder / f"{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:24]}.json"


def named(name: str, own: Sequence[Preset]) -> Preset:
    """The preset of this name, shipped or one of these. Raises InvalidRequest, which names those that there are."""
    if name in PRESETS:
        return Preset(name, PRESETS[name])
    found = next((preset for preset in own if preset.name == name), None)
    if found is None:
        names = ", ".join([*PRESETS, *(preset.name for preset in own)])
        raise InvalidRequest([Problem("preset", shown(name), f"one of {names}")])
    return found


def _names(path: Path) -> set[str]:
    """The presets in a file, none where it cannot be read."""
    try:
        presets, _ = presets_in(path.read_text(encoding="utf-8"))
    except (PlaygroundError, OSError, UnicodeDecodeError):
        return set()
    return {preset.name for preset in presets}


@contextmanager
def _saying(path: Path, what: str) -> Iterator[None]:
    """Turns what the disk says into a sentence."""
    try:
        yield
    except OSError as error:
        raise PlaygroundError(
            f"The preset could not be {what}, {path}: {error.strerror or error}.",
            "Make room there, or set PLAYGROUND_DATA_DIR to a folder that can be written.",
        ) from error
