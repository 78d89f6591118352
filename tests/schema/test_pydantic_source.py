"""A pasted source means what pydantic makes of it, and whatever cannot be understood is named with its line.

Kept apart from the tests of hostile sources: these are about being right, those about staying up.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.schema.python_source import type_names
from playground.schema.python_source.reader import SourceReading, read_source
from tests.schema.class_sources import CLASSES as CLASS_SOURCES
from tests.schema.importing import imported, own_schema
from tests.schema.sources import HEAD, TYPES

SOURCES = {**TYPES, **CLASS_SOURCES}


def schema_of(source: str, root: str = "") -> Any:
    """The schema of a source that has no problems."""
    reading = read_source(source, root)
    assert reading.problems == ()
    return reading.schema


def model(*fields: str) -> str:
    """A source with one model of these fields, with everything imported."""
    return HEAD + "class A(BaseModel):\n" + "".join(f"    {field}\n" for field in fields)


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.filterwarnings("ignore")
def test_the_schema_is_pydantics_own(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """To the letter, keys in the same order: what `model_json_schema()` gives for the same source, imported."""
    source = HEAD + SOURCES[name]
    reading = read_source(source)
    assert reading.problems == ()
    assert json.dumps(reading.schema) == json.dumps(own_schema(imported(source, tmp_path), reading.root))


NAMES = sorted({*type_names.PLAIN, *type_names.LISTS, *type_names.MAPS})
JUDGED_APART = {
    "EmailStr": {"format": "email", "type": "string"},
    "NameEmail": {"format": "name-email", "type": "string"},
    "JsonValue": {},
}
"""Two for which pydantic wants another package, and one that it writes as a reference to an empty definition."""


@pytest.mark.parametrize("name", NAMES)
def test_every_known_name_is_what_pydantic_makes_of_it(name: str, tmp_path: Path) -> None:
    """Each name in the tables, as the type of a field, gives pydantic's own schema."""
    if name in JUDGED_APART:
        assert schema_of(model(f"x: {name}"))["properties"]["x"] == {**JUDGED_APART[name], "title": "X"}
        return
    of_ints = "[str, int]" if name.lower() == "defaultdict" else ""  # which pydantic does not take bare
    source = HEAD + f"from datetime import datetime\nclass A(BaseModel):\n    x: {name}{of_ints}\n"
    assert schema_of(source) == own_schema(imported(source, tmp_path), "A")


LEAVES = ["int", "str", "float", "bool", "None", "Any", "date", "Decimal", "UUID", "bytes", "Color", "City", "'City'",
          "Literal['a', 1]", "Literal[True]", "HttpUrl", "PositiveInt", "constr(max_length=3)",
          "conint(ge=1)"]  # fmt: skip
KEYS = ["str", "int", "date", "Color", "Literal['k']", "constr(min_length=1)", "constr(pattern='^a')"]
LIMITS = {
    "int": ["ge=0", "gt=1, le=9", "multiple_of=3", "title='T'"],
    "str": ["min_length=1", "max_length=5, pattern='x'", "description='d'", "examples=['e']"],
    "float": ["lt=0.5", "ge=-1e3"],
    "list[int]": ["min_length=1", "max_length=2, description='l'"],
    "dict[str, int]": ["max_length=3"],
    "Optional[int]": ["ge=0", "title='N'"],
}


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map("list[{}]".format),
        inner.map("Optional[{}]".format),
        inner.map("set[{}]".format),
        inner.map("tuple[{}, ...]".format),
        st.tuples(inner, inner).map(lambda pair: "Union[{}, {}]".format(*pair)),
        st.tuples(inner, inner).map(lambda pair: "tuple[{}, {}]".format(*pair)),
        st.tuples(st.sampled_from(KEYS), inner).map(lambda pair: "dict[{}, {}]".format(*pair)),
        st.tuples(inner, st.sampled_from(["title='T'", "description='d'", "deprecated=True"])).map(
            lambda pair: "Annotated[{}, Field({})]".format(*pair)
        ),
    )


LIMITED = st.sampled_from([f"Annotated[{t}, Field({a})]" for t, limits in LIMITS.items() for a in limits])
ANNOTATIONS = st.recursive(st.one_of(st.sampled_from(LEAVES), LIMITED), _wrapped, max_leaves=4)
VALUES = st.sampled_from(
    [
        "",
        " = None",
        " = Field(description='d')",
        " = Field(None, title='x')",
        " = Field(default_factory=list)",
    ]
)
CLASSES = """
class Color(str, Enum):
    RED = "red"
    BLUE = "blue"

class City(BaseModel):
    '''Where.'''
    name: str

class Keep(BaseModel):
    color: Color
    city: City
    cities: list[City]

"""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=st.lists(st.tuples(ANNOTATIONS, VALUES), min_size=3, max_size=6))
@pytest.mark.filterwarnings("ignore")
def test_any_annotation_is_what_pydantic_makes_of_it(fields: list[tuple[str, str]], tmp_path: Path) -> None:
    """Types, unions, constraints and descriptions in any combination give pydantic's own schema."""
    lines = [f"    f{i}: {annotation}{value}\n" for i, (annotation, value) in enumerate(fields)]
    source = HEAD + CLASSES + "class A(BaseModel):\n    keep: Keep\n" + "".join(lines)
    assert schema_of(source) == own_schema(imported(source, tmp_path), "A")


def test_what_differs_from_pydantic_on_purpose(tmp_path: Path) -> None:
    """Three things: limits on unions and beside validators are kept, texts below fields always count."""
    source = model(
        "a: Union[int, float, str] = Field(ge=0)",
        "b: Annotated[int, BeforeValidator(int), Field(ge=0)]",
        "c: int",
        "'''The c.'''",
    )
    ours, theirs = schema_of(source)["properties"], own_schema(imported(source, tmp_path), "A")["properties"]
    limited = [{"minimum": 0, "type": "integer"}, {"minimum": 0, "type": "number"}, {"type": "string"}]
    assert ours["a"]["anyOf"] == limited and theirs["a"]["ge"] == 0
    assert ours["b"]["minimum"] == 0 and theirs["b"]["ge"] == 0
    assert ours["c"]["description"] == "The c." and "description" not in theirs["c"]


def test_a_date_limits_the_dates_of_a_union_alone() -> None:
    """No number beside them is held to it: nothing of JSON Schema is a limit that is no number."""
    field = schema_of(model("x: Union[date, int] = Field(gt=date(2020, 1, 1))"))["properties"]["x"]
    assert field["anyOf"] == [{"format": "date", "type": "string"}, {"type": "integer"}]


def test_the_last_model_is_the_root_unless_another_is_named_or_marked() -> None:
    """By argument first, then by the mark `# root`, then by order; enumerations do not count."""
    classes = (
        "class A(BaseModel): pass\nclass B(BaseModel):{}\n    x: int\n"
        "class C(BaseModel): pass\nclass E(Enum): X = 1\n"
    )
    assert read_source(classes.format("")).root == "C"
    assert read_source(classes.format("  # root")).root == "B"
    assert read_source(classes.format("  # root"), "A").root == "A"
    assert read_source(classes.format(""), "no such").root == "C"
    assert read_source(classes.format("")).models == ("A", "B", "C")


@pytest.mark.parametrize(
    "source",
    [
        "class A(BaseModel):\n    x: Optional[List[date]] = Field(None, ge=0) if 0 else None".replace(
            " if 0 else None", ""
        ),
        "```python\nclass A(BaseModel):\n    x: Optional[int]\n```",
        "    class A(BaseModel):\n        x: Optional[int]\n",
        "\ufeffclass A(BaseModel):\r\n    x: Optional[int]\r\n",
    ],
    ids=["no imports", "a Markdown fence", "indented", "from another system"],
)
def test_a_careless_paste_is_read(source: str) -> None:
    """Missing imports, fences, indentation and odd line ends are no obstacle, and lines keep their numbers."""
    reading = read_source(source.replace(", ge=0", ""))
    assert reading.problems == () and reading.schema is not None
    assert "x" in reading.schema["properties"]
    broken = read_source(source.replace("x: Optional", "x: Nope").replace(", ge=0", ""))
    assert [p.line for p in broken.problems] == [3 if source.startswith("```") else 2]


PROBLEMS = {
    "x: Nope": "Nope is not known",
    "x: list[Nope, int]": "list[Nope, int] is no type",
    "x: Callable[[int], str]": "no type that JSON can hold",
    "x: int = compute()": "compute() is not a plain value",
    "x: int = __import__('os').getpid()": "nothing is executed",
    "x: int = 9**9**9": "9**9**9 is not a plain value",
    "x: int = 1 / 0": "not a plain value",
    "x: str = 'a' * 10**9": "not a plain value",
    "x: datetime.date = datetime.date(2020, 13, 1)": "not a plain value",
    "x: datetime.date = datetime.date.today()": "not a plain value",
    "x: set[int] = set(range(3))": "not a plain value",
    "x: list[int] = [i for i in range(3)]": "not a plain value",
    "x: str = f'{1}'": "not a plain value",
    "x: (lambda: int)()": "is a call",
    "x: int = Field(ge='a')": "ge is no number",
    "x: int = Field(ge=1.5)": "a broken number",
    "x: Decimal = Field(ge='a')": "ge is no number",
    "x: Optional[Decimal] = Field(max_length=3)": "max_length says nothing",
    "x: Annotated[int, WithJsonSchema({'type': 'integer'})] = Field(ge=1)": "ge says nothing",
    "x: str = Field(ge=1)": "ge says nothing about a value of this type",
    "x: City = Field(min_length=1)": "min_length says nothing",
    "x: str = Field(min_length=-1)": "no whole number from 0",
    "x: int = Field(multiple_of=0)": "not above 0",
    "x: str = Field(nonsense=1)": "nonsense is not understood",
    "x: int = Field(**limits)": "** cannot be followed",
    "x: int = Field(1, 2)": "too many arguments",
    "x: int = Field(1, default_factory=make())": "default_factory is a call",
    "x: Annotated[int, check]": "check is not understood within Annotated",
    "x: float = 1e999": "no endless number",
    "x: Literal[1.5]": "A Literal holds",
    "x: Union[City, int] = Field(discriminator='kind')": "cannot tell the members",
    "x: Decimal = Field(max_digits=-1)": "max_digits and decimal_places want",
    "x = 3": "x has no type",
    "model_config = ConfigDict(alias_generator=f)": "alias_generator is not followed",
    "x: 'int ; import os'": "is no type",
    "x: Plain": "Plain is neither a model nor an enumeration",
    "x: np.ndarray": "np.ndarray comes from numpy, which is not pasted",
    "x: datetime.nope": "datetime.nope is not known",
}


@pytest.mark.parametrize(("field", "what"), PROBLEMS.items())
def test_what_is_not_understood_is_named_with_its_line(field: str, what: str) -> None:
    """Each problem stands at its own line, says what it is about, and what to do next; there is no schema."""
    above = "import numpy as np\nimport datetime\nclass City(BaseModel):\n    n: str\nclass Plain: pass\n\n"
    above += "class A(BaseModel):\n"
    reading = read_source(f"{above}    ok: int\n    {field}\n")
    assert reading.schema is None
    (problem,) = reading.problems
    assert what in problem.what and (problem.line, problem.column >= 5) == (9, True)
    assert problem.next_step.endswith(".")


CLASS_PROBLEMS = {
    "@dataclass\nclass A(BaseModel): pass": (1, "decorator dataclass is not run"),
    "class A(BaseModel, metaclass=M): pass": (1, "metaclass is not followed"),
    "class A(Other, BaseModel): pass": (1, "Other is not known"),
    "class A(BaseModel, Generic[T]): pass": (1, "Generic as a base"),
    "class A(BaseModel): pass\nclass A(BaseModel): pass": (2, "A is defined twice"),
    "class E(Enum): pass\nclass A(BaseModel):\n    e: E": (1, "E has no members"),
    "x: int": (1, "There is no model"),
    "": (1, "There is no model"),
    "class A(BaseModel:\n    x: int": (1, "This is not Python"),
    "class A(BaseModel):\n  x: int\n y: str": (3, "This is not Python"),
    "class A(BaseModel):\n    x: str = '\\ud800'": (1, "half a character"),
}


@pytest.mark.parametrize(("source", "expected"), CLASS_PROBLEMS.items())
def test_what_is_wrong_with_classes_is_named(source: str, expected: tuple[int, str]) -> None:
    """Decorators, bases, doubles, empty enumerations and broken Python, each at its line."""
    (problem,) = read_source(source).problems
    assert (problem.line, expected[1] in problem.what) == (expected[0], True), problem


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    """A source with three faults needs one look, not three."""
    reading = read_source("class A(BaseModel):\n    x: Nope1\n    y: int = f()\n    z: Nope2\n")
    assert [p.line for p in reading.problems] == [2, 3, 4]
    assert str(reading.problems[0]).startswith("Line 2: Nope1 is not known here. ")


def notes_of(reading: SourceReading) -> list[str]:
    """What was left out, in words."""
    assert reading.problems == ()
    return [note.what for note in reading.notes]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("x: Annotated[int, AfterValidator(f)]", "AfterValidator is not run here"),
        ("x: Annotated[int, 'positive']", "A bare text in Annotated says nothing."),
        ("x: date = Field(gt=date(2020, 1, 1))", "gt on a date or a time is left out"),
        ("x: int\n    '''The x.'''", "The text below x is taken as its description."),
        ("x: list[Annotated[int, Field(default=3)]]", "A default or an alias within a type says nothing."),
        ("x: int\n    @field_validator('x')\n    def f(cls, v): return v", "f is not run here"),
        ("x: int\nA.run()", "This statement is not run"),
    ],
)
def test_what_is_left_out_is_said(source: str, what: str) -> None:
    """What changes nothing in the schema is no problem, but is not passed over in silence either."""
    (note,) = notes_of(read_source(f"class A(BaseModel):\n    {source}\n"))
    assert what in note
