"""A vote that arrives is one row however often it comes, says what could not be saved, and leaves only with consent."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.backend import NOWHERE, Backend, Panes
from playground.chat import ChatRequest, ModelRef
from playground.engine.model_file import SMOLLM2
from playground.events import Answer, Ended, Event, ReportLine, Started, TextDelta, TokenScore, TokensScored
from playground.settings import Settings
from playground.version import exact_version
from playground.votes.backup.vote_service import Keeper
from playground.votes.ballot import annotator_of
from playground.votes.files.trl_rows import rows_of
from playground.votes.pair import PendingPair, new_id, position_of
from playground.votes.store.store import Store
from playground.votes.store.vote_facts import facts_of
from playground.votes.vote import Vote
from playground.web.chat.frames import BlindFrames
from playground.web.page_request import Asked
from playground.web.votes.rounds import Round, Rounds
from playground.web.votes.routes import DIFF_PIECES, vote_routes, word_diff
from tests.votes.making import QUESTION, pending

IDS = ("left-id", "right-id")


def streamed(pair: PendingPair, texts: tuple[str, str] = ("one", "two"), *, ended: bool = True) -> Round:
    """A pair as it stands on a page: these texts have come on the left and on the right."""
    frames = BlindFrames(IDS)
    for side, text in enumerate(texts):
        frames.add(side, TextDelta(text, 0.1))
        if ended:
            frames.add(side, Ended("done", 0.2))
    return Round(pair, Panes([]), frames, IDS)


@pytest.fixture
def pair() -> PendingPair:
    """A pair that has just begun, with its second side on the left."""
    whole = pending(left="second")
    first, second = (replace(side, answer=Answer(), ended=False) for side in (whole.first, whole.second))
    return replace(whole, first=first, second=second)


def page(round_: Round, keeper: Keeper, space_id: str = "") -> TestClient:
    """A browser at the routes of votes, with this one pair before it."""
    rounds = Rounds()
    rounds.keep(round_)
    return TestClient(Starlette(routes=vote_routes(rounds, keeper, Settings(space_id=space_id))))


def restarted(keeper: Keeper, space_id: str = "") -> TestClient:
    """The same browser after the program has started anew: no pair is known any more."""
    return TestClient(Starlette(routes=vote_routes(Rounds(), keeper, Settings(space_id=space_id))))


def ballot(pair: PendingPair, **fields: object) -> dict[str, object]:
    """A vote as the page sends it."""
    return {"round_id": pair.round_id, "vote_id": new_id(), "said": "left", **fields}


def test_the_same_vote_twice_is_one_row(pair: PendingPair, tmp_path: Path) -> None:
    """A vote that is sent again under its id is saved once, and answered alike."""
    store = Store(tmp_path / "votes.db")
    cast = ballot(pair)
    with page(streamed(pair), Keeper(store, None, False)) as browser:
        answers = [browser.post("/playground/vote", json=cast).json() for _ in range(5)]
    assert store.count() == 1
    assert all(answer == answers[0] for answer in answers)
    assert (answers[0]["choice"], answers[0]["context"]) == ("second", "left")


def test_another_choice_is_another_row(pair: PendingPair, tmp_path: Path) -> None:
    """A change of mind is a row of its own that supersedes the first; the last one counts."""
    store = Store(tmp_path / "votes.db")
    with page(streamed(pair), Keeper(store, None, False)) as browser:
        browser.post("/playground/vote", json=ballot(pair))
        browser.post("/playground/vote", json=ballot(pair, said="tie"))
    first, second = store.votes()
    assert second.vote.supersedes == first.vote.vote_id
    assert (first.counts, second.counts) == (False, True)


def test_after_a_tie_the_first_sides_answer_is_the_context(pair: PendingPair, tmp_path: Path) -> None:
    """The chat goes on with the user's own settings, wherever they stand."""
    keeper = Keeper(Store(tmp_path / "votes.db"), None, False)
    with page(streamed(pair), keeper) as browser:
        for said in ("tie", "both_bad", "skip"):
            answer = browser.post("/playground/vote", json=ballot(pair, said=said)).json()
            assert answer["context"] == position_of("first", pair.left) == "right"


def test_what_cannot_be_saved_is_said_and_can_be_sent_again(pair: PendingPair, tmp_path: Path) -> None:
    """A broken store is a 503 with words; once it is mended the same vote, as it was cast, is saved."""
    path = tmp_path / "votes.db"
    path.write_bytes(b"no database at all" * 100)
    cast = ballot(pair)
    with page(streamed(pair), Keeper(Store(path), None, False)) as browser:
        failed = browser.post("/playground/vote", json=cast)
        assert failed.status_code == 503
        assert "damaged" in failed.json()["error"]["message"]
        assert "kept on the page" in failed.json()["error"]["next_step"]
        path.unlink()
        assert browser.post("/playground/vote", json=cast).status_code == 200
    (stored,) = Store(path).votes()
    assert stored.vote.vote_id == cast["vote_id"]


@pytest.mark.parametrize(("said", "mode"), [("left", "blind"), ("right", "open")])
def test_another_choice_than_one_given_out_is_not_blind(
    said: str, mode: str, pair: PendingPair, tmp_path: Path
) -> None:
    """The record that a page is given to keep names both models: a second thought is cast with that in view."""
    path = tmp_path / "votes.db"
    path.write_bytes(b"no database at all" * 100)
    keeper = Keeper(Store(path), None, False)
    with page(streamed(replace(pair, mode="blind")), keeper) as browser:
        assert browser.post("/playground/vote", json=ballot(pair)).json()["record"]
        path.unlink()
        browser.post("/playground/vote", json=ballot(pair, said=said))
    assert [stored.vote.mode for stored in keeper.store.votes()] == [mode]


def test_on_a_space_no_record_is_given_out(pair: PendingPair, tmp_path: Path) -> None:
    """It would not be taken back there."""
    path = tmp_path / "votes.db"
    path.write_bytes(b"no database at all" * 100)
    with page(streamed(pair), Keeper(Store(path), None, False), "ada/space") as visitor:
        assert visitor.post("/playground/vote", json=ballot(pair)).json().keys() == {"error"}


def test_useless_pairs_are_refused_but_for_skip(pair: PendingPair, tmp_path: Path) -> None:
    """Two equal answers take no vote, and the reason comes back; skip is taken."""
    store = Store(tmp_path / "votes.db")
    with page(streamed(pair, ("same", "same")), Keeper(store, None, False)) as browser:
        refused = browser.post("/playground/vote", json=ballot(pair))
        assert refused.status_code == 422
        assert "word for word" in refused.json()["error"]["message"]
        assert browser.post("/playground/vote", json=ballot(pair, said="skip")).status_code == 200
    assert store.count() == 1


def test_an_early_vote_says_so_in_its_row(pair: PendingPair, tmp_path: Path) -> None:
    """A vote before the end names the sides that were not whole, and the one that it stops."""
    store = Store(tmp_path / "votes.db")
    with page(streamed(pair, ended=False), Keeper(store, None, False)) as browser:
        browser.post("/playground/vote", json=ballot(pair))
    (stored,) = store.votes()
    assert set(stored.vote.unfinished) == {"first", "second"}
    assert stored.vote.stopped == ("first",)


@pytest.mark.parametrize(("end", "stopped"), [(Ended("error", 0.2), []), (None, ["right"])])
def test_a_skip_stops_no_answer_that_the_chat_goes_on_with(
    end: Ended | None, stopped: list[str], pair: PendingPair, tmp_path: Path
) -> None:
    """Where the user's own side failed, or has not begun, the other one is the only answer, and streams on."""
    frames = BlindFrames(IDS)
    frames.add(0, TextDelta("the only ", 0.1))
    if end:
        frames.add(1, end)
    with page(
        Round(pair, Panes([]), frames, IDS), Keeper(Store(tmp_path / "votes.db"), None, False)
    ) as browser:
        told = browser.post("/playground/vote", json=ballot(pair, said="skip")).json()
    assert (told["context"], told["stopped"], told["unfinished"]) == ("left", stopped, ["left"])


async def half_an_answer(said: str) -> AsyncGenerator[Event]:
    """A first word, and then nothing for as long as anybody waits."""
    yield TextDelta(said, 0.1)
    await asyncio.sleep(60)


def test_what_its_reader_stopped_was_stopped_by_no_vote(pair: PendingPair, tmp_path: Path) -> None:
    """After Stop nothing streams any more: the row says that both were cancelled, and the page that exports mind."""
    frames = BlindFrames(IDS)
    round_ = Round(pair, Panes([half_an_answer("one"), half_an_answer("three")]), frames, IDS)

    async def read_and_leave() -> None:
        async with aclosing(round_.lines()) as lines:
            while not (frames.answer(0).text and frames.answer(1).text):
                await anext(lines)

    asyncio.run(read_and_leave())
    store = Store(tmp_path / "votes.db")
    with page(round_, Keeper(store, None, False)) as browser:
        told = browser.post("/playground/vote", json=ballot(pair)).json()
    assert told["stopped"] == ["left", "right"]
    assert {side["why"] for side in told["reveal"].values()} == {"stopped by you"}
    (cast,) = (stored.vote for stored in store.votes())
    assert (cast.first.ended, cast.second.ended, cast.stopped, cast.unfinished) == ("cancelled",) * 2 + (
        (),
        (),
    )
    assert (rows_of(cast, "preference"), facts_of(cast).longer) == ("stopped early", "")


def test_who_changes_their_mind_while_one_streams_goes_on_with_what_is_shown(
    pair: PendingPair, tmp_path: Path
) -> None:
    """The loser of before stays stopped, and is said to be; the new loser is stopped too, for nobody waits for it."""
    store, round_ = Store(tmp_path / "votes.db"), streamed(pair, ended=False)
    with page(round_, Keeper(store, None, False)) as browser:
        told = browser.post("/playground/vote", json=ballot(pair, said="left")).json()
        assert (told["context"], told["stopped"], told["unfinished"]) == ("left", ["right"], ["left"])
        round_.frames.add(1, Ended("cancelled", 0.2))
        round_.frames.add(0, TextDelta(" and more", 0.1))
        told = browser.post("/playground/vote", json=ballot(pair, said="right")).json()
        assert (told["context"], sorted(told["stopped"])) == ("right", ["left", "right"])
    _, changed = (stored.vote for stored in store.votes())
    assert (changed.first.text, changed.first.ended) == ("two", "cancelled")
    assert (changed.second.text, changed.unfinished) == ("one and more", ("second",))
    assert rows_of(changed, "preference") == "stopped early"


def test_after_an_early_vote_the_rest_is_told_in_full(pair: PendingPair, tmp_path: Path) -> None:
    """The winner streams on: its end comes with how it ended, its counts and the scores that were held back."""
    score = TokenScore("one", -0.5, ())
    round_ = streamed(pair, ended=False)
    round_.frames.add(0, TokensScored((score,)))
    with page(round_, Keeper(Store(tmp_path / "votes.db"), None, False)) as browser:
        told = browser.post("/playground/vote", json=ballot(pair)).json()["reveal"]["left"]
    assert told["logprobs"] == [["one", -0.5, []]] and not told.keys() & {"ended", "why", "usage", "evidence"}
    round_.frames.take()
    round_.frames.add(0, Ended("length", 3.0))
    *_, (side, kind, data) = json.loads(round_.frames.take())
    assert (side, kind, data["ended"], data["total_s"]) == (0, "ended", "length", 3.0)
    assert data["logprobs"] == [["one", -0.5, []]]


def test_a_browser_is_known_by_its_mark_alone(pair: PendingPair, tmp_path: Path) -> None:
    """The random number that came is not stored, only a mark made of it, and the language."""
    store, drawn = Store(tmp_path / "votes.db"), new_id()
    with page(streamed(pair), Keeper(store, None, False)) as browser:
        browser.post("/playground/vote", json=ballot(pair, annotator=drawn, language="pt-BR"))
        browser.post("/playground/vote", json=ballot(pair, said="tie", annotator="Ada", language="Ada's"))
    known, unknown = store.votes()
    assert (known.vote.annotator, known.vote.language) == (annotator_of(drawn), "pt-BR")
    assert drawn not in known.body
    assert known.vote.app_version == exact_version()
    assert (unknown.vote.annotator, unknown.vote.language) == ("", "")


def test_what_runs_is_known_of_the_embedded_model_alone() -> None:
    """Its library's version and its file's hash are in the pair; of other servers nothing is made up."""
    backend = Backend(Settings())
    models = (ModelRef("embedded", ""), ModelRef("openrouter", "a/b"))
    requests = [ChatRequest(model, QUESTION, {}) for model in models]
    asked = Asked({}, NOWHERE, {}, {"model": "openrouter/a/b"}, "blind")
    begun = Rounds().begin(backend, asked, (requests[0], requests[1]), IDS).begun
    assert re.fullmatch(rf"xllamacpp [\d.]+, {SMOLLM2.alias} sha256:{SMOLLM2.sha256}", begun.first.engine)
    assert begun.second.engine == ""
    named = Backend(Settings(model_file="/somewhere/own.gguf")).engine.description()
    assert named.endswith(", own")


def test_nothing_is_told_of_a_pair_that_is_not_here(pair: PendingPair, tmp_path: Path) -> None:
    """A round that this process does not know takes no vote, and the page is told what to do."""
    with page(streamed(pair), Keeper(Store(tmp_path / "votes.db"), None, False)) as browser:
        gone = browser.post("/playground/vote", json=ballot(replace(pair, round_id=new_id())))
    assert gone.status_code == 422
    assert "Regenerate" in gone.json()["error"]["next_step"]


def test_a_word_diff_loses_no_letter() -> None:
    """Joined, the pieces are the texts again; only what differs is marked."""
    left, right = "a  small\nblue car", "a  big\nblue car "
    pieces = word_diff(left, right)
    assert "".join(piece for piece, _ in pieces["left"]) == left
    assert "".join(piece for piece, _ in pieces["right"]) == right
    assert [piece for piece, differs in pieces["left"] if differs] == ["small"]


def test_a_word_diff_of_long_texts_loses_no_letter() -> None:
    """What is too long to be compared is kept all the same."""
    left, right = "word " * DIFF_PIECES, "other " * DIFF_PIECES
    pieces = word_diff(left, right)
    assert "".join(piece for piece, _ in pieces["left"]) == left
    assert "".join(piece for piece, _ in pieces["right"]) == right


@pytest.mark.parametrize(
    "wrong",
    [
        {"said": [1]},
        {"said": None},
        {"reasons_left": 5},
        {"reasons_right": {"a": 1}},
        {"strength": "1"},
        {"strength": True},
        {"comment": 5},
    ],
)
def test_a_vote_of_another_shape_is_refused_in_words(
    pair: PendingPair, tmp_path: Path, wrong: dict[str, object]
) -> None:
    """Whoever calls the route by hand is told, and nothing breaks."""
    with page(streamed(pair), Keeper(Store(tmp_path / "votes.db"), None, False)) as browser:
        answer = browser.post("/playground/vote", json=ballot(pair, **wrong))
    assert answer.status_code == 400 and "not what the page sends" in answer.json()["error"]["message"]


def test_a_skip_is_no_way_round_a_refusal(pair: PendingPair, tmp_path: Path) -> None:
    """Two answers alike take a skip, and no other vote, also not as a change of mind."""
    store = Store(tmp_path / "votes.db")
    with page(streamed(pair, ("same", "same")), Keeper(store, None, False)) as browser:
        assert browser.post("/playground/vote", json=ballot(pair, said="skip")).status_code == 200
        refused = browser.post("/playground/vote", json=ballot(pair))
    assert refused.status_code == 422 and "the same" in refused.json()["error"]["message"]
    assert store.count() == 1


def test_another_choice_after_the_reveal_is_no_blind_one(pair: PendingPair, tmp_path: Path) -> None:
    """Who skips, looks and then votes has voted with everything in view; a comment added later changes nothing."""
    store = Store(tmp_path / "votes.db")
    with page(streamed(pair), Keeper(store, None, False)) as browser:
        for said, comment in (("left", ""), ("left", "shorter"), ("right", "")):
            browser.post("/playground/vote", json=ballot(pair, said=said, comment=comment))
    assert [stored.vote.mode for stored in store.votes()] == ["blind", "blind", "open"]


def test_a_vote_whose_answer_was_lost_is_known_after_a_restart(pair: PendingPair, tmp_path: Path) -> None:
    """It was saved, the page not told, and the program started anew: asked again, it says saved and what it was."""
    keeper, cast, round_ = Keeper(Store(tmp_path / "votes.db"), None, False), ballot(pair), streamed(pair)
    for index, value in enumerate((1.3, 0.7)):
        sent = ReportLine("temperature", "sent", value)
        round_.frames.add(index, Started({"messages": list(QUESTION), "temperature": value}, (sent,)))
    with page(round_, keeper) as browser:
        first = browser.post("/playground/vote", json=cast).json()
    with restarted(keeper) as browser:
        again = browser.post("/playground/vote", json=cast)
        unknown = browser.post("/playground/vote", json=ballot(pair))
    told = again.json()
    assert {**told, "reveal": None} == {**first, "reveal": None}
    for position, side in told["reveal"].items():
        assert {**side, "id": IDS[position == "right"]} == {**first["reveal"][position], "evidence": {}}
    assert unknown.status_code == 422 and "not saved" in unknown.json()["error"]["next_step"]


def test_a_vote_that_could_not_be_saved_outlives_a_restart(pair: PendingPair, tmp_path: Path) -> None:
    """Its record comes back to the page, which brings it once the store is mended: one row, as it was cast."""
    path, cast = tmp_path / "votes.db", ballot(pair)
    path.write_bytes(b"no database at all" * 100)
    with page(streamed(pair), Keeper(Store(path), None, False)) as browser:
        record = browser.post("/playground/vote", json=cast).json()["record"]
    path.unlink()
    keeper = Keeper(Store(path), None, False)
    other = Vote.from_json(record).model_copy(update={"vote_id": new_id()}).to_json()
    with restarted(keeper, space_id="ada/space") as visitor:
        assert visitor.post("/playground/vote", json={**cast, "record": record}).status_code == 422
    with restarted(keeper) as browser:
        for wrong in ("{}", other, 7, None):
            assert browser.post("/playground/vote", json={**cast, "record": wrong}).status_code == 422
        for _ in range(2):
            told = browser.post("/playground/vote", json={**cast, "record": record})
            assert (told.status_code, told.json()["context"]) == (200, "left")
    assert [stored.body for stored in keeper.store.votes()] == [record]


def test_every_change_of_mind_supersedes_the_one_before(pair: PendingPair, tmp_path: Path) -> None:
    """Also where an earlier vote is sent once more in between."""
    store = Store(tmp_path / "votes.db")
    casts = [ballot(pair, said=said) for said in ("left", "right", "tie")]
    with page(streamed(pair), Keeper(store, None, False)) as browser:
        for cast in (casts[0], casts[1], casts[0], casts[2]):
            assert browser.post("/playground/vote", json=cast).status_code == 200
    assert [s.vote.supersedes for s in store.votes()] == [None, casts[0]["vote_id"], casts[1]["vote_id"]]


@pytest.mark.parametrize(
    "other", [{"said": "tie"}, {"comment": "x"}, {"strength": 2}, {"reasons_left": ["clear"]}]
)
def test_one_id_says_one_thing(other: dict[str, object], pair: PendingPair, tmp_path: Path) -> None:
    """Other words under the id of a vote are refused, also after a restart; the same words are the same vote."""
    keeper, cast = Keeper(Store(tmp_path / "votes.db"), None, False), ballot(pair)
    for browser in (page(streamed(pair), keeper), restarted(keeper)):
        with browser:
            assert browser.post("/playground/vote", json=cast).status_code == 200
            refused = browser.post("/playground/vote", json={**cast, **other})
            assert refused.status_code == 422 and "says something else" in refused.json()["error"]["message"]
            assert browser.post("/playground/vote", json=cast).status_code == 200
    assert keeper.store.count() == 1
