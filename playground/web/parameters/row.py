"""A parameter as one row of the page, made from its record.

No Gradio component can be unset: a slider always has a value, and "leave it to the server" is what this page is
about. So a row is a custom component on `gr.HTML`, whose value is the parameter's value, or None while it is unset.
It is fed with data; its nodes are made in assets/js/params/row.js, never from markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import gradio as gr

from playground.parameters import REGISTRY, Parameter
from playground.value_types import (
    Choices,
    Flag,
    Integer,
    Messages,
    Number,
    Object,
    OneOf,
    ResponseFormat,
    Stops,
    Text,
    TokenBias,
    ToolChoice,
    Tools,
    ValueType,
)
from playground.web.assets import ASSETS_URL

_CONTROL: Final[Mapping[type[Any], str]] = MappingProxyType(
    {
        Number: "number",
        Integer: "number",
        Flag: "flag",
        OneOf: "words",
        ToolChoice: "choice",
        Text: "text",
        Stops: "lines",
        TokenBias: "bias",
        ResponseFormat: "format",
        Tools: "tools",
        Object: "json",
        Messages: "messages",
    }
)
"""Which control of assets/js/params/controls.js edits which kind of value."""


def kind_facts(kind: ValueType) -> dict[str, Any]:
    """What a control needs to know of the kind of value that it edits."""
    facts: dict[str, Any] = {"control": _CONTROL[type(kind)], "allowed": kind.allowed}
    if isinstance(kind, (Number, Integer)):
        facts |= {
            "minimum": kind.minimum,
            "maximum": kind.maximum,
            "step": kind.step,
            "whole": isinstance(kind, Integer),
        }
    if isinstance(kind, (OneOf, ToolChoice)):
        facts["words"] = list(kind.words)
    return facts


def custom(
    module: str, value: Any = None, *, elem_id: str | None = None, classes: tuple[str, ...] = (), **props: Any
) -> gr.HTML:
    """A component that assets/js/`module`.js fills with nodes; `props` is the data it is given.

    Not at once, since Gradio is in the midst of making the page then. A function and no subclass: Gradio writes a stub
    file beside the source of every subclass.
    """
    return gr.HTML(
        value=value,
        html_template='<div class="mount"></div>',
        js_on_load=(
            f'import(new URL("{ASSETS_URL}/page.js", document.baseURI))'
            f'.then((m) => setTimeout(() => m.modules["{module}"].mount({{element, props, watch, trigger}})));'
        ),
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=list(classes),
        **props,
    )


def parameter_row(record: Parameter, name: str, value: Any = None) -> gr.HTML:
    """One parameter's widget. Its value is the parameter's value, or None while it is unset."""
    return custom(
        "params/row",
        value,
        elem_id=f"param-{name}",
        classes=("parameter",),
        name=name,
        help=record.help,
        kind=kind_facts(record.kind),
    )


def row_names(record: Parameter) -> list[str]:
    """The names of a parameter's rows: its own, or one for each name within it, as in pref_params."""
    kind = record.kind
    return [f"{record.name}.{name}" for name in kind.names] if isinstance(kind, Choices) else [record.name]


def rows_of(record: Parameter, values: Mapping[str, Any]) -> list[gr.HTML]:
    """The rows of a parameter; one within it has the range of the parameter that it stands for."""
    if not isinstance(record.kind, Choices):
        return [parameter_row(record, record.name, values.get(record.name))]
    inner = values.get(record.name) or {}
    return [
        parameter_row(replace(record, kind=REGISTRY[name].kind), full_name, inner.get(name))
        for name, full_name in zip(record.kind.names, row_names(record), strict=True)
    ]


def group_head(name: str, rows: Sequence[str], opened: bool) -> gr.HTML:
    """The head of a group of rows: folds them, and shows while they are folded what is set inside."""
    return custom("params/group", classes=("group-head",), name=name, rows=list(rows), open=opened)
