"""The page that says what the votes say: counts with intervals, comparisons, plots, a mirror, and the votes as files.

Kept apart from the chat because it reads the store and nothing else. Its plots are a custom component, because
what matters in them is the interval around each share, and no plot of Gradio's draws one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import gradio as gr

from playground.errors import StoreError
from playground.settings import Settings
from playground.votes.backup.vote_service import Keeper
from playground.votes.ballot import annotator_of
from playground.votes.files.export import CONTAINERS, Container, Content
from playground.votes.files.trl_rows import ON_REQUEST, WHY
from playground.votes.pair import Mode
from playground.votes.statistics.comparisons import (
    Comparison,
    Day,
    Findings,
    Leaning,
    findings,
    models_that_met,
    presets_that_met,
)
from playground.votes.statistics.ratings import Ratings, ratings
from playground.votes.statistics.shares import PLANNED, Counts, Share, chance_words, likelihood_words
from playground.web.parameters.row import custom
from playground.web.votes.files import NOT_FOR_VISITORS

ROWS_SHOWN: Final = 40
DAYS_SHOWN: Final = 400

_MODES: Final[Mapping[str, Mode | None]] = {"all votes": None, "blind ones": "blind", "open ones": "open"}

_ASKED: Final = "(mode) => [mode, window.playground.browserMark()]"
"""Which votes are wanted, and who asks: the mirror is of this browser's own votes."""

_CONTENTS: Final[Mapping[Content, tuple[str, str]]] = {
    "preference": ("Preference", "prompt, chosen, rejected: for TRL's DPO, and all that read pairs"),
    "kto": ("KTO", "prompt, completion, label: each answer by itself; both bad is two rows labelled false"),
    "reward": ("Reward", "the pairs with a margin from how much better: for a reward model"),
    "everything": ("Everything", "every vote without loss, for keeping, and for import below"),
    "table": ("Table", "a CSV file to look at in a spreadsheet"),
}
_CONTAINERS: Final[Mapping[Container, str]] = {
    "jsonl": "JSONL",
    "parquet": "Parquet",
    "parquet_tools": "Parquet with function calls",
    "csv": "CSV",
}


def votes_page(keeper: Keeper, settings: Settings, opener: gr.Button) -> None:
    """Builds the page, hidden until `opener` is pressed, which also reads the store anew."""
    with gr.Column(elem_id="votes-page"):
        with gr.Row(elem_id="votes-head"):
            close = gr.Button("Back to the chat", elem_id="close-votes", scale=0, min_width=0)
            mode = gr.Radio(
                list(_MODES), value="all votes", show_label=False, container=False, elem_id="votes-mode"
            )
        mark = gr.Textbox(visible=False)
        found = custom("votes/findings", elem_id="votes-findings")
        rated = custom("votes/ratings", elem_id="votes-ratings")
        custom(
            "votes/exports",
            elem_id="exports",
            formats=formats() if settings.lends_votes else [],
            waivers=[{"reason": reason, "why": WHY[reason]} for reason in sorted(ON_REQUEST)],
            imports=not settings.is_public,
            closed="" if settings.lends_votes else NOT_FOR_VISITORS,
        )
        custom("votes/own_votes", elem_id="own-votes", copied=bool(keeper.dataset))
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    opener.click(None, js="() => { document.body.dataset.view = 'votes'; }")
    shown = gr.on(
        [opener.click, mode.change],
        lambda which, drawn: contents(keeper, _MODES[which], annotator_of(drawn)),
        [mode, mark],
        found,
        js=_ASKED,
        trigger_mode="always_last",
        **quiet,
    )
    shown.then(
        lambda which: rating_rows(keeper, _MODES[which]), mode, rated, trigger_mode="always_last", **quiet
    )
    close.click(None, js="() => { delete document.body.dataset.view; }")


def contents(keeper: Keeper, mode: Mode | None, annotator: str) -> dict[str, Any]:
    """What the page shows to the browser with this mark, as plain values for assets/js/votes/findings.js.

    Votes without a mark can be anybody's, so a browser that has none finds its mirror empty.
    """
    store = keeper.store
    try:
        found = findings(
            lambda by: store.tallies(by, mode),
            lambda by: store.tallies(by, mode, annotator) if annotator else (),
        )
    except StoreError as error:
        return {"problem": str(error)}
    return {"whereabouts": whereabouts(keeper), **finding_rows(found)}


def finding_rows(found: Findings) -> dict[str, Any]:
    """The findings, each with its sentence."""
    return {
        "overall": comparison_row(found.overall),
        "verdict": found.overall.verdict,
        "planned": PLANNED,
        "models": [comparison_row(c) for c in found.by_models[:ROWS_SHOWN]],
        "settings": [comparison_row(c) for c in found.by_settings[:ROWS_SHOWN]],
        "presets": [comparison_row(c) for c in found.by_presets[:ROWS_SHOWN]],
        "left_out": sum(
            max(0, len(met) - ROWS_SHOWN) for met in (found.by_models, found.by_settings, found.by_presets)
        ),
        "days": [day_row(day) for day in found.over_time[-DAYS_SHOWN:]],
        "mirror": [leaning_row(leaning) for leaning in found.mirror.leanings],
    }


def whereabouts(keeper: Keeper) -> list[str]:
    """Where the votes are: saved here, and apart from that backed up."""
    try:
        stored = keeper.store.count()
        superseded = stored - sum(tally.votes for tally in keeper.store.tallies(()))
    except StoreError as error:
        return [str(error)]
    stand = "vote is" if stored == 1 else "votes are"
    here = f"{stored:,} {stand} saved here, in {keeper.store.called}.{_superseded_words(superseded)}"
    if keeper.backup is None:
        lost = (
            "Not backed up: this Space forgets them when it restarts. Its owner can set a dataset for them."
        )
        return [here, lost] if keeper.forgets else [here]
    status = keeper.backup.status()
    when = f"{status.backed_up_at:%Y-%m-%d %H:%M} UTC" if status.backed_up_at else "not yet"
    parts = [f"Backed up at: {when}, in the private dataset {keeper.dataset}"]
    if status.waiting:
        parts.append(f"{status.waiting:,} wait for the next copy")
    if status.staying:
        parts.append(f"{status.staying:,} stay here only, because their voters did not agree to a copy")
    if status.going:
        parts.append(f"{status.going:,} that were taken back leave it with the next copy")
    return [here, "; ".join(parts) + ".", *([status.problem] if status.problem else [])]


def _superseded_words(votes: int) -> str:
    """Why the counts come to less than what is saved."""
    if votes <= 0:  # less than none: one was saved while these were counted
        return ""
    if votes == 1:
        return (
            " 1 of them is superseded by a later vote on the same pair: it stays in the complete export, "
            "and no count below holds it."
        )
    return (
        f" {votes:,} of them are superseded by a later vote on the same pair: they stay in the complete export, "
        "and no count below holds them."
    )


def comparison_row(compared: Comparison) -> dict[str, Any]:
    """One comparison: its counts, its share with the interval, and what may be said."""
    counts = compared.counts
    return {
        "first": compared.first,
        "second": compared.second,
        "wins": counts.wins,
        "losses": counts.losses,
        "ties": counts.ties,
        "both_bad": counts.both_bad,
        "skips": counts.skips,
        **share_row(counts.share),
        "p": chance_words(counts.p_value).removeprefix("= ") if counts.decided else "",
        "likely": likelihood_words(counts.probability_first) if counts.decided else "",
        "says": says(counts, compared.first, compared.second),
    }


def says(counts: Counts, first: str, second: str) -> str:
    """In few words what the counts allow to be said: "better" only where that is more than chance."""
    if not counts.decided:
        return "no decided vote yet"
    if counts.significant:
        return f"better: {first if counts.wins > counts.losses else second}"
    if counts.plan is None:
        return "too close to tell"
    return f"can be chance; about {counts.plan.more:,} more to tell {counts.plan.odds} from a tie"


def share_row(share: Share) -> dict[str, Any]:
    """A share with its interval; nulls where nothing was counted."""
    if not share.total:
        return {"share": None, "low": None, "high": None, "total": 0}
    low, high = share.interval
    return {"share": share.value, "low": low, "high": high, "total": share.total}


def day_row(day: Day) -> dict[str, Any]:
    """One day: its votes, and the share of all decided votes until its end."""
    return {"day": day.day.isoformat(), "votes": day.counts.total, **share_row(day.so_far.share)}


def leaning_row(leaning: Leaning) -> dict[str, Any]:
    """How the voter leaned, in a name, a share and a sentence."""
    return {"name": leaning.what, **share_row(leaning.share), "says": leaning.sentence()}


def rating_rows(keeper: Keeper, mode: Mode | None) -> dict[str, Any]:
    """Bradley-Terry ratings of models and of presets, or why there are none.

    The first time this loads a library, which takes a second.
    """
    try:
        models, presets = (
            met(lambda by: keeper.store.tallies(by, mode)) for met in (models_that_met, presets_that_met)
        )
    except StoreError as error:
        return {"why_not": str(error), "rows": []}
    return {**rated_rows(ratings(models)), "presets": rated_rows(ratings(presets, "presets"))}


def rated_rows(rated: Ratings) -> dict[str, Any]:
    """Ratings as plain values."""
    rows = [
        {
            "name": rating.model,
            "points": rating.points,
            "low": rating.low,
            "high": rating.high,
            "few": f"too few votes ({rating.decided})" if rating.too_few else "",
        }
        for rating in rated.ratings
    ]
    return {"why_not": rated.why_not, "tie_chance": f"{rated.tie_chance:.0%}", "rows": rows}


def formats() -> Sequence[dict[str, Any]]:
    """Every export that is on offer, each with the files it comes in."""
    return [
        {
            "content": content,
            "name": name,
            "text": text,
            "files": [{"container": c, "name": _CONTAINERS[c]} for c in CONTAINERS[content]],
        }
        for content, (name, text) in _CONTENTS.items()
    ]
