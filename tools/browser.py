"""Finds the browser that the tests drive, and installs one where there is none.

Kept apart from the tests so that `make test`, the benchmark and every browser test agree on one browser.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

DEBIAN = ("chromium-headless-shell", "chromium")
OTHERS = ("chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium-headless-shell", "fonts-liberation")
"""Chromium without windows, which loads the page in two thirds of the time, and a font, without which it measures text
differently from everybody else's."""


def executable() -> str | None:
    """The path to give to Playwright's `launch(executable_path=...)`: None for Playwright's own browser."""
    if found := first_that_starts(DEBIAN):
        return found
    return None if _playwrights_own() else first_that_starts(OTHERS)


def is_there() -> bool:
    """Whether any browser can be started."""
    return _playwrights_own() or executable() is not None


def install() -> str:
    """Get a browser; the sentence to show when that cannot be done, else empty."""
    attempts: tuple[Callable[[], None], ...] = (_from_debian, _from_playwright)
    for attempt in attempts:
        if not is_there():
            attempt()
    if is_there():
        return ""
    return (
        "No browser for the tests: neither Debian's Chromium nor Playwright's could be installed"
        " (see above). Install Chromium or Google Chrome, and run make test again."
    )


def _from_debian() -> None:
    """Only on Debian itself: elsewhere a package of this name may be a stub that wants another store."""
    root = _as_root()
    if root is None or not shutil.which("apt-get") or _distribution() != "debian":
        return
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    _runs([*apt, "update"])
    _runs([*apt, "install", "--yes", "--no-install-recommends", *PACKAGES])


def _from_playwright() -> None:
    _runs([sys.executable, "-m", "playwright", "install", "chromium"])


def _as_root() -> list[str] | None:
    """What to put before a command to run it as root without being asked for a password, if that works."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and _runs(["sudo", "-n", "true"]) else None


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return ""


def _playwrights_own() -> bool:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def first_that_starts(names: Sequence[str]) -> str | None:
    """Ubuntu's `chromium-browser` may be there and only say that it is a stub, so each is asked."""
    paths = (path for name in names if (path := shutil.which(name)))
    return next((path for path in paths if _answers([path, "--version"])), None)


def _answers(command: Sequence[str]) -> bool:
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return ended.returncode == 0


def _runs(command: Sequence[str]) -> bool:
    """Run a command, its output shown as ours on stderr; whether it succeeded."""
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    return ended.returncode == 0


if __name__ == "__main__":
    sys.exit(install() or 0)
