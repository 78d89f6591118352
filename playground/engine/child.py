"""The child process: llama.cpp's own server around one model, on loopback, until its parent goes away.

Kept apart, and in a process of its own, because a grammar that is nested deeply enough crashes llama.cpp, and
with it whatever process it runs in.

It reads one line of JSON from its standard input (never the command line, which others can see), writes one line
of JSON with its address, and ends when its standard input does: also when its parent was killed.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Final

import xllamacpp

SLOTS: Final = 4
"""Answers that are generated at the same time; further requests wait their turn."""
CONTEXT_TOKENS: Final = 16384
"""Tokens that all slots together can hold: 23 kB each, 0.4 GB in all."""
NEUTRAL_SAMPLERS: Final = "penalties;temperature;top_p"
"""Temperature scales before top_p cuts, as hosted APIs have it; llama.cpp's own order is the other way round."""


def neutral(params: xllamacpp.CommonParams) -> None:
    """Undoes llama.cpp's defaults (top_k 40, top_p 0.95, min_p 0.05, temperature 0.8): unset means untouched."""
    sampling = params.sampling
    sampling.top_k, sampling.top_p, sampling.min_p, sampling.temp = 0, 1.0, 0.0, 1.0
    sampling.penalty_last_n = -1  # the whole text, as the API reference has it, not the last 64 tokens
    sampling.samplers = NEUTRAL_SAMPLERS


def server(options: dict[str, Any]) -> xllamacpp.Server:
    """A running server. `options`: model (path), alias (name shown in answers), api_key."""
    params = xllamacpp.CommonParams()
    params.model.path = options["model"]
    params.model_alias = {options["alias"]}
    params.api_keys = [options["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = SLOTS
    params.kv_unified = True
    params.n_ctx = CONTEXT_TOKENS
    params.ctx_shift = False
    # Fast next turns; a request with a seed switches it off, see wire/profiles.py.
    params.cache_prompt = True
    params.endpoint_slots = False
    params.ui = False
    params.use_jinja = True
    neutral(params)
    return xllamacpp.Server(params)


def main() -> None:
    """Serves until standard input ends."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # llama.cpp logs to both; the channel is ours alone
    running = server(json.loads(sys.stdin.readline()))
    print(json.dumps({"address": running.listening_address}), file=channel, flush=True)
    sys.stdin.read()
    os._exit(0)  # llama.cpp's own shutdown waits for streams that nobody reads any more


if __name__ == "__main__":
    main()
