"""What one answer shows of each parameter: that it worked, that it did not, or nothing either way.

The chips beside the widgets read single answers, and the probes compare several; both must read the same sign alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from playground.events import Answer, TokenScore
from playground.evidence import further_signs, structure_signs
from playground.evidence.answer_facts import (
    came_as_stream,
    count,
    counts_tokens,
    named_model,
    pieces,
    said,
    stop_that_ended,
)
from playground.evidence.likelihood import sound
from playground.evidence.model_names import same_model
from playground.evidence.sign import Sign, no, unknown, yes
from playground.parameters import REGISTRY
from playground.value_types import shown
from playground.wire.stream.finish_reasons import ending

BIAS_THAT_DECIDES: Final = 50.0
"""From here on a bias all but bans or forces a token, whatever the model thinks of it."""

_LONGER_THAN_A_TOKEN: Final = 24

_HELD_BACK: Final = 8
"""So many letters may come without a score where a server waited to see whether they begin a stop text."""

_ROUNDING: Final = 1e-3

_NEAR: Final = 50
"""A limit is reached within so small a part of it: Gemini's endpoint stops a few tokens short (hindsight#3365)."""

_ALONE: Final = "One answer cannot show it: only several answers, with and without, can. Probe it to know."


def max_tokens(answer: Answer, value: int) -> Sign:
    """At most so many tokens, and cut exactly there if it had more to say?"""
    tokens, exact = count(answer)
    if tokens > value:
        return no(f"{tokens} tokens came, although at most {value} were allowed.")
    if answer.ended == "unclear":
        return unknown(f"It ended with {answer.finish_reason!r}, a word that is not known here.")
    if answer.ended == "filtered":
        return unknown("A content filter ended it, and not a limit.")
    if answer.ended != "length" and tokens == value:
        return unknown(f"It ended by itself at {value} tokens, just where the limit was.")
    if answer.ended != "length":
        return unknown(f"It ended before it had written {value} tokens, so the limit was not reached.")
    if tokens < value and ending(answer.finish_reason or "") == "context":
        return unknown("It was cut where the model's context was full, before the limit was reached.")
    if value - tokens in range(1, value // _NEAR + 1):
        return unknown(
            f"It was cut after {tokens} tokens, close to the limit of {value}; some servers stop short."
        )
    if exact and tokens < value:
        return no(f"It was cut after {_some(tokens, 'token')}, before the limit of {value}.")
    if tokens < value:
        came = _some(tokens, "scored token" if answer.logprobs else "piece")
        return unknown(
            f"It was cut by length after {came}; whether at the limit of {value} tokens, no count tells."
        )
    return yes(f"It was cut at {value} tokens, with the finish reason {answer.finish_reason!r}.")


def stop(answer: Answer, value: str | Sequence[str]) -> Sign:
    """Is none of the stop texts in the answer?"""
    stops = [value] if isinstance(value, str) else list(value)
    found = next((text for text in stops if text in answer.text), None)
    if found is not None:
        return no(f"The answer holds {shown(found)}, before which it should have ended.")
    meant = ending(answer.finish_reason or "")
    if stop_that_ended(answer) in stops or meant == "stop text":
        return yes("The server says that it ended at a stop text, and the answer holds none of them.")
    if meant == "itself":
        return unknown("The answer holds none of them; whether it ended there or by itself, no server says.")
    return unknown("The answer holds none of them; it ended for another reason.")


def logprobs(answer: Answer, value: bool) -> Sign:
    """Did they come, and can the numbers be true?"""
    if not value:
        return (
            no("They came although they were switched off.")
            if answer.logprobs
            else yes("None came, as asked.")
        )
    if not answer.logprobs:
        if answer.text:
            return no("Not one came.")
        if answer.tool_calls:
            return unknown("It called a function; many servers give none for calls.")
        return unknown("It wrote no text of which they could be.")
    if re.search("[A-Za-z]", answer.text) and not any(score.token.strip() for score in answer.logprobs):
        return no("They came, but without the tokens that they are of: every name is blank.")
    if fault := sound(answer.logprobs):
        return no(f"They came, but they cannot be true: {fault}.")
    return _for_so_many(answer)


def _for_so_many(answer: Answer) -> Sign:
    """Are there some for most of the text? Counts alone cannot tell: an end mark, thoughts and half an emoji have none,
    and llama.cpp gives none for a token that it held back as the beginning of a stop text.
    """
    scored, (tokens, _) = len(answer.logprobs), count(answer)
    came = f"They came for {f'{scored} of ' if scored < tokens else ''}{_some(tokens, 'token')}"
    letters, of_tokens = _letters(answer.text), _letters("".join(score.token for score in answer.logprobs))
    if answer.complete and 2 * of_tokens < letters and letters - of_tokens > _HELD_BACK:
        return no(f"{came}, which are not half of the text.")
    if 2 * scored < tokens and not letters:
        return unknown(f"{came}; whether there could be more, it does not show.")
    return yes(f"{came}{', which are not all of the text' if of_tokens < letters else ''}.")


def _letters(text: str) -> int:
    """How many letters and digits that no tokenizer cuts into bytes."""
    return len(re.findall("[A-Za-z0-9]", text))


def top_logprobs(answer: Answer, value: int) -> Sign:
    """Are there really so many per token, each another one?"""
    if not answer.logprobs:
        return unknown("No log probabilities came, so there could be no alternatives either.")
    counts = sorted({len(score.top) - _comes_on_top(score, value) for score in answer.logprobs})
    if counts[0] < value or counts[-1] > value:
        given = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
        return no(f"{value} alternatives per token were asked for, and {given} came.")
    for score in answer.logprobs:
        if len({(alternative.token, alternative.logprob) for alternative in score.top}) < len(score.top):
            return no(f"{score.token!r} has the same alternative with the same number several times.")
    return yes(f"Every token has {value} alternatives.")


def _comes_on_top(score: TokenScore, value: int) -> bool:
    """Whether the chosen token, which is none of the likeliest, is given beside as many as were asked for."""
    stated = [alternative.logprob for alternative in score.top]
    return len(stated) == value + 1 and score.logprob <= min(stated) + _ROUNDING


def logit_bias(answer: Answer, value: Mapping[Any, float]) -> Sign:
    """Are banned tokens absent, and is nothing but forced ones there? A number is a token's id, else it is its text."""
    if not answer.logprobs:
        return unknown("Without logprobs it cannot be seen which tokens the answer is made of.")
    keys = {str(key): bias for key, bias in value.items()}
    biases = [_bias_of(score, keys) for score in answer.logprobs]
    for score, bias in zip(answer.logprobs, biases, strict=True):
        if bias is not None and bias <= -BIAS_THAT_DECIDES:
            return no(f"{score.token!r} came, although it was banned.")
    if any(bias >= BIAS_THAT_DECIDES for bias in keys.values()):
        if all(bias is not None and bias >= BIAS_THAT_DECIDES for bias in biases):
            return yes("Nothing but the forced tokens came.")
        if any(score.id is not None for score in answer.logprobs):
            return no("Other tokens came than those that were forced.")
    if any(key.isdecimal() for key in keys) and any(score.id is None for score in answer.logprobs):
        return unknown("The server does not say which ids the tokens of its answer have.")
    return unknown("No banned token came; whether one would have come otherwise, one answer cannot show.")


def _bias_of(score: TokenScore, keys: Mapping[str, float]) -> float | None:
    """What was asked for this token; None also where its id would have to be known."""
    by_text = None if score.token.isdecimal() else keys.get(score.token)
    return by_text if score.id is None else keys.get(str(score.id), by_text)


def stream(answer: Answer, value: bool) -> Sign:
    """Did it come in pieces, or whole, as asked?"""
    if not value:
        return no("It came as a stream.") if came_as_stream(answer) else yes("It came whole.")
    if not came_as_stream(answer):
        return no("It came whole, in one document.")
    came = pieces(answer)
    if came > 1:
        return yes(f"It came in {came} pieces.")
    if not answer.raw:
        return unknown("It was broken off, and what had come was not kept piece by piece.")
    is_long = count(answer).tokens > 2 or len(said(answer)) > _LONGER_THAN_A_TOKEN
    return no("It came in one piece.") if is_long else unknown("It is too short to tell.")


def stream_options(answer: Answer, value: Mapping[str, Any]) -> Sign:
    """Did the chunk with the usage come?"""
    if not value.get("include_usage"):
        return unknown("Of these options only include_usage leaves a sign.")
    if answer.usage.raw and not counts_tokens(answer):
        written = answer.usage.completion_tokens or "no"
        return no(f"The usage came, but says that {written} tokens were written, which cannot be.")
    if not answer.usage.counted:
        return yes("The usage came.")
    if not answer.complete:
        return unknown("The answer did not reach its end, where the usage would have come.")
    return no("The usage did not come.")


def model(answer: Answer, value: str) -> Sign:
    """Which name does the response give?"""
    name = named_model(answer)
    if not name:
        return unknown("The response does not say which model wrote it.")
    if not value or same_model(value, name) == "yes":
        return yes(f"The response says that {name} wrote it.")
    return unknown(f"The response says that {name} wrote it, not {value}; that may be another name for it.")


def messages(answer: Answer, value: Any) -> Sign:
    """How much of the conversation does the server say it read?"""
    read, least = answer.usage.prompt_tokens, answer.least_read
    if not read:
        return unknown("The server does not say how much it read.")
    if read < least:
        return no(
            f"The server read fewer tokens than it was sent: {read:,}, where by its own count of the turn before there "
            f"are {least:,} or more. It left a part out; its context is set too small (Ollama: OLLAMA_CONTEXT_LENGTH)."
        )
    return yes(f"The server says that it read {read} tokens.")


def _some(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _needs_several(answer: Answer, value: Any) -> Sign:
    return unknown(_ALONE)


def _used_here(answer: Answer, value: Any) -> Sign:
    return unknown("It is used here, not by the server: when a second answer is drawn.")


def _tool_prompt(answer: Answer, value: Any) -> Sign:
    return unknown("It changes what the model reads, which no answer shows. Probe it to know.")


def no_sign(answer: Answer, value: Any) -> Sign:
    """Of a parameter of which nobody has written down how its effect shows."""
    return unknown("No sign of it is known that one answer could show.")


_BY_NAME: Final[Mapping[str, Callable[[Answer, Any], Sign]]] = {
    "model": model,
    "messages": messages,
    "stream": stream,
    "temperature": _needs_several,
    "top_p": _needs_several,
    "seed": _needs_several,
    "frequency_penalty": _needs_several,
    "presence_penalty": _needs_several,
    "max_tokens": max_tokens,
    "stop": stop,
    "logprobs": logprobs,
    "top_logprobs": top_logprobs,
    "logit_bias": logit_bias,
    "response_format": structure_signs.response_format,
    "tools": structure_signs.tools,
    "tool_choice": structure_signs.tool_choice,
    "tool_prompt": _tool_prompt,
    "stream_options": stream_options,
    "diff_frequency": _used_here,
    "pref_params": _used_here,
    "top_k": _needs_several,
    "min_p": _needs_several,
    "repetition_penalty": _needs_several,
    "reasoning_effort": further_signs.reasoning_effort,
    "max_completion_tokens": max_tokens,
    "n": further_signs.n,
    "parallel_tool_calls": structure_signs.parallel_tool_calls,
    "verbosity": _needs_several,
    "service_tier": further_signs.service_tier,
    "user": further_signs.user,
}

SIGNS: Final[Mapping[str, Callable[[Answer, Any], Sign]]] = {
    name: _BY_NAME.get(name, no_sign) for name in REGISTRY
}
"""For each parameter, what looks for its sign in an answer."""
