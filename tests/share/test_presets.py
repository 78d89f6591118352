"""A preset is the same again out of a file, out of the data folder and in a request; nothing else gets in by one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground import UNSET, Client, InvalidRequest, PlaygroundError, Preset
from playground.backend import Pair, request_of
from playground.parameters import REGISTRY, REQUIRED
from playground.share.preset_file import MARK, MOST_PRESETS, NotAPreset, file_of, preset_of, presets_in
from playground.share.preset_store import FOLDER, PresetStore
from playground.share.presets import PRESETS
from playground.testing.scripted_server import ScriptedServer, answered, whole
from tests.documented import HELLO, TOOLS
from tests.share.random_requests import page_requests

KEY = "hf_" + "a1" * 17
ASKED: Any = {"model": "some-model", "messages": HELLO}


@st.composite
def presets(draw: st.DrawFn) -> Preset:
    """Any preset, with any of all parameters."""
    asked = draw(page_requests())
    name = draw(st.sampled_from(("Cold", "grüße 🙂", "a / b", "..", 'x"y')))
    return Preset(name, asked["parameters"], asked["extra_body"])


@given(presets())
@settings(max_examples=50)
def test_there_and_back(preset: Preset) -> None:
    """Preset, file, preset: the same, and the same file; what it leaves unset is all that it does not set."""
    text = file_of([preset])
    (again,), lost = presets_in(text)
    assert (again, lost) == (preset, ())
    assert file_of([again]) == text
    assert {*again.unset, *again.parameters} == {*REGISTRY} - {*REQUIRED}


@given(presets())
@settings(max_examples=40)
def test_preset_to_request_to_preset(preset: Preset) -> None:
    """The request that a call makes with a preset sets what the preset sets and nothing beside it, so it is the
    preset again; only how an answer comes is up to the call.
    """
    streams = preset.parameters.get("stream") is True
    values = preset.values({"model": "embedded", "messages": HELLO, "stream": streams}, "create_preference")
    values = {name: value for name, value in values.items() if value is not UNSET}
    try:
        request = request_of(values, "create_preference", extra_body=preset.extra_body)
    except InvalidRequest:
        return  # what this server does not take, it takes from nobody
    told = {name: value for name, value in request.parameters.items() if name != "stream"}
    again, _ = preset_of({"name": preset.name, "parameters": told, "extra_body": request.extra})
    assert again.parameters == {n: v for n, v in preset.parameters.items() if n != "stream"}
    assert again.extra_body == preset.extra_body


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON: Expecting value, in line 1, column 1"),
        ('{\n  "presets": [}\n', "in line 2, column 15"),
        ("[]", "no presets"),
        ('{"parameter_playground": 1, "model": "embedded"}', "no presets"),
        (f'{{"{MARK}": true, "presets": []}}', "no presets"),
        (f'{{"{MARK}": 2, "presets": []}}', "another version"),
        (f'{{"{MARK}": 1}}', "no list"),
        (f'{{"{MARK}": 1, "presets": [NaN]}}', "NaN"),
        (" " * 1_100_000, "up to 1 MB"),
        ("[" * 60_000, "no JSON"),
    ],
)
def test_what_is_no_file_of_presets_is_refused(text: str, words: str) -> None:
    """In a sentence, which names the line where there is one to name."""
    with pytest.raises(NotAPreset, match=words):
        presets_in(text)


def test_what_of_a_file_cannot_be_used_is_named() -> None:
    """Each by its preset, and the rest is read: a shipped name, none, a value out of range, a key, too many."""
    listed = [
        {"name": " Cold  one ", "parameters": {"temperature": 0.2, "top_p": 7, "speed": 1, "model": "x"}},
        {"name": "Chat", "parameters": {}},
        {"parameters": {}},
        {"name": "Cold one"},
        {"name": "Keyed", "extra_body": {"api_key": KEY}},
        {"name": "Wide", "parameters": {"user": "x" * 70_000}},
        {"name": "x" * 61},
        *({"name": f"n{number}"} for number in range(MOST_PRESETS)),
    ]
    found, lost = presets_in(json.dumps({MARK: 1, "presets": listed}))
    assert found[0] == Preset("Cold one", {"temperature": 0.2})
    assert len(found) == MOST_PRESETS
    told = "\n".join(lost)
    for words in (
        "Cold one: top_p",
        "Cold one: 'speed'",
        "Cold one: 'model'",
        "Preset 2: 'Chat' is shipped",
        "Preset 3: A preset needs a name",
        "Preset 4: there is a",
        "Preset 5: Something in extra_body",
        "Preset 6:",
        "Preset 7:",
        f"up to {MOST_PRESETS} are read",
    ):
        assert words in told
    assert KEY not in told


# -- in the data folder ------------------------------------------------------------------------------------------


def test_the_folder_keeps_renames_and_deletes(tmp_path: Path) -> None:
    """What is saved is found by another program, under one name at a time; a damaged file is named, not hidden."""
    store, other = PresetStore(tmp_path / FOLDER), PresetStore(tmp_path / FOLDER)
    cold, hot = Preset("Cold", {"temperature": 0.1}), Preset("Hot", {"temperature": 1.9})
    assert store.kept().presets == ()
    store.save(cold)
    other.save(hot)
    assert store.kept() == ((cold, hot), ())
    with pytest.raises(PlaygroundError, match="'Hot' already"):
        store.rename("Cold", Preset("Hot"))
    store.rename("Cold", Preset("Ice", {"temperature": 0.0}))
    assert [each.name for each in other.kept().presets] == ["Hot", "Ice"]
    other.delete("Ice")
    other.delete("Ice")
    (tmp_path / FOLDER / "own.json").write_text("{\n oops")
    kept = store.kept()
    assert kept.presets == (hot,)
    assert "own.json" in kept.problems[0]
    assert "line 2" in kept.problems[0]


def test_files_that_somebody_has_put_there(tmp_path: Path) -> None:
    """What is saved here is over them, and they are neither deleted nor written: they are named."""
    store = PresetStore(tmp_path)
    theirs = tmp_path / "0.json"
    text = file_of([Preset("Cold", {"temperature": 0.1}), Preset("Hot")])
    theirs.write_text(text)
    assert store.find("Cold").parameters == {"temperature": 0.1}
    store.save(Preset("Cold", {"temperature": 0.2}))
    assert store.find("Cold").parameters == {"temperature": 0.2}
    assert "there is a 'Cold' in another file" in store.kept().problems[0]
    by_hand = r"0\.json, which was put there by hand"
    with pytest.raises(PlaygroundError, match=by_hand):
        store.delete("Cold")
    with pytest.raises(PlaygroundError, match=by_hand):
        store.rename("Hot", Preset("Warm"))
    assert [each.name for each in store.kept().presets] == ["Cold", "Hot"]
    assert theirs.read_text() == text
    for number in range(MOST_PRESETS + 1):
        (tmp_path / f"1{number:03}.json").write_text(file_of([Preset(f"n{number}")]))
    kept = store.kept()
    assert len(kept.presets) == MOST_PRESETS
    assert f"up to {MOST_PRESETS} presets are read" in kept.problems[-1]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With its path and what to do, and nothing half written is left."""
    (tmp_path / FOLDER).write_text("a file where the folder should be")
    store = PresetStore(tmp_path / FOLDER)
    with pytest.raises(PlaygroundError, match=r"presets.*PLAYGROUND_DATA_DIR"):
        store.save(Preset("Cold"))
    assert store.mark() == ""
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def test_so_many_are_kept_and_no_more(tmp_path: Path) -> None:
    """The bound is said; one that is there can still be saved anew."""
    store = PresetStore(tmp_path)
    store.save(Preset("Cold"))
    for number in range(MOST_PRESETS - 1):
        (tmp_path / f"{number}.json").write_text("{}")
    with pytest.raises(PlaygroundError, match=f"{MOST_PRESETS} presets are kept"):
        store.save(Preset("Hot"))
    store.save(Preset("Cold", {"seed": 1}))
    assert store.find("Cold").parameters == {"seed": 1}


# -- in Python ---------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers whole."""
    with ScriptedServer(answered(200, whole("{}"))) as standin:
        yield standin


@pytest.fixture
def client(server: ScriptedServer, own_settings: Any) -> Iterator[Client]:
    """A client of that server, in whose data folder a preset is kept."""
    PresetStore(own_settings.data_path / FOLDER).save(
        Preset(
            "Cold",
            {"temperature": 0.1, "tools": TOOLS, "stream": True, "stream_options": {}, "diff_frequency": 1.0},
            {"top_a": 1},
        )
    )
    with Client(base_url=server.base_url, settings=own_settings) as own:
        yield own


def sent(server: ScriptedServer) -> Mapping[str, Any]:
    """What came last, but for who was asked what."""
    body: Mapping[str, Any] = server.requests[-1].body
    return {name: value for name, value in body.items() if name not in ("model", "messages")}


def test_a_preset_by_its_name(client: Client, server: ScriptedServer) -> None:
    """It sends what it sets and leaves the rest to the server, documented defaults too; what the call says wins."""
    client.create(**ASKED, preset="Cold")
    assert sent(server) == {"temperature": 0.1, "tools": TOOLS, "stream": False, "top_a": 1}
    client.create(
        **ASKED, preset="Cold", temperature=0.5, tools=UNSET, stream=UNSET, seed=3, extra_body={"top_b": 2}
    )
    assert sent(server) == {"temperature": 0.5, "seed": 3, "top_b": 2}
    client.create(**ASKED, preset=Preset("Own", {"max_tokens": 9}))
    assert sent(server) == {"stream": False, "max_tokens": 9}
    assert {each.name for each in client.presets()} == {"Cold", *PRESETS}
    with pytest.raises(InvalidRequest, match=r"preset is 'Nope'; allowed is one of Chat, .*Cold"):
        client.create(**ASKED, preset="Nope")


def test_a_preset_with_a_shape(client: Client, server: ScriptedServer) -> None:
    """Its response_format is asked for and read; UNSET in the call is over it."""
    shaped = Preset("Shaped", {"response_format": {"type": "object", "properties": {}}})
    answer: Any = client.create(**ASKED, preset=shaped)
    assert answer.parsed == {}
    assert "response_format" in sent(server)
    client.create(**ASKED, preset=shaped, response_format=UNSET)
    assert "response_format" not in sent(server)


def test_a_pair_of_two_presets(client: Client, server: ScriptedServer) -> None:
    """First and second are as they were named; what the call says is over both; undrawn, the first answers."""
    hot = Preset("Hot", {"temperature": 1.9, "diff_frequency": 1.0})
    pair = client.create_preference(**ASKED, presets=("Cold", hot), diff_frequency=1.0, seed=3)
    assert isinstance(pair, Pair)
    assert [answer.body["temperature"] for answer in pair] == [0.1, 1.9]
    assert [answer.body["seed"] for answer in pair] == [3, 3]
    single = client.create_preference(**ASKED, presets=("Cold", hot))
    assert not isinstance(single, Pair)
    assert single.body["temperature"] == 0.1
    for wrong in ({"presets": ("Cold",)}, {"presets": ("Cold", "Hot"), "pref_params": {"temperature": 1.0}}):
        with pytest.raises(InvalidRequest, match="presets is"):
            client.create_preference(**ASKED, **wrong)
    with pytest.raises(InvalidRequest, match="nothing beside preset"):
        client.create_preference(**ASKED, preset="Cold", presets=("Cold", hot))
