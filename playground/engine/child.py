"""The child process: llama.cpp's own server around one model, on loopback, until its parent goes away.

Kept apart, and in a process of its own, because a grammar that is nested deeply enough crashes llama.cpp, and
with it whatever process it runs in. It imports nothing of this package, so that it starts at once.

It reads one line of JSON from its standard input (never the command line, which others can see), writes one line
of JSON with its address and slots, and ends when its standard input does: also when its parent was killed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import xllamacpp

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]  # a module elsewhere

SLOTS: Final = 4
"""Answers that are generated at the same time; further requests wait their turn."""
CONTEXT_TOKENS: Final = 8192
"""Tokens of prompt and answer that one slot can hold; what SmolLM2 was trained for."""
BATCH_TOKENS: Final = 32
"""Tokens of prompts that are computed in one go, beside one of each running answer: so these have a word every quarter
of a second while others' prompts are read, on a core that reads 130 tokens a second. No slower there than 512."""
MOST_THREADS: Final = 8
"""More than that, and threads of so small a model spend their time waiting for each other."""
PROMPT_CACHE_MIB: Final = 256
"""What is kept of conversations that have lost their slot; llama.cpp's own limit is 8 GiB."""
MOST_DATA: Final = 3 * 1024**3
"""Bytes of memory that the released model may take (it needs 1.1 GB): a grammar without bounds ends this process
then, and not the machine."""
HTTP_THREADS: Final = 64
"""Each open request holds one, also while it waits for a slot."""
LOG_DRAINS_S: Final = 0.5
"""llama.cpp writes its log in a thread of its own, which loses what is left when the process ends: on a busy machine
the reason why a model could not be loaded."""

NEUTRAL: Final[dict[str, Any]] = {
    "temp": 1.0,
    "top_k": 0,
    "top_p": 1.0,
    "min_p": 0.0,
    # Penalties count the whole text, as the API reference has it, not the last 64 tokens. Not -1, which the
    # HTTP API documents as "all": set here it counts as 0, and switches the penalties off.
    "penalty_last_n": CONTEXT_TOKENS,
    # Temperature scales before anything cuts, as hosted APIs have it; llama.cpp's own order is the other way
    # round. The samplers that OpenAI's API does not know stand here too, off, so that min_p and the like work
    # when they are asked for.
    "samplers": "penalties;dry;temperature;top_n_sigma;top_k;typ_p;top_p;min_p;xtc",
}
"""Unset means untouched; llama.cpp's own defaults are top_k 40, top_p 0.95, min_p 0.05 and temperature 0.8."""

EVERY_SETTING: Final = 2**12 - 1
"""All twelve bits of llama.cpp's `user_sampling_config`: what is set here counts as set by a user, so that a file's own
general.sampling values do not take its place (common.cpp, common_init_sampler_from_model)."""

Q8_0: Final = 8
F16: Final = 1


def parameters(
    model: str, alias: str, api_key: str, room: dict[str, int] | None = None, states: str = ""
) -> xllamacpp.CommonParams:
    """How the server is set up for the GGUF file `model`, shown to clients as `alias`.

    `room` is how much another model than the released one gets: its slots, and the tokens of each. `states`: a folder
    in which what a slot has read can be kept for others. A class has both: many slots of the released model.
    """
    slots, context = (room["slots"], room["context"]) if room else (SLOTS, CONTEXT_TOKENS)
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.model_alias = {alias}
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.api_keys, params.cors_origins = [api_key], ""
    params.ui = params.endpoint_slots = params.endpoint_props = params.endpoint_metrics = False
    params.verbosity = 1  # errors alone
    params.n_threads_http = HTTP_THREADS
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads(usable_cores())
    params.n_batch = params.n_ubatch = BATCH_TOKENS + slots
    params.n_parallel, params.n_ctx, params.kv_unified = slots, slots * context, False
    params.ctx_shift = params.fit_params = False
    params.cache_ram_mib, params.cache_idle_slots = PROMPT_CACHE_MIB, False
    # The same seed gives the same answer, whatever else runs and whatever the cache holds: that needs slots that
    # share no memory (above), and not the attention kernels for 16-bit keys and values, which round differently
    # for one token and for many (ggml-cpu's tiled and split-KV paths). It also halves the memory. A model whose
    # heads cannot be cut into blocks of 32 cannot have it, hence not for any file that comes along.
    params.cache_type_k = params.cache_type_v = F16 if room and not states else Q8_0
    params.slot_save_path = states
    for name, value in NEUTRAL.items():
        setattr(params.sampling, name, value)
    params.sampling.user_sampling_config = EVERY_SETTING
    return params


def confine(most: int) -> None:
    """Has this process end where it would take more than so many bytes of memory."""
    if resource is not None:
        with suppress(OSError, ValueError):  # a lower limit holds already
            resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def usable_cores() -> int:
    """The cores that this process may use; a container's limit does not show in how many there are."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        cores = min(cores, -(-int(quota) // int(period)))
    return cores


def threads(cores: int) -> int:
    """One fewer than there are cores.

    llama.cpp's threads wait for each other hundreds of times per token and spin while they do: with a thread on
    every core, any other load (the page's own server, the browser) slows it by ten times, not by its share.
    """
    return max(1, min(cores - 1, MOST_THREADS))


def main() -> None:
    """Serves until standard input ends."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what llama.cpp prints must not get among our lines
    options = json.loads(sys.stdin.readline())
    file = Path(options.pop("model"))
    room = options["room"]
    confine(room["most_data"] if room else MOST_DATA)
    os.chdir(file.parent)  # so that llama.cpp knows, and shows, the file by its name alone
    try:
        asked = parameters(model=file.name, **options)
        server = xllamacpp.Server(asked)
    except RuntimeError:
        time.sleep(LOG_DRAINS_S)
        raise
    with suppress(OSError):  # whoever started this may have gone while the model was loading
        ready = {"address": server.listening_address, "slots": asked.n_parallel}
        print(json.dumps(ready), file=channel, flush=True)
        sys.stdin.read()
    os._exit(
        0
    )  # llama.cpp's own shutdown would wait for streams that nobody reads any more, at times for ever


if __name__ == "__main__":
    main()
