"""Python sources about types and fields, for whose schemas pydantic itself is the judge.

Kept apart from the tests because they are data: each is a trusted source that can really be imported.
"""

from __future__ import annotations

from typing import Final

HEAD: Final = """
from __future__ import annotations
import collections, datetime, decimal, enum, ipaddress, pathlib, re, typing, uuid
import typing as t
import datetime as dt
import collections.abc as cabc
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Hashable
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum, auto
from fractions import Fraction
from ipaddress import *
from pathlib import Path, PurePath
from types import NoneType
from typing import *
from uuid import UUID
import annotated_types
import pydantic
from annotated_types import Ge, Gt, Interval, Le, Len, Lt, MaxLen, MinLen, MultipleOf
from pydantic import *
from pydantic import BaseModel as Base, Field as F
"""

TYPES: Final[dict[str, str]] = {
    "plain fields": """
class Person(BaseModel):
    name: str
    age: int
    height: float
    likes_tea: bool
    nothing: None
    anything: Any
    raw: bytes
    thing: object
""",
    "docstring and defaults": '''
class Person(BaseModel):
    """A person.

        With an indented second paragraph.
    """
    name: str = "Ada"
    age: int = 36
    ratio: float = -0.5
    tags: list[str] = ["a", "b"]
    point: tuple[int, int] = (1, 2)
    data: dict[str, int] = {"a": 1}
    absent: Optional[int] = None
    flag: bool = False
    empty: list[int] = []
''',
    "defaults that are reckoned or made": """
class A(BaseModel):
    size: int = 2**10
    share: float = Field(1 / 4, ge=-(2**3), lt=10 * 1000)
    rest: int = -7 // 2 + 7 % 3
    tags: set[str] = set()
    fixed: frozenset[int] = frozenset()
    names: list[str] = list()
    by: dict[str, int] = dict()
    born: date = date(2020, 1, 1)
    at: dt.datetime = dt.datetime(2020, 1, 2, hour=3)
    noon: time = time(12)
    long: timedelta = timedelta(days=1, minutes=1.5)
""",
    "optional without default is required": """
class Person(BaseModel):
    nick_name: Optional[str]
    other: int | None
    third: Union[None, str, int]
""",
    "typing spelled in several ways": """
class A(Base):
    a: t.Optional[t.List[int]]
    b: typing.Dict[str, typing.Any]
    c: List[Optional[int]] = F(default_factory=list)
    d: dt.date
    e: datetime.datetime
    f: uuid.UUID
    g: "list['int']"
    h: 'Optional[str]' = None
""",
    "unions": """
class A(BaseModel):
    a: int | str
    b: Union[int, Union[str, None], bool]
    c: Union[int]
    d: list[int | str] | None
    e: Optional[Union[list[int], list[int], str]]
    f: int | int
    g: Any | None
    h: dict[str, int | None]
    i: Optional[Optional[int]]
""",
    "literals": """
class A(BaseModel):
    a: Literal["x"]
    b: Literal["x", "y"]
    c: Literal[1, 2]
    d: Literal["x", 1, None]
    e: Literal[True]
    f: Literal[None]
    g: Literal["x", "x", Literal["z"]]
    h: Optional[Literal["a", "b"]] = "a"
    i: Literal[1, True]
    j: Literal[-1, 0]
""",
    "containers": """
class A(BaseModel):
    a: list
    b: dict
    c: set
    d: tuple
    e: frozenset[str]
    f: tuple[int, str]
    g: tuple[int, ...]
    h: tuple[()]
    i: Sequence[int]
    j: Mapping[str, float]
    k: dict[int, str]
    l: dict[Literal["a", "b"], int]
    m: dict[date, int]
    n: set[int] = {1}
    o: list[list[list[int]]]
    p: deque[int]
    q: defaultdict[str, list[int]]
    r: dict[str, dict[str, Any]]
    s: Iterable[str]
    t: typing.Counter[str]
    u: OrderedDict[str, int]
    v: cabc.Sequence[int]
    w: cabc.Mapping[str, int]
    x: dict[bool, int]
    y: AbstractSet[int]
    z: dict[Annotated[str, Field(title="K", min_length=1)], Annotated[int, Field(title="V", ge=0)]]
""",
    "times and formats": """
class A(BaseModel):
    a: date
    b: datetime.datetime
    c: time
    d: timedelta
    e: UUID
    f: Decimal
    g: Path
    h: HttpUrl
    i: AnyUrl
    j: ipaddress.IPv4Address
    k: SecretStr
    l: UUID4
    m: PositiveInt
    n: NonNegativeFloat
    o: Json
    p: Json[list[int]]
    q: re.Pattern
    r: ByteSize
    s: FilePath
    t: Base64Str
    u: PastDate
    v: AwareDatetime
    w: StrictInt
    x: FiniteFloat
    y: ImportString
    z: IPvAnyAddress
""",
    "number constraints": """
class A(BaseModel):
    a: int = Field(ge=0, le=10)
    b: float = Field(gt=0.5, lt=1e6, multiple_of=0.5)
    c: Optional[int] = Field(None, ge=1)
    d: Annotated[int, Field(ge=1)] = 3
    e: Annotated[int, Ge(1), Lt(9)]
    f: Annotated[int, Interval(ge=1, lt=5)]
    g: Annotated[float, MultipleOf(0.25)]
    h: conint(ge=1, lt=4)
    i: confloat(gt=0)
    j: list[conint(ge=2)]
    k: Annotated[PositiveInt, Field(gt=5)]
    l: Decimal = Field(gt=0)
    m: Decimal = Field(max_digits=5, decimal_places=2)
    n: Optional[Decimal] = Field(default=None, ge=0, decimal_places=1)
    o: condecimal(max_digits=4)
    p: int = Field(..., gt=-5)
    q: float = Field(ge=float("-inf"), le=3)
    r: int = Field(ge=1.0)
    s: Annotated[Annotated[int, Field(gt=1)], Field(gt=5, lt=9)]
    u: Decimal = Decimal("1.50")
""",
    "text constraints": r"""
class A(BaseModel):
    a: str = Field(min_length=1, max_length=20)
    b: str = Field(pattern=r"^[a-z]+$")
    c: constr(min_length=2, pattern="x", strip_whitespace=True, to_upper=True)
    d: Annotated[str, StringConstraints(max_length=5, to_lower=True)]
    e: Annotated[str, MinLen(1), MaxLen(5)]
    f: Annotated[str, Len(1, 5)]
    g: bytes = Field(min_length=2)
    h: list[Annotated[str, Field(max_length=3)]]
    i: dict[constr(pattern="^a"), int]
    j: dict[constr(min_length=2), int]
    k: HttpUrl = Field(max_length=100)
    l: Optional[str] = Field(None, max_length=3)
    m: SecretStr = Field(min_length=4)
    n: Annotated[Optional[str], Field(min_length=1)]
""",
    "container constraints": """
class A(BaseModel):
    a: list[int] = Field(min_length=1, max_length=3)
    b: set[int] = Field(max_length=3)
    c: dict[str, int] = Field(min_length=1, max_length=2)
    d: conlist(int, min_length=1)
    e: conset(item_type=str, max_length=2)
    f: tuple[int, ...] = Field(min_length=2)
    g: Optional[list[str]] = Field(default=None, max_length=5)
    h: confrozenset(int)
    i: Sequence[int] = Field(min_length=1)
    j: Annotated[list[Annotated[int, Field(ge=0, description="one")]], Field(description="all")]
""",
    "descriptions": """
class A(BaseModel):
    a: int = Field(description="The a.", title="An A", examples=[1, 2])
    b: Annotated[str, Field(description="first"), Field(description="second")]
    c: Annotated[str, Field(description="in")] = Field(description="out", default="x")
    d: int = Field(3, deprecated=True)
    e: str = Field(json_schema_extra={"x-order": 1, "title": "Mine"})
    f: int = Field(1, exclude=True, repr=False, frozen=True, strict=True)
    g: Optional[int] = Field(default=None, description="maybe")
    some_long_name: list[int] = Field(default_factory=list, description="many")
    url2: str
    h: int = Field(deprecated="use g")
    i: int = Field(default_factory=lambda: 3)
    j: Annotated[int, "bare"] = 1
""",
    "aliases of fields": """
class A(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    a: int = Field(alias="theA")
    b: int = Field(validation_alias="bee")
    c: int = Field(serialization_alias="sea")
    d_e: Optional[str] = Field(None, alias="d-e")
""",
}
