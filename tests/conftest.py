"""What tests in more than one folder share: the embedded model itself, running, and a backend over it.

Kept here, and few, because a fixture that all tests can see is a dependency of all of them.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from importlib import import_module

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import settings

from playground.backend import Backend
from playground.engine.process import Engine
from playground.settings import Settings
from tests.scheduling import pytest_collection_modifyitems as pytest_collection_modifyitems
from tests.scheduling import pytest_xdist_auto_num_workers as pytest_xdist_auto_num_workers
from tests.scheduling import pytest_xdist_make_scheduler as pytest_xdist_make_scheduler
from tests.second_tries import pytest_sessionfinish as pytest_sessionfinish
from tests.second_tries import pytest_terminal_summary as pytest_terminal_summary

import_module("playground.web")  # before any test imports Gradio, which would write type stubs then
gc.disable()  # until all tests are collected: what is made until then stays

# How long one example takes says how busy the machine is; what must be quick has a bound of its own.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


def pytest_collection_finish() -> None:
    """Spares the tests a search for garbage through all that was imported and collected, a million objects."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that no environment has a say in, with a data folder of the run's own."""
    return Settings(data_dir=str(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="session")
def engine(own_settings: Settings) -> Iterator[Engine]:
    """The real model behind the real engine, one for the whole run; a test that kills it makes its own."""
    shared = Engine(own_settings)
    asyncio.run(shared.endpoint())
    yield shared
    asyncio.run(shared.close())


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """One event loop beside the tests: `portal.call(function, *arguments)` runs a coroutine there and waits."""
    with start_blocking_portal() as running:
        yield running


@pytest.fixture(scope="session")
def backend(own_settings: Settings, engine: Engine, portal: BlockingPortal) -> Iterator[Backend]:
    """A backend over the shared engine, whose connections belong to the portal's event loop."""
    shared = Backend(own_settings)
    shared.engine = engine
    yield shared
    portal.call(shared.transport.aclose)
