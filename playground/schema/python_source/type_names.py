"""The Python names that pasted classes may use, each with the type that it stands for.

It is a table: a name that stands here is known, all others are named as unknown. What a type looks like in a JSON
Schema is asked of pydantic itself, so that the two cannot disagree.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import ipaddress
import pathlib
import re
import types
import uuid
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Annotated, Any, Final

import pydantic
from pydantic import TypeAdapter, WithJsonSchema

TRUSTED_MODULES: Final = frozenset({
    "typing", "typing_extensions", "types", "collections", "datetime", "decimal", "uuid", "enum", "pathlib",
    "ipaddress", "re", "fractions", "abc", "builtins", "pydantic", "pydantic_core", "annotated_types", "__future__",
    "dataclasses",
})  # fmt: skip
"""The top modules whose names are taken for what they are; those of any other module are unknown."""

_OWN_NAMES: Final[tuple[Any, ...]] = (
    str, bytes, complex, bool, int, float, object, tuple, Hashable, types.NoneType,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, decimal.Decimal, fractions.Fraction,
    uuid.UUID, pathlib.Path, pathlib.PurePath, re.Pattern, collections.Counter,
    ipaddress.IPv4Address, ipaddress.IPv4Network, ipaddress.IPv4Interface,
    ipaddress.IPv6Address, ipaddress.IPv6Network, ipaddress.IPv6Interface,
    pydantic.IPvAnyAddress, pydantic.IPvAnyNetwork, pydantic.IPvAnyInterface,
    pydantic.AnyUrl, pydantic.AnyHttpUrl, pydantic.HttpUrl, pydantic.FileUrl, pydantic.FtpUrl, pydantic.WebsocketUrl,
    pydantic.AnyWebsocketUrl, pydantic.SecretStr, pydantic.SecretBytes, pydantic.ByteSize, pydantic.Json,
    pydantic.PastDate, pydantic.FutureDate, pydantic.PastDatetime, pydantic.FutureDatetime, pydantic.AwareDatetime,
    pydantic.NaiveDatetime,
)  # fmt: skip
"""The types that are known by the name that they give themselves."""

PLAIN: Final[Mapping[str, Any]] = {
    **{known.__name__: known for known in _OWN_NAMES},
    "None": None,
    "Any": Any,
    "Tuple": tuple,
    **dict.fromkeys(("Text", "StrictStr", "ImportString"), str),
    "StrictBytes": bytes,
    "StrictBool": bool,
    "StrictInt": int,
    **dict.fromkeys(("StrictFloat", "FiniteFloat"), float),
    "EmailStr": Annotated[str, WithJsonSchema({"type": "string", "format": "email"})],
    "NameEmail": Annotated[str, WithJsonSchema({"type": "string", "format": "name-email"})],
    "UUID1": pydantic.UUID1,
    "UUID3": pydantic.UUID3,
    "UUID4": pydantic.UUID4,
    "UUID5": pydantic.UUID5,
    "UUID6": pydantic.UUID6,
    "UUID7": pydantic.UUID7,
    "UUID8": pydantic.UUID8,
    "NewPath": pydantic.NewPath,
    "FilePath": pydantic.FilePath,
    "DirectoryPath": pydantic.DirectoryPath,
    "Base64Str": pydantic.Base64Str,
    "Base64Bytes": pydantic.Base64Bytes,
    "Base64UrlStr": pydantic.Base64UrlStr,
    "Base64UrlBytes": pydantic.Base64UrlBytes,
    "PositiveInt": pydantic.PositiveInt,
    "NegativeInt": pydantic.NegativeInt,
    "NonNegativeInt": pydantic.NonNegativeInt,
    "NonPositiveInt": pydantic.NonPositiveInt,
    "PositiveFloat": pydantic.PositiveFloat,
    "NegativeFloat": pydantic.NegativeFloat,
    "NonNegativeFloat": pydantic.NonNegativeFloat,
    "NonPositiveFloat": pydantic.NonPositiveFloat,
    "JsonValue": pydantic.JsonValue,
}
"""Every type that needs no brackets. The two of mail are as pydantic has them, which wants another package for them."""

SETS: Final = ("set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet")
LISTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(["list", "List", "Sequence", "MutableSequence", "Iterable", "deque", "Deque"], list),
    **dict.fromkeys(SETS, set),
}
MAPS: Final[Mapping[str, Any]] = dict.fromkeys(
    ["dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"], dict
)

MOMENTS_MADE: Final[Mapping[str, Callable[..., Any]]] = {
    "date": datetime.date,
    "datetime": datetime.datetime,
    "time": datetime.time,
    "timedelta": datetime.timedelta,
}
"""What makes a default of numbers alone: the only calls in a source that are followed, besides empty collections."""

EMPTY_MADE: Final[Mapping[str, Callable[[], Any]]] = {
    **dict.fromkeys(("list", "tuple", "set", "frozenset"), list),
    "dict": dict,
}
"""What `set()` and the like are in JSON."""

CONSTRAINED: Final[Mapping[str, str]] = {
    "constr": "str",
    "conint": "int",
    "confloat": "float",
    "condecimal": "Decimal",
    "conbytes": "bytes",
    "condate": "date",
    "conlist": "list",
    "conset": "set",
    "confrozenset": "frozenset",
}
"""pydantic's functions that make a constrained type, and the type that they constrain."""

MODEL_BASES: Final = frozenset({"BaseModel", "RootModel"})
ENUM_BASES: Final = frozenset({"Enum", "IntEnum", "StrEnum"})

VALIDATORS: Final = frozenset({
    "BeforeValidator", "AfterValidator", "WrapValidator", "PlainSerializer", "WrapSerializer", "SkipValidation",
})  # fmt: skip
"""What may stand in Annotated and leaves the schema as it is."""

FORMS: Final = frozenset({
    "Annotated", "Optional", "Union", "Literal", "ClassVar", "Final", "TypeAlias", "NewType", "Field", "ConfigDict",
    "auto", "Self", "StringConstraints", "WithJsonSchema", "Discriminator", "Strict", "Gt", "Ge", "Lt", "Le",
    "Interval", "MultipleOf", "MinLen", "MaxLen", "Len", "PlainValidator", "SerializeAsAny", "PrivateAttr", "Generic",
    "TypeVar", "Callable", "type", "Type", "InitVar", "ABC",
})  # fmt: skip
"""Names that need more than a look in a table."""

TYPES: Final[Mapping[str, Any]] = {**PLAIN, **LISTS, **MAPS}
KNOWN: Final = frozenset({*TYPES, *CONSTRAINED} | MODEL_BASES | ENUM_BASES | VALIDATORS | FORMS)


@cache
def schema_of_name(name: str) -> Mapping[str, Any]:
    """The JSON Schema of a name in TYPES, as pydantic gives it; shared, and never to be changed.

    >>> schema_of_name("date")
    {'format': 'date', 'type': 'string'}
    """
    return TypeAdapter(TYPES[name]).json_schema()


def decimal_schema(max_digits: int | None = None, decimal_places: int | None = None) -> Mapping[str, Any]:
    """The JSON Schema of Decimal with so many digits, as pydantic gives it: a number, or a text with a pattern."""
    field = pydantic.Field(max_digits=max_digits, decimal_places=decimal_places)
    return TypeAdapter(Annotated[decimal.Decimal, field]).json_schema()
