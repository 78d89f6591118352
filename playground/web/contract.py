"""What the page's scripts must know just as Python does: `make docs` writes it into assets/js/contract.js.

A fact that stands in two languages drifts: here each one is read from the place that rules it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, Final, get_args

from playground.chat import Provider
from playground.content_parts import PICTURES
from playground.contest import MOST_IN_CONTEST
from playground.dice.chain import IDLE
from playground.dice.orders import ORDERS
from playground.dice.surprise import ROUNDING, UNSCORED
from playground.logit_bias import BAN
from playground.markdown import formula
from playground.markdown.growing import LONGEST
from playground.parameters import REGISTRY
from playground.preset import LONGEST_NAME
from playground.schema.form.form import COLUMNS, Row
from playground.settings import Settings
from playground.share.link import LONG_LINK, NAME
from playground.share.preset_file import MARK, MOST_PRESETS, VERSION
from playground.value_types import MAX_DOCUMENT_DEPTH, ROLES
from playground.votes.pair import FAILED, NAMES
from playground.votes.receipt import ALPHABET, LETTERS
from playground.votes.redaction import KEYS
from playground.web.large_requests import PICTURES_LIMIT, ROOM_FOR_WORDS
from playground.web.parameters.row import kind_facts
from playground.web.presets import MOST_REMEMBERED
from playground.web.probes import MOST_THINKING
from playground.web.replay.routes import TRIALS
from playground.web.texts import VOTE_KEYS, VOTES
from playground.web.votes.rounds import POSITIONS
from playground.wire.kinds.profile import Profile
from playground.wire.profiles import HOSTED, PROFILES
from playground.words.languages import languages


def _switches(profile: Profile) -> list[dict[str, Any]]:
    return [{**asdict(switch), "standing": profile.stands(switch)} for switch in profile.switches]


def _in_javascript(expression: re.Pattern[str]) -> str:
    """The same expression; the end of a text is written otherwise there."""
    return expression.pattern.replace(r"\Z", "$")


_WIDEST_DIAL: Final = 100
"""Where a parameter has no largest value, or one far beyond any model, its slider ends here."""


def _dial(name: str, idle: Any) -> dict[str, Any]:
    facts = kind_facts(REGISTRY[name].kind)
    return {"idle": idle, "kind": {**facts, "maximum": min(facts["maximum"] or _WIDEST_DIAL, _WIDEST_DIAL)}}


FACTS: Final[Mapping[str, tuple[str, Any]]] = {
    "ROLES": ("Who may speak in a conversation.", ROLES),
    "DEEPEST": ("Levels of lists and objects that a value may have.", MAX_DOCUMENT_DEPTH),
    "BAN": ("The bias that bans a token.", BAN),
    "BIAS": (
        "Between which numbers a bias may be.",
        {name: getattr(REGISTRY["logit_bias"].kind, name) for name in ("minimum", "maximum")},
    ),
    "MOST_THINKING": ("Tokens for thinking that a probe may add to each call.", MOST_THINKING),
    "TRIALS": ("Seeds over which a change is tried.", TRIALS),
    "UNSCORED": ("A server's number at or below which it means no log probability.", UNSCORED),
    "ROUNDING": ("How far above 0 a log probability may stand for rounding.", ROUNDING),
    "LONGEST_READ": ("Characters of a text beyond which it is not read as Markdown.", LONGEST),
    "PICTURES": ("The types of pictures that go to a model.", list(PICTURES)),
    "RECEIPT": ("What a receipt is spelled in, and how many of them it has.", [ALPHABET, LETTERS]),
    "LONG_LINK": ("Characters from which on a link is cut by many programs.", LONG_LINK),
    "PRESETS_MARK": ("What a file of presets has its version under, and that version.", [MARK, VERSION]),
    "MOST_PRESETS": ("So many presets of one's own are kept.", MOST_PRESETS),
    "MOST_IN_CONTEST": ("So many presets compete.", MOST_IN_CONTEST),
    "MOST_REMEMBERED": ("Of so many models it is remembered what was last set.", MOST_REMEMBERED),
    "LONGEST_PRESET_NAME": ("Characters of a preset's name.", LONGEST_NAME),
    "KEYS": ("What looks like a key, as an expression in which a dot is any letter.", _in_javascript(KEYS)),
    "LANGUAGES": ("The languages that there is a catalogue of, beside English.", languages()),
    "LINKED": ("What the fragment of a link begins with.", f"{NAME}="),
    "MOST_PICTURES": (
        "Characters that all pictures of one request may have.",
        PICTURES_LIMIT - ROOM_FOR_WORDS,
    ),
    "DIALS": (
        "The parameters of the chain that can be moved beside its bars, and where each does nothing.",
        {name: _dial(name, idle) for name, idle in IDLE.items() if name != "logit_bias"},
    ),
    "ORDERS": (
        "The orders in which servers take the steps.",
        {n: asdict(order) for n, order in ORDERS.items()},
    ),
    "PROVIDERS": ("What the name of a model begins with, up to the first slash.", get_args(Provider)),
    "LABELS": (
        "What each provider but a server of one's own is called.",
        {p.flavour: p.label for p in (PROFILES["embedded"], *HOSTED)},
    ),
    "VARIABLES": (
        "The environment variable that holds a provider's key.",
        {
            **{p.flavour: Settings.variable(p.key_setting) for p in HOSTED},
            "server": Settings.variable("api_key"),
        },
    ),
    "KEY_EXAMPLES": (
        "The providers that have a key of their own, and how it begins.",
        {p.flavour: p.key_example for p in HOSTED},
    ),
    "SWITCHES": (
        "A provider's own switches: a name, what it is while unset, its place in the extra JSON, a note, and help.",
        {p.flavour: _switches(p) for p in HOSTED if p.switches},
    ),
    "ROUTES": (
        "What may stand behind a model's name and a colon at a provider, each with its words.",
        {p.flavour: dict(p.routes) for p in HOSTED if p.routes},
    ),
    "POSITIONS": ("Where the answers of a pair stand.", POSITIONS),
    "NAMES": ("What the answer at each of these is called.", [NAMES[position] for position in POSITIONS]),
    "FAILED": ("How an answer ends that did not come to its end.", sorted(FAILED)),
    "FORMULA": (
        "What a formula may have in it.",
        {"elements": sorted(formula.ELEMENTS), "attributes": sorted(formula.ATTRIBUTES)},
    ),
    "VOTE_BUTTONS": (
        "The element of each vote's button.",
        {said: element for said, (element, _) in VOTES.items()},
    ),
    "VOTE_KEYS": ("The key of each vote.", {key: said for said, key in VOTE_KEYS.items()}),
    "NEW_ROW": (
        "A property in a form, before anything is said of it.",
        {f.name: f.default for f in fields(Row) if f.default is not MISSING},
    ),
    "HAS_RANGE": (
        "The types of a form whose values, or lengths, may have bounds.",
        sorted(name for name, columns in COLUMNS.items() if "minimum" in columns.values()),
    ),
}
"""Each fact under its name in JavaScript, with what it is."""


def script() -> str:
    """assets/js/contract.js."""
    head = "// What Python and the page both need: written from Python by `make docs`, and never by hand."
    facts = (
        f"/** {what} */\nexport const {name} = {_literal(value)};" for name, (what, value) in FACTS.items()
    )
    return "\n\n".join((head, *facts)) + "\n"


def _literal(value: Any, room: int = 80, indent: str = "") -> str:
    """JSON, on one line where that has room for it, else an item a line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) <= room or not isinstance(value, dict | list | tuple):
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        items = [f"{json.dumps(name)}: {_literal(item, room, deeper)}" for name, item in value.items()]
        opening, closing = "{}"
    else:
        items = [_literal(item, room, deeper) for item in value]
        opening, closing = "[]"
    lines = "".join(f"{deeper}{item},\n" for item in items)
    return f"{opening}\n{lines}{indent}{closing}"
