"""What a student, and what a teacher, sees of a room: all that leaves for their browsers stands here.

A student is told nothing of another's prediction or answer before the teacher reveals them, and never a token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from playground.lessons.measures import MEASURES, label
from playground.markdown.growing import document
from playground.rooms.classroom import TEACHER, Classroom, Live, is_here
from playground.rooms.room import Member, Room, Said, prompt_of
from playground.rooms.rules import arm_of
from playground.rooms.sampler import text_of
from playground.rooms.tallies import histogram, means, points, wall_votes, word_votes
from playground.sweeps.metrics import METRICS


def student_view(classroom: Classroom, number: int, left_s: float) -> dict[str, Any]:
    """What this student sees."""
    room = classroom.room
    member = room.members[number]
    return {
        **_both(room, left_s),
        "role": "student",
        "number": number,
        "name": member.name,
        "prediction": member.prediction,
        "vote": member.vote,
        "value": _value(room, member) if room.step in ("run", "reveal") else "",
        "prompt": prompt_of(arm_of(room, member)) if room.step in ("run", "reveal") else "",
        "said": _said(member.said),
        "live": _live(classroom.live.get(number)),
        "revealed": revealed(room) if room.step == "reveal" else None,
        "sampler": _voting(room, number),
    }


def teacher_view(classroom: Classroom, left_s: float) -> dict[str, Any]:
    """What the teacher sees: counts, and names only of students who gave one."""
    room = classroom.room
    where = Counter(is_here(member, classroom.live) for member in room.members.values())
    return {
        **_both(room, left_s),
        "role": "teacher",
        "counts": {**where, "students": len(room.members), "predicted": sum(histogram(room))},
        "students": [
            {
                "number": member.number,
                "name": member.name,
                "where": is_here(member, classroom.live),
                "value": _value(room, member),
            }
            for member in room.members.values()
        ],
        "revealed": revealed(room),
        "prompt": room.plan.prompt,
        "model": room.plan.model,
        "budget": asdict(room.budget) if room.budget else None,
        "trial": _said(classroom.trial),
        "live": _live(classroom.live.get(TEACHER)),
        "sampler": _bars(room),
    }


def projector_view(classroom: Classroom, left_s: float) -> dict[str, Any]:
    """What stands on the wall: counts and the plot; predictions and what came true after the reveal, no names."""
    room = classroom.room
    told = revealed(room)
    shown = told if room.step == "reveal" else {"histogram": (sum(told["histogram"]),), "right": None}
    where = Counter(is_here(member, classroom.live) for member in room.members.values())
    return {
        **_both(room, left_s),
        "role": "projector",
        "counts": {**where, "students": len(room.members), "predicted": sum(told["histogram"])},
        "revealed": {**shown, "why": (), "wall": (), "plot": told["plot"]},
        "prompt": room.plan.prompt,
        "sampler": _bars(room),
    }


def revealed(room: Room) -> dict[str, Any]:
    """What the whole class sees after the reveal: predictions, answers, votes and the plot."""
    votes = wall_votes(room)
    wall = [
        {
            "number": member.number,
            "name": member.name,
            "value": _value(room, member),
            "votes": votes.get(member.number, 0),
            **(_said(member.said) or {}),
        }
        for member in room.members.values()
        if member.said is not None
    ]
    return {
        "histogram": histogram(room),
        "right": room.plan.right,
        "why": _document(room.plan.reveal),
        "wall": wall,
        "plot": plot(room),
    }


@lru_cache(maxsize=100)
def _document(text: str) -> Sequence[Any]:
    return document(text).blocks if text else ()


def plot(room: Room) -> dict[str, Any] | None:
    """The measure of the room over its arms, as a sweep's plot takes it; None where there is but one arm."""
    plan = room.plan
    if len(plan.arms) == 1:
        return None
    name, kind = plan.measure.name, MEASURES[plan.measure.name]
    known = METRICS.get(name)
    most = 1.0 if kind.is_share else known.most if known else None
    counts = Counter(point.place for point in points(room))
    cells = [
        {"at": [place], "means": {name: {"value": mean, "low": None, "high": None, "count": counts[place]}}}
        for place, mean in means(room).items()
    ]
    return {
        "axis": {
            "parameter": plan.varied,
            "labels": [arm.label for arm in plan.arms],
            "numbers": plan.numbers,
        },
        "cells": cells,
        "metric": {
            "name": name,
            "label": label(plan.measure),
            "unit": known.unit if known else "",
            "what": kind.what,
            "least": 0.0,
            "most": most,
        },
    }


def _both(room: Room, left_s: float) -> dict[str, Any]:
    plan = room.plan
    return {
        "code": room.code,
        "title": plan.title,
        "step": room.step,
        "is_paused": room.is_paused,
        "minutes_left": int(left_s // 60) + 1,
        "question": plan.question if room.step != "gathering" else "",
        "choices": plan.choices if room.step != "gathering" else (),
        "text": _document(plan.predict) if room.step == "predict" else (),
        "varied": plan.varied,
        "is_free": plan.is_free,
    }


def _value(room: Room, member: Member) -> str:
    return room.plan.arms[member.place].label if member.place is not None else ""


def _said(said: Said | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {"text": said.text, "ended": said.ended, "error": said.error, "prompt": said.prompt}


def _live(live: Live | None) -> dict[str, Any] | None:
    return {"text": live.text, "place": live.place, "seconds": round(live.seconds)} if live else None


def _voting(room: Room, number: int) -> dict[str, Any] | None:
    """What a student sees of the sampler: neither the bars nor others' votes, which would lead them."""
    sampler = room.sampler
    if sampler is None:
        return None
    return {
        "text": text_of(sampler),
        "round": len(sampler.drawn),
        "words": [each.text for each in sampler.candidates],
        "vote": sampler.votes.get(number),
    }


def _bars(room: Room) -> dict[str, Any] | None:
    sampler = room.sampler
    if sampler is None:
        return None
    votes = word_votes(sampler)
    return {
        "start": sampler.start,
        "text": text_of(sampler),
        "voted": sum(votes),
        "drawn": [{"text": word.text, "by": word.by} for word in sampler.drawn],
        "bars": [
            {"text": each.text, "share": each.share, "votes": count}
            for each, count in zip(sampler.candidates, votes, strict=True)
        ],
    }
