"""The environment and `.env`, read once into one frozen value.

Kept apart so that no other file reads `os.environ`: what can be configured is what stands here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from dotenv import dotenv_values

from playground.errors import SettingsError


def _setting(variable: str, help: str, default: str = "") -> str:
    return field(default=default, metadata={"variable": variable, "help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; every field names its variable, and `.env.example` is made from them."""

    server_name: str = _setting("GRADIO_SERVER_NAME", "address to listen on", "127.0.0.1")
    server_port: str = _setting(
        "GRADIO_SERVER_PORT", "port to listen on; empty: the first free one from 7860"
    )
    model_file: str = _setting("PLAYGROUND_MODEL_FILE", "path of a GGUF file to use as the embedded model")
    data_dir: str = _setting("PLAYGROUND_DATA_DIR", "folder for what is saved; empty: a folder in your home")
    space_id: str = _setting("SPACE_ID", "set by HuggingFace on a Space; leave empty elsewhere")

    @property
    def port(self) -> int | None:
        """The port as a number, or None for the first free one. Raises SettingsError."""
        if not self.server_port:
            return None
        if not re.fullmatch("[0-9]{1,5}", self.server_port) or not 0 < int(self.server_port) < 65536:
            raise SettingsError(
                f"GRADIO_SERVER_PORT is {self.server_port!r}, which is not a port.",
                "Set it to a whole number from 1 to 65535, or remove it.",
            )
        return int(self.server_port)

    @property
    def data_path(self) -> Path:
        """The folder for what is saved; it may not exist yet."""
        return Path(self.data_dir or "~/.local/share/parameter-playground").expanduser()

    @property
    def on_space(self) -> bool:
        """Whether this process runs as a HuggingFace Space."""
        return bool(self.space_id)


def load(environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """The settings from `environ` (the process's own by default), which wins over the file `dotenv`."""
    given = {**dotenv_values(dotenv), **(os.environ if environ is None else environ)}
    return Settings(
        **{f.name: (given.get(f.metadata["variable"]) or f.default).strip() for f in fields(Settings)}  # type: ignore[union-attr]
    )
