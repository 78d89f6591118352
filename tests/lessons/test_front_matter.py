"""A lesson's file: what it becomes, and every mistake of a teacher's with its line."""

from __future__ import annotations

from typing import Final

import pytest

from playground.lessons.claim import Claim, Condition
from playground.lessons.front_matter import LONGEST, read
from playground.lessons.lesson import Measure
from playground.lessons.yaml_lines import Mistakes

HEAD: Final = """\
---
title: Cold and hot
parameter: temperature
about: What chance does.
minutes: 5
ask: Name an animal.
set: {max_tokens: 6}
vary: {temperature: [0, 1.5]}
runs: 4
measure: changed
question: How many?
choices: [One, Four]
answer: 1
expect:
  - {at: 0, answers: none}
  - {at: 1.5, answers: at least 2, seen: 95 of 100}
---
"""
BODY: Final = """\
It begins.

## Predict

Think.

## Run

Do.

## Reveal

See.
"""


def mistakes(text: str) -> list[str]:
    """What is told of a text, each with its line."""
    with pytest.raises(Mistakes) as caught:
        read(text, "mine")
    return [f"{mistake.line}: {mistake.said}" for mistake in caught.value.mistakes]


def test_a_file_becomes_a_lesson() -> None:
    """Arms, seeds, claims, sections; Windows' line ends and a mark at its start make no other one."""
    lesson = read(HEAD + BODY, "mine")
    assert [arm.label for arm in lesson.arms] == ["0", "1.5"]
    assert lesson.arms[1].values == {
        "messages": [{"role": "user", "content": "Name an animal."}],
        "max_tokens": 6,
        "temperature": 1.5,
    }
    assert (lesson.seeds, lesson.runs, lesson.measure) == ((1, 2, 3, 4), 8, Measure("changed"))
    assert lesson.claims[0] == Claim("0", 0, 0, 4, Condition("=", 1.0))
    assert lesson.claims[1].chance == 95.5 / 101
    assert dict(lesson.texts) == {"": "It begins.", "Predict": "Think.", "Run": "Do.", "Reveal": "See."}
    assert (lesson.shown, lesson.answer) == (("temperature",), 0)
    assert read("\ufeff" + (HEAD + BODY).replace("\n", "\r\n"), "mine") == lesson


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("title: Cold and hot\n", "", ["2: title is missing"]),
        ("title: Cold", "titel: x\ntitle: Cold", ["2: titel is not known here"]),
        ("minutes: 5", "minutes: five", ["5: minutes: input should be a valid integer"]),
        ("minutes: 5", "minutes: 5\nminutes: 6", ["6: minutes stands there twice"]),
        ("parameter: temperature", "parameter: heat", ["3: parameter: input should be"]),
        ("[0, 1.5]", "[0, 2.5]", ["8: temperature is 2.5; allowed is a number from 0.0 to 2.0."]),
        ("[0, 1.5]", "[0, 0]", ["8: two arms are called '0'"]),
        ("{max_tokens: 6}", "{max_tokens: 0}", ["7: max_tokens is 0; allowed is a whole number from 1"]),
        ("{max_tokens: 6}", "{max_token: 6}", ["7: max_token"]),
        ("vary: {temperature: [0, 1.5]}\n", "", ["14: no arm is called", "2: say what is tried by either"]),
        ("ask: Name an animal.\n", "", ["7: nothing is asked: give ask or messages"]),
        ("measure: changed", "measure: fun", ["10: 'fun' is no measure; there are tokens, words"]),
        ("measure: changed", "measure: contains", ["10: contains wants a word, as in"]),
        ("measure: changed", "measure: {changed: x}", ["10: changed is of no word"]),
        ("[One, Four]", "[Yes, 4]", ["12: choices.1: True is no text; put quotes", "12: choices.2: 4 is no text"]),
        ("[One, Four]", "[One, One]", ["12: two choices are the same"]),
        ("ask: Name an animal.", 'ask: ""', ["6: ask: string should have at least 1 character"]),
        ("answer: 1", "answer: 3", ["13: answer is 3, and there are 2 choices"]),
        ("at: 1.5,", "at: 1.6,", ["16: no arm is called 1.6; there are 0, 1.5"]),
        ("at least 2", "at least 5", ["16: 'at least 5' does not fit: each arm is asked 4 times"]),
        ("at least 2", "at least 0", ["16: 'at least 0' cannot fail"]),
        ("at least 2", "many", ["16: 'many' is no count; allowed is all, none"]),
        ("95 of 100", "101 of 100", ["16: '101 of 100' is no share"]),
        ("answers: none}", "answers: none, value: '~ 3'}", ["15: '~ 3' is no condition"]),
        ("runs: 4", "runs: 400", ["9: runs: input should be less than or equal to 100"]),
        ("choices: [One, Four]", "choices: [One, Four", ["13: this is no YAML"]),
        ("set: {max_tokens: 6}", "set: &a {max_tokens: 6}\nsources: *a", ["8: write it out: an alias"]),
        ("question: How", "show: [temprature]\nquestion: How", ["11: temprature is no parameter"]),
        ("## Run", "## Ran", ["24: ## Ran is no section", "## Run is missing, or empty"]),
        ("## Reveal", "## Predict", ["28: ## Predict stands there twice", "## Reveal is missing"]),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(before: str, after: str, says: list[str]) -> None:
    """In words of the file; more than one at once."""
    text = HEAD + BODY
    assert before in text
    told = "\n".join(mistakes(text.replace(before, after, 1)))
    for words in says:
        assert words in told


def test_sections_have_an_order() -> None:
    """Run before Predict is told."""
    body = BODY.replace("## Predict", "## X").replace("## Run", "## Predict").replace("## X", "## Run")
    assert any("## Predict stands too late" in told for told in mistakes(HEAD + body))


def test_what_is_no_lesson_at_all_is_a_sentence() -> None:
    """No front matter, one without an end, an empty one, one that is no mapping, one beyond all measure."""
    assert mistakes("# Hello") == ["1: a lesson begins with --- and its front matter"]
    assert mistakes("---\ntitle: x\n")[0].endswith("the front matter does not end: put --- behind it")
    assert mistakes("---\n---\n" + BODY) == ["1: there is nothing in it"]
    assert "valid dictionary" in mistakes("---\n- a\n---\n" + BODY)[0]
    assert mistakes("x" * (LONGEST + 1)) == [
        f"1: the file has {LONGEST + 1:,} characters; at most {LONGEST:,}"
    ]
    bomb = "---\na: " + "[" * 20_000 + "\n---\n"
    assert len(mistakes(bomb)) == 1


@pytest.mark.parametrize("code", ["```\n## Run\n```", "~~~\n## Run\n~~~", "````md\n```\n## Run\n```\n````"])
def test_code_is_no_heading(code: str) -> None:
    """A line that begins with ## within a block of code is code, whatever fence it has."""
    assert read(HEAD + BODY.replace("Think.", code), "mine").texts["Predict"] == code


def test_arms_are_called_as_they_are_written() -> None:
    """Values that are no text as JSON has them, so that an arm can be found again; a number is a word to measure."""
    text = HEAD.replace("parameter: temperature", "parameter: logprobs").replace("at: 0,", "at: false,")
    text = text.replace("{temperature: [0, 1.5]}", "{logprobs: [false, true, null]}").replace("1.5", "true")
    lesson = read(text.replace("measure: changed", "measure: {count: 5}") + BODY, "mine")
    assert [arm.label for arm in lesson.arms] == ["false", "true", "null"]
    assert [claim.arm for claim in lesson.claims] == ["false", "true"]
    assert lesson.measure == Measure("count", "5")


def test_a_mistake_is_told_once() -> None:
    """Though each arm has it."""
    assert len(mistakes(HEAD.replace("ask: Name an animal.", "messages: [{role: usr}]") + BODY)) == 1
