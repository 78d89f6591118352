"""The room as sampler: a class votes for the next word beside the model's own bars, and one is drawn.

Votes are drawn from as a model's probabilities are: a word that ten of thirty voted for comes in one draw of three.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, Literal

from playground.errors import RoomError
from playground.rooms.room import Candidate, Drawn, Room, Sampler
from playground.rooms.tallies import word_votes

CANDIDATES: Final = 8
"""Words that are voted on: the model's likeliest."""
MOST_DRAWN: Final = 200

By = Literal["class", "model"]
Draw = Callable[[Sequence[float]], int]
"""Draws a place by weights."""


def begun(room: Room, start: str, ids: Sequence[int]) -> Room:
    """With a sampler at this text; the step stays what it is."""
    return replace(room, sampler=Sampler(start, tuple(ids)))


def ended(room: Room) -> Room:
    """Without the sampler."""
    return replace(room, sampler=None)


def offered(room: Room, candidates: Sequence[Candidate]) -> Room:
    """With the words that can come next, and no votes yet; by the alphabet, which does not tell what is likely."""
    words = tuple(sorted(candidates, key=lambda each: (each.text.strip().casefold(), each.id)))
    return replace(room, sampler=replace(_of(room), candidates=words, votes={}))


def voted(room: Room, number: int, choice: object, round: object) -> Room:
    """With this student's vote for the next word, behind so many that were drawn; it can be changed until one is."""
    sampler = _of(room)
    if round != len(sampler.drawn):
        raise RoomError("This word has been drawn already.", "Vote for the next one.")
    if room.is_paused:
        raise RoomError("The room is paused.", "Wait for your teacher.")
    if type(choice) is not int or not 0 <= choice < len(sampler.candidates):
        raise RoomError("There is no such word to vote for.", "Choose one of those that are shown.")
    if number not in room.members:
        raise RoomError("You are not in this room any more.", "Join it again with its code.")
    return replace(room, sampler=replace(sampler, votes={**sampler.votes, number: choice}))


def has_lost_its_words(room: Room) -> bool:
    """Whether none are offered, since those behind the last draw could not be looked up."""
    sampler = _of(room)
    return not sampler.candidates and len(sampler.drawn) < MOST_DRAWN


def drawn(room: Room, by: By, draw: Draw) -> Room:
    """With one word more, drawn from the class's votes or the model's bars; none can be voted for until new ones are
    offered.
    """
    sampler = _of(room)
    if not sampler.candidates or len(sampler.drawn) >= MOST_DRAWN:
        raise RoomError("No word can be drawn now.", "Begin the round again.")
    weights = word_votes(sampler) if by == "class" else [each.share for each in sampler.candidates]
    if not sum(weights):
        raise RoomError("Nobody has voted yet.", "Wait for votes, or draw by the model's own bars.")
    word = sampler.candidates[draw(weights)]
    told = (*sampler.drawn, Drawn(word.id, word.text, by))
    after = replace(sampler, ids=(*sampler.ids, word.id), candidates=(), votes={}, drawn=told)
    return replace(room, sampler=after)


def text_of(sampler: Sampler) -> str:
    """The text so far."""
    return sampler.start + "".join(word.text for word in sampler.drawn)


def _of(room: Room) -> Sampler:
    if room.sampler is None:
        raise RoomError("The room votes on no words now.", "Wait for your teacher.")
    return room.sampler
