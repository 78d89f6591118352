"""Pasted Pydantic classes as a JSON Schema: parsed, never executed.

Kept apart from its parts because this is the one way in, and the one promise: the schema that pydantic itself would
give for the same source, or every reason why not, each with its line.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from playground.schema.python_source.classes import Classes
from playground.schema.python_source.scope import Scope, reachable
from playground.schema.python_source.syntax_tree import SourceProblem, SourceTree, SourceUnreadable, parse


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What a source says. `schema` is None where there are problems; `notes` name what was left out of it.

    `models` are the classes that could be the root; `root` is the one that was taken.
    """

    schema: Mapping[str, Any] | None
    root: str = ""
    models: tuple[str, ...] = ()
    problems: tuple[SourceProblem, ...] = ()
    notes: tuple[SourceProblem, ...] = ()


def read_source(source: str, root: str = "") -> SourceReading:
    """The JSON Schema of the model `root`, of the one whose class line ends in `# root`, or of the last one.

    As `model_json_schema()` of pydantic 2.12 gives it, but for two things: the text below a field is always its
    description, and a constraint on a union goes to those of its members that it fits.
    """
    try:
        tree = parse(source)
    except SourceUnreadable as error:
        return SourceReading(None, problems=(error.problem,))
    scope = Scope(tree)
    classes = Classes(scope)
    models = classes.models()
    chosen = root if root in models else _marked(models, tree, scope) or (models[-1] if models else "")
    if not chosen:
        scope.problem(
            tree.module, "There is no model in this source.", "Paste a class that inherits from BaseModel."
        )
    _note_what_is_not_run(tree, scope)
    schema = _whole(chosen, classes, scope) if chosen else None
    if not _is_json(schema):
        scope.problem(tree.module, "A text holds half a character (a lone surrogate).", "Remove it.")
    return SourceReading(
        None if scope.problems else schema,
        chosen,
        tuple(models),
        tuple(sorted(scope.problems, key=lambda p: (p.line, p.column))),
        tuple(sorted(scope.notes, key=lambda p: (p.line, p.column))),
    )


def _marked(models: list[str], tree: SourceTree, scope: Scope) -> str:
    """The model whose class line ends in `# root`."""
    lines = {name: tree.lines[scope.classes[name].lineno - 1] for name in models}
    return next((name for name, line in lines.items() if line.partition("#")[2].strip() == "root"), "")


def _whole(root: str, classes: Classes, scope: Scope) -> dict[str, Any]:
    """The root's schema with the definitions of all classes that it names, directly or not."""
    schemas = {root: classes.schema(root)}
    read = 0
    while new := list(islice(classes.types.used, read, None)):
        read += len(new)
        schemas |= {name: classes.schema(name) for name in new if name not in schemas}
    definitions = {scope.classes[name].name: schemas[name] for name in classes.types.used}
    if root in classes.types.used:
        whole: dict[str, Any] = {"$defs": definitions, "$ref": f"#/$defs/{root}"}
    else:
        whole = {**schemas[root], **({"$defs": definitions} if definitions else {})}
    return {key: _sorted(whole[key], key) for key in sorted(whole)}


def _is_json(schema: Any) -> bool:
    try:
        json.dumps(schema, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _sorted(value: Any, parent: str = "") -> Any:
    """Keys in alphabetical order, save those of properties and defaults, as pydantic has them."""
    if isinstance(value, dict):
        keys = value if parent in ("properties", "default") else sorted(value)
        return {key: _sorted(value[key], key) for key in keys}
    return [_sorted(item, parent) for item in value] if isinstance(value, list) else value


def _note_what_is_not_run(tree: SourceTree, scope: Scope) -> None:
    for statement in reachable(tree.module.body):
        match statement:
            case ast.ClassDef() | ast.Import() | ast.ImportFrom() | ast.Assign() | ast.AnnAssign():
                pass
            case ast.Expr(value=ast.Constant()):
                pass
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="model_rebuild"))):
                pass
            case _:
                scope.note(statement, "This statement is not run, and is left out.")
