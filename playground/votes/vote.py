"""The vote as it is kept: one immutable record of who was asked what, what came, and what the voter said.

Kept apart from the pair because a record, once written, is read by the store, the statistics, every export and
every later version of this program.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from playground.chat import JsonObject, Provider
from playground.errors import VoteError
from playground.events import EndedAs
from playground.votes.pair import Mode, Slot

SCHEMA_VERSION: Final = 1
Choice = Literal["first", "second", "tie", "both_bad", "skip"]
"""first and second are slots, never positions: where they stood says `shown_left`."""

SideEnded = EndedAs | Literal["streaming"]
Id = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
REASONS: Final = (
    "correct",
    "complete",
    "clear",
    "follows the instruction",
    "right length",
    "creative",
    "wrong",
    "made up",
    "confusing",
    "ignores the instruction",
    "too long",
    "too short",
    "repetitive",
    "unsafe",
)
"""What a voter can say of one side with a click, the good first."""

ReasonText = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Reasons = Annotated[tuple[ReasonText, ...], Field(max_length=len(REASONS))]
Strength = Annotated[int, Field(ge=1, le=3)]

_OF_THE_MOMENT: Final = frozenset({"voted_at", "decision_ms"})


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolCallMade(_Record):
    """A function call of an answer; `arguments` is JSON text as it came."""

    id: str
    name: str
    arguments: str


class Parameters(_Record):
    """What a side was asked for: as the user set it, as it left, and what became of each on the way."""

    requested: dict[str, Any]
    extra: dict[str, Any]
    body: dict[str, Any]
    report: tuple[dict[str, Any], ...]


class Timing(_Record):
    """Milliseconds since the request left: to its first token, and to its end or to the vote that came before it."""

    first_token_ms: int | None
    total_ms: int


class Tokens(_Record):
    """`counted` is True where the server gave no usage and the pieces were counted; `usage` is its own object."""

    prompt: int | None
    completion: int
    counted: bool
    usage: dict[str, Any]


class Served(_Record):
    """What the server said of itself: the request's id, the model and provider that really answered."""

    request_id: str
    model: str
    provider: str
    fingerprint: str


class Side(_Record):
    """One of the two answers, with everything that led to it.

    `model` is the id without its prefix, `server` the host's name, `engine` what runs there and of which version,
    empty for other people's servers (what they say of themselves is in `served`). `error` names no address.
    `body` in the parameters leaves messages out where they are the vote's prompt. `ended` is "streaming" where the
    vote came first. `identity_leak` holds the words by which the answer names its own model. `refusal` is the part of
    the text that the server calls a refusal, and `attachments` what came beside it ("image", "audio" and the like, each
    by its kind); `preset` the name of the preset that the side was made of, where two presets met. Records without them
    have no such fields, as those of earlier versions.
    """

    provider: Provider
    model: str
    server: str
    engine: str
    parameters: Parameters
    text: str
    text_sha256: str
    refusal: str = Field("", exclude_if=lambda refusal: not refusal)
    attachments: tuple[str, ...] = Field((), exclude_if=lambda attachments: not attachments)
    preset: str = Field("", exclude_if=lambda preset: not preset)
    reasoning: str
    tool_calls: tuple[ToolCallMade, ...]
    finish_reason: str | None
    ended: SideEnded
    error: str
    timing: Timing
    tokens: Tokens
    served: Served
    identity_leak: tuple[str, ...]

    @property
    def name(self) -> str:
        """The model with its provider, as a reader knows it."""
        return f"{self.provider}/{self.model}" if self.model else self.provider

    @property
    def seed(self) -> int | None:
        """The seed that was sent, if any."""
        seed = self.parameters.body.get("seed")
        return seed if isinstance(seed, int) else None


class Consent(_Record):
    """What the voter agreed to: which text, and whether the row may leave this machine."""

    version: str = ""
    store: bool = True
    publish: bool = False
    at: AwareDatetime | None = None


class Vote(_Record):
    """One vote. It is never changed: a change of mind is a new vote that names this one in `supersedes`.

    `draw` with `round_id` proves `shown_left` (see `pair.left_of`). `decision_ms` runs from the moment the pair
    began to stream. `unfinished` names the sides that were still streaming when the vote came, and `stopped`
    those that it, or a vote which it supersedes, stopped. `annotator` is a mark of the voter's browser, made of a
    random number and of nothing else (see `ballot.annotator_of`), `language` what that browser asks for.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    vote_id: Id
    round_id: Id
    supersedes: Id | None = None
    voted_at: AwareDatetime
    app_version: str
    mode: Mode
    prompt: tuple[dict[str, Any], ...]
    first: Side
    second: Side
    shown_left: Slot
    draw: str
    diff_frequency: float
    pref_params: dict[str, Any]
    choice: Choice
    strength: Strength | None = None
    reasons_first: Reasons = ()
    reasons_second: Reasons = ()
    comment: Annotated[str, StringConstraints(max_length=4000)] = ""
    decision_ms: int | None = None
    unfinished: tuple[Slot, ...] = ()
    stopped: tuple[Slot, ...] = ()
    edited_before_vote: bool = False  # answers cannot be edited here; the form of version 1 has the field
    annotator: str = ""
    language: str = ""
    consent: Consent = Consent()

    @property
    def early(self) -> bool:
        """Whether the vote came before both answers had ended."""
        return bool(self.unfinished)

    @property
    def digest(self) -> str:
        """SHA-256 of all that was said; the moment of saying it is left out, so that a retry is the same vote."""
        return hashlib.sha256(self.model_dump_json(exclude=set(_OF_THE_MOMENT)).encode()).hexdigest()

    def side(self, slot: Slot) -> Side:
        """The side in this slot."""
        return self.first if slot == "first" else self.second

    def to_json(self) -> str:
        """The record as one line of JSON; `from_json` gives an equal vote back."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> Vote:
        """The vote that a line of JSON holds. Raises VoteError when it holds none, or an altered one."""
        try:
            vote = cls.model_validate_json(text)
        except ValidationError as error:
            raise VoteError(
                f"This is no vote of schema version {SCHEMA_VERSION}: {_first_fault(error)}.",
                "If a newer version of this program wrote it, update this one.",
            ) from None
        for side in (vote.first, vote.second):
            if sha256_of(side.text) != side.text_sha256:
                raise VoteError(f"An answer in vote {vote.vote_id} is not the one that was voted on.")
        return vote


def parse(fields: JsonObject) -> Vote:
    """The vote that plain values amount to. Raises VoteError with every field that is wrong."""
    try:
        return Vote.model_validate(fields)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False)
        )
        raise VoteError(f"This vote cannot be recorded: {faults}.", "Correct it and vote again.") from None


def sha256_of(text: str) -> str:
    """The hash by which an answer's text is recognised, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


Row = dict[str, str | int]

ROW_COLUMNS: Final = {
    "schema_version": int,
    "vote_id": str,
    "round_id": str,
    "voted_at": str,
    "mode": str,
    "choice": str,
    "model_first": str,
    "model_second": str,
    "record": str,
}
"""The columns of the lossless export, none of which is ever null, so that a file of one row and one of many
have the same types; everything else is inside `record`, as JSON text."""


def to_row(vote: Vote, record: str) -> Row:
    """The flat row of the lossless export; `record` is the vote's JSON exactly as stored."""
    return {
        "schema_version": vote.schema_version,
        "vote_id": vote.vote_id,
        "round_id": vote.round_id,
        "voted_at": _moment(vote.voted_at),
        "mode": vote.mode,
        "choice": vote.choice,
        "model_first": vote.first.name,
        "model_second": vote.second.name,
        "record": record,
    }


def from_row(row: JsonObject) -> Vote:
    """The vote in a row of the lossless export. Raises VoteError."""
    record = row.get("record")
    if not isinstance(record, str):
        raise VoteError('This line has no text named "record", so it is not from a lossless export.')
    return Vote.from_json(record)


def _moment(moment: datetime) -> str:
    """A moment in a form that no loader of JSON takes for a timestamp: some would, in some files and not in others."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
