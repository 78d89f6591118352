"""What the form of a new room offers is what the server takes."""

from __future__ import annotations

import pytest

from playground.errors import InvalidRequest
from playground.lessons.measures import MEASURES
from playground.rooms.planning import typed_plan
from playground.web.rooms.offers import offers


def test_what_is_offered_is_taken() -> None:
    """Each parameter with the values that stand there at first, and each measure; no other measure is."""
    told = offers()
    varied = {each["name"]: each["first"] for each in told["parameters"] if each["first"]}
    for name, first in varied.items():
        plan = typed_plan({"prompt": "Hi.", "varied": name, "values": first})
        assert 1 < len(plan.arms) <= told["most_students"], name
    measures = {each["name"] for each in told["measures"]}
    for name in measures:
        assert typed_plan({"prompt": "Hi.", "measure": name}).measure.name == name
    for name in MEASURES.keys() - measures:
        with pytest.raises(InvalidRequest, match="A measure is one of"):
            typed_plan({"prompt": "Hi.", "measure": name})
    assert {"temperature", "top_k"} <= varied.keys()
    assert not {"model", "messages", "n", "stream"} & {each["name"] for each in told["parameters"]}
