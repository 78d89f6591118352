"""What a text means as Markdown, as data: the usual, the hostile, and what is past a bound, of which nothing is lost.

Kept apart from the growing of a text: each of these comes whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import to_json

from playground.markdown.blocks import Element, Node, text_of
from playground.markdown.formula import ATTRIBUTES, ELEMENTS, formula
from playground.markdown.growing import LONGEST, document
from playground.markdown.highlighting import LEXERS, highlighted

NAMES = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "em",
        "strong",
        "s",
        "a",
        "br",
        "image",
        "span",
        "math",
    ]
)
"""All that the page makes nodes of."""
MOST_S = 6.0
"""CPU seconds for any text that is set; one of a model's takes less than one."""


def elements(nodes: Iterable[Node], depth: int = 1) -> Iterator[tuple[Element, int]]:
    """Every element within, and how deep it stands."""
    for node in nodes:
        if not isinstance(node, str):
            yield node, depth
            yield from elements(node.children, depth + 1)


def blocks(text: str) -> str:
    """The blocks as the page is sent them."""
    return to_json(document(text).blocks).decode()


USUAL = [
    ("# Hi *you*", '[["h1",{},["Hi ",["em",{},["you"]]]]]'),
    ("one\ntwo  \nthree", '[["p",{},["one\\ntwo",["br",{},[]],"three"]]]'),
    ("- a\n- b", '[["ul",{},[["li",{},["a"]],["li",{},["b"]]]]]'),
    ("3. a\n\n4. b", '[["ol",{"start":"3"},[["li",{},[["p",{},["a"]]]],["li",{},[["p",{},["b"]]]]]]]'),
    ("> **a** `b`", '[["blockquote",{},[["p",{},[["strong",{},["a"]]," ",["code",{},["b"]]]]]]]'),
    ("```\n<b>\n```", '[["pre",{},["<b>"]]]'),
    ("```py x\nif a\n```", '[["pre",{"language":"py"},[["span",{"class":"keyword"},["if"]]," a"]]]'),
    ("a|b\n-|:-:\n1|2", '[["table",{},[["thead",{},[["tr",{},[["th",{},["a"]],["th",{"align":"center"},["b"]]]]]],'
     '["tbody",{},[["tr",{},[["td",{},["1"]],["td",{"align":"center"},["2"]]]]]]]]]'),
    ("[a](http://b.c)", '[["p",{},[["a",{"address":"http://b.c"},["a"]]]]]'),
    ("![a *b*](c.png)", '[["p",{},[["image",{"address":"c.png"},["a ",["em",{},["b"]]]]]]]'),
    ("<b>a</b> &amp; ~~c~~", '[["p",{},["<b>a</b> & ",["s",{},["c"]]]]]'),
    ("a\n\n---", '[["p",{},["a"]],["hr",{},[]]]'),
    ("", "[]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), USUAL)
def test_the_usual(text: str, wanted: str) -> None:
    """Each kind of block and mark, once, as the page takes it."""
    assert blocks(text) == wanted


FORMULAS = ["$x$", "$$x$$", r"\(x\)", r"\[x\]", "a\n$$\n+ x\n$$\nb", "\\[\nx\n\\]", "- $$\n  x\n  $$"]
PRICES = [
    "$5 and $6",
    "US$5 or A$6",
    "$HOME/$USER",
    "`$a$`",
    r"\$a\$",
    "$ a $",
    "$$",
    "$$\n\na\n\n$$",
    "5$ and 6$",
    r"\(a",
    r"\\(a\\)",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula(text: str) -> None:
    """In a line and in lines of its own, by dollars and by brackets, also right below a paragraph and in a list."""
    assert [e.name for e, _ in elements(document(text).blocks)].count("math") == 1


@pytest.mark.parametrize("text", PRICES)
def test_no_formula(text: str) -> None:
    """Prices, variables and what has no end are text, with every dollar."""
    found = document(text).blocks
    assert "math" not in {e.name for e, _ in elements(found)}
    assert text_of(found).count("$") == text.count("$")


UNSET = [
    r"\newcommand{\a}{\a\a}\a",
    r"\def\a{\a\a}\a",
    r"\href{javascript:alert(1)}{x}",
    r"\phantom{x}",
    r"\nosuchcommand x",
    "{" * 500,
    "x^" * 300,
    r"\frac{" * 200,
    r"\sqrt{" * 60 + "x" + "}" * 60,
    "x" * 2_000,
    r"\begin{nosuch} a & b \end{nosuch}",
    *(
        rf"{command}{{1}}"
        for command in (r"\frac", r"\cfrac", r"\binom", r"\overset", r"\underset", r"\stackrel")
    ),
    *(rf"\unicode{{{number}}}" for number in ("x", "x0", "xD800", "x110000", "x202E", "x;")),
    *(r"x&#x41;", r"\text{&#x41;}", r"\text{&lt;}", r"\text{a \nosuch}"),
    *(r"\sqrt", r"\sqrt[3]", "x_", r"\sum_{i}^"),
]


@pytest.mark.parametrize("latex", UNSET, ids=lambda latex: latex[:16])
def test_a_formula_that_is_not_sure_stays_source(latex: str) -> None:
    """Macros, links, what hides, what is unknown, too deep or too long is shown as it was written."""
    assert formula(latex, "inline") is None
    for text in (f"a ${latex}$ b", f"$$\n{latex}\n$$"):
        assert latex in text_of(document(text).blocks)


@pytest.mark.parametrize(
    "latex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\mathbb{R}",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\frac{1}{2}", r"\frac{}{}", r"\sqrt{}", r"\sqrt[3]{a+b}", r"x_{}^{}", r"\overset{a}{b}", r"\xrightarrow[a]{}",
        r"\sum_{i=1}^n", r"\overbrace{x}^{n}", r"\binom{1}{2}", r"\unicode{x41}", r"\text{R\&D}",
    ],
)  # fmt: skip
def test_formulas_that_models_write(latex: str) -> None:
    """Aligned equations, matrices and letters of sets are set."""
    assert formula(latex, "block") is not None


@pytest.mark.parametrize(
    "latex",
    [r"\hspace{99em}x", r"\style{position:fixed}{x}", r"\class{a}{x}", r"\color{white}x", r"\raise{9em}{x}"],
)
def test_a_formula_moves_and_colours_nothing(latex: str) -> None:
    """No style, class or colour gets through, and no length that puts a letter upon something else."""
    found = formula(latex, "inline")
    for element, _ in elements([found] if found else []):
        assert not {"style", "class", "mathcolor", "mathbackground", "href"} & element.attributes.keys()
        assert not any("9" in value for name, value in element.attributes.items() if name != "source")


LARGE = {
    "brackets": "[" * LONGEST,
    "pictures": "![" * (LONGEST // 2),
    "links": "[a](" * (LONGEST // 4),
    "emphasis": "*a " * (LONGEST // 3),
    "marks": "_*" * (LONGEST // 2),
    "runs of backticks": "".join("e" + "`" * n for n in range(440)),
    "angles": "<" * LONGEST,
    "quotes": ">" * 10_000 + "a",
    "quotes in lines": ("> " * 60 + "a\n") * (LONGEST // 122),
    "lists": "- " * 10_000 + "a",
    "lists in lines": "".join(" " * (2 * n) + "- a\n" for n in range(300)),
    "5,000 columns": "|a" * 5_000 + "|\n" + "|-" * 5_000 + "|\n" + "|b" * 5_000 + "|\n",
    "missing cells": ("|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|b\n" * 30) * (LONGEST // 330),
    "rows": "|a|b|\n|-|-|\n" + "|1|2|\n" * (LONGEST // 6 - 3),
    "lines": "a\n" * (LONGEST // 2),
    "lazy lines": "- a\n" + "b\n" * (LONGEST // 2 - 2),
    "definitions": "".join(f"[a{n}]: /u\n" for n in range(LONGEST // 12)),
    "definitions at the end": "[a] " * 10_000 + "\n\n" + "[a]: /u\n",
    "dollars": "$" * LONGEST,
    "formulas": "$x$ " * (LONGEST // 4),
    "brackets of formulas": r"\(" * (LONGEST // 2),
    "entities": "&#x" * (LONGEST // 3),
    "backslashes": "\\" * LONGEST,
    "blanks": "\n" * LONGEST,
}


@pytest.mark.parametrize("name", LARGE)
def test_no_text_takes_long(name: str) -> None:
    """Nested, paired, repeated without end: it is through in seconds, and no deeper than a browser bears."""
    begun = process_time()
    found = document(LARGE[name]).blocks
    assert process_time() - begun < MOST_S
    assert max((depth for _, depth in elements(found)), default=0) < 80
    to_json(found)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        (">" * 500 + "a", "a"),
        ("- " * 500 + "a", "a"),
        ("*a " * 5_000, "a"),
        ("[a" * 5_000, "a"),
        ("**a" * 30 + "**" * 30, "a"),
    ],
)
def test_what_is_past_a_bound_is_text(text: str, letters: str) -> None:
    """Nested too deeply, or too much of it, it is there as it was written: no letter is missing."""
    assert text_of(document(text).blocks).count(letters) == text.count(letters)


MARKUP = st.text(st.sampled_from("ab1 \n#-*_`~>|[]()!$\\{}^<&;:/.x\"'"), max_size=120)


@settings(max_examples=150)
@given(text=MARKUP | st.text(max_size=60))
def test_any_text_is_known_names_and_its_letters(text: str) -> None:
    """Whatever the text, only names and attributes that the page knows come of it."""
    for element, _ in elements(document(text).blocks):
        if element.name in NAMES and element.name != "math":
            assert element.attributes.keys() <= {"address", "title", "start", "align", "language", "class"}
        else:
            assert element.name in ELEMENTS
            assert element.attributes.keys() <= ATTRIBUTES | {"source"}


@pytest.mark.parametrize("language", sorted(LEXERS))
def test_code_stays_what_it_is(language: str) -> None:
    """Whatever the language, the pieces are the code, letter for letter, its blanks too."""
    code = '\n\n  if (a < 1) { return "b\\n"; } # \'<!--\n\t/* c */ @x $y\n\n'
    assert text_of(highlighted(code, language)) == code


def test_long_code_is_not_coloured() -> None:
    """Long code, long lines, long prose and an unknown language stay one text."""
    for code in ("x = 1\n" * 5_000, "x=" * 300, "a " * 200):
        assert highlighted(code, "python") == (code,)
    assert highlighted("x", "nosuch") == ("x",)
