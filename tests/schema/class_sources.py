"""Python sources about classes and how they belong together, for whose schemas pydantic itself is the judge.

Kept apart from the sources about types because the two together are too long for one file.
"""

from __future__ import annotations

from typing import Final

CLASSES: Final[dict[str, str]] = {
    "nested models": """
class City(BaseModel):
    '''Where.'''
    name: str

class Address(BaseModel):
    street: str
    city: City = Field(description="The city.")
    other: City = Field(description="Elsewhere.")
    third: Optional[City] = None

class Person(BaseModel):
    address: Address
    more: list[Address] = []
    by_name: dict[str, Address]
    either: Address | City
    pair: tuple[City, Address]
    maybe: Optional[Address] = Field(None, title="Maybe", description="perhaps")
""",
    "enumerations": """
class Color(str, Enum):
    RED = "red"
    BLUE = "blue"

class Size(Enum):
    "Sizes."
    S = 1
    M = 2
    L = 2

class Alias(Enum):
    A = 1
    B = 1
    C = A
    D = 2**4
    E = True

class Level(IntEnum):
    LOW = auto()
    HIGH = auto()

class Word(StrEnum):
    ONE = auto()
    Two = auto()

class Mixed(Enum):
    A = "a"
    B = 1
    C = None

class Ratio(float, Enum):
    HALF = 0.5

class A(BaseModel):
    color: Color = Color.RED
    size: Size
    alias: Alias = Alias.C
    level: Optional[Level] = None
    word: Word = Field(Word.ONE, description="a word")
    mixed: list[Mixed]
    by: dict[Color, int]
    ratio: Ratio
    only: Literal[Color.RED]
    some: Literal[Color.RED, "x"]
    all: list[Color] = [Color.RED, Color.BLUE]
""",
    "inheritance": """
class Base1(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Ignored below")
    a: int
    b: str = "x"

class Mixin(BaseModel):
    z: float = 1.0

class Child(Base1, Mixin):
    '''A child.'''
    c: bool
    b: Optional[str] = None

class Grandchild(Child):
    a: float = Field(ge=0)
    d: Child
""",
    "configuration": """
class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", title="Shut", frozen=True)
    a: int

class Open(BaseModel, extra="allow"):
    a: Closed

class Extra(BaseModel):
    model_config = {"json_schema_extra": {"examples": [{"a": 1}]}, "extra": "ignore"}
    a: Open

class Old(BaseModel):
    class Config:
        extra = "forbid"
    a: Extra
""",
    "attribute docstrings": """
class A(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)
    a: int
    '''The a.'''
    b: int = Field(description="kept")
    '''not taken'''
    c: str = "x"
    '''
    Several
      lines.
    '''
""",
    "recursion": """
class Node(BaseModel):
    '''A node.'''
    value: int
    children: list["Node"] = []
    parent: Optional["Node"] = Field(None, description="up")
""",
    "mutual recursion": """
class A(BaseModel):
    b: Optional["B"] = None

class B(BaseModel):
    a: list[A]
    c: "C"

class C(BaseModel):
    x: int
""",
    "recursion below the root": """
class Node(BaseModel):
    children: list["Node"]

class Tree(BaseModel):
    root: Node
    spare: Optional[Node] = None
""",
    "aliases of types and constants": """
MOST = 10
Name = Annotated[str, Field(min_length=1, max_length=MOST)]
Names = list[Name]
Color = Literal["red", "green"]
Maybe = Optional[int]
UserId = NewType("UserId", int)
Either: TypeAlias = Union[int, str]
DEFAULTS = ["x", "y"]

class A(BaseModel):
    name: Name
    names: Names = DEFAULTS
    color: Color = "red"
    maybe: Maybe | str
    user: UserId
    either: Either
    count: int = Field(MOST, le=MOST)
    nested: Literal[Color, "blue"]
""",
    "discriminated union": """
class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int

class Dog(BaseModel):
    kind: Literal["dog", "puppy"] = "dog"

Pet = Annotated[Union[Cat, Dog], Field(discriminator="kind")]

class Owner(BaseModel):
    pet: Union[Cat, Dog] = Field(discriminator="kind")
    other: Annotated[Cat | Dog, Field(discriminator="kind", description="more")]
    many: list[Annotated[Union[Cat, Dog], Field(discriminator="kind")]]
    maybe: Optional[Union[Cat, Dog]] = Field(None, discriminator="kind")
    named: Pet
    perhaps: Optional[Pet] = None
""",
    "root models": """
class Item(BaseModel):
    a: int

class Items(RootModel[list[Item]]):
    '''A list.'''

class Words(RootModel):
    root: dict[str, int]

class All(BaseModel):
    items: Items
    words: Words = Field(description="by word")
""",
    "root model at the root": """
class Items(RootModel[list[int]]):
    pass
""",
    "what does not count": """
class A(BaseModel):
    _hidden: int = 1
    KIND: ClassVar[str] = "a"
    bare: ClassVar = 3
    x: int

    @field_validator("x")
    @classmethod
    def check(cls, v):
        return v

    @computed_field
    @property
    def twice(self) -> int:
        return self.x * 2

    def method(self): ...

    class Inner(BaseModel):
        y: int

    inner: Inner = Field(description="nested class")

print(A.model_json_schema())
if __name__ == "__main__":
    A(x=1, inner={"y": 1})
""",
    "validators in annotations": """
def f(v): return v
class A(BaseModel):
    a: Annotated[int, BeforeValidator(f), AfterValidator(f)]
    b: Annotated[int, WithJsonSchema({"type": "string", "x": [1, {"y": None}]})]
    c: Annotated[Any, WithJsonSchema({"not": {"type": "null"}}), Field(description="d")]
    d: Annotated[str, Strict()]
""",
    "empty": """
class Empty(BaseModel):
    pass
""",
    "characters": """
class Ünïcödé(BaseModel):
    größe: int
    naïve_field_2: str = "\\u2028 \\N{SNOWMAN} \U0001f600 \\" ' \\\\ \\n"
    x1y2: int
    URLPath: str
    ALL_CAPS: int
""",
}
