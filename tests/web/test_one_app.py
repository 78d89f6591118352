"""Gradio makes the app of a page once: when it is served, and not while the page is put together."""

from __future__ import annotations

import pytest
from gradio import Blocks, routes

from playground.backend import Backend
from playground.settings import Settings
from tests.web.serving import served


def test_gradio_makes_one_app(own_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has all its routes, and half of the time from settings to the address goes into those nobody asks."""
    made: list[routes.App] = []
    configure = routes.App.configure_app

    def counted(app: routes.App, page: Blocks) -> None:
        made.append(app)
        configure(app, page)

    monkeypatch.setattr(routes.App, "configure_app", counted)
    with served(Backend(own_settings)):
        assert len(made) == 1
