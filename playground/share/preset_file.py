"""Presets as one JSON file: written, and read with care, since anybody may have written it.

Kept apart from where presets are kept, because the page hands the same file on and takes it in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from playground import strict_json
from playground.errors import PlaygroundError
from playground.preset import LONGEST_NAME, Preset, cleaned_name
from playground.share.presets import PRESETS
from playground.share.values import WIDEST, bounded, in_order, known_extra, known_parameters
from playground.value_types import MAX_DOCUMENT_BYTES, json_faults, shown
from playground.votes.redaction import holds_key

MARK: Final = "parameter_playground_presets"
"""What a file has its version under."""
VERSION: Final = 1
LARGEST_FILE: Final = 1024 * 1024
MOST_PRESETS: Final = 200
"""So many are kept in one place, beside the shipped ones."""


class NotAPreset(PlaygroundError):
    """What was to be saved or read is no preset; a sentence says why."""


def to_json(preset: Preset) -> dict[str, Any]:
    """As JSON; read, it is the same again."""
    extra = {"extra_body": dict(preset.extra_body)} if preset.extra_body else {}
    return {"name": preset.name, "parameters": in_order(preset.parameters), **extra}


def file_of(presets: Iterable[Preset]) -> str:
    """Presets as a file: JSON that can be read, and edited by hand."""
    document = {MARK: VERSION, "presets": [to_json(preset) for preset in presets]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def presets_in(text: str) -> tuple[tuple[Preset, ...], tuple[str, ...]]:
    """The presets in a file, and what of it cannot be restored, each in a sentence that names its preset.

    Raises NotAPreset where it is no such file.
    """
    if len(text.encode(errors="replace")) > LARGEST_FILE:
        raise NotAPreset(
            f"A file of presets has up to {LARGEST_FILE >> 20} MB, and this is more.", "Split it."
        )
    document = _json(text)
    if not isinstance(document, Mapping) or type(document.get(MARK)) is not int:
        raise NotAPreset("This file holds no presets of Parameter Playground.")
    if document[MARK] != VERSION:
        raise NotAPreset(
            f"This file was made by another version of the playground ({document[MARK]}; this one reads {VERSION}).",
            "Open it there.",
        )
    listed = document.get("presets")
    if not isinstance(listed, list):
        raise NotAPreset('This file has no list under "presets".')
    found: dict[str, Preset] = {}
    lost: list[str] = []
    for place, each in enumerate(listed, 1):
        try:
            preset, own = preset_of(each)
        except NotAPreset as error:
            lost.append(f"Preset {place}: {error}")
            continue
        if preset.name in found:
            lost.append(f"Preset {place}: there is a {shown(preset.name)} before it in this file.")
        elif len(found) == MOST_PRESETS:
            lost.append(f"Preset {place} and all behind it: up to {MOST_PRESETS} are read.")
            break
        else:
            found[preset.name] = preset
            lost += [f"{preset.name}: {why}" for why in own]
    return tuple(found.values()), bounded(lost)


def preset_of(document: Any) -> tuple[Preset, tuple[str, ...]]:
    """A preset out of JSON that may be anything, and what of it cannot be set, each in a sentence.

    Raises NotAPreset where it has no name that can be used, holds what looks like a key, or is too large.
    """
    if not isinstance(document, Mapping):
        raise NotAPreset("This is no preset.")
    name = usable_name(document.get("name"))
    lost = [
        f"{shown(other)} is not known here."
        for other in document
        if other not in ("name", "parameters", "extra_body")
    ]
    parameters = dict(known_parameters(document, "parameters", WIDEST, lost))
    preset = Preset(name, parameters, known_extra(document.get("extra_body"), lost))
    told = to_json(preset)
    if keyed := [part for part in told if holds_key(told[part])]:
        raise NotAPreset(
            f"Something in {' and '.join(keyed)} of {shown(name)} looks like a key, which a preset never holds.",
            "Take it out; keys have a place of their own.",
        )
    if (size := len(json.dumps(told, ensure_ascii=False).encode())) > MAX_DOCUMENT_BYTES:
        raise NotAPreset(
            f"{shown(name)} has {size >> 10} kB; a preset has up to {MAX_DOCUMENT_BYTES >> 10} kB."
        )
    return preset, tuple(lost)


def competing(document: Any) -> Preset:
    """A preset that competes: a shipped one by its name, any other as it is. Raises NotAPreset."""
    name = document.get("name") if isinstance(document, Mapping) else None
    return (
        Preset(name, PRESETS[name]) if isinstance(name, str) and name in PRESETS else preset_of(document)[0]
    )


def usable_name(given: Any) -> str:
    """A name for a preset of one's own. Raises NotAPreset."""
    if not isinstance(given, str) or any(json_faults(given)) or not (name := cleaned_name(given)):
        raise NotAPreset("A preset needs a name.", "Type one.")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise NotAPreset(
            f"{shown(name)} is no name for a preset: it has up to {LONGEST_NAME} characters, all of which can be seen.",
            "Type another one.",
        )
    if name in PRESETS:
        raise NotAPreset(
            f"{shown(name)} is shipped with the playground, and stays as it is.", "Type another name."
        )
    return name


def _json(text: str) -> Any:
    try:
        return strict_json.read(text)
    except json.JSONDecodeError as error:
        raise NotAPreset(
            f"This file is no JSON: {error.msg.rstrip('.')}, in line {error.lineno}, column {error.colno}.",
            "Mend it, then import it again.",
        ) from error
    except ValueError as error:
        raise NotAPreset(f"This file is no JSON that a request could hold: {error}.") from error
