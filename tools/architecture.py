"""The rules of the architecture, as functions from source text to the sentences that it breaks.

Kept apart from the test that applies them to the repository, so that each rule can also be shown broken
sources and be seen to object.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

MAX_FILE_LINES: Final = 400
MAX_FUNCTION_LINES: Final = 60
LATE: Final = ("# optional dependency", "# slow to import")
"""The comments that permit an import inside a function."""

LAYERS: Final[Mapping[str, int]] = {
    "playground.errors": 0,
    "playground.settings": 0,
    "playground.posture": 0,
    "playground.pasted_key": 0,
    "playground.value_types": 0,
    "playground.strict_json": 0,
    "playground.syntax": 0,
    "playground.steady_time": 0,
    "playground.calculator": 0,
    "playground.logit_bias": 0,
    "playground.version": 0,
    "playground.parameter": 0,
    "playground.further_parameters": 0,
    "playground.parameters": 0,
    "playground.signature": 0,
    "playground.preset": 0,
    "playground.problems": 0,
    "playground.remedy": 0,
    "playground.attachments": 0,
    "playground.chat": 0,
    "playground.answer": 0,
    "playground.content_parts": 0,
    "playground.contest": 0,
    "playground.events": 0,
    "playground.pairing": 0,
    "playground.pieces": 0,
    "playground.readings": 0,
    "playground.panes": 0,
    "playground.arriving": 0,
    "playground.cost": 1,
    "playground.wire": 1,
    "playground.wire.transport": 2,
    "playground.wire.unreached": 2,
    "playground.wire.catalog": 2,
    "playground.wire.detection": 2,
    "playground.wire.neighbours": 2,
    "playground.wire.prompt_tokens": 2,
    "playground.limits": 1,
    "playground.limits.sqlite_storage": 2,
    "playground.limits.counters": 2,
    "playground.limits.limiter": 2,
    "playground.limits.budget": 2,
    "playground.limits.paid": 2,
    "playground.operations": 1,
    "playground.functions": 1,
    "playground.markdown": 1,
    "playground.schema": 1,
    "playground.share": 1,
    "playground.passing_folder": 2,
    "playground.whole_file": 2,
    "playground.words": 2,
    "playground.share.preset_store": 2,
    "playground.dice": 1,
    "playground.dice.positions": 2,
    "playground.evidence": 1,
    "playground.evidence.probes": 3,
    "playground.evidence.hub_tokenizer": 2,
    "playground.replay": 1,
    "playground.replay.over_backend": 3,
    "playground.votes": 1,
    "playground.votes.store.database": 2,
    "playground.votes.store.tables": 2,
    "playground.votes.store.withdrawals": 2,
    "playground.votes.store.store": 2,
    "playground.votes.files.export": 2,
    "playground.votes.files.importing": 2,
    "playground.votes.backup.hub": 2,
    "playground.votes.backup.remote": 2,
    "playground.votes.backup.vote_service": 2,
    "playground.engine": 2,
    "playground.sweeps": 1,
    "playground.lessons": 1,
    "playground.lessons.shelf": 2,
    "playground.lessons.chance": 3,
    "playground.lessons.experiment": 3,
    "playground.sweeps.run": 3,
    "playground.sweeps.saved_run": 3,
    "playground.sweeps.store": 2,
    "playground.sweeps.files": 2,
    "playground.rooms": 1,
    "playground.rooms.store": 2,
    "playground.rooms.asking": 3,
    "playground.rooms.classroom": 3,
    "playground.rooms.rooms": 3,
    "playground.servers": 3,
    "playground.reading_ahead": 3,
    "playground.backend": 3,
    "playground.async_client": 3,
    "playground.client": 3,
    "playground.portal": 3,
    "playground.command": 3,
    "playground.command.main": 5,
    "playground.__main__": 5,
    "playground": 3,
    "playground.testing": 3,
    "playground.web": 4,
    "app": 5,
}
"""A module may import its own layer and those below. A package's row holds for what is in it and has no row
of its own; `playground` stands for the package's front door alone, which offers the client."""

HTTP: Final = frozenset(
    {
        "httpx",
        "httpcore",
        "httpx2",
        "httpcore2",
        "requests",
        "urllib3",
        "urllib.request",
        "http.client",
        "aiohttp",
        "openai",
    }
)
SQL: Final = frozenset({"sqlite3", "psycopg", "psycopg2", "asyncpg", "sqlalchemy", "duckdb"})
UNSAFE: Final = frozenset({"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"})

CONFINED: Final[Mapping[str, tuple[frozenset[str], tuple[str, ...]]]] = {
    "Gradio": (frozenset({"gradio"}), ("playground.web", "app")),
    "HTTP": (
        HTTP,
        (
            "playground.wire.transport",
            "playground.wire.unreached",
            "playground.wire.certificates",
            "playground.engine",
        ),
    ),
    "SQL": (
        SQL,
        (
            "playground.votes.store.store",
            "playground.votes.store.database",
            "playground.votes.store.tables",
            "playground.votes.store.withdrawals",
            "playground.limits.sqlite_storage",
        ),
    ),
    "Unpickling": (UNSAFE, ()),
    "What takes a second to import": (frozenset({"scipy.stats"}), ()),
}
"""What is confined: which imports betray it, and the only modules (or packages) where they may stand."""

ENVIRONMENT: Final = frozenset({"environ", "environb", "getenv", "putenv", "unsetenv"})
EVALUATORS: Final = frozenset({"eval", "exec", "compile"})

Sources = Mapping[str, str]
"""Source text by path in the repository, such as `playground/wire/stream/sse.py`."""


def sources(root: Path, *folders: str) -> dict[str, str]:
    """The Python files of these folders (and the lone files named) under `root`."""
    found = [p for name in folders for p in ([root / name] if name.endswith(".py") else _python(root / name))]
    return {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in found if p.is_file()}


@cache
def parsed(text: str) -> ast.Module:
    """The tree of a source, read once for all rules. Who is done with them calls `parsed.cache_clear()`."""
    return ast.parse(text)


def _python(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def module_name(path: str) -> str:
    """The dotted name of a file: `playground/wire/stream/sse.py` is `playground.wire.stream.sse`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def layer_of(module: str) -> int | None:
    """The layer of a module: its own row, or that of the nearest package that has one."""
    if module in LAYERS:
        return LAYERS[module]
    parent = module.rpartition(".")[0]
    return None if parent in ("", "playground") else layer_of(parent)


def downward(files: Sources) -> Iterator[str]:
    """Imports go down: a module never imports a layer above its own."""
    for importer, imported in dict.fromkeys(_edges(files)):
        above, below = layer_of(importer), layer_of(imported)
        if above is not None and below is not None and below > above:
            yield f"{importer} (layer {above}) imports {imported} (layer {below})"


def placed(files: Sources) -> Iterator[str]:
    """Every module has a layer."""
    for module in map(module_name, files):
        if layer_of(module) is None:
            yield f"{module} has no layer: give it a row in LAYERS"


def acyclic(files: Sources) -> Iterator[str]:
    """No module imports itself, be it through others."""
    yield from _cycles(_edges(files))


def acyclic_packages(files: Sources) -> Iterator[str]:
    """No package imports itself through others: what stands beside each other in a folder has an order."""
    edges = tuple(_edges(files))
    deepest = max((name.count(".") for edge in edges for name in edge), default=0)
    for depth in range(1, deepest):
        beside = ((_above(a, depth), _above(b, depth)) for a, b in edges if _share(a, b, depth))
        yield from _cycles((a, b) for a, b in beside if a != b)


def _above(module: str, depth: int) -> str:
    """The package that holds a module, `depth` folders down; the module itself where it stands higher."""
    return ".".join(module.split(".")[: depth + 1])


def _share(a: str, b: str, depth: int) -> bool:
    """Whether two modules stand in one folder at this depth, and neither is that folder's own `__init__`."""
    return _above(a, depth - 1) == _above(b, depth - 1) and min(a.count("."), b.count(".")) >= depth


def _cycles(edges: Iterable[tuple[str, str]]) -> Iterator[str]:
    graph: dict[str, set[str]] = {}
    for importer, imported in edges:
        graph.setdefault(importer, set()).add(imported)
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> Iterator[str]:
        if module in trail:
            yield " -> ".join((*trail[trail.index(module) :], module))
        elif module not in done:
            for following in sorted(graph.get(module, ())):
                yield from visit(following, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        yield from visit(module, ())


def confined(files: Sources) -> Iterator[str]:
    """Gradio, HTTP and SQL each stay in their own corner; unpickling has none, nor what starts slowly."""
    for path, text in files.items():
        module = module_name(path)
        for node, name in _imports(parsed(text), module, is_package=path.endswith("__init__.py")):
            for title, (markers, homes) in CONFINED.items():
                if _under(name, markers) and not _under(module, frozenset(homes)):
                    yield f"{path}:{node.lineno} imports {name}; {title} belongs in {_listed(homes)}"


def environment_read_once(files: Sources) -> Iterator[str]:
    """Only the settings read the process's environment."""
    for path, text in files.items():
        if path == "playground/settings.py":
            continue
        for node in ast.walk(parsed(text)):
            match node:
                case ast.Attribute(value=ast.Name(id="os"), attr=name, lineno=line) if name in ENVIRONMENT:
                    yield f"{path}:{line} reads the environment; take a Settings instead"
                case ast.ImportFrom(module="os", names=names, lineno=line):
                    if any(alias.name in ENVIRONMENT for alias in names):
                        yield f"{path}:{line} imports the environment; take a Settings instead"


def never_evaluated(files: Sources) -> Iterator[str]:
    """No text is ever run as code."""
    for path, text in files.items():
        for node in ast.walk(parsed(text)):
            match node:
                case ast.Call(func=ast.Name(id=name)) if name in EVALUATORS:
                    yield f"{path}:{node.lineno} calls {name}()"


def imported_at_the_top(files: Sources) -> Iterator[str]:
    """Imports stand at the top of the file, save those of optional or slow dependencies, which say so."""
    for path, text in files.items():
        lines = text.splitlines()
        for function in _functions(parsed(text)):
            for node in ast.walk(function):
                if not isinstance(node, (ast.Import, ast.ImportFrom)):
                    continue
                if not any(reason in lines[node.lineno - 1] for reason in LATE):
                    yield f"{path}:{node.lineno} imports inside {function.name}()"


def short_files(files: Sources) -> Iterator[str]:
    """No file is longer than can be read in one sitting."""
    for path, text in files.items():
        if (length := len(text.splitlines())) > MAX_FILE_LINES:
            yield f"{path} has {length} lines; {MAX_FILE_LINES} is the limit"


def short_functions(files: Sources) -> Iterator[str]:
    """No function is longer than a screen, but for the layout of the page."""
    for path, text in files.items():
        if path.startswith("playground/web/"):
            continue
        for function in _functions(parsed(text)):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            if length > MAX_FUNCTION_LINES:
                where = f"{path}:{function.lineno} {function.name}()"
                yield f"{where} has {length} lines; {MAX_FUNCTION_LINES} is the limit"


def introduced(files: Sources) -> Iterator[str]:
    """Every module begins with a docstring whose first line is a sentence: the file map shows it."""
    for path, text in files.items():
        first = (ast.get_docstring(parsed(text)) or "").partition("\n")[0]
        if not first.endswith("."):
            yield f"{path} needs a docstring whose first line is one sentence"


def promising(files: Sources) -> Iterator[str]:
    """Every test function states its promise in a docstring."""
    for path, text in files.items():
        for function in _functions(parsed(text)):
            if function.name.startswith("test_") and not ast.get_docstring(function):
                yield f"{path}:{function.lineno} {function.name}() states no promise"


def packages(files: Sources) -> dict[str, set[str]]:
    """Which top-level packages these files import, each with the files that do; the standard library left out."""
    found: dict[str, set[str]] = {}
    for path, text in files.items():
        for _, name in _imports(parsed(text), module_name(path), is_package=path.endswith("__init__.py")):
            found.setdefault(name.partition(".")[0], set()).add(path)
    return {name: paths for name, paths in found.items() if name not in sys.stdlib_module_names}


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _edges(files: Sources) -> Iterator[tuple[str, str]]:
    """Which of these modules imports which; `from package import module` counts as the module."""
    known = frozenset(map(module_name, files))
    for path, text in files.items():
        module = module_name(path)
        for _, name in _imports(parsed(text), module, is_package=path.endswith("__init__.py")):
            if (target := name if name in known else name.rpartition(".")[0]) in known and target != module:
                yield module, target


def _imports(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[tuple[ast.stmt, str]]:
    """Every name that is imported, dotted in full: `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package=is_package)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".")[: None if is_package and node.level == 1 else -(node.level - is_package)]
    return ".".join([*package, *([node.module] if node.module else [])])


def _under(name: str, roots: frozenset[str]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def _listed(homes: tuple[str, ...]) -> str:
    return " and ".join(homes) or "no module at all"
