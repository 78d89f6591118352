"""The page: Gradio, and only here."""

from playground.web.without_stubs import import_gradio_without_stubs

import_gradio_without_stubs()  # before any module of this folder imports it
