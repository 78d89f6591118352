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
from playground.pasted_key import cleaned_key


def _setting(variable: str, help: str, default: str = "") -> str:
    return field(default=default, metadata={"variable": variable, "help": help})


def _secret(variable: str, help: str) -> str:
    """A setting that no repr, and so no log and no traceback, ever shows."""
    return field(default="", repr=False, metadata={"variable": variable, "help": help})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; every field names its variable, and `.env.example` is made from them."""

    server_name: str = _setting("GRADIO_SERVER_NAME", "address to listen on", "127.0.0.1")
    server_port: str = _setting(
        "GRADIO_SERVER_PORT", "port to listen on; empty: the first free one from 7860"
    )
    posture: str = _setting(
        "PLAYGROUND_POSTURE",
        "local: for yourself; public: for strangers (docs/security.md); empty: public on a Space, else local",
    )
    model_file: str = _setting("PLAYGROUND_MODEL_FILE", "path of a GGUF file to use as the embedded model")
    data_dir: str = _setting("PLAYGROUND_DATA_DIR", "folder for what is saved; empty: a folder in your home")
    hf_token: str = _secret("HF_TOKEN", "key for models named huggingface/...; sent to HuggingFace alone")
    hf_bill_to: str = _setting("PLAYGROUND_HF_BILL_TO", "HuggingFace organisation that pays in your place")
    openrouter_api_key: str = _secret(
        "OPENROUTER_API_KEY", "key for models named openrouter/...; sent to OpenRouter alone"
    )
    base_url: str = _setting(
        "PLAYGROUND_BASE_URL", "server of models named server/..., such as http://127.0.0.1:8080/v1"
    )
    api_key: str = _secret("PLAYGROUND_API_KEY", "key of that server; sent to it alone")
    local_ports: str = _setting(
        "PLAYGROUND_LOCAL_PORTS",
        "where a local page looks for model servers on this machine; none: nowhere",
        "11434, 1234, 8080, 8000, 5001, 1337",
    )
    app_url: str = _setting(
        "PLAYGROUND_APP_URL",
        "public address of this app: a name it answers to, shown in OpenRouter's app list",
    )
    share_owner_key: str = _setting(
        "PLAYGROUND_SHARE_OWNER_KEY",
        "1: visitors of a public page spend the keys above; else they need their own",
    )
    owner_tokens: str = _setting(
        "PLAYGROUND_OWNER_TOKENS_A_DAY",
        "so many tokens a day the keys above pay for on a public page",
        "200000",
    )
    owner_dollars: str = _setting(
        "PLAYGROUND_OWNER_DOLLARS_A_DAY",
        "the same in US dollars, where a model's price is known; empty: not counted",
    )
    proxies: str = _setting(
        "PLAYGROUND_PROXIES",
        "how many proxies of yours stand before a public page, each adding to X-Forwarded-For",
        "0",
    )
    limits_url: str = _setting(
        "PLAYGROUND_LIMITS_URL",
        "where visitors are counted, as redis://host:6379, for several replicas; empty: SQLite in the data folder",
    )
    limits_times: str = _setting(
        "PLAYGROUND_LIMITS_TIMES",
        "every limit of a visitor so many times as wide, as behind a school's address",
        "1",
    )
    visitor_salt: str = _secret(
        "PLAYGROUND_VISITOR_SALT",
        "secret from which visitors' names for counting are made; alike in all replicas",
    )
    allowed_hosts: str = _setting(
        "PLAYGROUND_ALLOWED_HOSTS",
        "servers that visitors of a public page may name, such as api.example.com, models.example.com:8443",
    )
    database_url: str = _setting(
        "PLAYGROUND_DATABASE_URL",
        "where votes are kept, as postgresql://...; empty: SQLite in the data folder",
    )
    votes_dataset: str = _setting(
        "PLAYGROUND_VOTES_DATASET",
        "private HuggingFace dataset, as owner/name, that votes are copied to with HF_TOKEN; made if missing",
    )
    share_votes: str = _setting(
        "PLAYGROUND_SHARE_VOTES", "1: visitors of a public page may download all votes that are kept there"
    )
    lessons: str = _setting("PLAYGROUND_LESSONS", "folder with lessons of your own, beside ours")
    log: str = _setting(
        "PLAYGROUND_LOG", "a line for each request in the log, as text or json; empty: warnings alone"
    )
    metrics: str = _setting("PLAYGROUND_METRICS", "1: figures for Prometheus at /playground/metrics")
    otel_endpoint: str = _setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OpenTelemetry collector that spans and figures of answers are sent to (docs/running.md)",
    )
    space_id: str = _setting("SPACE_ID", "set by HuggingFace on a Space; leave empty elsewhere")
    oauth_client_id: str = _setting(
        "OAUTH_CLIENT_ID", "set by HuggingFace on a Space with hf_oauth; leave empty elsewhere"
    )

    @property
    def port(self) -> int | None:
        """The port as a number, or None for the first free one. Raises SettingsError."""
        return _port(self.server_port, "GRADIO_SERVER_PORT") if self.server_port else None

    @property
    def ports_to_look_at(self) -> tuple[int, ...]:
        """The ports of this machine where a local page looks for model servers. Raises SettingsError."""
        if self.is_public or self.local_ports.lower() == "none":
            return ()
        ports = re.split(r"[\s,]+", self.local_ports.strip(", "))
        return tuple(dict.fromkeys(_port(port, "PLAYGROUND_LOCAL_PORTS") for port in ports))

    @property
    def tokens_a_day(self) -> int:
        """What the owner's keys pay for in a day on a public page. Raises SettingsError."""
        return int(_number(self.owner_tokens, "PLAYGROUND_OWNER_TOKENS_A_DAY", "[0-9]{1,12}"))

    @property
    def dollars_a_day(self) -> float | None:
        """The same in dollars; None where they are not counted. Raises SettingsError."""
        dollars = self.owner_dollars.removeprefix("$")
        pattern = r"[0-9]{1,9}(\.[0-9]{1,6})?"
        return _number(dollars, "PLAYGROUND_OWNER_DOLLARS_A_DAY", pattern) if dollars else None

    @property
    def proxies_before(self) -> int:
        """How many proxies of the owner's stand before this page. Raises SettingsError."""
        return int(_number(self.proxies, "PLAYGROUND_PROXIES", "[0-9]"))

    @property
    def limits_widened(self) -> int:
        """How many times as wide as usual the limits are. Raises SettingsError."""
        return int(_number(self.limits_times, "PLAYGROUND_LIMITS_TIMES", "[1-9][0-9]{0,3}"))

    @property
    def shows_metrics(self) -> bool:
        """Whether figures are shown to whoever asks for them."""
        return _is_on(self.metrics)

    @property
    def data_path(self) -> Path:
        """The folder for what is saved; it may not exist yet."""
        return Path(self.data_dir or "~/.local/share/parameter-playground").expanduser()

    @property
    def on_space(self) -> bool:
        """Whether this process runs as a HuggingFace Space."""
        return bool(self.space_id)

    @property
    def is_public(self) -> bool:
        """Whether strangers use the page; what is neither word is taken for the careful one."""
        return self.on_space or self.posture.lower() not in ("", "local")

    @property
    def lends_keys(self) -> bool:
        """Whether the keys in the settings may be spent by whoever uses the page."""
        return not self.is_public or _is_on(self.share_owner_key)

    @property
    def lends_votes(self) -> bool:
        """Whether whoever uses the page may download all votes: on a local page they are the user's own."""
        return not self.is_public or _is_on(self.share_votes)

    @property
    def allowed_servers(self) -> frozenset[str]:
        """The servers that visitors of a public page may name, as `host` or `host:port`, in lower case."""
        return frozenset(re.split(r"[\s,]+", self.allowed_hosts.strip(", ").lower())) - {""}

    @property
    def offers_sign_in(self) -> bool:
        """Whether visitors can sign in with HuggingFace: only on a Space, and only if its header asks for it."""
        return self.on_space and bool(self.oauth_client_id)

    @staticmethod
    def variable(name: str) -> str:
        """The environment variable behind the field `name`."""
        return next(str(f.metadata["variable"]) for f in fields(Settings) if f.name == name)


def _port(text: str, variable: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise SettingsError(
            f"{variable} is {text!r}, which is not a port.",
            "Set it to a whole number from 1 to 65535, or remove it.",
        )
    return int(text)


def _number(text: str, variable: str, pattern: str) -> float:
    if not re.fullmatch(pattern, text):
        raise SettingsError(f"{variable} is {text!r}, which is no number for it.", "Mend it, or remove it.")
    return float(text)


def trust_no_forwarded_address() -> None:
    """Has the web server itself believe nobody's X-Forwarded-For: from loopback it would believe anything."""
    os.environ["FORWARDED_ALLOW_IPS"] = ""


def _is_on(value: str) -> bool:
    return value.lower() in ("1", "true", "yes", "on")


def load(environ: Mapping[str, str] | None = None, dotenv: Path = Path(".env")) -> Settings:
    """The settings from `environ` (the process's own by default), which wins over the file `dotenv`.

    Raises SettingsError when the file is no text, or a port is none: Gradio reads its own by itself, and would fail
    with a traceback.
    """
    try:
        in_file = dotenv_values(dotenv, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{dotenv} is not UTF-8 text.", "Save it as UTF-8, or remove it.") from error
    given = {**in_file, **(os.environ if environ is None else environ)}
    said = {f: (given.get(f.metadata["variable"]) or f.default).strip() for f in fields(Settings)}  # type: ignore[union-attr]
    loaded = Settings(**{f.name: text if f.repr else cleaned_key(text) for f, text in said.items()})
    _ = loaded.port, loaded.ports_to_look_at
    return loaded
