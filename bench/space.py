"""`python -m bench.space [PYTHON]`: a dry run of a Space, by hand: what HuggingFace would do with this repository.

A clean environment from `requirements.txt` alone, the committed files read-only, a user without rights and without a
home, a Space's variables, and of the network nothing but a stand-in for the Hub. PYTHON is one that everybody may run,
such as /usr/bin/python3. Kept apart from the cases: it installs for minutes, needs root, and says yes or no.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import httpx

from playground.engine.model_file import SMOLLM2, find
from playground.settings import Settings
from tests.votes.hub_standin import HubStandin
from tests.votes.making import receipt

ROOT: Final = Path(__file__).parents[1]
NOBODY: Final = 65534
PORT: Final = 8970
UP_S: Final = 180.0
SPACE: Final = {
    "SYSTEM": "spaces",
    "SPACE_ID": "me/it",
    "SPACE_HOST": "me-it.hf.space",
    "SPACE_AUTHOR_NAME": "me",
    "GRADIO_SERVER_NAME": "0.0.0.0",  # nosec B104 - as a Space has it, here for a minute
    "GRADIO_SERVER_PORT": str(PORT),
    "HOME": "/nonexistent",
    "PIP_NO_INDEX": "1",
}
PAIR: Final = {
    "model": "embedded",
    "messages": [{"role": "user", "content": "Name a fruit."}],
    "parameters": {"stream": True, "max_tokens": 8, "diff_frequency": 1, "pref_params": {"temperature": 2}},
}


@dataclass(slots=True)
class _Told:
    """What came of one start: each promise and whether it was kept, and the seconds that things took."""

    where: str
    promises: dict[str, bool] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        for name, kept in self.promises.items():
            yield f"{'ok    ' if kept else 'FAILED'} {self.where}: {name}"
        for name, took in self.seconds.items():
            yield f"       {self.where}: {name}: {took:.1f} s"


def main() -> int:
    """Says what came of each step; 1 where one failed."""
    file = f"/{SMOLLM2.hub_repo}/resolve/{SMOLLM2.hub_revision}/{SMOLLM2.file_name}"
    model = find(Settings()).path.read_bytes()
    with tempfile.TemporaryDirectory(prefix="space-") as folder, HubStandin(public={file: model}) as hub:
        place = Path(folder)
        place.chmod(0o755)
        begun = monotonic()
        _install(place, sys.argv[1] if len(sys.argv) > 1 else sys.executable)
        print(f"       installed in {monotonic() - begun:.0f} s")
        kept = {
            "PLAYGROUND_DATA_DIR": str(place / "data"),
            "PLAYGROUND_VOTES_DATASET": "ada/votes",
            "HF_TOKEN": hub.token,
        }
        told = [
            _tried("no folder to write to", place, hub, {}),
            _tried("a data folder and a dataset", place, hub, kept),
        ]
    print(*(line for each in told for line in each.lines()), sep="\n")
    return 0 if all(all(each.promises.values()) for each in told) else 1


def _install(place: Path, python: str) -> None:
    app, data, temporary = (place / name for name in ("app", "data", "tmp"))
    for each in (app, data, temporary):
        each.mkdir()
    for each in (data, temporary):
        os.chown(each, NOBODY, NOBODY)
    committed = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x", "-C", app], input=committed, check=True)
    subprocess.run(["chmod", "-R", "a-w", app], check=True)
    print("Installing requirements.txt into a clean environment ...", flush=True)
    subprocess.run([python, "-m", "venv", str(place / "venv")], check=True)
    pip = [str(place / "venv/bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(app / "requirements.txt")], check=True)


def _tried(where: str, place: Path, hub: HubStandin, more: Mapping[str, str]) -> _Told:
    """One start, with the page, a pair of answers and a vote, and its end by SIGTERM."""
    told = _Told(where)
    own = {"PATH": os.environ["PATH"], "TMPDIR": str(place / "tmp"), "HF_ENDPOINT": hub.endpoint, **SPACE}
    mark = place / "begun"
    mark.touch()
    begun, output = monotonic(), place / "output"
    with output.open("w") as printed:
        program = subprocess.Popen(
            [place / "venv/bin/python", "app.py"],
            cwd=place / "app",
            env={**own, **more},
            user=NOBODY,
            group=NOBODY,
            extra_groups=[],
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    try:
        session = {"x-playground-session": secrets.token_urlsafe(24)}
        address = f"http://127.0.0.1:{PORT}"
        with httpx.Client(base_url=address, timeout=180, trust_env=False, headers=session) as http:
            told.promises["it starts"] = is_up = _is_up(http, program)
            told.seconds["start to page"] = monotonic() - begun
            if is_up:
                _visited(http, told, saves=bool(more))
    finally:
        asked_at = monotonic()
        program.terminate()
        code = program.wait(30)
    told.seconds["SIGTERM to the end"] = monotonic() - asked_at
    said = output.read_text()
    if more:
        told.promises["it ends by itself"] = code == 0
        told.promises["the vote is on the Hub"] = len(hub.lines()) == 1 and "1 vote saved here" in said
    told.promises["no traceback"] = "Traceback" not in said
    elsewhere = _written(mark, (f"{place}/data/", f"{place}/tmp/"))
    told.promises[f"no file elsewhere {elsewhere[:5] or ''}"] = not elsewhere
    if not all(told.promises.values()):
        print(said, flush=True)
    return told


def _is_up(http: httpx.Client, program: subprocess.Popen[bytes]) -> bool:
    end = monotonic() + UP_S
    while monotonic() < end and program.poll() is None:
        try:
            return http.get("/playground/health/live").status_code == 200
        except httpx.TransportError:
            sleep(0.1)
    return False


def _visited(http: httpx.Client, told: _Told, *, saves: bool) -> None:
    """What a visitor does; without a folder to write to a vote is refused in words, and all else goes on."""
    told.promises["the page comes"] = http.get("/").status_code == 200
    told.promises["it is public"] = http.get("/playground/posture").json()["posture"] == "public"
    begun = monotonic()
    rows: list[list[Any]] = []
    for line in http.post("/playground/stream", json=PAIR).text.splitlines():
        rows += json.loads(line)
    ends = [row[2]["ended"] for row in rows if row[1] == "ended"]
    told.promises[f"the embedded model answers {ends}"] = len(ends) == 2 and "error" not in ends
    told.seconds["the first pair of answers"] = monotonic() - begun
    round_id = next((row[2]["round_id"] for row in rows if row[1] == "pair"), "")
    ballot = {"round_id": round_id, "receipt": receipt(), "said": "left", "publish": True}
    cast = http.post("/playground/vote", json=ballot)
    if saves:
        told.promises["a vote is saved"] = cast.status_code == 200
    else:
        words = cast.json().get("error", {}).get("message", "")
        told.promises[f"a vote is refused in words: {words}"] = cast.status_code == 503


def _written(mark: Path, allowed: tuple[str, ...]) -> list[str]:
    """The files that this user has written since, in no folder that is allowed."""
    find_all = ["find", "/", "-xdev", "-newer", str(mark), "-uid", str(NOBODY), "-type", "f"]
    found = subprocess.run(
        [*find_all, "-not", "-path", "/proc/*"], capture_output=True, text=True, check=False
    )
    return [each for each in found.stdout.splitlines() if not each.startswith(allowed)]


if __name__ == "__main__":
    sys.exit(main())
