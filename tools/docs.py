"""Writes the generated parts of README.md, and .env.example, from the code that they describe.

Kept apart so that one command writes them and a test can see whether they are up to date.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Final

from playground.parameters import REGISTRY, Parameter
from playground.problems import check
from playground.settings import Settings

ROOT: Final = Path(__file__).parents[1]
MAPPED: Final = ("app.py", "playground", "bench", "tools")
REQUIRED: Final = frozenset(problem.parameter for problem in check({}, "create"))
REQUIREMENTS: Final = {
    "requirements.txt": "run",
    "requirements-model.txt": "run",
    "requirements-dev.txt": "test",
    "requirements-trl.txt": "test",
    "requirements-bench.txt": "bench",
}


def file_map(root: Path) -> str:
    """One row per module: its path, and the first line of its docstring."""
    modules = (
        m for name in MAPPED for m in ([root / name] if name.endswith(".py") else _modules(root / name))
    )
    rows = ((f"`{m.relative_to(root).as_posix()}`", _first_line(m)) for m in modules if m.is_file())
    return _table(("file", "what it does"), rows)


def parameter_table() -> str:
    """One row per record of the registry."""
    rows = ((f"`{p.name}`", p.kind.allowed, _default(p), f"{p.does} {p.ignored}") for p in REGISTRY.values())
    return _table(("parameter", "allowed", "default", "what it does, and when it is ignored"), rows)


def dependency_table(root: Path) -> str:
    """One row per direct dependency, with the reason that stands beside its pin."""
    rows = ((f"`{pin}`", use, why) for name, use in REQUIREMENTS.items() for pin, why in pins(root / name))
    return _table(("package", "for make", "why"), rows)


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


def filled(readme: str, blocks: Iterable[tuple[str, str]]) -> str:
    """`readme` with the text between `<!-- name -->` and `<!-- /name -->` replaced, for each block."""
    for name, text in blocks:
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if readme.count(begin) != 1 or readme.count(end) != 1:
            raise SystemExit(f"README.md needs {begin} and {end}, once each.")
        before, _, rest = readme.partition(begin)
        readme = f"{before}{begin}\n{text}\n{end}{rest.partition(end)[2]}"
    return readme


def generated(root: Path) -> dict[Path, str]:
    """What each generated file should hold."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    blocks = (
        ("files", file_map(root)),
        ("parameters", parameter_table()),
        ("dependencies", dependency_table(root)),
    )
    return {root / "README.md": filled(readme, blocks), root / ".env.example": env_example()}


def _modules(folder: Path) -> list[Path]:
    """Depth first, each folder's own files before its subfolders: the order in which a reader wants them."""
    return sorted(folder.rglob("*.py"), key=lambda p: [(part != p.name, part) for part in p.parts])


def _first_line(module: Path) -> str:
    return (ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "").partition("\n")[0]


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
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
