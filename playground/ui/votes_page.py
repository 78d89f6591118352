"""The page that says what the votes say: counts with intervals, comparisons, plots, and a mirror for the voter.

Kept apart from the chat because it reads the store and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import gradio as gr
import pandas as pd

from playground.errors import StoreError
from playground.preference.comparisons import Comparison, Day, Findings, findings
from playground.preference.ratings import ratings
from playground.preference.statistics import Counts
from playground.preference.store import Store
from playground.ui.row import custom

_COLUMNS: Final = [
    "one",
    "other",
    "wins",
    "losses",
    "ties",
    "both bad",
    "share",
    "95 % interval",
    "p",
]
_RATING_COLUMNS: Final = ["model", "points", "95 % interval"]


def votes_page(store: Store, opener: gr.Button) -> None:
    """Builds the page, hidden until `opener` is pressed, which also reads the store anew."""
    with gr.Column(elem_id="votes-page"):
        close = gr.Button("Back to the chat", elem_id="close-votes", scale=0, min_width=0)
        summary = custom("lines", elem_id="votes-summary")
        with gr.Row(elem_id="votes-plots"):
            shares = gr.BarPlot(
                x="comparison", y="share", title="Share of decided votes", y_lim=[0, 1], height=240
            )
            course = gr.LinePlot(
                x="day", y="share", title="Your settings' share, day by day", y_lim=[0, 1], height=240
            )
        pairs = gr.Dataframe(
            headers=_COLUMNS, label="Models and settings that met", interactive=False, wrap=True
        )
        ranks = gr.Dataframe(headers=_RATING_COLUMNS, label="Bradley-Terry ratings", interactive=False)
        custom("exports", elem_id="exports")
    outputs = [summary, shares, course, pairs, ranks]
    opener.click(None, js="() => { document.body.dataset.view = 'votes'; }")
    opener.click(lambda: contents(store), None, outputs, api_visibility="private", show_progress="minimal")
    close.click(None, js="() => { delete document.body.dataset.view; }")


def contents(store: Store) -> list[Any]:
    """What the page's parts show: sentences, two plots, two tables."""
    try:
        found = findings(store.tallies)
        where = f"{store.count():,} votes are stored in {store.name}."
    except StoreError as error:
        return [[str(error)], bars([]), course_of(()), [], []]
    compared = [*found.by_models, *found.by_settings]
    ranked = ratings(found.by_models)
    sentences = [*sentences_of(found), *([ranked.why_not] if ranked.why_not else []), where]
    rows = [comparison_row(c) for c in compared]
    points = [[r.model, f"{r.points:+.0f}", f"{r.low:+.0f} to {r.high:+.0f}"] for r in ranked.ratings]
    return [sentences, bars([found.overall, *compared[:8]]), course_of(found.over_time), rows, points]


def sentences_of(found: Findings) -> list[str]:
    """The findings in words: the counts, what they allow to be said, how many more are needed, the mirror."""
    counts = found.overall.counts
    return [tally_line(counts), found.overall.verdict, *found.mirror.sentences]


def tally_line(counts: Counts) -> str:
    """All five counts in one line."""
    return (
        f"Your settings {counts.wins:,}, the second answer {counts.losses:,}, ties {counts.ties:,}, "
        f"both bad {counts.both_bad:,}, skipped {counts.skips:,}."
    )


def comparison_row(compared: Comparison) -> list[Any]:
    """One comparison as a row of the table."""
    counts = compared.counts
    low, high = counts.share.interval
    share = f"{counts.share.value:.0%}" if counts.decided else ""
    interval = f"{low:.0%} to {high:.0%}" if counts.decided else ""
    p_value = f"{counts.p_value:.2g}" if counts.decided else ""
    shown = [counts.wins, counts.losses, counts.ties, counts.both_bad, share, interval, p_value]
    return [compared.first, compared.second, *shown]


def bars(compared: Sequence[Comparison]) -> pd.DataFrame:
    """Each comparison's share of decided votes."""
    decided = [c for c in compared if c.counts.decided]
    names = [f"{c.first} / {c.second}" for c in decided]
    return pd.DataFrame({"comparison": names, "share": [c.counts.share.value for c in decided]})


def course_of(days: Sequence[Day]) -> pd.DataFrame:
    """The share so far, at the end of each day."""
    decided = [d for d in days if d.so_far.decided]
    shares = [d.so_far.share.value for d in decided]
    return pd.DataFrame({"day": pd.to_datetime([d.day for d in decided]), "share": shares})
