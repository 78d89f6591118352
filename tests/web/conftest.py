"""What tests of the page's server share: the app, running, over the shared model.

Kept apart from the browser's, which starts `python app.py`: here requests go to the server directly.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from playground.backend import Backend
from playground.engine.process import Engine
from playground.settings import Settings
from tests.web.serving import served


@pytest.fixture(scope="session")
def app(own_settings: Settings, engine: Engine) -> Iterator[str]:
    """The address of the app, without a slash at its end."""
    backend = Backend(own_settings)
    backend.engine = engine
    with served(backend) as address:
        yield address


@pytest.fixture(scope="session")
def http(app: str) -> Iterator[httpx.Client]:
    """A plain HTTP client of the app."""
    with httpx.Client(base_url=app, timeout=60, trust_env=False) as client:
        yield client
