"""A loopback stand-in for the HuggingFace Hub: repositories with model files, fetched in ranges, and faults on demand.

It speaks the part of the Hub's API that huggingface_hub 2.4 uses for a model: GET /api/models/<repository>?blobs=true,
and /<repository>/resolve/<commit>/<file> with its ETag, X-Repo-Commit, X-Linked-Size and Range.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" * 6 + "c0ff"


@dataclass
class ModelHub:
    """Repositories with their files; `gated` ones are refused.

    `drops`: after how many bytes the next answers with a file are cut off, one each. `held`: a file stops there, until
    `go_on`. `lies`: files whose content is another one than the Hub says. `seen`: the ranges that were asked for.
    """

    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    gated: set[str] = field(default_factory=set)
    drops: list[int] = field(default_factory=list)
    held: int | None = None
    lies: set[str] = field(default_factory=set)
    seen: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.go_on = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: _Visit(self, *given))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def endpoint(self) -> str:
        """The address that takes the place of huggingface.co."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Visit(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, hub: ModelHub, *given: Any) -> None:
        self._hub = hub
        super().__init__(*given)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Says nothing: the tests look at what the stand-in has noted."""

    def do_GET(self) -> None:
        """Answers about a model, or with a file."""
        self._hub.authorizations.append(self.headers.get("authorization"))
        path = unquote(urlsplit(self.path).path).strip("/").split("/")
        if path[:2] == ["api", "models"] and len(path) >= 4:
            self._about("/".join(path[2:4]))
        elif len(path) > 4 and path[2] == "resolve":
            self._file("/".join(path[:2]), "/".join(path[4:]))
        else:
            self._json(404, {"error": "Repository not found"}, x_error_code="RepoNotFound")

    do_HEAD = do_GET

    def _json(self, status: int, document: Any, **headers: str) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _about(self, repository: str) -> None:
        files = self._hub.files.get(repository)
        if repository in self._hub.gated:
            self._json(403, {"error": "gated"}, x_error_code="GatedRepo")
        elif files is None:
            self._json(404, {"error": "Repository not found"}, x_error_code="RepoNotFound")
        else:
            siblings = [
                {
                    "rfilename": name,
                    "size": len(content),
                    "lfs": {
                        "sha256": hashlib.sha256(content).hexdigest(),
                        "size": len(content),
                        "pointerSize": 1,
                    },
                }
                for name, content in files.items()
            ]
            card = {"license": "apache-2.0"}
            self._json(200, {"id": repository, "sha": COMMIT, "siblings": siblings, "cardData": card})

    def _file(self, repository: str, name: str) -> None:
        content = self._hub.files[repository][name]
        sha256 = hashlib.sha256(content).hexdigest()
        if name in self._hub.lies:
            content = bytes(reversed(content))
        asked = self.headers.get("range", "")
        self._hub.seen.append(asked)
        begin = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        self.send_response(206 if asked else 200)
        headers = {
            "content-length": str(len(content) - begin),
            "etag": f'"{sha256}"',
            "x-linked-etag": f'"{sha256}"',
            "x-linked-size": str(len(content)),
            "x-repo-commit": COMMIT,
        }
        if asked:
            headers["content-range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send(content, begin)

    def _send(self, content: bytes, begin: int) -> None:
        drop = self._hub.drops.pop(0) if self._hub.drops else None
        held = self._hub.held
        stop = len(content) if drop is None else min(len(content), begin + drop)
        if held is not None and begin < held < stop:
            self.wfile.write(content[begin:held])
            self.wfile.flush()
            self._hub.go_on.wait()
            begin = held
        self.wfile.write(content[begin:stop])
        if drop is not None:
            self.close_connection = True
