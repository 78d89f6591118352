"""Votes are put together by models, settings and days without losing or turning one round."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.votes.pair import Slot, other
from playground.votes.statistics.comparisons import by_models, by_settings, findings, mirror
from playground.votes.statistics.shares import Counts, Share
from playground.votes.store.vote_facts import Facts, Tally, facts_of, settings_words
from playground.votes.vote import Choice, Vote
from tests.votes.making import pending, tallies_of, unhurried, vote, votes

SLOTS: st.SearchStrategy[Slot] = st.sampled_from(["first", "second"])
CHOICES: st.SearchStrategy[Choice] = st.sampled_from(["first", "second", "tie", "both_bad", "skip"])
FACTS = st.builds(
    Facts,
    day=st.integers(20_000, 20_005),
    mode=st.sampled_from(["blind", "open"]),
    model_first=st.sampled_from("abc"),
    model_second=st.sampled_from("abc"),
    settings_first=st.sampled_from(['{"top_p":1}', '{"top_p":null}']),
    settings_second=st.sampled_from(['{"top_p":1}', '{"top_p":0.5}']),
    choice=CHOICES,
    left=SLOTS,
    longer=st.sampled_from(["first", "second", ""]),
    annotator=st.sampled_from(["", "ada"]),
    preset_first=st.just(""),
    preset_second=st.just(""),
)
TALLIES = st.lists(st.builds(Tally, FACTS, st.integers(1, 50)), max_size=30)


@unhurried
@given(TALLIES)
def test_every_vote_is_counted_once_in_each_view(tallies: list[Tally]) -> None:
    """Overall and over time hold all votes; by models and by settings those that have two to compare."""
    found, votes = findings(lambda by: tallies, lambda by: ()), sum(t.votes for t in tallies)
    assert found.overall.counts.total == votes
    assert sum(day.counts.total for day in found.over_time) == votes
    assert [d.day for d in found.over_time] == sorted({d.day for d in found.over_time})
    if found.over_time:
        assert found.over_time[-1].so_far == found.overall.counts
    differ = sum(t.votes for t in tallies if t.facts.model_first != t.facts.model_second)
    assert sum(c.counts.total for c in found.by_models) == differ


def swapped(facts: Facts) -> Facts:
    """The same vote with its slots exchanged: nothing that happened is different."""
    return facts._replace(
        model_first=facts.model_second,
        model_second=facts.model_first,
        settings_first=facts.settings_second,
        settings_second=facts.settings_first,
        choice=other(facts.choice) if facts.choice in ("first", "second") else facts.choice,
        left=other(facts.left),
        longer=other(facts.longer) if facts.longer else "",
    )


@unhurried
@given(TALLIES)
def test_slots_do_not_matter_where_names_do(tallies: list[Tally]) -> None:
    """Between two models, or two settings, it is the same vote whichever was the first; so is the mirror's."""
    turned = [Tally(swapped(facts), n) for facts, n in tallies]
    assert by_models(turned) == by_models(tallies)
    assert by_settings(turned) == by_settings(tallies)
    assert mirror(turned) == mirror(tallies)


def test_the_mirror_shows_how_the_voter_leaned() -> None:
    """Ten votes for the left, of which seven were longer, are told as just that; ties and skips do not count."""
    usual = facts_of(vote(said="left"))
    tallies = [
        Tally(usual._replace(choice="first", left="first", longer="first"), 7),
        Tally(usual._replace(choice="second", left="second", longer="first"), 3),
        Tally(usual._replace(choice="second", left="first", longer=""), 2),
        Tally(usual._replace(choice="tie"), 50),
        Tally(usual._replace(choice="skip"), 50),
    ]
    shown = mirror(tallies)
    assert (shown.left, shown.longer) == (Share(10, 12), Share(7, 10))
    left, longer = shown.leanings
    assert "10 of 12 decided votes (83%" in left.sentence()
    assert "it should be half" in left.sentence()
    assert "can be chance" in longer.sentence()
    assert mirror([]).leanings[0].sentence().startswith("No decided vote of this browser says yet")


def test_settings_are_compared_by_what_differs() -> None:
    """What both sides share is left out, what only one has is unset on the other, and delivery does not matter."""
    pair = pending(
        own={"max_tokens": 9, "seed": 1, "stream": True}, other={"max_tokens": 9, "temperature": 1.3}
    )
    facts = facts_of(vote(pair))
    assert settings_words(facts.settings_first) == "temperature 0.7"
    assert settings_words(facts.settings_second) == "temperature 1.3"
    pair = pending(own={"top_p": 0.5}, other={})
    assert settings_words(facts_of(vote(pair)).settings_second) == "top_p unset"


def test_an_answer_that_was_cut_short_is_not_called_the_shorter() -> None:
    """The longer answer counts only where both were whole."""
    whole = pending("short", "much longer")
    assert facts_of(vote(whole)).longer == "second"
    early = whole.so_far("second", whole.second.answer)
    assert facts_of(vote(early)).longer == "second"


@settings(unhurried, max_examples=15)
@given(st.lists(votes(), max_size=6))
def test_tallies_count_votes(cast: list[Vote]) -> None:
    """Equal facts are counted together, and none is lost."""
    tallies = tallies_of(map(facts_of, cast))
    assert sum(t.votes for t in tallies) == len(cast)
    assert len({t.facts for t in tallies}) == len(tallies)


def test_days_are_days_of_the_world_not_of_a_place() -> None:
    """A vote just before midnight UTC belongs to the day that ends."""
    tallies = tallies_of([facts_of(vote(after=timedelta(hours=h))) for h in (11, 13)])
    found = findings(lambda by: tallies, lambda by: ())
    assert [str(d.day) for d in found.over_time] == ["2026-03-01", "2026-03-02"]
    assert all(d.counts.total == 1 for d in found.over_time)
    assert found.overall.counts.decided == 2
    assert found.by_settings[0].counts in (Counts(2, 0), Counts(1, 1), Counts(0, 2))
    assert {found.by_settings[0].first, found.by_settings[0].second} == {"temperature 0.7", "temperature 1.3"}
