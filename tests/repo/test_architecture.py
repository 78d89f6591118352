"""The repository keeps the rules of its architecture, and each rule is seen to object to a breach.

Kept apart from the tests of behaviour: nothing here runs the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools import architecture as rules

ROOT = Path(__file__).parents[2]
PRODUCT = rules.sources(ROOT, "app.py", "playground")
EVERYTHING = rules.sources(ROOT, "app.py", "playground", "tools", "bench", "tests")

Rule = Callable[[rules.Sources], Iterator[str]]

OF_THE_PRODUCT: list[Rule] = [
    rules.placed,
    rules.downward,
    rules.acyclic,
    rules.acyclic_packages,
    rules.confined,
    rules.environment_read_once,
    rules.never_evaluated,
    rules.imported_at_the_top,
]
OF_EVERY_FILE: list[Rule] = [
    rules.short_files,
    rules.short_functions,
    rules.introduced,
    rules.promising,
]


@pytest.fixture(scope="module", autouse=True)
def trees() -> Iterator[None]:
    """The trees of all files are there for all rules, and are gone with them: they are large."""
    yield
    rules.parsed.cache_clear()


@pytest.mark.parametrize("rule", OF_THE_PRODUCT, ids=lambda rule: rule.__name__)
def test_the_product_keeps(rule: Rule) -> None:
    """The product's own modules keep this rule."""
    assert list(rule(PRODUCT)) == []


@pytest.mark.parametrize("rule", OF_EVERY_FILE, ids=lambda rule: rule.__name__)
def test_every_file_keeps(rule: Rule) -> None:
    """Product, tools, benchmark and tests keep this rule."""
    assert list(rule(EVERYTHING)) == []


LONG_FUNCTION = "def f() -> None:\n" + "    pass\n" * rules.MAX_FUNCTION_LINES

BREACHES: list[tuple[Rule, rules.Sources]] = [
    (rules.placed, {"playground/novelty.py": ""}),
    (rules.placed, {"playground/novelty/part.py": ""}),
    (rules.downward, {"playground/errors.py": "import playground.backend", "playground/backend.py": ""}),
    (
        rules.downward,
        {"playground/chat.py": "from playground.wire import body", "playground/wire/body.py": ""},
    ),
    (
        rules.downward,
        {"playground/wire/stream/sse.py": "from ..transport import x", "playground/wire/transport.py": ""},
    ),
    (
        rules.downward,
        {"playground/wire/stream/sse.py": "from .. import transport", "playground/wire/transport.py": ""},
    ),
    (
        rules.downward,
        {"playground/wire/stream/sse.py": "from ...web import page", "playground/web/page.py": ""},
    ),
    (
        rules.downward,
        {"playground/wire/stream/sse.py": "from playground import Client", "playground/__init__.py": ""},
    ),
    (
        rules.downward,
        {"playground/backend.py": "from playground.web.page import b", "playground/web/page.py": ""},
    ),
    (
        rules.acyclic,
        {"playground/chat.py": "import playground.errors", "playground/errors.py": "import playground.chat"},
    ),
    (
        rules.acyclic,
        {
            "playground/web/a.py": "from playground.web import b",
            "playground/web/b.py": "from .c import x",
            "playground/web/c.py": "from playground.web.a import x",
        },
    ),
    (
        rules.acyclic_packages,
        {
            "playground/schema/__init__.py": "",
            "playground/schema/parsed.py": "from playground.wire import forms",
            "playground/schema/limits.py": "",
            "playground/wire/forms.py": "",
            "playground/wire/shapes.py": "from playground.schema import limits",
        },
    ),
    (
        rules.acyclic_packages,
        {
            "playground/wire/kinds/__init__.py": "",
            "playground/wire/kinds/profile.py": "from playground.wire import support",
            "playground/wire/kinds/vllm.py": "",
            "playground/wire/support.py": "from playground.wire.kinds import vllm",
        },
    ),
    (rules.confined, {"playground/backend.py": "import gradio as gr"}),
    (rules.confined, {"playground/backend.py": "from gradio.components import Chatbot"}),
    (rules.confined, {"playground/wire/body.py": "import httpx"}),
    (rules.confined, {"playground/web/page.py": "from urllib import request"}),
    (rules.confined, {"playground/web/page.py": "from http.client import HTTPConnection"}),
    (rules.confined, {"playground/backend.py": "def f():\n    import sqlite3  # optional dependency"}),
    (rules.confined, {"playground/votes/store/store.py": "import pickle"}),
    (rules.confined, {"playground/lessons/claim.py": "from scipy.stats import binom"}),
    (rules.environment_read_once, {"playground/backend.py": "import os\nkey = os.environ['KEY']"}),
    (rules.environment_read_once, {"playground/backend.py": "import os\nkey = os.getenv('KEY')"}),
    (rules.environment_read_once, {"app.py": "from os import environ"}),
    (rules.never_evaluated, {"playground/schema/schema.py": "eval('1')"}),
    (rules.never_evaluated, {"playground/schema/schema.py": "def f(source):\n    exec(source)"}),
    (rules.imported_at_the_top, {"playground/backend.py": "def f():\n    import json"}),
    (
        rules.imported_at_the_top,
        {"playground/backend.py": "async def f():\n    if 1:\n        from json import loads"},
    ),
    (rules.short_files, {"playground/backend.py": "x = 1\n" * (rules.MAX_FILE_LINES + 1)}),
    (rules.short_functions, {"playground/backend.py": LONG_FUNCTION}),
    (rules.introduced, {"playground/backend.py": "x = 1"}),
    (rules.introduced, {"playground/backend.py": '"""no sentence"""'}),
    (rules.promising, {"tests/test_x.py": "def test_x():\n    pass"}),
    (rules.promising, {"tests/test_x.py": "class TestX:\n    async def test_x(self):\n        pass"}),
]

PERMITTED: list[tuple[Rule, rules.Sources]] = [
    (rules.placed, {"playground/wire/novelty.py": "", "playground/__init__.py": "", "app.py": ""}),
    (rules.downward, {"playground/backend.py": "from playground.chat import M", "playground/chat.py": ""}),
    (
        rules.downward,
        {"playground/chat.py": "import playground.value_types", "playground/value_types.py": ""},
    ),
    (rules.downward, {"playground/__init__.py": "from .backend import Client", "playground/backend.py": ""}),
    (
        rules.acyclic,
        {
            "playground/__init__.py": "from playground.chat import M",
            "playground/chat.py": "import playground.errors",
            "playground/errors.py": "",
        },
    ),
    (
        rules.acyclic_packages,
        {
            "playground/__init__.py": "from playground.wire.body import b",
            "playground/chat.py": "",
            "playground/wire/rules.py": "from playground.chat import M",
            "playground/wire/kinds/vllm.py": "from playground.wire import rules",
            "playground/wire/kinds/__init__.py": "from playground.wire.kinds import vllm",
            "playground/wire/body.py": "from playground.wire.kinds import vllm",
        },
    ),
    (rules.confined, {"playground/web/page.py": "import gradio", "app.py": "import gradio"}),
    (
        rules.confined,
        {"playground/engine/child.py": "import httpx", "playground/wire/transport.py": "import httpx"},
    ),
    (rules.confined, {"playground/web/page.py": "import gradio_tools_of_another_name"}),
    (rules.environment_read_once, {"playground/settings.py": "import os\nos.environ"}),
    (rules.never_evaluated, {"playground/backend.py": "import re\nre.compile('x')"}),
    (
        rules.imported_at_the_top,
        {"playground/backend.py": "def f():\n    import psycopg  # optional dependency"},
    ),
    (rules.short_functions, {"playground/web/page.py": LONG_FUNCTION}),
    (rules.introduced, {"playground/backend.py": '"""Answers requests.\n\nApart because.\n"""'}),
    (rules.promising, {"tests/test_x.py": 'def test_x():\n    """It holds."""\ndef helper():\n    pass'}),
]


@pytest.mark.parametrize(("rule", "files"), BREACHES)
def test_a_breach_is_reported(rule: Rule, files: rules.Sources) -> None:
    """A source that breaks the rule is named in what the rule reports."""
    (report,) = rule(files)
    offender = next(iter(files))
    assert offender in report or rules.module_name(offender) in report


@pytest.mark.parametrize(("rule", "files"), PERMITTED)
def test_what_is_allowed_is_not_reported(rule: Rule, files: rules.Sources) -> None:
    """A source that keeps the rule is not reported."""
    assert list(rule(files)) == []


def test_every_rule_is_seen_to_object() -> None:
    """Each rule has at least one breach above that it must report."""
    assert {rule for rule, _ in BREACHES} == {*OF_THE_PRODUCT, *OF_EVERY_FILE}


def test_every_module_was_read() -> None:
    """The rules looked at the whole product, not at an empty folder."""
    assert {"playground/errors.py", "playground/settings.py"} <= PRODUCT.keys()
    assert "tests/repo/test_architecture.py" in EVERYTHING
