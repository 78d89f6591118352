"""A caller of the API who goes while the model's server is silent leaves no request running there.

Kept apart from the tests of the endpoints because it needs an app whose own server is a stand-in.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from playground.backend import Backend
from playground.settings import Settings
from playground.testing.scripted_server import SSE_HEAD, Script, ScriptedServer, Stall, chunked, text
from tests.web.serving import served

PROGRAM = """
import sys
from gradio_client import Client
hello = [{"role": "user", "content": "hi"}]
job = Client(sys.argv[1], verbose=False).submit(model="server/m", messages=hello, stream=True, api_name="/create")
for part in job:
    print("so far", flush=True)
"""


@pytest.mark.parametrize(
    "script", [[Stall()], [SSE_HEAD + chunked(text("once")), Stall()]], ids=["silent", "silent after a word"]
)
def test_a_killed_program_hangs_up_upstream(script: Script, tmp_path: Path) -> None:
    """Its connection to the model's server is closed soon after, although nothing has come that could be sent on."""
    with (
        ScriptedServer(script) as server,
        served(Backend(Settings(base_url=server.base_url, data_dir=str(tmp_path)))) as address,
    ):
        command = [sys.executable, "-c", PROGRAM, address]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None and program.stdout.readline() == "so far\n"
            assert not server.requests[0].left.is_set()
            program.kill()
        assert server.requests[0].left.wait(10)
