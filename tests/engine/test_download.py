"""A model file comes from the Hub: it is resumed, stopped and checked, and what goes wrong is one sentence."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from playground.engine import download as downloading
from playground.engine.download import Download, part_of
from playground.engine.hub_file import hub_file
from playground.engine.library import Library
from playground.engine.names import HubName
from playground.errors import ModelFileError
from playground.settings import Settings
from tests.engine.hub_standin import ModelHub
from tests.engine.tiny_models import TinyModel

MODEL = TinyModel().content()
REPOSITORY = "ada/tiny-GGUF"
FILE = "tiny-Q4_K_M.gguf"


@pytest.fixture
def hub() -> Iterator[ModelHub]:
    with ModelHub({REPOSITORY: {FILE: MODEL, "tiny-Q8_0.gguf": b"GGUF"}}) as standin:
        yield standin


@pytest.fixture
def library(hub: ModelHub, tmp_path: Path) -> Library:
    return Library(Settings(data_dir=str(tmp_path)), hub.endpoint)


def begun(hub: ModelHub, folder: Path) -> Download:
    """A download of the tiny model, not started yet."""
    file = hub_file(HubName(REPOSITORY), hub.endpoint, False)
    return Download(file, folder / FILE, hub.endpoint, False)


def test_a_model_is_fetched_and_found(library: Library) -> None:
    """Its size and licence are known before, its bytes are the Hub's, and it is found again without a network."""
    about = library.about(REPOSITORY)
    assert (about.file, about.size, about.licence) == (FILE, len(MODEL), "apache-2.0")
    with pytest.raises(ModelFileError, match=r"not on this machine yet. Open Models, then embedded"):
        library.find(REPOSITORY)
    found = library.fetch(f"{REPOSITORY}:Q4_K_M")
    assert found.path.read_bytes() == MODEL and found.alias == "tiny-Q4_K_M"
    for name in (REPOSITORY, f"{REPOSITORY}:Q4_K_M", f"{REPOSITORY}:{FILE}"):
        assert Library(library._settings, "http://127.0.0.1:9").find(name).path == found.path
    assert library.described(REPOSITORY) == f"{REPOSITORY}/{FILE} sha256:{about.sha256}"
    assert [str(kept.name) for kept in library.kept()] == [f"{REPOSITORY}:{FILE}"]


def test_a_drop_is_gone_on_from(hub: ModelHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three times in mid-download: each attempt asks for the rest alone."""
    monkeypatch.setattr(threading.Event, "wait", lambda self, seconds=None: self.is_set())
    hub.drops = [500_000, 300_000, 200_000]
    download = begun(hub, tmp_path)
    download._run()
    assert download.progress.state == "done" and (tmp_path / FILE).read_bytes() == MODEL
    assert hub.seen == ["", "bytes=500000-", "bytes=800000-", "bytes=1000000-"]


def test_a_stop_keeps_what_has_come(hub: ModelHub, tmp_path: Path) -> None:
    """Also while the server is silent; the next download goes on there, and not from the beginning."""
    hub.held = 600_000
    first = begun(hub, tmp_path)
    first.start()
    while first.progress.done < 500_000:
        pass
    first.stop()
    assert first.progress.state == "stopped" and not (tmp_path / FILE).exists()
    with pytest.raises(ModelFileError, match="was stopped"):
        first.wait()
    have = part_of(tmp_path / FILE, first.file).stat().st_size
    assert 0 < have <= 600_000
    hub.held = None
    hub.go_on.set()
    second = begun(hub, tmp_path)
    second.start()
    second.wait()
    assert (tmp_path / FILE).read_bytes() == MODEL and hub.seen[-1] == f"bytes={have}-"


def test_what_is_here_already_is_not_fetched_again(hub: ModelHub, library: Library) -> None:
    """As by a second click on a download that has just ended; another content under the same name is."""
    library.begin(library.about(REPOSITORY)).wait()
    library.begin(library.about(REPOSITORY)).wait()
    assert hub.seen == [""]
    hub.files[REPOSITORY][FILE] = MODEL + b"newer"
    library.begin(library.about(REPOSITORY)).wait()
    assert hub.seen == ["", ""] and library.find(REPOSITORY).path.read_bytes() == MODEL + b"newer"


def test_what_is_not_the_file_is_thrown_away(hub: ModelHub, library: Library) -> None:
    """The Hub names the SHA-256 beforehand."""
    hub.lies.add(FILE)
    with pytest.raises(ModelFileError, match="SHA-256 is another one"):
        library.fetch(REPOSITORY)
    assert list(library.folder.rglob("*.gguf*")) == []


def test_a_disk_without_room_is_said_before(
    hub: ModelHub, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is asked for then."""
    usage = shutil.disk_usage(library._settings.data_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=downloading.SPARE))
    with pytest.raises(ModelFileError, match=r"needs 1 MB more on the disk of .*, which has 268 MB free"):
        library.fetch(REPOSITORY)
    assert hub.seen == []


def test_a_hub_that_gives_nothing_is_given_up(
    hub: ModelHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some attempts that bring nothing, in a sentence."""
    monkeypatch.setattr(threading.Event, "wait", lambda self, seconds=None: self.is_set())
    hub.drops = [0] * 9
    download = begun(hub, tmp_path)
    download._run()
    assert download.progress.state == "failed" and "broke off" in download.progress.why
    assert len(hub.seen) == downloading.TRIES


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("ada/absent", "There is no model ada/absent on the Hub"),
        ("ada/gated", "ada/gated is gated"),
        (f"{REPOSITORY}:Q5_0", "has no Q5_0; it has tiny-Q4_K_M.gguf, tiny-Q8_0.gguf"),
    ],
)
def test_what_cannot_be_had_is_said(hub: ModelHub, library: Library, name: str, says: str) -> None:
    """With what to do next."""
    hub.gated.add("ada/gated")
    with pytest.raises(ModelFileError, match=says) as refused:
        library.fetch(name)
    assert refused.value.next_step


def test_without_a_network_it_is_said(tmp_path: Path) -> None:
    """Nobody listens there."""
    with pytest.raises(ModelFileError, match="The HuggingFace Hub gives no answer"):
        Library(Settings(data_dir=str(tmp_path)), "http://127.0.0.1:9").fetch(REPOSITORY)


def test_all_who_ask_share_one_download(hub: ModelHub, library: Library) -> None:
    """The second click fetches nothing anew; removing forgets all of it."""
    hub.held = 600_000
    file = library.about(REPOSITORY)
    first, second = library.begin(file), library.begin(file)
    assert first is second and [each[0] for each in library.under_way()] == [file]
    hub.go_on.set()
    first.wait()
    assert len(hub.seen) == 1 and library.progress(HubName(REPOSITORY, FILE)) is not None
    library.remove(REPOSITORY)
    assert list(library.folder.rglob("*.gguf*")) == [] and library.progress(HubName(REPOSITORY, FILE)) is None


def test_the_key_of_the_settings_goes_to_no_stand_in(hub: ModelHub, tmp_path: Path) -> None:
    """It is HuggingFace's alone, whatever HF_ENDPOINT says."""
    Library(Settings(data_dir=str(tmp_path), hf_token="hf_key"), hub.endpoint).fetch(REPOSITORY)
    assert set(hub.authorizations) == {None}


def test_a_space_runs_what_is_offered_alone(tmp_path: Path, hub: ModelHub) -> None:
    """No other repository, no path, no other file of an offered repository."""
    library = Library(Settings(data_dir=str(tmp_path), space_id="ada/space"), hub.endpoint)
    assert library.allowed("ggml-org/Qwen3-0.6B-GGUF:Q8_0")
    for name in (REPOSITORY, "ggml-org/Qwen3-0.6B-GGUF:BF16"):
        with pytest.raises(ModelFileError, match=r"On this public page .* does not run. These do: embedded/"):
            library.fetch(name)
    with pytest.raises(ModelFileError, match="no file is run by its path"):
        library.find("/etc/passwd")
