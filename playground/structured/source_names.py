"""The Python names that pasted classes may use, each with the type that it stands for.

Kept apart because it is a table: a name that stands here is known, all others are named as unknown. What a type
looks like in a JSON Schema is asked of pydantic itself, so that the two cannot disagree.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import ipaddress
import pathlib
import re
import uuid
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from functools import cache
from typing import Annotated, Any, Final

import pydantic
from pydantic import TypeAdapter, WithJsonSchema

TRUSTED_MODULES: Final = frozenset(
    [
        "typing",
        "typing_extensions",
        "types",
        "collections",
        "datetime",
        "decimal",
        "uuid",
        "enum",
        "pathlib",
        "ipaddress",
        "re",
        "fractions",
        "abc",
        "builtins",
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "__future__",
        "dataclasses",
    ]
)
"""The top modules whose names are taken for what they are; those of any other module are unknown."""

_EMAIL: Final = Annotated[str, WithJsonSchema({"type": "string", "format": "email"})]
_NAME_EMAIL: Final = Annotated[str, WithJsonSchema({"type": "string", "format": "name-email"})]
"""As pydantic has them, which wants another package for these two."""

TEXTS: Final[Mapping[str, Any]] = {
    "str": str,
    "Text": str,
    "StrictStr": str,
    "ImportString": str,
    "complex": complex,
    "bytes": bytes,
    "StrictBytes": bytes,
    "EmailStr": _EMAIL,
    "NameEmail": _NAME_EMAIL,
    "AnyUrl": pydantic.AnyUrl,
    "AnyHttpUrl": pydantic.AnyHttpUrl,
    "HttpUrl": pydantic.HttpUrl,
    "FileUrl": pydantic.FileUrl,
    "FtpUrl": pydantic.FtpUrl,
    "WebsocketUrl": pydantic.WebsocketUrl,
    "AnyWebsocketUrl": pydantic.AnyWebsocketUrl,
    "UUID": uuid.UUID,
    "UUID1": pydantic.UUID1,
    "UUID3": pydantic.UUID3,
    "UUID4": pydantic.UUID4,
    "UUID5": pydantic.UUID5,
    "UUID6": pydantic.UUID6,
    "UUID7": pydantic.UUID7,
    "UUID8": pydantic.UUID8,
    "Path": pathlib.Path,
    "PurePath": pathlib.PurePath,
    "NewPath": pydantic.NewPath,
    "FilePath": pydantic.FilePath,
    "DirectoryPath": pydantic.DirectoryPath,
    "IPv4Address": ipaddress.IPv4Address,
    "IPv6Address": ipaddress.IPv6Address,
    "IPv4Network": ipaddress.IPv4Network,
    "IPv6Network": ipaddress.IPv6Network,
    "IPv4Interface": ipaddress.IPv4Interface,
    "IPv6Interface": ipaddress.IPv6Interface,
    "IPvAnyAddress": pydantic.IPvAnyAddress,
    "IPvAnyInterface": pydantic.IPvAnyInterface,
    "IPvAnyNetwork": pydantic.IPvAnyNetwork,
    "SecretStr": pydantic.SecretStr,
    "SecretBytes": pydantic.SecretBytes,
    "Base64Str": pydantic.Base64Str,
    "Base64Bytes": pydantic.Base64Bytes,
    "Base64UrlStr": pydantic.Base64UrlStr,
    "Base64UrlBytes": pydantic.Base64UrlBytes,
    "Pattern": re.Pattern,
    "Fraction": fractions.Fraction,
}
"""Types that JSON writes as text."""

MOMENTS: Final[Mapping[str, Any]] = {
    "date": datetime.date,
    "PastDate": pydantic.PastDate,
    "FutureDate": pydantic.FutureDate,
    "datetime": datetime.datetime,
    "PastDatetime": pydantic.PastDatetime,
    "FutureDatetime": pydantic.FutureDatetime,
    "AwareDatetime": pydantic.AwareDatetime,
    "NaiveDatetime": pydantic.NaiveDatetime,
    "time": datetime.time,
    "timedelta": datetime.timedelta,
}
"""Dates and times: their bounds cannot be said in a JSON Schema."""

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

WHOLE_NUMBERS: Final[Mapping[str, Any]] = {
    "int": int,
    "StrictInt": int,
    "PositiveInt": pydantic.PositiveInt,
    "NegativeInt": pydantic.NegativeInt,
    "NonNegativeInt": pydantic.NonNegativeInt,
    "NonPositiveInt": pydantic.NonPositiveInt,
}

NUMBERS: Final[Mapping[str, Any]] = {
    "float": float,
    "StrictFloat": float,
    "FiniteFloat": float,
    "PositiveFloat": pydantic.PositiveFloat,
    "NegativeFloat": pydantic.NegativeFloat,
    "NonNegativeFloat": pydantic.NonNegativeFloat,
    "NonPositiveFloat": pydantic.NonPositiveFloat,
}

OTHERS: Final[Mapping[str, Any]] = {
    "bool": bool,
    "StrictBool": bool,
    "Any": Any,
    "object": object,
    "Hashable": Hashable,
    "JsonValue": pydantic.JsonValue,
    "None": None,
    "NoneType": None,
    "ByteSize": pydantic.ByteSize,
    "Json": pydantic.Json,
}

LISTS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(["list", "List", "Sequence", "MutableSequence", "Iterable", "deque", "Deque"], list),
    **dict.fromkeys(["set", "Set", "frozenset", "FrozenSet", "AbstractSet", "MutableSet"], set),
}
MAPS: Final[Mapping[str, Any]] = dict.fromkeys(
    ["dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"], dict
)

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

VALIDATORS: Final = frozenset(
    [
        "BeforeValidator",
        "AfterValidator",
        "WrapValidator",
        "PlainSerializer",
        "WrapSerializer",
        "SkipValidation",
    ]
)
"""What may stand in Annotated and leaves the schema as it is."""

FORMS: Final = frozenset(
    [
        "Annotated",
        "Optional",
        "Union",
        "Literal",
        "tuple",
        "Tuple",
        "Counter",
        "Decimal",
        "ClassVar",
        "Final",
        "TypeAlias",
        "NewType",
        "Field",
        "ConfigDict",
        "auto",
        "Self",
        "StringConstraints",
        "WithJsonSchema",
        "Discriminator",
        "Strict",
        "Gt",
        "Ge",
        "Lt",
        "Le",
        "Interval",
        "MultipleOf",
        "MinLen",
        "MaxLen",
        "Len",
        "PlainValidator",
        "SerializeAsAny",
        "PrivateAttr",
        "Generic",
        "TypeVar",
        "Callable",
        "type",
        "Type",
        "InitVar",
        "object",
        "ABC",
    ]
)
"""Names that need more than a look in a table."""

PLAIN: Final[Mapping[str, Any]] = {**TEXTS, **MOMENTS, **WHOLE_NUMBERS, **NUMBERS, **OTHERS}
KNOWN: Final = frozenset(
    {*PLAIN, *LISTS, *MAPS, *CONSTRAINED} | MODEL_BASES | ENUM_BASES | VALIDATORS | FORMS
)


def schema_of_name(name: str) -> dict[str, Any]:
    """A fresh copy of the JSON Schema of a name in PLAIN, LISTS or MAPS, as pydantic gives it.

    >>> schema_of_name("date")
    {'format': 'date', 'type': 'string'}
    """
    return deepcopy(_schema(name))


@cache
def _schema(name: str) -> dict[str, Any]:
    known = {**PLAIN, **LISTS, **MAPS}
    return TypeAdapter(known[name]).json_schema()


def decimal_schema(max_digits: int | None = None, decimal_places: int | None = None) -> dict[str, Any]:
    """The JSON Schema of Decimal with so many digits, as pydantic gives it: a number, or a text with a pattern."""
    field = pydantic.Field(max_digits=max_digits, decimal_places=decimal_places)
    return TypeAdapter(Annotated[decimal.Decimal, field]).json_schema()


def counter_schema() -> dict[str, Any]:
    """The JSON Schema of a Counter, as pydantic gives it."""
    return TypeAdapter(collections.Counter[str]).json_schema()
