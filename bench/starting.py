"""How soon after the command there is a page that can be used, and a first answer.

Here the server itself is started anew for every value.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Final

from bench import browser
from bench.figures import OURS
from bench.pace import BURST
from bench.site import LOAD_CHAT, PLAYGROUND, Site
from bench.workbench import Note, Workbench

OFFLINE: Final = 10
_OFFLINE: Final = replace(PLAYGROUND, module=("-m", "bench.offline"))


def starting(bench: Workbench) -> None:
    """The first start (which compiles and fills caches) is not counted; then the start anybody sees daily."""
    for site in (PLAYGROUND, LOAD_CHAT):
        _one(bench, site, lambda measure, unit, value: None)
        for _ in range(bench.repeats):
            _one(bench, site, bench.noting(site.title))


def offline(bench: Workbench) -> None:
    """Ten starts without a network, without a token, and with a home and a data folder that cannot be written."""
    note = bench.noting(OURS)
    with _read_only(bench.home) as shut:
        own = {
            "HOME": str(shut),
            "PLAYGROUND_DATA_DIR": str(shut / "data"),
            "HF_TOKEN": "",
            "HF_HUB_OFFLINE": "",
        }
        for number in range(1 + OFFLINE):
            begun = time()
            with (
                bench.serving(_OFFLINE, BURST, own) as (_, address),
                browser.visit(bench.chromium, PLAYGROUND) as visit,
            ):
                usable = visit.open(address)
                visit.ask("Say hello.", panes=1)
                visit.wait_until_whole()
            if number:
                note("start to usable page", "s", usable - begun)
    note("starts that came to a first word", "", OFFLINE)


@contextmanager
def _read_only(home: Path) -> Iterator[Path]:
    """An empty folder that cannot be written: not by root either, where that may mount."""
    shut = home / "shut"
    shut.mkdir(mode=0o555)
    if os.geteuid():
        yield shut
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(shut)], check=True)
    try:
        yield shut
    finally:
        subprocess.run(["umount", "--lazy", str(shut)], check=True)


def _one(bench: Workbench, site: Site, note: Note) -> None:
    begun = time()
    with bench.serving(site, BURST) as (program, address), browser.visit(bench.chromium, site) as visit:
        goes = time()
        usable = visit.open(address)
        note("second start to usable page", "s", usable - begun)
        note("page opened to usable", "s", usable - goes)
        note("server CPU until then", "s", program.cpu_seconds())
        if site is PLAYGROUND:
            visit.ask("Say hello.", panes=1)
            visit.wait_until_whole()
            note("first token after Send, just started", "ms", visit.painted().first * 1000)
