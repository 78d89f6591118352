"""A loopback stand-in for the HuggingFace Hub: one dataset, the endpoints that a backup uses, and faults on demand.

It speaks the Hub's API, as `huggingface_hub` 2.4 calls it, and knows nothing of votes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import unquote, urlsplit

Fault = Literal["429", "500", "503", "403", "cut before", "cut after", "hang before", "hang after"]
"""What becomes of a commit: a status; or the connection is cut, or left hanging, before or after it is applied."""


@dataclass
class Commit:
    """One commit that was applied: its id, title and files."""

    oid: str
    title: str
    files: dict[str, bytes]


@dataclass
class HubStandin:
    """One dataset on a Hub. `faults` are met by the next commits, one each; `token` is the only one that may in.

    `meanwhile` is done once, just before the next commit is judged, as by another program that was quicker.
    `public` are files of other repositories, by their path, which anybody may fetch.
    """

    token: str = "a-token"
    private: bool = True
    exists: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[Commit] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    created: list[dict[str, Any]] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    public: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: _Visit(self, *given))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def endpoint(self) -> str:
        """The address to give to HfApi."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def head(self) -> str:
        """The id of the last commit."""
        return self.commits[-1].oid if self.commits else "0" * 40

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def lines(self) -> list[dict[str, Any]]:
        """Every line of every file of votes, in the order of the files' names."""
        texts = [self.files[path] for path in sorted(self.files) if path.startswith("votes/")]
        return [json.loads(line) for text in texts for line in text.split(b"\n") if line]

    def apply(self, title: str, files: dict[str, bytes], deleted: Iterable[str] = (), on: str = "") -> str:
        """Makes a commit, and notes every file in which it loses lines that were there before; returns its id.

        None is made, and the id is empty, where it builds on another commit than the last.
        """
        with self._lock:
            if on and on != self.head:
                return ""
            for path in deleted:
                del self.files[path]
            oid = hashlib.sha1(f"{len(self.commits)}{sorted(files)}".encode()).hexdigest()
            self.overwritten += [
                p for p, new in files.items() if p in self.files and not new.startswith(self.files[p])
            ]
            self.files.update(files)
            self.commits.append(Commit(oid, title, files))
            return oid

    def next_fault(self) -> Fault | None:
        """What the commit that comes now has to meet."""
        with self._lock:
            return self.faults.popleft() if self.faults else None


def release(hub: HubStandin) -> None:
    """Lets what hangs go on, and waits until the pushes that were given up have ended: they race with later ones."""
    hub.released.set()
    for late in [each for each in threading.enumerate() if each.name == "push of votes"]:
        late.join(30)


class _Visit(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, hub: HubStandin, *given: Any) -> None:
        self._hub = hub
        super().__init__(*given)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing: the tests look at what the stand-in has noted."""

    def _reply(self, status: int, document: Any = None, *, raw: bytes | None = None, **headers: str) -> None:
        body = raw if raw is not None else json.dumps(document if document is not None else {}).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _handle(self) -> None:
        size = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(size)
        path = unquote(urlsplit(self.path).path)
        if (content := self._hub.public.get(path)) is not None:
            etag = f'"{hashlib.sha256(content).hexdigest()}"'
            self._reply(200, raw=content, etag=etag, x_repo_commit=path.split("/")[4])
            return
        if self.headers.get("authorization") != f"Bearer {self._hub.token}":
            self._reply(401, {"error": "Invalid credentials"})
            return
        for begins, answer in self._answers():
            if path.startswith(begins):
                answer(path.removeprefix(begins), body)
                return
        self._reply(404, {"error": path}, x_error_code="RepoNotFound")

    do_GET = do_POST = do_HEAD = _handle

    def _answers(self) -> Iterable[tuple[str, Callable[[str, bytes], None]]]:
        repo = "ada/votes"
        return (
            ("/api/repos/create", self._create),
            ("/api/validate-yaml", lambda rest, body: self._reply(200, {"errors": [], "warnings": []})),
            (f"/api/datasets/{repo}/preupload/main", self._preupload),
            (f"/api/datasets/{repo}/commit/main", self._commit),
            (f"/api/datasets/{repo}/tree/", self._tree),
            (f"/api/datasets/{repo}", self._info),
            (f"/datasets/{repo}/resolve/", self._resolve),
        )

    def _create(self, _: str, body: bytes) -> None:
        self._hub.created.append(json.loads(body))
        url = {"url": f"{self._hub.endpoint}/datasets/ada/votes"}
        self._reply(409 if self._hub.exists else 200, url)
        self._hub.exists = True

    def _info(self, _: str, body: bytes) -> None:
        self._reply(200, {"id": "ada/votes", "sha": self._hub.head, "private": self._hub.private})

    def _preupload(self, _: str, body: bytes) -> None:
        asked = json.loads(body)["files"]
        modes = [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in asked]
        self._reply(200, {"files": modes})

    def _commit(self, _: str, body: bytes) -> None:
        lines = [json.loads(line) for line in body.split(b"\n") if line]
        title = next(line["value"]["summary"] for line in lines if line["key"] == "header")
        files = [line["value"] for line in lines if line["key"] == "file"]
        contents = {f["path"]: base64.b64decode(f["content"]) for f in files}
        deleted = [line["value"]["path"] for line in lines if line["key"] == "deletedFile"]
        on = next(line["value"] for line in lines if line["key"] == "header").get("parentCommit", "")
        fault = self._hub.next_fault()
        if meanwhile := self._hub.meanwhile:
            self._hub.meanwhile = None
            meanwhile()
        match fault:
            case "429":
                self._reply(429, {"error": "too many commits"}, retry_after="7")
                return
            case "500" | "503" | "403":
                self._reply(int(fault), {"error": "no"})
                return
            case "cut before":
                self.close_connection = True
                self.connection.close()
                return
            case "hang before":
                self._hub.released.wait()
        oid = self._hub.apply(title, contents, deleted, on)
        if fault == "hang after":
            self._hub.released.wait()
        if fault in ("cut after", "hang after", "hang before"):
            self.close_connection = True
            self.connection.close()
            return
        if not oid:
            self._reply(412, {"error": "A commit has happened since."})
            return
        self._reply(
            200, {"commitUrl": f"{self._hub.endpoint}/datasets/ada/votes/commit/{oid}", "commitOid": oid}
        )

    def _tree(self, _: str, body: bytes) -> None:
        files = self._hub.files.items()
        rows = [
            {"type": "file", "path": p, "size": len(c), "oid": hashlib.sha1(c).hexdigest()} for p, c in files
        ]
        self._reply(200, rows)

    def _resolve(self, rest: str, body: bytes) -> None:
        content = self._hub.files.get(rest.partition("/")[2])
        if content is None:
            self._reply(404, {"error": "no such file"}, x_error_code="EntryNotFound")
            return
        etag = f'"{hashlib.sha1(content).hexdigest()}"'
        self._reply(200, raw=content, etag=etag, x_repo_commit=self._hub.head)
