"""Writes what is generated from the code: tables in Markdown files, .env.example, client.py, contract.js, catalogues.

Kept apart so that one command writes them and a test can see whether they are up to date.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

from playground.lessons.measures import MEASURES
from playground.parameters import REGISTRY, Parameter
from playground.problems import check
from playground.settings import Settings
from playground.web import contract
from tools import sync_client, words
from tools.licences import licence_rows

ROOT: Final = Path(__file__).parents[1]
CONTRACT: Final = "assets/js/contract.js"
MAPPED: Final = ("app.py", "playground", "assets/js", "assets/css", "bench", "tools")
REQUIRED: Final = frozenset(problem.parameter for problem in check({}, "create"))
REQUIREMENTS: Final = {
    "requirements.txt": "run",
    "requirements-model.txt": "run",
    "requirements-dev.txt": "test",
    "requirements-trl.txt": "test",
    "requirements-bench.txt": "bench",
}


def file_map(root: Path) -> str:
    """A table for each folder: its modules, scripts and styles, each with the first line that it says of itself."""
    folders: dict[Path, list[Path]] = {}
    for name in MAPPED:
        for file in [root / name] if (root / name).is_file() else _sources(root / name):
            folders.setdefault(file.parent, []).append(file)
    return "\n\n".join(_folder(root, folder, files) for folder, files in folders.items())


def _folder(root: Path, folder: Path, files: Sequence[Path]) -> str:
    name = folder.relative_to(root).as_posix()
    rows = ((f"`{file.name}`", _first_line(file)) for file in files)
    return f"## {'The top' if name == '.' else f'{name}/'}\n\n{_table(('file', 'what it does'), rows)}"


def parameter_table(records: Iterable[Parameter]) -> str:
    """One row per record."""
    rows = ((f"`{p.name}`", p.kind.allowed, _default(p), f"{p.does} {p.ignored}") for p in records)
    return _table(("parameter", "allowed", "default", "what it does, and when it is ignored"), rows)


def measure_table() -> str:
    """One row per measure of a lesson."""
    rows = (
        (f"`{{{name}: ...}}`" if kind.of else f"`{name}`", kind.what, kind.of)
        for name, kind in MEASURES.items()
    )
    return _table(("measure", "what it tells", "of what"), rows)


def dependency_table(root: Path) -> str:
    """One row per direct dependency, with the reason that stands beside its pin."""
    rows = ((f"`{pin}`", use, why) for name, use in REQUIREMENTS.items() for pin, why in pins(root / name))
    return _table(("package", "for make", "why"), rows)


def licence_table(root: Path) -> str:
    """One row per package that the product runs with."""
    direct = (pin for pin, _ in pins(root / "requirements.txt"))
    return _table(("package", "licence"), licence_rows(direct))


def pins(requirements: Path) -> Iterator[tuple[str, str]]:
    """Each pin of a requirements file and the reason in its comment; empty where there is none."""
    for line in requirements.read_text(encoding="utf-8").splitlines():
        pin, _, why = line.partition("#")
        if pin.strip():
            yield pin.strip(), why.strip()


def env_example() -> str:
    """Every setting with its help and its default: copied to .env unchanged, it changes nothing."""
    entries = (f"# {f.metadata['help']}\n{f.metadata['variable']}={f.default}\n" for f in fields(Settings))
    return "\n".join(
        ("# Copy to .env and change what you need. The environment itself wins over it.\n", *entries)
    )


def filled(text: str, blocks: Mapping[str, str]) -> str:
    """`text` with what stands between `<!-- name -->` and `<!-- /name -->` replaced, for each block."""
    for name, block in blocks.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise SystemExit(f"{begin} and {end} are needed, once each.")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{block}\n{end}{rest.partition(end)[2]}"
    return text


def generated(root: Path) -> dict[Path, str]:
    """What each generated file should hold."""
    blocks = {
        "README.md": {"parameters": parameter_table(p for p in REGISTRY.values() if p.group != "More")},
        "docs/parameters.md": {"more": parameter_table(p for p in REGISTRY.values() if p.group == "More")},
        "CONTRIBUTING.md": {"dependencies": dependency_table(root)},
        "docs/map.md": {"files": file_map(root)},
        "docs/lessons.md": {"measures": measure_table()},
        "docs/licences.md": {"licences": licence_table(root)},
    }
    tables = {
        root / name: filled((root / name).read_text(encoding="utf-8"), own) for name, own in blocks.items()
    }
    asynchronous = (root / sync_client.SOURCE).read_text(encoding="utf-8")
    return {
        **tables,
        root / ".env.example": env_example(),
        root / sync_client.TARGET: sync_client.client(asynchronous),
        root / CONTRACT: contract.script(),
        **words.generated(root),
    }


def _sources(folder: Path) -> list[Path]:
    """Depth first, each folder's own files before its subfolders: the order in which a reader wants them."""
    files = [file for file in folder.rglob("*") if file.suffix in (".py", ".js", ".css")]
    return sorted(files, key=lambda p: [(part != p.name, part) for part in p.parts])


def _first_line(file: Path) -> str:
    """The first line of a module's docstring, or the first sentence of the comment at the head of a script or style."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    head = itertools.takewhile(str.strip, (line.strip().strip("/*") for line in text.splitlines()))
    return re.split(r"(?<=\.) ", " ".join(line.strip() for line in head))[0]


def _default(record: Parameter) -> str:
    if record.name in REQUIRED:
        return "required"
    if record.default is None:
        return "none"
    beside = f", beside `{record.requires}`" if record.requires else ""
    return f"`{record.default}`{beside}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(text: str) -> str:
    """`text` as Markdown shows it in a table: a bar ends no cell, and `<id>` is no markup."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def main() -> None:
    """Write what has changed, and say so."""
    for path, text in generated(ROOT).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
