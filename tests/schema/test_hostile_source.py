"""No pasted source can run, hang or crash anything: it ends in a schema or in a sentence, and soon.

These sources are made to harm.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from time import monotonic
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.schema.python_source.reader import SourceReading, read_source
from playground.value_types import MAX_DOCUMENT_BYTES

A: Final = "class A(BaseModel):\n"
PATIENCE_S: Final = 20.0
"""Ten times what is promised: the test must not fail on a busy machine, and a hang is caught all the same."""


def doubling(name: str, form: str, first: str = "int") -> str:
    """Sixty aliases, each made of the one before, twice."""
    return f"{name}0={first}\n" + "".join(
        f"{name}{i}={form.format(f'{name}{i - 1}')}\n" for i in range(1, 60)
    )


BOMBS: Final = {
    "a megabyte": A + "    x: int\n" * 100_000,
    "minus signs": "x = " + "-" * 60_000 + "1",
    "a chain of not": "x = " + "not " * 15_000 + "1",
    "attributes": A + "    x: a" + ".b" * 30_000 + "\n",
    "fewer attributes": A + "    x: a" + ".b" * 2_000 + "\n",
    "calls": A + "    x: a" + "()" * 2_500 + "\n",
    "brackets": A + "    x: " + "list[" * 190 + "int" + "]" * 190 + "\n",
    "open brackets": A + "    x: " + "[" * 60_000,
    "lambdas": "x = " + "lambda:" * 9_000 + "1",
    "branches": "if 1: pass\n" + "elif 1: pass\n" * 4_000,
    "classes in classes": "".join("  " * i + f"class A{i}(BaseModel):\n" for i in range(90)) + "  " * 90 + "x: int\n",
    "a union of thousands": A + "    x: " + "|".join(["int"] * 2_000) + "\n",
    "a union of many more": A + "    x: Union[" + ",".join(["int"] * 15_000) + "]\n",
    "many fields": A + "".join(f"    f{i}: int\n" for i in range(4_000)),
    "many unknown types": A + "".join(f"    f{i}: Nope{i}\n" for i in range(3_000)),
    "aliases that double": doubling("T", "tuple[{0}, {0}]") + A + "    x: T59\n",
    "unions that double": doubling("T", "Union[{0}, list[{0}]]") + A + "    x: T59\n",
    "literals that double": doubling("L", "Literal[{0}, {0}, {0}]", "Literal['a', 'b']") + A + "    x: L59\n",
    "a literal of itself": "L = Literal[L]\n" + A + "    x: L\n",
    "a long chain of literals": "L0 = Literal['a']\n"
    + "".join(f"L{i} = Literal[L{i - 1}]\n" for i in range(1, 1_200))
    + A
    + "    x: L1199\n",
    "values that double": doubling("V", "[{0}, {0}]") + A + "    x: list = V59\n",
    "an alias of itself": "T = list[T]\n" + A + "    x: T\n",
    "aliases of each other": "T = list[U]\nU = T\n" + A + "    x: T\n    y: int = T\n",
    "a union with itself": "T = T | int\n" + A + "    x: T\n",
    "metadata of itself": "T = Annotated[T, T]\n" + A + "    x: T\n",
    "a value within itself": "V = [V, V]\n" + A + "    x: list = V\n",
    "members of themselves": "class E(Enum):\n    a = E.b\n    b = E.a\n" + A + "    x: E = E.a\n",
    "a long lineage": "class A0(BaseModel):\n x: int\n"
    + "".join(f"class A{i}(A{i - 1}): pass\n" for i in range(1, 2_400)),
    "a wide lineage": "class A0(BaseModel): pass\nclass B0(BaseModel): pass\n"
    + "".join(f"class A{i}(A{i - 1}, B{i - 1}): pass\nclass B{i}(A{i - 1}, B{i - 1}): pass\n" for i in range(1, 700)),
    "its own base": "class A(A): pass\nclass B(C, BaseModel): pass\nclass C(B): pass\n",
    "a long chain of references": "".join(f"class A{i}(BaseModel):\n x: 'A{i - 1}'\n" for i in range(1_500)),
    "a large enumeration": "class E(Enum):\n"
    + "".join(f" a{i} = {i}\n" for i in range(1_500))
    + A
    + "".join(f"    x{i}: E = E.a{i}\n" for i in range(1_200)),
    "names of Python's own": A + "    __class__: int\n    __init__: str\n    model_fields: int\n    mro: int\n",
    "JSON that is no schema": A + "    x: Optional[Annotated[int, WithJsonSchema({'anyOf': 5})]] = Field(ge=1)\n",
    "a pattern that is none": A + "    x: dict[Annotated[str, WithJsonSchema({'pattern': [1]})], int]\n",
    "a limit past all floats": A + "    x: Decimal = Field(ge=1" + "0" * 400 + ")\n",
    "keywords of JSON Schema": A + "    model_config = {'json_schema_extra': {'$ref': 5, '$defs': 4}}\n    x: 'A'\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_a_schema_or_a_sentence(name: str) -> None:
    """Soon, within the stack of an ordinary thread, and with a next step where there is no schema."""
    readings: list[SourceReading] = []
    began = monotonic()
    thread = threading.Thread(target=lambda: readings.append(read_source(BOMBS[name])), daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert monotonic() - began < PATIENCE_S
    (reading,) = readings
    assert (reading.schema is None) == bool(reading.problems)
    assert all(p.what and p.next_step for p in reading.problems)
    json.dumps(reading.schema)


def test_a_source_past_64_kb_is_not_even_parsed() -> None:
    """The limit counts bytes: at it all is well, one byte more and one sentence says so."""
    source = A + "    x: int\n#"
    at_the_limit = (
        source
        + "é" * ((MAX_DOCUMENT_BYTES - len(source)) // 2)
        + "x" * ((MAX_DOCUMENT_BYTES - len(source)) % 2)
    )
    assert read_source(at_the_limit).problems == ()
    (problem,) = read_source(at_the_limit + "x").problems
    assert "longer than 65,536 bytes" in problem.what


@pytest.mark.parametrize(
    "source",
    [
        "__import__('pathlib').Path('{0}').touch()\n" + A + "    x: int\n",
        A + "    x: int = __import__('pathlib').Path('{0}').touch()\n",
        A + "    x: __import__('pathlib').Path('{0}').touch()\n",
        A + "    x: \"__import__('pathlib').Path('{0}').touch()\"\n",
        A + "    x: int = Field(default_factory=__import__('pathlib').Path('{0}').touch)\n",
        "@(lambda c: __import__('pathlib').Path('{0}').touch() or c)\n" + A + "    x: int\n",
        "class M(type):\n    def __new__(*a): open('{0}', 'w')\nclass A(BaseModel, metaclass=M): pass\n",
        A + "    open('{0}', 'w')\n    x: int\n",
        "from pydantic import *\nimport os; open('{0}', 'w')\n" + A + "    x: int\n",
    ],
)
def test_nothing_is_executed(source: str, tmp_path: Path) -> None:
    """Statements, defaults, annotations, decorators, factories and metaclasses are looked at, and never run."""
    mark = tmp_path / "executed"
    source = source.replace("{0}", str(mark))
    read_source(source)
    assert not mark.exists()


def test_the_mark_would_be_made_if_a_source_ran(tmp_path: Path) -> None:
    """The test above can fail: the same statement, run by Python, makes the file."""
    mark = tmp_path / "executed"
    subprocess.run([sys.executable, "-c", f"__import__('pathlib').Path({str(mark)!r}).touch()"], check=True)
    assert mark.exists()


def test_the_reader_holds_no_means_to_execute() -> None:
    """No eval, exec, compile, import_module, getattr or setattr is called in the package."""
    folder = Path(sys.modules[read_source.__module__].__file__ or "").parent
    forbidden = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "import_module",
        "setattr",
        "globals",
        "locals",
        "vars",
    }
    for path in folder.glob("source_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, path
                if node.func.id == "getattr":
                    assert isinstance(node.args[1], ast.Constant), path


PIECES = ["class A(BaseModel):", "class B(A, Enum):", "x: int", "y: Optional[", "list[A]", "]", "= Field(", "ge=1", ")",
          "Annotated[int, ", "Literal[", "'a'", "|", "None", "T = ", "T", "@d", "def f(): pass", "(", "lambda: ", "-",
          "1e999", "...", "**x", "*x", "B.x", "model_config = {", "'extra': 'forbid'", "}", ",", "'A'", "RootModel[A]",
          "import a.b as c", "from . import d", "if x:", "try:", "\ud800", "\0", "\u2028",
          '"""', "#", "\\"]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "\n", "\n    ", ""])), max_size=30))
def test_any_heap_of_pieces_ends_in_a_reading(pieces: list[tuple[str, str]]) -> None:
    """Whatever Python-like text is pasted: a schema, or problems with lines that exist in it."""
    source = "class A(BaseModel):\n    " + "".join(piece + gap for piece, gap in pieces)
    reading = read_source(source)
    assert (reading.schema is None) == bool(reading.problems)
    lines = len(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(1 <= p.line <= lines + 1 for p in (*reading.problems, *reading.notes))
    json.dumps(reading.schema, allow_nan=False).encode()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_ends_in_a_reading(text: str) -> None:
    """No text at all brings the reader down."""
    assert read_source(text).problems


def test_what_python_frowns_at_is_read_in_silence() -> None:
    """Odd numbers, odd escapes and comparisons by `is` are read, in quotes too, and nobody's log hears of them."""
    source = (
        A
        + '    x: int = Field(1if 1is 1else 2)\n    y: str = Field(pattern="\\d")\n    z: "Literal[1is 1]"\n'
    )
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        read_source(source)
    assert said == []
