"""A second try for a browser test that failed, once each and at most twice in a whole run, never in silence.

A real browser on a machine with two busy cores is late now and then, and a test that is late by its own race is to be
mended, not to be run until it passes: each second try is shown with what failed, and the third fails the run.
"""

from __future__ import annotations

from typing import Final

import pytest
from _pytest.terminal import TerminalReporter

AT_MOST: Final = 2
BROWSER: Final = "tests/browser/"


def allow_a_second_try(items: list[pytest.Item]) -> None:
    """Marks the browser tests among `items`; whatever else fails has failed."""
    for item in items:
        if item.nodeid.startswith(BROWSER):
            item.add_marker(pytest.mark.flaky(reruns=1))


def first_failures(config: pytest.Config) -> list[pytest.TestReport]:
    """What failed and was run again, so far."""
    reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else reporter.stats.get("rerun", [])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fails a run that needed more second tries than are allowed."""
    if exitstatus == pytest.ExitCode.OK and len(first_failures(session.config)) > AT_MOST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Shows what failed at first."""
    failures = first_failures(config)
    if failures:
        terminalreporter.section(f"second tries: {len(failures)} of at most {AT_MOST}, to be mended")
    for report in failures:
        terminalreporter.line(f"{report.nodeid}\n{report.longreprtext}")
