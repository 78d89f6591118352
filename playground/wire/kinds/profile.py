"""A kind of server as one value: what becomes of a parameter there and why, how it is told, what the page shows of it.

Kept apart from the code that sends, because a new kind of server is a new file beside this one and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from playground.chat import ChatRequest
from playground.value_types import ValueType
from playground.wire.heard import Heard
from playground.wire.models import ModelInfo, Offer, of_server
from playground.wire.reader import Reader
from playground.wire.restrictions import Restriction
from playground.wire.rules import Rule, Send
from playground.wire.runs import RunMark, Sight
from playground.wire.shapes import NO_LIMITS, ShapeLimits
from playground.wire.turns import AS_THEY_ARE, TurnForm

Flavour = Literal[
    "embedded",
    "huggingface",
    "openrouter",
    "openai",
    "openai.com",
    "llamacpp",
    "ollama",
    "lmstudio",
    "vllm",
    "tgi",
    "transformers",
    "mistral",
    "anthropic",
    "deepseek",
]
"""The kinds, in the order in which they are offered and told apart. Each is the file of its name in this folder (a dot
becomes `_`), which holds its profile under that name in capitals: `openai.com` is OPENAI_COM in openai_com.py."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A body field that nobody set but this server needs; what the extra JSON has under it wins, name by name."""

    name: str
    value: Mapping[str, Any]
    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """By what a kind is told: paths below the server's root that are asked for, and what to make of all that came.

    `tells` gives a sentence of why the server is of this kind, empty where it is not.
    """

    paths: tuple[str, ...]
    tells: Callable[[Heard], str]


@dataclass(frozen=True, slots=True)
class Support:
    """Whether a model takes a parameter, and a whole sentence that says how it is known, or why it is not.

    yes; refused: the request would fail; void: it is taken without a word, and nothing comes of it; no: not taken, and
    either not sent or nobody says how it ends; unknown. `source` says who says so, and `at` when, as far as that is
    known; `beside` are sentences of how it and other parameters decide of each other; `warning` is what must be said
    before this very request is sent, or empty. `measured`: by a probe, and not by what somebody wrote.
    """

    answer: Literal["yes", "refused", "void", "no", "unknown"]
    why: str
    source: str = ""
    at: str = ""
    beside: tuple[str, ...] = ()
    warning: str = ""
    measured: bool = False

    @property
    def told(self) -> str:
        """All of it, with who says so and when."""
        said = f" ({self.source}, {self.at}.)" if self.source else ""
        return " ".join((self.why + said, *self.beside))


@dataclass(frozen=True, slots=True)
class Continuation:
    """What a server makes of a last message that is the model's own: whether the answer goes on from it, and why not.

    `fields` go beside the messages then, where the server goes on only if it is told so.
    """

    answer: Literal["yes", "no", "unknown"]
    why: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelList:
    """How the list of models below `/models` is read, and, where each has a page of its providers, how that is.

    `author_page` gives the address of a model's generation_config.json, from the base URL and the model's name.
    """

    models: Callable[[Any], tuple[ModelInfo, ...]] = of_server
    offers: Callable[[Any], tuple[Offer, ...]] | None = None
    author_page: Callable[[str, str], str] | None = None


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How a provider's keys begin, by which one is known wherever it was typed, and the hosts that it may go to.

    `programs` are hosts on which anybody's programs run: there a key goes only if it was given for that very address.
    """

    prefix: str
    hosts: tuple[str, ...]
    programs: tuple[str, ...] = ()


class Caller(NamedTuple):
    """On whose behalf a call is made: the organisation that pays, and the public address of this app, or empty."""

    payer: str = ""
    app_url: str = ""


def _unnamed(caller: Caller) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Switch:
    """A yes or no of a provider's own, which stands in the extra JSON at `path`."""

    name: str
    path: tuple[str, str]
    note: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One kind of server.

    What is sent: `rules` by parameter; `kinds` replaces documented ranges, `shapes` is what it cannot take of schemas
    and grammars. `defaults` is what it uses for an unset parameter, only where that is known. `turns` is the form of
    messages there, `continuation` what it makes of one that the answer shall go on from. `messages` and `translate` are
    for servers whose own template or answers need work; None: as they are. `text_only` says, where no model of this
    kind reads more than text, why; empty: some do. `unnamed_model` stands in for an empty model id. `restrictions` are
    of families of models there.

    Where it goes: `base_url` is empty where the user gives it. `key_hosts` are the hosts (with their subdomains) that a
    key may go to; empty: whatever host the endpoint names. `key_setting` is the field of the settings that holds the
    owner's key. `names_caller` are headers that say who asks and who pays.

    What is known of it: `mark` tells it from others, None: only its address does. `runs` tell one run of it from
    another, the surest first. `sight` is where it shows which models read pictures, None: nowhere. `takes` says
    whether a model of its takes a parameter that is sent, None: it says nothing. `listed_as` are its catalogue's names
    of parameters where they differ. `refuses_untaken` is the switch that, on, has what a model does not take refused;
    off, it is dropped without a word. `tells_prompt` is by which route it tells what it reads of a request:
    llama.cpp's /apply-template, whose text its /tokenize cuts, or vLLM's /tokenize, which fills the template itself;
    empty: by none.

    What the page says of it beside: whether it `hands_on` a request to one of many providers, its `switches`, the
    `routes` that may stand behind a model's name (each with its words), and a `key_example`.
    """

    flavour: Flavour
    label: str
    rules: Mapping[str, Rule]
    kinds: Mapping[str, ValueType] = field(default_factory=dict)
    shapes: ShapeLimits = NO_LIMITS
    defaults: Mapping[str, Any] = field(default_factory=dict)
    adds: tuple[Addition, ...] = ()
    turns: TurnForm = AS_THEY_ARE
    continuation: Continuation = Continuation(
        "unknown", "Whether this server goes on from a beginning is not known: it may begin anew."
    )
    messages: Callable[[ChatRequest], list[dict[str, Any]]] | None = None
    translate: Callable[[ChatRequest], Reader | None] | None = None
    text_only: str = ""
    unnamed_model: str = ""
    restrictions: tuple[Restriction, ...] = ()

    base_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    names_caller: Callable[[Caller], Mapping[str, str]] = _unnamed
    needs_key: bool = False
    key_hosts: tuple[str, ...] = ()
    key_setting: str = ""
    key_form: KeyForm | None = None

    mark: Mark | None = None
    runs: tuple[RunMark, ...] = ()
    sight: Sight | None = None
    takes: Callable[[Profile, ModelInfo | None, str], Support] | None = None
    refuses_untaken: Switch | None = None
    model_list: ModelList = ModelList()
    listed_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tells_prompt: Literal["", "apply-template", "tokenize"] = ""

    hands_on: bool = False
    switches: tuple[Switch, ...] = ()
    routes: Mapping[str, str] = field(default_factory=dict)
    key_example: str = ""

    def rule(self, name: str) -> Rule:
        """What becomes of parameter `name` here; one that no table names goes as it is."""
        return self.rules.get(name, _SEND)

    def stands(self, switch: Switch) -> bool:
        """Whether a switch is on while nobody has turned it: whether this program adds it."""
        outer, inner = switch.path
        return any(added.name == outer and added.value.get(inner) is True for added in self.adds)

    def listed(self, name: str) -> tuple[str, ...]:
        """The names under which its catalogue may list parameter `name`."""
        return self.listed_as.get(name, (name,))


_SEND: Final = Send()
